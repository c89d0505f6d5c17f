// The market's fold. Events of one entry arrive part by part: the taker's own
// first, the public one with the fills, then the makers'. So an order that is
// to rest enters the book whole, and the fills take from both sides; an order
// that closed may still get the fills of its last entry.
#include <algorithm>
#include <numeric>

#include "ledger/base/check.h"
#include "ledger/entry/strict.h"
#include "services/market/fees.h"
#include "services/market/market_area.h"

namespace luheng::market {
namespace {

// Slack before the closed ones among an instrument's DAY orders are swept out.
constexpr int64_t kDayOrdersSlack = 1024;

template <typename Body>
Body Read(const entry::v1::Event& event) {
  Body body;
  LUHENG_CHECK(ParseStrict(event.body(), body)) << "event " << event.type();
  return body;
}

template <typename Body>
void ReadFlat(const entry::v1::Event& event, Body& body) {
  LUHENG_CHECK(ParseFlat(event.body(), body)) << "event " << event.type();
}

}  // namespace

void MarketArea::Apply(const core::ApplyContext& context,
                       const entry::v1::Event& event) {
  switch (event.type()) {
    case v1::EVENT_TYPE_ORDER_PLACED:
      return ApplyPlaced(context, event);
    case v1::EVENT_TYPE_FILLED:
      return ApplyFilled(context, event);
    case v1::EVENT_TYPE_ORDER_REDUCED:
      return ApplyReduced(context, event);
    case v1::EVENT_TYPE_ORDER_CLOSED:
      return ApplyClosed(context, event);
    case v1::EVENT_TYPE_ORDER_REPRICED:
      return ApplyRepriced(context, event);
    case v1::EVENT_TYPE_SESSION_CHANGED:
      return ApplySession(event);
    case v1::EVENT_TYPE_CALENDAR_SET:
      return ApplyCalendar(context, event);
    case v1::EVENT_TYPE_INSTRUMENT_DEFINED:
    case v1::EVENT_TYPE_RULES_SET:
    case v1::EVENT_TYPE_REFERENCE_PRICE_SET:
    case v1::EVENT_TYPE_HALT_SET:
      return ApplyInstrument(context, event);
    default:
      return ApplyLarge(context, event);
  }
}

OrderRecord& MarketArea::OrderOf(int64_t order) {
  OrderRecord* found = orders_.Find(OrderId(order));
  LUHENG_CHECK(found != nullptr) << "order " << order;
  return *found;
}

Instrument& MarketArea::InstrumentOf(int64_t instrument) {
  Instrument* found = instruments_.Find(InstrumentId(instrument));
  LUHENG_CHECK(found != nullptr) << "instrument " << instrument;
  return *found;
}

matching::Ticks MarketArea::TicksOf(const OrderRecord& order) const {
  return matching::Ticks(
      order.price / instruments_.Find(order.instrument())->book_tick_minor);
}

void MarketArea::ApplyInstrument(const core::ApplyContext& context,
                                 const entry::v1::Event& event) {
  if (event.type() == v1::EVENT_TYPE_INSTRUMENT_DEFINED) {
    const auto body = Read<v1::InstrumentDefined>(event);
    Instrument added;
    added.id = InstrumentId(body.instrument());
    added.symbol = body.symbol();
    added.display_name = body.display_name();
    added.display_name_en = body.display_name_en();
    added.asset = AssetId(body.asset());
    added.lot_units = body.lot_units();
    added.lot_name = body.lot_name();
    added.rules.push_back(RulesOf(body.rules()));
    added.book_tick_minor = added.rules.front().tick_minor;
    added.session_due = context.stamp;
    instruments_.Add(std::move(added));
  } else if (event.type() == v1::EVENT_TYPE_RULES_SET) {
    const auto body = Read<v1::RulesSet>(event);
    Instrument& instrument = InstrumentOf(body.instrument());
    Rules rules = RulesOf(body.rules());
    instrument.book_tick_minor =
        std::gcd(instrument.book_tick_minor, rules.tick_minor);
    if (instrument.session_due == Stamp() ||
        rules.effective < instrument.session_due) {
      instrument.session_due = rules.effective;
    }
    instrument.SetRules(std::move(rules));
  } else if (event.type() == v1::EVENT_TYPE_REFERENCE_PRICE_SET) {
    const auto body = Read<v1::ReferencePriceSet>(event);
    Instrument& instrument = InstrumentOf(body.instrument());
    instrument.reference_minor = body.price_minor();
    DailyBar* bar = instrument.bars.open();
    if (bar != nullptr) bar->reference_minor = body.price_minor();
  } else {
    const auto body = Read<v1::HaltSet>(event);
    Instrument& instrument = InstrumentOf(body.instrument());
    instrument.halted = body.halted();
    instrument.halt_reason = body.halted() ? body.reason() : "";
    NoteSession(instrument.id);
  }
  RefreshDue();
}

void MarketArea::ApplySession(const entry::v1::Event& event) {
  const auto body = Read<v1::SessionChanged>(event);
  Instrument& instrument = InstrumentOf(body.instrument());
  instrument.session = static_cast<v1::SessionState>(body.state());
  instrument.session_due = Stamp(static_cast<int64_t>(body.next_ns()));
  DailyBar* bar = instrument.bars.open();
  if (instrument.session == v1::SESSION_STATE_OPEN && bar == nullptr) {
    instrument.bars.Open(Date(body.day()), instrument.reference_minor);
  } else if (instrument.session == v1::SESSION_STATE_CLOSED && bar != nullptr) {
    bar->closed = true;
    if (body.close_minor() > 0) instrument.reference_minor = body.close_minor();
  }
  NoteSession(instrument.id);
  RefreshDue();
}

void MarketArea::ApplyCalendar(const core::ApplyContext& context,
                               const entry::v1::Event& event) {
  const auto body = Read<v1::CalendarSet>(event);
  for (const int64_t day : body.holidays()) calendar_.AddHoliday(Date(day));
  for (const int64_t day : body.working_days()) {
    calendar_.AddWorkingDay(Date(day));
  }
  for (Instrument& instrument : instruments_.all()) {
    instrument.session_due = context.stamp;
  }
  RefreshDue();
}

void MarketArea::ApplyPlaced(const core::ApplyContext& context,
                             const entry::v1::Event& event) {
  ReadFlat(event, placed_in_);
  const v1::OrderPlaced& body = placed_in_;
  LUHENG_CHECK(body.order() == last_order_.value() + 1)
      << "order " << body.order() << " after " << last_order_;
  last_order_ = OrderId(body.order());
  Instrument& instrument = InstrumentOf(body.instrument());
  const Rules* rules = instrument.RulesAt(context.stamp);
  const auto key = ClientKey::Make(context.audience, body.client_order_id());
  LUHENG_CHECK(rules != nullptr && key) << "order " << body.order();
  OrderRecord order;
  order.id = last_order_;
  order.client = *key;
  order.created = context.stamp;
  order.expires = Stamp(static_cast<int64_t>(body.expire_ns()));
  order.entry = context.number;
  order.instrument_number = static_cast<uint32_t>(body.instrument());
  order.side = body.side() == v1::SIDE_BUY ? matching::Side::kBuy
                                           : matching::Side::kSell;
  order.price = static_cast<uint32_t>(body.price_minor());
  order.quantity = static_cast<uint32_t>(body.quantity());
  order.open = order.quantity;
  order.fee_ppm = static_cast<uint32_t>(rules->FeePpm(order.side));
  order.time_in_force = static_cast<uint8_t>(body.time_in_force());
  order.self_trade_prevention =
      static_cast<uint8_t>(body.self_trade_prevention());
  order.post_only = body.post_only();
  OrderRecord& added = orders_.Add(order);
  if (order.time_in_force == v1::TIME_IN_FORCE_DAY) {
    instrument.day_orders.push_back(order.id);
    ++instrument.day_order_count;
  } else if (order.time_in_force == v1::TIME_IN_FORCE_GTD) {
    expiries_.insert({order.expires, order.id});
  }
  if (body.rests()) Rest(added);
  NoteOrder(context, added);
}

void MarketArea::ApplyFilled(const core::ApplyContext& context,
                             const entry::v1::Event& event) {
  ReadFlat(event, filled_in_);
  const v1::Filled& body = filled_in_;
  OrderRecord& taker = OrderOf(body.taker());
  OrderRecord& maker = OrderOf(body.maker());
  TradeRecord trade;
  trade.time = context.stamp;
  trade.entry = context.number;
  trade.instrument = taker.instrument();
  trade.taker = taker.id;
  trade.maker = maker.id;
  trade.taker_holder = taker.holder();
  trade.maker_holder = maker.holder();
  trade.price_minor = body.price_minor();
  trade.lots = body.quantity();
  const int64_t notional = trade.price_minor * trade.lots;
  trade.taker_fee = FeeFloor(notional, taker.fee_ppm);
  trade.maker_fee = FeeFloor(notional, maker.fee_ppm);
  trade.taker_side = taker.side;
  const TradeRecord& kept = trades_.Add(trade);
  Instrument& instrument = InstrumentOf(body.instrument());
  DailyBar* bar = instrument.bars.open();
  LUHENG_CHECK(bar != nullptr) << "a trade outside a trading day";
  bar->AddTrade(trade.price_minor, trade.lots);
  if (log_ != nullptr) log_->trades.push_back(kept);
  FillSide(context, taker, kept, false);
  FillSide(context, maker, kept, true);
}

void MarketArea::FillSide(const core::ApplyContext& context, OrderRecord& order,
                          const TradeRecord& trade, bool maker) {
  const auto lots = static_cast<uint32_t>(trade.lots);
  order.filled += lots;
  order.filled_notional += trade.price_minor * trade.lots;
  order.fees += maker ? trade.maker_fee : trade.taker_fee;
  // A taker whose rest was cancelled closed before its fills.
  if (order.is_open()) {
    LUHENG_CHECK(lots <= order.open) << "order " << order.id;
    order.open -= lots;
    if (order.resting) {
      NoteLevel(order);
      books_.Fill(order.id, Quantity(trade.lots));
      order.resting = order.open > 0;
    }
    if (order.open == 0) End(order, v1::CLOSE_REASON_FILLED, context.stamp);
  }
  NoteOrder(context, order, trade.number, maker);
}

void MarketArea::ApplyReduced(const core::ApplyContext& context,
                              const entry::v1::Event& event) {
  const auto body = Read<v1::OrderReduced>(event);
  OrderRecord& order = OrderOf(body.order());
  LUHENG_CHECK(body.reduced_by() > 0 && body.reduced_by() < order.open)
      << "order " << order.id;
  order.quantity -= static_cast<uint32_t>(body.reduced_by());
  order.open -= static_cast<uint32_t>(body.reduced_by());
  if (order.resting) {
    NoteLevel(order);
    books_.Reduce(order.id, Quantity(int64_t{order.open}));
  }
  NoteOrder(context, order);
}

void MarketArea::ApplyClosed(const core::ApplyContext& context,
                             const entry::v1::Event& event) {
  ReadFlat(event, closed_in_);
  OrderRecord& order = OrderOf(closed_in_.order());
  End(order, static_cast<v1::CloseReason>(closed_in_.reason()), context.stamp);
  NoteOrder(context, order);
}

void MarketArea::ApplyRepriced(const core::ApplyContext& context,
                               const entry::v1::Event& event) {
  const auto body = Read<v1::OrderRepriced>(event);
  OrderRecord& order = OrderOf(body.order());
  TakeOff(order);
  order.price = static_cast<uint32_t>(body.price_minor());
  order.open = static_cast<uint32_t>(body.remaining());
  order.quantity = order.filled + order.open;
  const Rules* rules =
      InstrumentOf(order.instrument_number).RulesAt(context.stamp);
  LUHENG_CHECK(rules != nullptr) << "order " << order.id;
  order.fee_ppm = static_cast<uint32_t>(rules->FeePpm(order.side));
  if (body.rests()) Rest(order);
  NoteOrder(context, order);
}

void MarketArea::ApplyLarge(const core::ApplyContext& context,
                            const entry::v1::Event& event) {
  if (event.type() == v1::EVENT_TYPE_SWEEP_PAUSED) {
    sweep_ = OrderId(Read<v1::SweepPaused>(event).order());
  } else if (event.type() == v1::EVENT_TYPE_ORDER_RESTED) {
    OrderRecord& order = OrderOf(Read<v1::OrderRested>(event).order());
    sweep_ = OrderId();
    Rest(order);
    NoteOrder(context, order);
  } else if (event.type() == v1::EVENT_TYPE_CANCEL_ALL_BEGUN) {
    const auto body = Read<v1::CancelAllBegun>(event);
    cancel_all_ = {HolderId(body.holder()), InstrumentId(body.instrument()),
                   static_cast<v1::CloseReason>(body.reason())};
  } else {
    LUHENG_CHECK(event.type() == v1::EVENT_TYPE_CANCEL_ALL_ENDED)
        << "event " << event.type();
    Read<v1::CancelAllEnded>(event);
    cancel_all_ = CancelAll();
  }
}

void MarketArea::Rest(OrderRecord& order) {
  order.resting = true;
  NoteLevel(order);
  books_.Add({order.id, order.instrument(), order.side, TicksOf(order),
              Quantity(int64_t{order.open}),
              matching::Owner(static_cast<uint32_t>(order.holder().value()))});
}

void MarketArea::TakeOff(OrderRecord& order) {
  if (!order.resting) return;
  NoteLevel(order);
  books_.Remove(order.id);
  order.resting = false;
}

void MarketArea::End(OrderRecord& order, v1::CloseReason reason, Stamp now) {
  TakeOff(order);
  if (sweep_ == order.id) sweep_ = OrderId();
  const uint8_t time_in_force = order.time_in_force;
  orders_.Close(order, reason, now);
  if (time_in_force == v1::TIME_IN_FORCE_GTD) {
    expiries_.erase({order.expires, order.id});
  } else if (time_in_force == v1::TIME_IN_FORCE_DAY) {
    Instrument& instrument = InstrumentOf(order.instrument_number);
    const auto is_closed = [this](OrderId id) {
      const OrderRecord* other = orders_.Find(id);
      return other == nullptr || !other->is_open();
    };
    --instrument.day_order_count;
    auto& ids = instrument.day_orders;
    while (!ids.empty() && is_closed(ids.front())) ids.pop_front();
    if (static_cast<int64_t>(ids.size()) >
        2 * instrument.day_order_count + kDayOrdersSlack) {
      ids.erase(std::remove_if(ids.begin(), ids.end(), is_closed), ids.end());
    }
    if (instrument.session == v1::SESSION_STATE_CLOSED &&
        instrument.day_order_count == 0) {
      RefreshDue();
    }
  }
}

void MarketArea::NoteLevel(const OrderRecord& order) {
  if (log_ == nullptr || !log_->wants_levels.load(std::memory_order_relaxed)) {
    return;
  }
  log_->levels.push_back({order.instrument(), order.side, TicksOf(order)});
}

void MarketArea::NoteOrder(const core::ApplyContext& context,
                           const OrderRecord& order, int64_t trade,
                           bool maker) {
  if (log_ == nullptr) return;
  log_->orders.push_back({context.number, context.stamp, order, trade, maker});
}

void MarketArea::NoteSession(InstrumentId instrument) {
  if (log_ != nullptr) log_->sessions.push_back(instrument);
}

void MarketArea::RefreshDue() {
  session_due_ = Stamp();
  for (const Instrument& instrument : instruments_.all()) {
    if (instrument.session == v1::SESSION_STATE_CLOSED &&
        instrument.day_order_count > 0) {
      session_due_ = Stamp(1);
      return;
    }
    if (instrument.session_due != Stamp() &&
        (session_due_ == Stamp() || instrument.session_due < session_due_)) {
      session_due_ = instrument.session_due;
    }
  }
}

}  // namespace luheng::market
