// BookSet::Preview under a screen. Apart from book_set.h, so that matching
// without a screen does not pay for it.
#ifndef LUHENG_MATCHING_BOOK_SCREENED_MATCH_H_
#define LUHENG_MATCHING_BOOK_SCREENED_MATCH_H_

#include <algorithm>
#include <cstdint>

#include "matching/book/book_set.h"

namespace luheng::matching {

// One run of one taker against the other side of its book. Used by
// BookSet::Preview only.
template <typename ScreenT>
class ScreenedMatch {
 public:
  ScreenedMatch(const BookSet& books, const Taker& taker, const Limits& limits,
                ScreenT& screen, Outcome& outcome)
      : books_(books),
        taker_(taker),
        limits_(limits),
        screen_(screen),
        outcome_(outcome),
        all_or_nothing_(taker.time_in_force == TimeInForce::kFillOrKill &&
                        !taker.continued),
        post_only_(taker.post_only && !taker.continued),
        left_(static_cast<uint32_t>(taker.quantity.value())) {}

  void Run() {
    if (!Walk()) return;
    if (all_or_nothing_ && left_ > 0) {
      Refuse(Cause::kNotFillable);
    } else if (cut_) {
      outcome_.ending = Ending::kMore;
    } else if (left_ > 0) {
      BookSet::EndWithRest(taker_, outcome_);
    }
  }

 private:
  // Meets the makers in priority order. False if the outcome has its ending.
  bool Walk() {
    const Side side = Opposite(taker_.side);
    const uint32_t limit =
        KeyOf(side, static_cast<uint32_t>(taker_.limit.value()));
    const Ladder& makers = books_.LadderOf(taker_.instrument, side);
    for (Ladder::Cursor at = makers.First(); at.level != 0 && at.key <= limit;
         at = makers.Next(at)) {
      const auto& level = books_.levels_[at.level];
      for (uint32_t slot = level.head; slot != 0;) {
        if (left_ == 0) return true;
        const auto& order = books_.orders_[slot];
        if (!Meet(books_.View(order, level))) return false;
        slot = order.next;
      }
    }
    return true;
  }

  bool Meet(const RestingOrder& maker) {
    const Quantity asked = std::min(Quantity(int64_t{left_}), maker.quantity);
    const Verdict verdict = screen_.Allow(maker, asked);
    if (verdict.action == Action::kSkip ||
        (verdict.action == Action::kTrade && verdict.quantity.value() <= 0)) {
      return Skip(maker, maker.quantity, verdict.reason);
    }
    if (post_only_) return Refuse(Cause::kWouldTrade);
    switch (verdict.action) {
      case Action::kTrade:
        return Trade(maker, asked, verdict);
      case Action::kCancelMaker:
        return Record(maker, StepKind::kCancelMaker, maker.quantity, verdict);
      case Action::kCancelBoth:
        if (all_or_nothing_) return Refuse(Cause::kNotFillable);
        return Record(maker, StepKind::kCancelMaker, maker.quantity, verdict) &&
               CancelTaker(Cause::kScreen, verdict.reason);
      case Action::kDecrement:
        if (all_or_nothing_) return Refuse(Cause::kNotFillable);
        return Record(maker, StepKind::kDecrement, asked, verdict);
      case Action::kCancelTaker:
      case Action::kSkip:
        break;
    }
    return CancelTaker(Cause::kScreen, verdict.reason);
  }

  bool Trade(const RestingOrder& maker, Quantity asked,
             const Verdict& verdict) {
    const Quantity quantity = std::min(asked, verdict.quantity);
    const Verdict open{Action::kTrade, quantity, 0};
    if (!Record(maker, StepKind::kFill, quantity, open)) return false;
    screen_.Take(maker, quantity);
    if (quantity == asked) return true;
    const Quantity rest(maker.quantity.value() - quantity.value());
    return Skip(maker, rest, verdict.reason);
  }

  // Adds the step, if there is room for it, and counts it. A fill or kill
  // goes on counting beyond the room, since it is decided as a whole.
  bool Record(const RestingOrder& maker, StepKind kind, Quantity quantity,
              const Verdict& verdict) {
    if (step_count_ == limits_.steps_max) {
      if (!all_or_nothing_) {
        outcome_.ending = Ending::kMore;
        return false;
      }
      cut_ = true;
    }
    const bool trades = kind == StepKind::kFill;
    const bool takes = trades || kind == StepKind::kDecrement;
    if (takes) left_ -= static_cast<uint32_t>(quantity.value());
    if (cut_) return true;
    ++step_count_;
    outcome_.steps.push_back({maker.id, maker.price, quantity, maker.owner,
                              kind, !takes || quantity == maker.quantity,
                              verdict.reason});
    if (!takes) return true;
    Quantity& sum = trades ? outcome_.traded : outcome_.decremented;
    sum = Quantity(sum.value() + quantity.value());
    outcome_.remaining = Quantity(int64_t{left_});
    return true;
  }

  bool Skip(const RestingOrder& maker, Quantity open, uint16_t reason) {
    if (skip_count_ == limits_.skips_max) {
      if (post_only_) return Refuse(Cause::kSkipsMax);
      return CancelTaker(Cause::kSkipsMax, reason);
    }
    ++skip_count_;
    if (cut_) return true;
    outcome_.steps.push_back({maker.id, maker.price, open, maker.owner,
                              StepKind::kSkip, false, reason});
    return true;
  }

  bool CancelTaker(Cause cause, uint16_t reason) {
    if (all_or_nothing_) return Refuse(Cause::kNotFillable);
    outcome_.ending = Ending::kCancelled;
    outcome_.cause = cause;
    outcome_.screen_reason = reason;
    return false;
  }

  bool Refuse(Cause cause) {
    outcome_.steps.clear();
    outcome_.traded = Quantity();
    outcome_.decremented = Quantity();
    outcome_.remaining = taker_.quantity;
    outcome_.ending = Ending::kRefused;
    outcome_.cause = cause;
    return false;
  }

  const BookSet& books_;
  const Taker& taker_;
  const Limits& limits_;
  ScreenT& screen_;
  Outcome& outcome_;
  const bool all_or_nothing_;
  const bool post_only_;
  uint32_t left_;  // Of the taker, steps beyond `steps_max` counted too.
  int32_t step_count_ = 0;
  int32_t skip_count_ = 0;
  bool cut_ = false;  // Steps beyond `steps_max` are counted, not recorded.
};

template <typename ScreenT>
void BookSet::Preview(const Taker& taker, const Limits& limits, ScreenT& screen,
                      Outcome& outcome) const {
  Begin(taker, limits, outcome);
  ScreenedMatch<ScreenT>(*this, taker, limits, screen, outcome).Run();
}

}  // namespace luheng::matching

#endif  // LUHENG_MATCHING_BOOK_SCREENED_MATCH_H_
