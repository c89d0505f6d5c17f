#include "services/market/render.h"

#include "services/core/names.h"

namespace luheng::market {
namespace {

std::string InstrumentName(absl::string_view symbol) {
  return core::TextName("instruments", symbol);
}

v1::Side SideOf(matching::Side side) {
  return side == matching::Side::kBuy ? v1::SIDE_BUY : v1::SIDE_SELL;
}

}  // namespace

google::protobuf::Timestamp TimestampOf(Stamp stamp) {
  google::protobuf::Timestamp shown;
  shown.set_seconds(stamp.value() / kNanosPerSecond);
  shown.set_nanos(static_cast<int32_t>(stamp.value() % kNanosPerSecond));
  return shown;
}

v1::Instrument RenderInstrument(const Instrument& instrument,
                                const core::AssetDirectory& assets, Stamp now) {
  v1::Instrument shown;
  shown.set_name(InstrumentName(instrument.symbol));
  shown.set_symbol(instrument.symbol);
  shown.set_display_name(instrument.display_name);
  shown.set_display_name_en(instrument.display_name_en);
  shown.set_asset(
      core::TextName("assets", assets.AssetSymbol(instrument.asset)));
  shown.set_lot_units(instrument.lot_units);
  shown.set_lot_name(instrument.lot_name);
  shown.set_session_state(instrument.shown_state());
  shown.set_reference_price_minor_per_lot(instrument.reference_minor);
  shown.set_id(instrument.id.value());
  if (const Rules* rules = instrument.RulesAt(now)) {
    *shown.mutable_rules() = MessageOf(*rules);
    const PriceRange range = AcceptedPrices(*rules, instrument.reference_minor);
    shown.set_lowest_price_minor_per_lot(range.lowest);
    shown.set_highest_price_minor_per_lot(range.highest);
  }
  if (instrument.session_due != Stamp()) {
    *shown.mutable_next_session_time() = TimestampOf(instrument.session_due);
  }
  return shown;
}

v1::Order RenderOrder(const OrderRecord& order, absl::string_view symbol) {
  v1::Order shown;
  shown.set_name(core::OrderName(order.holder(), order.id));
  shown.set_instrument(InstrumentName(symbol));
  shown.set_side(SideOf(order.side));
  shown.set_price_minor_per_lot(order.price);
  shown.set_quantity_lots(order.quantity);
  shown.set_filled_lots(order.filled);
  shown.set_remaining_lots(order.open);
  shown.set_time_in_force(static_cast<v1::TimeInForce>(order.time_in_force));
  if (order.expires != Stamp()) {
    *shown.mutable_expire_time() = TimestampOf(order.expires);
  }
  shown.set_post_only(order.post_only);
  shown.set_self_trade_prevention(
      static_cast<v1::SelfTradePrevention>(order.self_trade_prevention));
  shown.set_client_order_id(order.client.id());
  shown.set_state(order.state());
  shown.set_close_reason(static_cast<v1::CloseReason>(order.close_reason));
  *shown.mutable_create_time() = TimestampOf(order.created);
  shown.set_entry(order.entry.value());
  shown.set_filled_notional_minor(order.filled_notional);
  shown.set_fee_minor(order.fees);
  return shown;
}

v1::Trade RenderTrade(const TradeRecord& trade, absl::string_view symbol) {
  v1::Trade shown;
  shown.set_trade(trade.number);
  shown.set_instrument(InstrumentName(symbol));
  shown.set_price_minor_per_lot(trade.price_minor);
  shown.set_quantity_lots(trade.lots);
  shown.set_taker_side(SideOf(trade.taker_side));
  *shown.mutable_time() = TimestampOf(trade.time);
  shown.set_entry(trade.entry.value());
  return shown;
}

v1::Fill RenderFill(const TradeRecord& trade, bool maker,
                    absl::string_view symbol) {
  v1::Fill shown;
  shown.set_trade(trade.number);
  shown.set_order(maker ? core::OrderName(trade.maker_holder, trade.maker)
                        : core::OrderName(trade.taker_holder, trade.taker));
  shown.set_instrument(InstrumentName(symbol));
  shown.set_side(
      SideOf(maker ? matching::Opposite(trade.taker_side) : trade.taker_side));
  shown.set_price_minor_per_lot(trade.price_minor);
  shown.set_quantity_lots(trade.lots);
  shown.set_fee_minor(maker ? trade.maker_fee : trade.taker_fee);
  *shown.mutable_time() = TimestampOf(trade.time);
  shown.set_entry(trade.entry.value());
  shown.set_maker(maker);
  return shown;
}

v1::DailyBar RenderBar(const DailyBar& bar, absl::string_view symbol) {
  v1::DailyBar shown;
  shown.set_instrument(InstrumentName(symbol));
  shown.set_date(FormatDate(bar.day));
  shown.set_open_minor_per_lot(bar.open_minor);
  shown.set_high_minor_per_lot(bar.high_minor);
  shown.set_low_minor_per_lot(bar.low_minor);
  shown.set_last_minor_per_lot(bar.last_minor);
  shown.set_close_minor_per_lot(bar.CloseMinor());
  shown.set_volume_lots(bar.volume_lots);
  shown.set_turnover_minor(bar.ShownTurnover());
  shown.set_trade_count(bar.trade_count);
  shown.set_reference_minor_per_lot(bar.reference_minor);
  shown.set_closed(bar.closed);
  return shown;
}

v1::Book RenderBook(const MarketArea& market, const Instrument& instrument,
                    int64_t depth) {
  v1::Book shown;
  shown.set_instrument(InstrumentName(instrument.symbol));
  const auto add = [&](const matching::PriceLevel& level, v1::BookLevel& to) {
    to.set_price_minor_per_lot(level.price.value() *
                               instrument.book_tick_minor);
    to.set_quantity_lots(level.quantity.value());
    to.set_order_count(level.order_count);
  };
  const matching::BookSet& books = market.books();
  books.ForEachLevel(instrument.id, matching::Side::kBuy, depth,
                     [&](const matching::PriceLevel& level) {
                       add(level, *shown.add_bids());
                     });
  books.ForEachLevel(instrument.id, matching::Side::kSell, depth,
                     [&](const matching::PriceLevel& level) {
                       add(level, *shown.add_asks());
                     });
  return shown;
}

}  // namespace luheng::market
