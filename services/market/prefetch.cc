// What an order touches, brought near before its turn. Most of an order's time
// would else be waiting: for the balances, for the table of client order ids,
// for the order that a cancel names.
#include <limits>

#include "services/market/market_area.h"

namespace luheng::market {
namespace {

using core::Distance;

constexpr AssetId kCash = core::AssetDirectory::kCurrency;

}  // namespace

void MarketArea::Prefetch(HolderId holder, const core::Command& command,
                          Distance distance) const {
  switch (command.type) {
    case v1::COMMAND_TYPE_PLACE_ORDER:
      return PrefetchPlace(
          holder, static_cast<const v1::PlaceOrderCommand&>(*command.body),
          distance);
    case v1::COMMAND_TYPE_CANCEL_ORDER:
      return PrefetchOrder(
          OrderId(static_cast<const v1::CancelOrderCommand&>(*command.body)
                      .order()),
          distance);
    case v1::COMMAND_TYPE_AMEND_ORDER:
      return PrefetchOrder(
          OrderId(
              static_cast<const v1::AmendOrderCommand&>(*command.body).order()),
          distance);
    default:
      return;
  }
}

void MarketArea::PrefetchPlace(HolderId holder,
                               const v1::PlaceOrderCommand& body,
                               Distance distance) const {
  PrefetchPrice(body, distance);
  if (distance == Distance::kNear) return;
  if (body.holder() != 0) holder = HolderId(body.holder());
  if (holder.value() <= 0 ||
      holder.value() > std::numeric_limits<int32_t>::max()) {
    return;
  }
  if (distance == Distance::kFar) {
    const auto key = ClientKey::Make(holder, body.client_order_id());
    if (key) orders_.PrefetchClient(*key);
  }
  PrefetchAccounts(holder, InstrumentId(body.instrument()), distance);
}

void MarketArea::PrefetchPrice(const v1::PlaceOrderCommand& body,
                               Distance distance) const {
  const Instrument* const found =
      instruments_.Find(InstrumentId(body.instrument()));
  if (found == nullptr) return;
  const matching::Side side = body.side() == v1::SIDE_BUY
                                  ? matching::Side::kBuy
                                  : matching::Side::kSell;
  const matching::Ticks price(body.price_minor_per_lot() /
                              found->book_tick_minor);
  if (distance == Distance::kFar) {
    books_.PrefetchPrice(found->id, side, price);
  } else if (distance == Distance::kMiddle) {
    books_.PrefetchLevel(found->id, side, price);
  }
}

void MarketArea::PrefetchOrder(OrderId id, Distance distance) const {
  if (distance == Distance::kFar) {
    orders_.PrefetchId(id);
    books_.PrefetchId(id);
    return;
  }
  if (distance == Distance::kMiddle) {
    orders_.PrefetchOrder(id);
    books_.PrefetchOrder(id);
    return;
  }
  const OrderRecord* const order = orders_.Find(id);
  if (order == nullptr || !order->is_open()) return;
  PrefetchAccounts(order->holder(), order->instrument(), Distance::kMiddle);
}

void MarketArea::PrefetchAccounts(HolderId holder, InstrumentId instrument,
                                  Distance distance) const {
  const Instrument* const found = instruments_.Find(instrument);
  if (found == nullptr) return;
  for (const AssetId asset : {kCash, found->asset}) {
    if (distance == Distance::kFar) {
      accounts_.PrefetchIndex(holder, asset);
    } else {
      accounts_.PrefetchRow(holder, asset);
    }
  }
}

}  // namespace luheng::market
