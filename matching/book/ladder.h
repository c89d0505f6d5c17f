// One side of one book: the price levels in order of priority. Near the best
// price a level is a 4-byte slot in an array of ticks (the window), with a
// two-level bitmap to find the next level; farther away it is an entry in a
// sorted array (far) whose back is the nearest.
//
// Prices come as keys that rise from the best to the worst on both sides: see
// KeyOf. Invariants: no key is below `base`; the window holds exactly the
// levels with key < base + kWindow, so every far level is worse than any in the
// window; the window is empty only when the whole side is. A key's position is
// its value modulo kWindow, so moving the window moves no slot.
#ifndef LUHENG_MATCHING_BOOK_LADDER_H_
#define LUHENG_MATCHING_BOOK_LADDER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "matching/book/types.h"

namespace luheng::matching {

// Asks: the price. Bids: its complement. So the best price has the least key.
// Without a branch, as Opposite.
constexpr uint32_t KeyOf(Side side, uint32_t price) {
  return price ^ (static_cast<uint32_t>(side) - 1);
}
static_assert(KeyOf(Side::kSell, 7) == 7 && KeyOf(Side::kBuy, 7) == ~7u);

// Thread-compatible. Knows levels only by their pool slots, never zero. One
// cache line, so that the other side of a book costs no second one.
class alignas(64) Ladder {
 public:
  static constexpr uint32_t kWindow = 4096;

  // A place in the order of priority. `level` is 0 past the last one.
  struct Cursor {
    uint32_t key = 0;
    uint32_t level = 0;
    uint32_t far_left = 0;  // Far entries not visited yet.
  };

  bool empty() const { return best_level_ == 0; }
  // The key of the best level; beyond every key if there is none.
  uint32_t best_key() const { return best_key_; }
  // The best level, or a cursor past the end. Ended by Insert and Erase.
  Cursor First() const {
    return {best_key_, best_level_, static_cast<uint32_t>(far_.size())};
  }
  // The level after `cursor`. Requires cursor.level != 0.
  Cursor Next(const Cursor& cursor) const;

  // The level with `key`, or 0.
  uint32_t Find(uint32_t key) const {
    if (empty() || key < base_) return 0;
    if (key - base_ < kWindow) return window_->slots[key % kWindow];
    return FindFar(key);
  }

  // Brings near what Find of `key` reads, if it is in the window.
  void Prefetch(uint32_t key) const {
    if (window_ == nullptr) return;
    __builtin_prefetch(&window_->slots[key % kWindow], 1);
  }

  // Requires that there is no level with `key`.
  void Insert(uint32_t key, uint32_t level) {
    if (!empty() && key >= base_ && key - base_ < kWindow) {
      SetSlot(key, level);
      if (key < best_key_) SetBest(key, level);
      return;
    }
    InsertOutside(key, level);
  }

  // Requires that there is a level with `key`.
  void Erase(uint32_t key) {
    if (key - base_ >= kWindow) {
      EraseFar(key);
      return;
    }
    ClearSlot(key);
    if (key == best_key_) FindBest();
  }

  // How many orders this side has, for the owner of the orders to keep.
  uint32_t order_count() const { return order_count_; }
  void AddOrder() { ++order_count_; }
  void DropOrder() { --order_count_; }

  int64_t bytes() const;

 private:
  static constexpr uint32_t kWords = kWindow / 64;
  static_assert(kWords == 64, "one word indexes all words of the bitmap");
  // Ticks kept free on the better side when the window is placed.
  static constexpr uint32_t kMargin = kWindow / 4;
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Window {
    std::array<uint64_t, kWords> bits{};
    std::array<uint32_t, kWindow> slots{};
  };
  struct Far {
    uint32_t key;
    uint32_t level;
  };

  static uint32_t BaseBefore(uint32_t key) {
    return key > kMargin ? key - kMargin : 0;
  }
  void SetSlot(uint32_t key, uint32_t level) {
    const uint32_t position = key % kWindow;
    window_->slots[position] = level;
    window_->bits[position / 64] |= uint64_t{1} << (position % 64);
    words_ |= uint64_t{1} << (position / 64);
  }
  void ClearSlot(uint32_t key) {
    const uint32_t position = key % kWindow;
    window_->slots[position] = 0;
    uint64_t& word = window_->bits[position / 64];
    word &= ~(uint64_t{1} << (position % 64));
    if (word == 0) words_ &= ~(uint64_t{1} << (position / 64));
  }
  void SetBest(uint32_t key, uint32_t level) {
    best_key_ = key;
    best_level_ = level;
  }
  // The first position with a level at or after `position`, going round; kNone
  // if the window is empty.
  uint32_t FindPosition(uint32_t position) const;
  // The first key in the window at or after `key`, or kNone.
  uint32_t FindKey(uint32_t key) const;
  void FindBest();
  void InsertOutside(uint32_t key, uint32_t level);
  void LowerBase(uint32_t base);
  void RaiseBase(uint32_t base);
  uint32_t FindFar(uint32_t key) const;
  std::vector<Far>::const_iterator FarBound(uint32_t key) const;
  void EraseFar(uint32_t key);

  uint32_t base_ = 0;
  uint32_t best_key_ = kNone;
  uint32_t best_level_ = 0;
  uint32_t order_count_ = 0;
  uint64_t words_ = 0;              // Bit w: word w of the bitmap is not zero.
  std::unique_ptr<Window> window_;  // Made with the first level.
  std::vector<Far> far_;            // By falling key.
};

}  // namespace luheng::matching

#endif  // LUHENG_MATCHING_BOOK_LADDER_H_
