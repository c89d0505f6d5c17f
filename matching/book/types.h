// The vocabulary of the continuous book: sides, ticks, the incoming order
// (taker), what Preview answers (Outcome) and what a screen may say (Verdict).
// Plain values without behaviour. Prices are ticks, quantities whole lots; the
// book knows neither money nor names.
#ifndef LUHENG_MATCHING_BOOK_TYPES_H_
#define LUHENG_MATCHING_BOOK_TYPES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "ledger/base/amount.h"
#include "ledger/base/ids.h"

namespace luheng::matching {

enum class Side : uint8_t { kBuy = 0, kSell = 1 };

// Without a branch: the side of the next order cannot be predicted.
constexpr Side Opposite(Side side) {
  return static_cast<Side>(static_cast<uint8_t>(side) ^ 1);
}

// A price in ticks of its instrument, 1 to kTicksMax.
using Ticks = Amount<struct TicksTag>;
inline constexpr int64_t kTicksMax = 1'000'000'000;

// Whatever the caller needs to know of an order's owner, for its screens: a
// holder's number, say. The book stores it and never reads it.
using Owner = Id<struct OwnerTag, uint32_t>;

// What becomes of the quantity that does not trade at once. Expiry of DAY and
// GTD orders is the caller's work: it removes them when their time comes.
enum class TimeInForce : uint8_t {
  kResting,            // GTC, DAY, GTD: it rests at its limit.
  kImmediateOrCancel,  // It is cancelled.
  kFillOrKill,         // All trades or nothing happens.
};

// An incoming limit order, as Preview sees it.
struct Taker {
  OrderId id;
  InstrumentId instrument;
  Side side = Side::kBuy;
  TimeInForce time_in_force = TimeInForce::kResting;
  // Only rests: refused if it would touch a resting order (see Preview).
  bool post_only = false;
  // A further piece of an order whose last Preview ended in kMore: what was
  // decided at its start (fill or kill, post-only) is not asked again.
  bool continued = false;
  Ticks limit;
  Quantity quantity;  // 1 to kLotsMax; for a further piece, what remained.
  Owner owner;
};

// A resting order, as the book shows it.
struct RestingOrder {
  OrderId id;
  InstrumentId instrument;
  Side side = Side::kBuy;
  Ticks price;
  Quantity quantity;  // What is still open, 1 to kLotsMax.
  Owner owner;

  friend bool operator==(const RestingOrder&, const RestingOrder&) = default;
};

// All resting orders of one side at one price.
struct PriceLevel {
  Ticks price;
  Quantity quantity;  // Sum of the open quantities.
  int64_t order_count = 0;

  friend bool operator==(const PriceLevel&, const PriceLevel&) = default;
};

// One thing that happens, or deliberately does not, between the taker and one
// maker.
enum class StepKind : uint8_t {
  kFill,         // They trade `quantity` at the maker's price.
  kCancelMaker,  // The screen takes the maker off the book.
  kDecrement,    // The screen takes `quantity` off both, without a trade.
  kSkip,         // The screen passes the maker over; it keeps its place.
};

struct Step {
  OrderId maker;
  Ticks price;        // The maker's.
  Quantity quantity;  // Fill and decrement: of both. Else what maker has open.
  Owner maker_owner;
  StepKind kind = StepKind::kFill;
  bool maker_gone = false;  // This step takes the maker off the book.
  uint16_t reason = 0;      // The screen's reason; zero for an open fill.

  friend bool operator==(const Step&, const Step&) = default;
};

enum class Ending : uint8_t {
  kDone,       // Nothing is left: all of it traded or was decremented.
  kRests,      // `remaining` rests at the limit.
  kCancelled,  // `remaining` is cancelled, for `cause`.
  kRefused,    // Nothing at all happens, for `cause`. No steps.
  kMore,       // `steps_max` reached: apply the steps, then preview the rest.
};

enum class Cause : uint8_t {
  kNone,
  kImmediateOrCancel,  // Nothing more to trade with, and it may not rest.
  kScreen,             // The screen cancelled the taker; see `screen_reason`.
  kSkipsMax,           // More orders to pass over than allowed.
  kNotFillable,        // Fill or kill could not be filled in full.
  kWouldTrade,         // Post-only would have touched a resting order.
};

// The steps of one outcome, in their order. Like a vector of plain records, but
// clearing it is one store. Memory only grows.
class StepList {
 public:
  StepList() = default;
  StepList(const StepList& other) { *this = other; }
  StepList(StepList&&) = default;
  StepList& operator=(const StepList& other) {
    if (this == &other) return *this;
    clear();
    for (const Step& step : other) push_back(step);
    return *this;
  }
  StepList& operator=(StepList&&) = default;

  // Adds a step for the caller to fill in; its fields are unspecified.
  Step& Append() {
    if (size_ == room_.size()) room_.resize(size_ < 64 ? 64 : size_ * 2);
    return room_[size_++];
  }
  void push_back(const Step& step) { Append() = step; }
  void clear() { size_ = 0; }
  void reserve(size_t count) {
    if (count > room_.size()) room_.resize(count);
  }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const Step* begin() const { return room_.data(); }
  const Step* end() const { return room_.data() + size_; }
  const Step& operator[](size_t index) const { return room_[index]; }
  const Step& back() const { return room_[size_ - 1]; }

  friend bool operator==(const StepList& a, const StepList& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  std::vector<Step> room_;
  size_t size_ = 0;
};

// What Preview answers. Owned and reused by the caller: its memory is kept
// from one Preview to the next.
struct Outcome {
  StepList steps;
  Quantity traded;       // By these steps.
  Quantity decremented;  // By these steps.
  Quantity remaining;    // Of the taker, after these steps.
  Ending ending = Ending::kDone;
  Cause cause = Cause::kNone;
  uint16_t screen_reason = 0;
};

// How far one Preview goes.
struct Limits {
  int32_t steps_max = 256;  // Fills, cancels and decrements; at least 1.
  int32_t skips_max = 256;  // Orders passed over by the screen.
};

// What a screen says about one maker.
enum class Action : uint8_t {
  kTrade,        // Up to `quantity`; less than asked for leaves the maker's
                 // rest in its place and goes on behind it; zero is a skip.
  kSkip,         // Pass over it; it keeps its place.
  kCancelTaker,  // Cancel the rest of the taker.
  kCancelMaker,  // Cancel the maker and go on.
  kCancelBoth,   // Cancel the maker and the rest of the taker.
  kDecrement,    // Take the smaller quantity off both and go on.
};

struct Verdict {
  Action action = Action::kTrade;
  Quantity quantity;    // Only for kTrade.
  uint16_t reason = 0;  // The caller's own code, handed through to the step.
};

// The four usual ways to prevent a trade with oneself.
enum class SelfTradeMode : uint8_t {
  kCancelNewest,
  kCancelOldest,
  kCancelBoth,
  kDecrement,
};

// The verdict on an order of the taker's own beneficial owner under `mode`.
constexpr Verdict SelfTradeVerdict(SelfTradeMode mode, uint16_t reason) {
  switch (mode) {
    case SelfTradeMode::kCancelNewest:
      return {Action::kCancelTaker, Quantity(), reason};
    case SelfTradeMode::kCancelOldest:
      return {Action::kCancelMaker, Quantity(), reason};
    case SelfTradeMode::kCancelBoth:
      return {Action::kCancelBoth, Quantity(), reason};
    case SelfTradeMode::kDecrement:
      return {Action::kDecrement, Quantity(), reason};
  }
  return {Action::kCancelTaker, Quantity(), reason};
}

}  // namespace luheng::matching

#endif  // LUHENG_MATCHING_BOOK_TYPES_H_
