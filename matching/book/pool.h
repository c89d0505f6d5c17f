// A pool of small records addressed by 32-bit slots, so that links between
// them are half a pointer. The slot freed last is used first: it is still in
// cache. Slot 0 means none. Memory only grows, and no record ever moves.
#ifndef LUHENG_MATCHING_BOOK_POOL_H_
#define LUHENG_MATCHING_BOOK_POOL_H_

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "ledger/base/address_range.h"
#include "ledger/base/check.h"

namespace luheng::matching {

// `T` is trivially copyable and has a `uint32_t next`, which the pool uses
// while the record is free. Thread-compatible.
template <typename T>
class Pool {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  // Room for `count` records is made at once and its memory touched.
  explicit Pool(uint32_t count) { items_.Grow(count < 64 ? 64 : count); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  T& operator[](uint32_t slot) { return items_[slot]; }
  const T& operator[](uint32_t slot) const { return items_[slot]; }

  // A free slot with unspecified contents.
  uint32_t Allocate() {
    ++live_count_;
    if (free_head_ != 0) {
      const uint32_t slot = free_head_;
      free_head_ = items_[slot].next;
      return slot;
    }
    if (used_ == items_.capacity()) Grow();
    return used_++;
  }

  void Free(uint32_t slot) {
    --live_count_;
    items_[slot].next = free_head_;
    free_head_ = slot;
  }

  int64_t live_count() const { return live_count_; }
  int64_t bytes() const { return items_.bytes(); }

 private:
  void Grow() {
    LUHENG_CHECK(used_ < kCapacityMax) << "pool of " << used_;
    items_.Grow(size_t{used_} + std::min(used_, kGrowthMax));
  }

  // A large pool grows by this much at a time: clearing more memory would keep
  // an order waiting for milliseconds.
  static constexpr uint32_t kGrowthMax = (uint32_t{8} << 20) / sizeof(T);
  static constexpr uint32_t kCapacityMax = uint32_t{1} << 28;

  StableArray<T> items_{kCapacityMax};
  uint32_t used_ = 1;
  uint32_t free_head_ = 0;
  int64_t live_count_ = 0;
};

}  // namespace luheng::matching

#endif  // LUHENG_MATCHING_BOOK_POOL_H_
