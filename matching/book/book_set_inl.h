// The part of BookSet that every order goes through, in the caller's own code.
// Included by book_set.h only.
#ifndef LUHENG_MATCHING_BOOK_BOOK_SET_INL_H_
#define LUHENG_MATCHING_BOOK_BOOK_SET_INL_H_

#include <cstdint>
#include <optional>

#include "matching/book/book_set.h"

namespace luheng::matching {

inline void BookSet::Preview(const Taker& taker, const Limits& limits,
                             Outcome& outcome) const {
  Begin(taker, limits, outcome);
  const Side side = Opposite(taker.side);
  const uint32_t limit =
      KeyOf(side, static_cast<uint32_t>(taker.limit.value()));
  const Ladder& makers = LadderOf(taker.instrument, side);
  if (makers.best_key() <= limit ||
      taker.time_in_force == TimeInForce::kFillOrKill) {
    Cross(makers, limit, taker, limits, outcome);
  } else {
    EndWithRest(taker, outcome);
  }
}

inline void BookSet::Add(const RestingOrder& order) {
  if (order.id.value() <= 0 || order.price.value() < 1 ||
      order.price.value() > kTicksMax || order.quantity.value() < 1 ||
      order.quantity.value() > kLotsMax) {
    StopOnOrder(order);
  }
  const uint32_t slot = orders_.Allocate();
  if (!ids_.Insert(order.id, slot)) StopOnOrder(order);
  const auto index = static_cast<uint64_t>(order.instrument.value());
  if (index == 0 || index >= books_.size()) GrowBooks(order.instrument);
  Ladder& ladder = books_[index].sides[static_cast<size_t>(order.side)];
  const auto price = static_cast<uint32_t>(order.price.value());
  const auto quantity = static_cast<uint32_t>(order.quantity.value());
  const uint32_t key = KeyOf(order.side, price);
  uint32_t level_slot = ladder.Find(key);
  if (level_slot == 0) level_slot = MakeLevel(ladder, order, key);
  Level& level = levels_[level_slot];
  orders_[slot] = {order.id, 0,        level.tail, level_slot,
                   price,    quantity, order.owner};
  (level.tail == 0 ? level.head : orders_[level.tail].next) = slot;
  level.tail = slot;
  level.quantity += quantity;
  ++level.count;
  ladder.AddOrder();
  if (order.id > last_order_id_) last_order_id_ = order.id;
}

inline void BookSet::Fill(OrderId id, Quantity quantity) {
  const uint32_t slot = SlotOf(id);
  Order& order = orders_[slot];
  if (quantity.value() < 1 || quantity.value() > order.quantity) {
    StopOnChange(order, quantity);
  }
  Level& level = levels_[order.level];
  const auto lots = static_cast<uint32_t>(quantity.value());
  level.quantity -= lots;
  order.quantity -= lots;
  if (order.quantity == 0) Unlink(slot, order, level);
}

inline void BookSet::Remove(OrderId id) {
  const uint32_t slot = SlotOf(id);
  const Order& order = orders_[slot];
  Level& level = levels_[order.level];
  level.quantity -= order.quantity;
  Unlink(slot, order, level);
}

inline std::optional<RestingOrder> BookSet::Find(OrderId id) const {
  const uint32_t slot = ids_.Find(id);
  if (slot == 0) return std::nullopt;
  const Order& order = orders_[slot];
  return View(order, levels_[order.level]);
}

}  // namespace luheng::matching

#endif  // LUHENG_MATCHING_BOOK_BOOK_SET_INL_H_
