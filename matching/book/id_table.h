// From order ids, which are dense and rise, to pool slots: an array cut into
// pages. A page is made when its first order rests and given back when its
// last one is gone, so memory follows the live orders and not all orders ever.
//
// Invariants: a directory entry has a page of its own exactly while its live
// count is above zero, and else page 0, which is empty for ever and so answers
// for all of them; a page given back is all zero, so that it can be used again
// as it is.
#ifndef LUHENG_MATCHING_BOOK_ID_TABLE_H_
#define LUHENG_MATCHING_BOOK_ID_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "ledger/base/address_range.h"
#include "ledger/base/ids.h"

namespace luheng::matching {

// Thread-compatible.
class IdTable {
 public:
  static constexpr uint64_t kPageIds = 1024;

  // Room for `page_count` pages is made at once and kept.
  explicit IdTable(uint32_t page_count = 0);

  // The slot of `id`, or 0.
  uint32_t Find(OrderId id) const {
    const uint64_t index = IndexOf(id);
    if (index >= directory_.size()) return 0;
    return pages_[directory_[index].page].slots[Within(id)];
  }

  // Brings the place of `id`, which is in the table, near for a later Erase.
  void Prefetch(OrderId id) const {
    __builtin_prefetch(&pages_[directory_[IndexOf(id)].page].slots[Within(id)],
                       1);
  }

  // The same for any number.
  void PrefetchAny(OrderId id) const {
    const uint64_t index = IndexOf(id);
    if (index >= directory_.size()) return;
    __builtin_prefetch(&pages_[directory_[index].page].slots[Within(id)], 1);
  }

  // False, and nothing changes, if `id` is in the table already. Requires that
  // `id` is positive, and slot > 0.
  bool Insert(OrderId id, uint32_t slot) {
    uint64_t index = IndexOf(id);
    if (index >= directory_.size() || directory_[index].live == 0) {
      OpenPage(id);
      index = IndexOf(id);
    }
    Entry& entry = directory_[index];
    uint32_t& place = pages_[entry.page].slots[Within(id)];
    if (place != 0) return false;
    place = slot;
    ++entry.live;
    return true;
  }

  // Requires that `id` is in the table.
  void Erase(OrderId id) {
    const uint64_t index = IndexOf(id);
    Entry& entry = directory_[index];
    pages_[entry.page].slots[Within(id)] = 0;
    if (--entry.live == 0) ClosePage(index);
  }

  // Pages in use, and the memory of all pages, in use or kept for use again.
  int64_t page_count() const { return page_count_; }
  int64_t bytes() const;

 private:
  struct Page {
    std::array<uint32_t, kPageIds> slots;
  };
  struct Entry {
    uint32_t page = 0;
    uint32_t live = 0;
  };
  static constexpr uint32_t kPagesMax = uint32_t{1} << 22;

  static uint64_t Within(OrderId id) {
    return static_cast<uint64_t>(id.value()) % kPageIds;
  }
  // Ids before the directory's first page come out beyond its end.
  uint64_t IndexOf(OrderId id) const {
    return static_cast<uint64_t>(id.value()) / kPageIds - first_page_;
  }
  uint32_t TakePage();
  void OpenPage(OrderId id);
  void ClosePage(uint64_t index);
  void TrimFront();

  std::vector<Entry> directory_;
  StableArray<Page> pages_;
  std::vector<uint32_t> spare_;  // Pages given back, used again last first.
  uint32_t used_ = 1;            // Pages ever in use, and page 0.
  uint64_t first_page_ = 0;      // Page number of directory_[0].
  uint64_t front_empty_ = 0;  // Entries without orders at the front, at least.
  int64_t page_count_ = 0;
};

}  // namespace luheng::matching

#endif  // LUHENG_MATCHING_BOOK_ID_TABLE_H_
