// Every order that is open, and the closed ones of each holder's last days.
//
// Invariants: an order's record lives from its acceptance until seven days
// after it closed, or until its holder has closed kClosedPerHolderMax more; so
// memory follows the open orders and a bounded tail. A client order id leads to
// its order for as long as the record lives. The open orders of a holder stand
// in order of their ids, the closed ones in the order in which they closed.
#ifndef LUHENG_SERVICES_MARKET_ORDERS_H_
#define LUHENG_SERVICES_MARKET_ORDERS_H_

#include <cstdint>
#include <type_traits>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "luheng/market/v1/market.pb.h"
#include "matching/book/id_table.h"
#include "matching/book/pool.h"
#include "matching/book/types.h"
#include "services/core/state_io.h"
#include "services/market/client_key.h"
#include "services/market/fees.h"

namespace luheng::market {

// One order, two cache lines. Prices in minor units per lot, at most
// kPriceMinorMax; quantities in lots, at most kLotsMax: both fit 32 bits.
struct OrderRecord {
  OrderId id;
  ClientKey client;
  Stamp created;
  Stamp expires;      // GTD only.
  Stamp closed;       // 0 while open.
  EntryNumber entry;  // That accepted it.
  int64_t filled_notional = 0;
  int64_t fees = 0;
  uint32_t next = 0;  // In its holder's open or closed list.
  uint32_t prev = 0;
  uint32_t instrument_number = 0;
  uint32_t price = 0;
  uint32_t quantity = 0;  // As ordered, less what was taken off without trade.
  uint32_t filled = 0;
  uint32_t open = 0;  // Can still trade; 0 once closed.
  uint32_t fee_ppm = 0;
  matching::Side side = matching::Side::kBuy;
  uint8_t time_in_force = 0;          // A v1::TimeInForce.
  uint8_t self_trade_prevention = 0;  // A v1::SelfTradePrevention.
  uint8_t close_reason = 0;           // A v1::CloseReason; 0 while open.
  bool post_only = false;
  bool resting = false;  // Stands in the book.

  HolderId holder() const { return client.holder(); }
  InstrumentId instrument() const { return InstrumentId(instrument_number); }
  bool is_open() const { return close_reason == 0; }
  v1::OrderState state() const;
  // What it holds with `lots` open: fen for a buy, lots for a sell.
  int64_t HoldOf(int64_t lots) const {
    return side == matching::Side::kBuy ? BuyHold(price, lots, fee_ppm) : lots;
  }
};
static_assert(sizeof(OrderRecord) == 128, "two cache lines");
static_assert(std::is_trivially_copyable_v<OrderRecord>);

// Thread-compatible. A pointer to a record ends with the next Add or Close.
class Orders {
 public:
  static constexpr int32_t kClosedPerHolderMax = 65'536;
  static constexpr int64_t kClosedKeptNanos = 7 * kNanosPerDay;

  Orders();
  Orders(const Orders&) = delete;
  Orders& operator=(const Orders&) = delete;

  // The order `id`; null if it is not kept.
  const OrderRecord* Find(OrderId id) const {
    const uint32_t slot = ids_.Find(id);
    return slot == 0 ? nullptr : &records_[slot];
  }
  OrderRecord* Find(OrderId id) {
    const uint32_t slot = ids_.Find(id);
    return slot == 0 ? nullptr : &records_[slot];
  }
  // The order with that client order id, unless it closed more than seven days
  // before `now`; null if there is none.
  const OrderRecord* FindByClient(const ClientKey& key, Stamp now) const;

  // Bring near what Find and Add of a client order id touch, and what leads to
  // an order and then the order itself, of whatever id.
  void PrefetchClient(const ClientKey& key) const { by_client_.prefetch(key); }
  void PrefetchId(OrderId id) const { ids_.PrefetchAny(id); }
  void PrefetchOrder(OrderId id) const {
    const OrderRecord* const order = Find(id);
    if (order == nullptr) return;
    // Two cache lines.
    __builtin_prefetch(order, 1);
    __builtin_prefetch(&order->next, 1);
  }

  // Adds an open order of an id above all others. Its client order id leads to
  // it from now on.
  OrderRecord& Add(const OrderRecord& order);
  // Closes an open order; drops closed orders of its holder that are too old
  // or too many, never this one.
  void Close(OrderRecord& order, v1::CloseReason reason, Stamp now);

  int32_t open_count(HolderId holder) const { return StateOf(holder).open; }
  // Orders ever kept by `holder`, open or closed.
  bool Knows(HolderId holder) const {
    return static_cast<uint64_t>(holder.value()) < holders_.size();
  }
  // Calls `bool fn(const OrderRecord&)` for the open orders of `holder` by
  // rising id, until it returns false.
  template <typename Fn>
  void ForEachOpen(HolderId holder, Fn&& fn) const {
    for (uint32_t slot = StateOf(holder).open_head; slot != 0;
         slot = records_[slot].next) {
      if (!fn(records_[slot])) return;
    }
  }
  // The same for all kept closed orders, in the order of closing.
  template <typename Fn>
  void ForEachClosed(HolderId holder, Fn&& fn) const {
    for (uint32_t slot = StateOf(holder).closed_head; slot != 0;
         slot = records_[slot].next) {
      if (!fn(records_[slot])) return;
    }
  }
  // One above the highest holder that ever ordered.
  HolderId holder_end() const {
    return HolderId(static_cast<int64_t>(holders_.size()));
  }
  int64_t record_count() const { return records_.live_count(); }
  // Memory held, in use or not.
  int64_t bytes() const;

  void Save(core::StateWriter& writer) const;
  void Load(core::StateReader& reader);

 private:
  struct HolderState {
    uint32_t open_head = 0;
    uint32_t open_tail = 0;
    uint32_t closed_head = 0;
    uint32_t closed_tail = 0;
    int32_t open = 0;
    int32_t closed = 0;
  };

  const HolderState& StateOf(HolderId holder) const {
    const auto index = static_cast<uint64_t>(holder.value());
    return index < holders_.size() ? holders_[index] : nobody_;
  }
  HolderState& MutableState(HolderId holder);
  uint32_t Insert(const OrderRecord& order);
  void Append(uint32_t& head, uint32_t& tail, uint32_t slot);
  void Unlink(uint32_t& head, uint32_t& tail, uint32_t slot);
  void DropOldestClosed(HolderState& state);
  void LoadList(core::StateReader& reader, HolderId holder, bool closed);

  matching::Pool<OrderRecord> records_;
  matching::IdTable ids_;
  // Looked up only, never iterated.
  absl::flat_hash_map<ClientKey, uint32_t> by_client_;
  std::vector<HolderState> holders_;  // By holder.
  const HolderState nobody_;
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_ORDERS_H_
