#include "services/market/orders.h"

#include "ledger/base/check.h"

namespace luheng::market {
namespace {

// Closed orders dropped by one closing at most, so that no command waits for a
// long tail.
constexpr int kDropsMax = 4;

void SaveRecord(const OrderRecord& order, core::StateWriter& writer) {
  writer.IdOf(order.id);
  writer.Text(order.client.id());
  for (const int64_t value :
       {order.created.value(), order.expires.value(), order.closed.value(),
        order.entry.value(), order.filled_notional, order.fees,
        int64_t{order.instrument_number}, int64_t{order.price},
        int64_t{order.quantity}, int64_t{order.filled}, int64_t{order.open},
        int64_t{order.fee_ppm}, static_cast<int64_t>(order.side),
        int64_t{order.time_in_force}, int64_t{order.self_trade_prevention},
        int64_t{order.close_reason}, int64_t{order.post_only}}) {
    writer.Int(value);
  }
}

OrderRecord LoadRecord(core::StateReader& reader, HolderId holder) {
  OrderRecord order;
  order.id = reader.IdOf<OrderId>();
  const auto key = ClientKey::Make(holder, reader.Text());
  if (!key) reader.Fail("a client order id");
  order.client = key.value_or(ClientKey());
  order.created = Stamp(reader.Int());
  order.expires = Stamp(reader.Int());
  order.closed = Stamp(reader.Int());
  order.entry = EntryNumber(reader.Int());
  order.filled_notional = reader.Int();
  order.fees = reader.Int();
  for (uint32_t* value :
       {&order.instrument_number, &order.price, &order.quantity, &order.filled,
        &order.open, &order.fee_ppm}) {
    *value = static_cast<uint32_t>(reader.Count(UINT32_MAX));
  }
  order.side = static_cast<matching::Side>(reader.Count(1));
  for (uint8_t* value : {&order.time_in_force, &order.self_trade_prevention,
                         &order.close_reason}) {
    *value = static_cast<uint8_t>(reader.Count(UINT8_MAX));
  }
  order.post_only = reader.Int() != 0;
  return order;
}

}  // namespace

v1::OrderState OrderRecord::state() const {
  switch (close_reason) {
    case v1::CLOSE_REASON_UNSPECIFIED:
      return filled == 0 ? v1::ORDER_STATE_OPEN
                         : v1::ORDER_STATE_PARTIALLY_FILLED;
    case v1::CLOSE_REASON_FILLED:
      return v1::ORDER_STATE_FILLED;
    case v1::CLOSE_REASON_DAY_END:
    case v1::CLOSE_REASON_EXPIRED:
      return v1::ORDER_STATE_EXPIRED;
    default:
      return v1::ORDER_STATE_CANCELLED;
  }
}

Orders::Orders() : records_(1 << 12) {}

const OrderRecord* Orders::FindByClient(const ClientKey& key, Stamp now) const {
  const auto it = by_client_.find(key);
  if (it == by_client_.end()) return nullptr;
  const OrderRecord& order = records_[it->second];
  if (!order.is_open() &&
      now.value() - order.closed.value() > kClosedKeptNanos) {
    return nullptr;
  }
  return &order;
}

Orders::HolderState& Orders::MutableState(HolderId holder) {
  const auto index = static_cast<size_t>(holder.value());
  if (index >= holders_.size()) holders_.resize(index + 1);
  return holders_[index];
}

void Orders::Append(uint32_t& head, uint32_t& tail, uint32_t slot) {
  OrderRecord& order = records_[slot];
  order.next = 0;
  order.prev = tail;
  (tail == 0 ? head : records_[tail].next) = slot;
  tail = slot;
}

void Orders::Unlink(uint32_t& head, uint32_t& tail, uint32_t slot) {
  const OrderRecord& order = records_[slot];
  (order.prev == 0 ? head : records_[order.prev].next) = order.next;
  (order.next == 0 ? tail : records_[order.next].prev) = order.prev;
}

uint32_t Orders::Insert(const OrderRecord& order) {
  const uint32_t slot = records_.Allocate();
  records_[slot] = order;
  ids_.Insert(order.id, slot);
  return slot;
}

OrderRecord& Orders::Add(const OrderRecord& order) {
  const uint32_t slot = Insert(order);
  by_client_.insert_or_assign(order.client, slot);
  HolderState& state = MutableState(order.holder());
  Append(state.open_head, state.open_tail, slot);
  ++state.open;
  return records_[slot];
}

void Orders::Close(OrderRecord& order, v1::CloseReason reason, Stamp now) {
  LUHENG_CHECK(order.is_open()) << "order " << order.id;
  order.close_reason = static_cast<uint8_t>(reason);
  order.closed = now;
  order.open = 0;
  const uint32_t slot = ids_.Find(order.id);
  HolderState& state = MutableState(order.holder());
  Unlink(state.open_head, state.open_tail, slot);
  --state.open;
  Append(state.closed_head, state.closed_tail, slot);
  ++state.closed;
  const int64_t oldest = now.value() - kClosedKeptNanos;
  for (int i = 0; i < kDropsMax && state.closed > 1; ++i) {
    if (state.closed <= kClosedPerHolderMax &&
        records_[state.closed_head].closed.value() >= oldest) {
      break;
    }
    DropOldestClosed(state);
  }
}

void Orders::DropOldestClosed(HolderState& state) {
  const uint32_t slot = state.closed_head;
  const OrderRecord& order = records_[slot];
  // A later order may have taken over the client order id.
  const auto it = by_client_.find(order.client);
  if (it != by_client_.end() && it->second == slot) by_client_.erase(it);
  ids_.Erase(order.id);
  Unlink(state.closed_head, state.closed_tail, slot);
  --state.closed;
  records_.Free(slot);
}

int64_t Orders::bytes() const {
  return records_.bytes() + ids_.bytes() +
         static_cast<int64_t>(by_client_.capacity() *
                                  (sizeof(ClientKey) + sizeof(uint64_t)) +
                              holders_.capacity() * sizeof(HolderState));
}

void Orders::Save(core::StateWriter& writer) const {
  writer.Int(static_cast<int64_t>(holders_.size()));
  const auto save = [&](const OrderRecord& order) {
    SaveRecord(order, writer);
    return true;
  };
  for (size_t i = 0; i < holders_.size(); ++i) {
    const HolderId holder(static_cast<int64_t>(i));
    writer.Int(holders_[i].open);
    ForEachOpen(holder, save);
    writer.Int(holders_[i].closed);
    ForEachClosed(holder, save);
  }
}

void Orders::LoadList(core::StateReader& reader, HolderId holder, bool closed) {
  for (int64_t left = reader.Count(); left > 0 && reader.status().ok();
       --left) {
    const OrderRecord order = LoadRecord(reader, holder);
    if (!reader.status().ok()) return;
    if (order.id.value() <= 0 || Find(order.id) != nullptr ||
        order.is_open() == closed) {
      return reader.Fail("a new order");
    }
    const uint32_t slot = Insert(order);
    const auto [it, is_new] = by_client_.try_emplace(order.client, slot);
    if (!is_new && records_[it->second].id < order.id) it->second = slot;
    HolderState& state = MutableState(holder);
    if (closed) {
      Append(state.closed_head, state.closed_tail, slot);
      ++state.closed;
    } else {
      Append(state.open_head, state.open_tail, slot);
      ++state.open;
    }
  }
}

void Orders::Load(core::StateReader& reader) {
  const int64_t count = reader.Count(int64_t{1} << 31);
  for (int64_t i = 0; i < count && reader.status().ok(); ++i) {
    MutableState(HolderId(i));
    LoadList(reader, HolderId(i), false);
    LoadList(reader, HolderId(i), true);
  }
}

}  // namespace luheng::market
