// A pool of small records addressed by 32-bit slots, so that links between
// them are half a pointer. The slot freed last is used first: it is still in
// cache. Slot 0 means none. Memory only grows; growing moves the records, so
// references end with the next Allocate.
#ifndef LUHENG_MATCHING_BOOK_POOL_H_
#define LUHENG_MATCHING_BOOK_POOL_H_

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#include <utility>

#include "ledger/base/check.h"

namespace luheng::matching {

// `T` is trivially copyable and has a `uint32_t next`, which the pool uses
// while the record is free. Thread-compatible.
template <typename T>
class Pool {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  // Room for `count` records is made at once and its memory touched.
  explicit Pool(uint32_t count) { Grow(count < 64 ? 64 : count); }
  ~Pool() { std::free(items_); }
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
    if (used_ == capacity_) Grow(capacity_ * 2);
    return used_++;
  }

  void Free(uint32_t slot) {
    --live_count_;
    items_[slot].next = free_head_;
    free_head_ = slot;
  }

  int64_t live_count() const { return live_count_; }
  int64_t bytes() const { return int64_t{capacity_} * int64_t{sizeof(T)}; }

 private:
  // realloc, not a vector: large blocks are remapped instead of copied.
  void Grow(uint32_t capacity) {
    LUHENG_CHECK(capacity > capacity_ && capacity <= kCapacityMax)
        << "pool of " << capacity;
    void* grown = std::realloc(items_, size_t{capacity} * sizeof(T));
    LUHENG_CHECK(grown != nullptr) << "no memory for " << capacity;
    items_ = static_cast<T*>(grown);
    std::memset(static_cast<void*>(items_ + capacity_), 0,
                size_t{capacity - capacity_} * sizeof(T));
    capacity_ = capacity;
  }

  static constexpr uint32_t kCapacityMax = uint32_t{1} << 31;

  T* items_ = nullptr;
  uint32_t capacity_ = 0;
  uint32_t used_ = 1;
  uint32_t free_head_ = 0;
  int64_t live_count_ = 0;
};

}  // namespace luheng::matching

#endif  // LUHENG_MATCHING_BOOK_POOL_H_
