#include "matching/book/book_set.h"

#include <algorithm>
#include <cstdlib>

namespace luheng::matching {

BookSet::BookSet(const BookOptions& options)
    : orders_(options.order_count),
      levels_(options.level_count),
      ids_(options.id_page_count) {}

void BookSet::StopOnTaker(const Taker& taker, const Limits& limits) {
  LUHENG_CHECK(false) << "taker " << taker.id << " limit " << taker.limit
                      << " quantity " << taker.quantity << " steps_max "
                      << limits.steps_max;
  std::abort();  // Not reached.
}

void BookSet::StopOnMissing(OrderId id) {
  LUHENG_CHECK(false) << "order " << id << " does not rest";
  std::abort();  // Not reached.
}

void BookSet::StopOnOrder(const RestingOrder& order) {
  LUHENG_CHECK(false) << "order " << order.id << " price " << order.price
                      << " quantity " << order.quantity
                      << " is out of range or rests already";
  std::abort();  // Not reached.
}

void BookSet::StopOnChange(const Order& order, Quantity quantity) {
  LUHENG_CHECK(false) << "fill or reduce order " << order.id << " with "
                      << order.quantity << " open by or to " << quantity;
  std::abort();  // Not reached.
}

bool BookSet::CanFill(const Ladder& makers, const Taker& taker) const {
  const Side side = Opposite(taker.side);
  const uint32_t limit =
      KeyOf(side, static_cast<uint32_t>(taker.limit.value()));
  auto left = static_cast<uint64_t>(taker.quantity.value());
  for (Ladder::Cursor at = makers.First(); at.level != 0 && at.key <= limit;
       at = makers.Next(at)) {
    const Level& level = levels_[at.level];
    if (level.quantity >= left) return true;
    left -= level.quantity;
  }
  return false;
}

void BookSet::Cross(const Ladder& makers, uint32_t limit, const Taker& taker,
                    const Limits& limits, Outcome& outcome) const {
  const bool all_or_nothing =
      taker.time_in_force == TimeInForce::kFillOrKill && !taker.continued;
  if (makers.best_key() > limit) {
    if (all_or_nothing) {
      Refuse(Cause::kNotFillable, outcome);
    } else {
      EndWithRest(taker, outcome);
    }
  } else if (taker.post_only && !taker.continued) {
    Refuse(Cause::kWouldTrade, outcome);
  } else if (all_or_nothing && !CanFill(makers, taker)) {
    Refuse(Cause::kNotFillable, outcome);
  } else {
    Match(makers, makers.First(), limit, taker, limits, outcome);
  }
}

void BookSet::Refuse(Cause cause, Outcome& outcome) {
  outcome.ending = Ending::kRefused;
  outcome.cause = cause;
}

void BookSet::Match(const Ladder& makers, Ladder::Cursor at, uint32_t limit,
                    const Taker& taker, const Limits& limits,
                    Outcome& outcome) const {
  auto left = static_cast<uint32_t>(taker.quantity.value());
  const auto steps_max = static_cast<size_t>(limits.steps_max);
  uint32_t slot = levels_[at.level].head;
  while (true) {
    if (outcome.steps.size() == steps_max) {
      outcome.ending = Ending::kMore;
      break;
    }
    const Order& maker = orders_[slot];
    // The one who applies the fill needs it at once.
    ids_.Prefetch(maker.id);
    const uint32_t quantity = std::min(left, maker.quantity);
    Step& step = outcome.steps.Append();
    step.maker = maker.id;
    step.price = Ticks(maker.price);
    step.quantity = Quantity(quantity);
    step.maker_owner = maker.owner;
    step.kind = StepKind::kFill;
    step.maker_gone = quantity == maker.quantity;
    step.reason = 0;
    left -= quantity;
    if (left == 0) break;
    slot = maker.next;
    if (slot != 0) continue;
    at = makers.Next(at);
    if (at.level == 0 || at.key > limit) {
      EndWithRest(taker, outcome);
      break;
    }
    slot = levels_[at.level].head;
  }
  outcome.remaining = Quantity(left);
  outcome.traded = Quantity(taker.quantity.value() - left);
}

Amendment BookSet::PlanAmendment(OrderId id, Ticks price,
                                 Quantity quantity) const {
  const uint32_t slot = ids_.Find(id);
  if (slot == 0) return Amendment::kNotResting;
  const Order& order = orders_[slot];
  if (price.value() != order.price) return Amendment::kLosesPlace;
  if (quantity.value() == order.quantity) return Amendment::kNothing;
  return quantity.value() < order.quantity ? Amendment::kKeepsPlace
                                           : Amendment::kLosesPlace;
}

void BookSet::GrowBooks(InstrumentId instrument) {
  LUHENG_CHECK(instrument.value() >= 1 && instrument.value() < kInstrumentsMax)
      << "instrument " << instrument;
  books_.resize(static_cast<size_t>(instrument.value()) + 1);
}

uint32_t BookSet::MakeLevel(Ladder& ladder, const RestingOrder& order,
                            uint32_t key) {
  const uint32_t slot = levels_.Allocate();
  Level& level = levels_[slot];
  level.quantity = 0;
  level.head = 0;
  level.tail = 0;
  level.count = 0;
  level.price = static_cast<uint32_t>(order.price.value());
  level.book_side = static_cast<uint32_t>(order.instrument.value()) * 2 +
                    static_cast<uint32_t>(order.side);
  ladder.Insert(key, slot);
  return slot;
}

void BookSet::Unlink(uint32_t slot, const Order& order, Level& level) {
  (order.prev == 0 ? level.head : orders_[order.prev].next) = order.next;
  (order.next == 0 ? level.tail : orders_[order.next].prev) = order.prev;
  Ladder& ladder = LadderOf(level);
  ladder.DropOrder();
  if (--level.count == 0) {
    ladder.Erase(KeyOf(static_cast<Side>(level.book_side % 2), level.price));
    levels_.Free(order.level);
  }
  ids_.Erase(order.id);
  orders_.Free(slot);
}

void BookSet::Reduce(OrderId id, Quantity quantity) {
  Order& order = orders_[SlotOf(id)];
  if (quantity.value() < 1 || quantity.value() >= order.quantity) {
    StopOnChange(order, quantity);
  }
  const auto lots = static_cast<uint32_t>(quantity.value());
  levels_[order.level].quantity -= order.quantity - lots;
  order.quantity = lots;
}

void BookSet::Apply(const Step& step) {
  switch (step.kind) {
    case StepKind::kFill:
    case StepKind::kDecrement:
      // To a maker a decrement is a fill without a counterparty.
      Fill(step.maker, step.quantity);
      return;
    case StepKind::kCancelMaker:
      Remove(step.maker);
      return;
    case StepKind::kSkip:
      return;
  }
}

void BookSet::NoteOrderId(OrderId id) {
  LUHENG_CHECK(id >= last_order_id_)
      << "order id " << id << " after " << last_order_id_;
  last_order_id_ = id;
}

std::optional<Ticks> BookSet::BestPrice(InstrumentId instrument,
                                        Side side) const {
  const Ladder::Cursor best = LadderOf(instrument, side).First();
  if (best.level == 0) return std::nullopt;
  return Ticks(levels_[best.level].price);
}

PriceLevel BookSet::LevelAt(InstrumentId instrument, Side side,
                            Ticks price) const {
  if (price.value() < 1 || price.value() > kTicksMax) return {price, {}, 0};
  const uint32_t key = KeyOf(side, static_cast<uint32_t>(price.value()));
  const uint32_t slot = LadderOf(instrument, side).Find(key);
  return slot == 0 ? PriceLevel{price, {}, 0} : View(levels_[slot]);
}

void BookSet::PrefetchPrice(InstrumentId instrument, Side side,
                            Ticks price) const {
  const uint32_t key = KeyOf(side, static_cast<uint32_t>(price.value()));
  LadderOf(instrument, side).Prefetch(key);
}

void BookSet::PrefetchLevel(InstrumentId instrument, Side side,
                            Ticks price) const {
  const uint32_t key = KeyOf(side, static_cast<uint32_t>(price.value()));
  __builtin_prefetch(&levels_[LadderOf(instrument, side).Find(key)], 1);
}

void BookSet::CollectOwned(InstrumentId instrument, Owner owner, OrderId after,
                           int64_t count_max, std::vector<OrderId>& ids) const {
  ids.clear();
  // A heap of the lowest ids so far, the highest of them on top.
  const auto collect = [&](const RestingOrder& order) {
    if (order.owner != owner || order.id <= after) return;
    if (static_cast<int64_t>(ids.size()) >= count_max) {
      if (ids.empty() || order.id > ids.front()) return;
      std::pop_heap(ids.begin(), ids.end());
      ids.pop_back();
    }
    ids.push_back(order.id);
    std::push_heap(ids.begin(), ids.end());
  };
  ForEachOrder(instrument, Side::kBuy, collect);
  ForEachOrder(instrument, Side::kSell, collect);
  std::sort_heap(ids.begin(), ids.end());
}

int64_t BookSet::order_count(InstrumentId instrument, Side side) const {
  return LadderOf(instrument, side).order_count();
}

int64_t BookSet::bytes() const {
  int64_t total = orders_.bytes() + levels_.bytes() + ids_.bytes() +
                  static_cast<int64_t>(books_.capacity() * sizeof(Book));
  for (const Book& book : books_) {
    for (const Ladder& ladder : book.sides) total += ladder.bytes();
  }
  return total;
}

}  // namespace luheng::matching
