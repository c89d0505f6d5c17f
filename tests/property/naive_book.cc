#include "tests/property/naive_book.h"

#include <algorithm>
#include <utility>

namespace luheng::property {
namespace {

using matching::Action;
using matching::Cause;
using matching::Ending;
using matching::Outcome;
using matching::RestingOrder;
using matching::Side;
using matching::Step;
using matching::StepKind;
using matching::Taker;
using matching::Ticks;
using matching::TimeInForce;
using matching::Verdict;

Quantity Minus(Quantity a, Quantity b) {
  return Quantity(a.value() - b.value());
}

bool Crosses(const Taker& taker, Ticks price) {
  return taker.side == Side::kBuy ? price <= taker.limit : price >= taker.limit;
}

Outcome Refused(const Taker& taker, Cause cause) {
  Outcome outcome;
  outcome.remaining = taker.quantity;
  outcome.ending = Ending::kRefused;
  outcome.cause = cause;
  return outcome;
}

}  // namespace

Outcome NaiveBook::Execute(const Taker& taker, int32_t skips_max,
                           const Allow& allow, const Take& take) {
  Outcome outcome;
  outcome.remaining = taker.quantity;
  int32_t skip_count = 0;
  bool stopped = false;
  const auto stop = [&](Cause cause, uint16_t reason) {
    outcome.ending = Ending::kCancelled;
    outcome.cause = cause;
    outcome.screen_reason = reason;
    stopped = true;
  };
  const auto skip = [&](const RestingOrder& maker, Quantity open,
                        uint16_t reason) {
    if (skip_count++ == skips_max) return stop(Cause::kSkipsMax, reason);
    outcome.steps.push_back({maker.id, maker.price, open, maker.owner,
                             StepKind::kSkip, false, reason});
  };
  const auto cancel = [&](const RestingOrder& maker, uint16_t reason) {
    outcome.steps.push_back({maker.id, maker.price, maker.quantity, maker.owner,
                             StepKind::kCancelMaker, true, reason});
  };
  for (const RestingOrder& maker :
       Orders(taker.instrument, matching::Opposite(taker.side))) {
    if (stopped || outcome.remaining.value() == 0) break;
    if (!Crosses(taker, maker.price)) break;
    const Quantity both = std::min(outcome.remaining, maker.quantity);
    const Verdict verdict = allow(maker, both);
    const Quantity traded = verdict.action == Action::kTrade
                                ? std::min(both, verdict.quantity)
                                : Quantity();
    const bool skips =
        verdict.action == Action::kSkip ||
        (verdict.action == Action::kTrade && traded.value() == 0);
    if (taker.post_only && !skips) return Refused(taker, Cause::kWouldTrade);
    if (skips) {
      skip(maker, maker.quantity, verdict.reason);
    } else if (verdict.action == Action::kTrade) {
      take(maker, traded);
      outcome.steps.push_back({maker.id, maker.price, traded, maker.owner,
                               StepKind::kFill, traded == maker.quantity, 0});
      outcome.traded = Quantity(outcome.traded.value() + traded.value());
      outcome.remaining = Minus(outcome.remaining, traded);
      if (traded < both) {
        skip(maker, Minus(maker.quantity, traded), verdict.reason);
      }
    } else if (verdict.action == Action::kCancelTaker) {
      stop(Cause::kScreen, verdict.reason);
    } else if (verdict.action == Action::kCancelMaker) {
      cancel(maker, verdict.reason);
    } else if (verdict.action == Action::kCancelBoth) {
      cancel(maker, verdict.reason);
      stop(Cause::kScreen, verdict.reason);
    } else {
      outcome.steps.push_back({maker.id, maker.price, both, maker.owner,
                               StepKind::kDecrement, both == maker.quantity,
                               verdict.reason});
      outcome.decremented =
          Quantity(outcome.decremented.value() + both.value());
      outcome.remaining = Minus(outcome.remaining, both);
    }
  }
  if (taker.time_in_force == TimeInForce::kFillOrKill &&
      outcome.traded != taker.quantity) {
    return Refused(taker, Cause::kNotFillable);
  }
  if (stopped && taker.post_only) return Refused(taker, outcome.cause);
  if (!stopped && outcome.remaining.value() > 0) {
    const bool rests = taker.time_in_force == TimeInForce::kResting;
    outcome.ending = rests ? Ending::kRests : Ending::kCancelled;
    if (!rests) outcome.cause = Cause::kImmediateOrCancel;
  }
  for (const Step& step : outcome.steps) {
    if (step.kind == StepKind::kSkip) continue;
    if (step.maker_gone) {
      Remove(step.maker);
    } else {
      RestingOrder* maker = Find(step.maker);
      maker->quantity = Minus(maker->quantity, step.quantity);
    }
  }
  if (outcome.ending == Ending::kRests) {
    Add({taker.id, taker.instrument, taker.side, taker.limit, outcome.remaining,
         taker.owner});
  }
  return outcome;
}

void NaiveBook::Add(const RestingOrder& order) {
  levels_[{order.instrument.value(), order.side}][order.price.value()]
      .push_back(order);
}

bool NaiveBook::Remove(OrderId id) {
  for (auto& [book, levels] : levels_) {
    for (auto level = levels.begin(); level != levels.end(); ++level) {
      Queue& queue = level->second;
      for (auto order = queue.begin(); order != queue.end(); ++order) {
        if (order->id != id) continue;
        queue.erase(order);
        if (queue.empty()) levels.erase(level);
        return true;
      }
    }
  }
  return false;
}

RestingOrder* NaiveBook::Find(OrderId id) {
  for (auto& [book, levels] : levels_) {
    for (auto& [price, queue] : levels) {
      for (RestingOrder& order : queue) {
        if (order.id == id) return &order;
      }
    }
  }
  return nullptr;
}

std::vector<RestingOrder> NaiveBook::Orders(InstrumentId instrument,
                                            Side side) {
  std::vector<Queue> queues;
  for (const auto& [price, queue] : levels(instrument, side)) {
    queues.push_back(queue);
  }
  if (side == Side::kBuy) std::reverse(queues.begin(), queues.end());
  std::vector<RestingOrder> orders;
  for (const Queue& queue : queues) {
    orders.insert(orders.end(), queue.begin(), queue.end());
  }
  return orders;
}

std::vector<OrderId> NaiveBook::Ids() const {
  std::vector<OrderId> ids;
  for (const auto& [book, levels] : levels_) {
    for (const auto& [price, queue] : levels) {
      for (const RestingOrder& order : queue) ids.push_back(order.id);
    }
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace luheng::property
