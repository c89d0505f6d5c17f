#include "matching/book/ladder.h"

#include <algorithm>
#include <bit>

#include "ledger/base/check.h"

namespace luheng::matching {
namespace {

// Far levels that fit without growing; more are sparse books' own business.
constexpr size_t kFarReserve = 64;

}  // namespace

uint32_t Ladder::FindPosition(uint32_t position) const {
  const uint32_t word = position / 64;
  const uint64_t here = window_->bits[word] & (~uint64_t{0} << (position % 64));
  if (here != 0) {
    return word * 64 + static_cast<uint32_t>(std::countr_zero(here));
  }
  // Words after this one first; then, having gone round, up to and with it.
  const uint64_t up_to_here = (uint64_t{2} << word) - 1;
  uint64_t words = words_ & ~up_to_here;
  if (words == 0) words = words_ & up_to_here;
  if (words == 0) return kNone;
  const auto next = static_cast<uint32_t>(std::countr_zero(words));
  return next * 64 +
         static_cast<uint32_t>(std::countr_zero(window_->bits[next]));
}

uint32_t Ladder::FindKey(uint32_t key) const {
  if (key - base_ >= kWindow) return kNone;
  const uint32_t position = FindPosition(key % kWindow);
  if (position == kNone) return kNone;
  // Going round leads to keys before `key`: none is left after it.
  const uint32_t found = base_ + (position - base_) % kWindow;
  return found < key ? kNone : found;
}

Ladder::Cursor Ladder::Next(const Cursor& cursor) const {
  if (cursor.key - base_ < kWindow) {
    const uint32_t key = FindKey(cursor.key + 1);
    if (key != kNone) {
      return {key, window_->slots[key % kWindow], cursor.far_left};
    }
  }
  if (cursor.far_left == 0) return {};
  const Far& far = far_[cursor.far_left - 1];
  return {far.key, far.level, cursor.far_left - 1};
}

void Ladder::FindBest() {
  if (words_ == 0 && !far_.empty()) RaiseBase(BaseBefore(far_.back().key));
  if (words_ == 0) {
    SetBest(kNone, 0);
    return;
  }
  const uint32_t key = FindKey(base_);
  SetBest(key, window_->slots[key % kWindow]);
}

void Ladder::InsertOutside(uint32_t key, uint32_t level) {
  LUHENG_CHECK(key != kNone && level != 0) << "key " << key;
  if (empty()) {
    if (window_ == nullptr) {
      window_ = std::make_unique<Window>();
      far_.reserve(kFarReserve);
    }
    base_ = BaseBefore(key);
  } else if (key < base_) {
    LowerBase(BaseBefore(key));
  } else if (best_key_ - base_ > kWindow / 2) {
    RaiseBase(BaseBefore(best_key_));
  }
  if (key - base_ >= kWindow) {
    // Worse than the best, which is in the window.
    far_.insert(FarBound(key), Far{key, level});
    return;
  }
  SetSlot(key, level);
  if (key < best_key_) SetBest(key, level);
}

// What falls out at the worse end is better than all that is far already.
void Ladder::LowerBase(uint32_t base) {
  const size_t far_count = far_.size();
  const uint64_t end = uint64_t{base} + kWindow;
  // A window may reach past the last key: bids near zero. Nothing is out there.
  uint32_t key = end > kNone
                     ? kNone
                     : FindKey(std::max(static_cast<uint32_t>(end), base_));
  while (key != kNone) {
    far_.push_back({key, window_->slots[key % kWindow]});
    ClearSlot(key);
    key = FindKey(key + 1);
  }
  std::reverse(far_.begin() + static_cast<std::ptrdiff_t>(far_count),
               far_.end());
  base_ = base;
}

void Ladder::RaiseBase(uint32_t base) {
  base_ = base;
  while (!far_.empty() && far_.back().key - base_ < kWindow) {
    SetSlot(far_.back().key, far_.back().level);
    far_.pop_back();
  }
}

std::vector<Ladder::Far>::const_iterator Ladder::FarBound(uint32_t key) const {
  return std::lower_bound(
      far_.begin(), far_.end(), key,
      [](const Far& far, uint32_t wanted) { return far.key > wanted; });
}

uint32_t Ladder::FindFar(uint32_t key) const {
  const auto it = FarBound(key);
  return it != far_.end() && it->key == key ? it->level : 0;
}

void Ladder::EraseFar(uint32_t key) {
  const auto it = FarBound(key);
  LUHENG_CHECK(it != far_.end() && it->key == key) << "no level " << key;
  far_.erase(it);
}

int64_t Ladder::bytes() const {
  const size_t window = window_ == nullptr ? 0 : sizeof(Window);
  return static_cast<int64_t>(window + far_.capacity() * sizeof(Far));
}

}  // namespace luheng::matching
