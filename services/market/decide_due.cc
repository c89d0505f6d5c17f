// What happens without a command: sessions open and close, DAY and GTD orders
// expire, large commands go on.
//
// A node that slept, or a clock that was moved, may find several changes due.
// The day that was under way ends once (close, DAY orders), then the instrument
// goes straight to the state of now: the days between are not replayed.
#include <algorithm>

#include "ledger/base/check.h"
#include "services/market/market_area.h"
#include "services/market/outcome.h"

namespace luheng::market {

std::optional<Stamp> MarketArea::NextDue() const {
  Stamp next = session_due_;
  if (!expiries_.empty() &&
      (next == Stamp() || expiries_.begin()->first < next)) {
    next = expiries_.begin()->first;
  }
  if (next == Stamp()) return std::nullopt;
  return next;
}

void MarketArea::DecideDue(const core::DecideContext& context,
                           Entry& entry) const {
  // A day's orders go before its successor opens.
  if (DraftDayEnd(entry)) return;
  if (DraftSessions(context.now, entry)) return;
  DraftExpired(context.now, entry);
}

bool MarketArea::DraftDayEnd(Entry& entry) const {
  int32_t steps = 0;
  for (const Instrument& instrument : instruments_.all()) {
    if (instrument.day_order_count == 0 ||
        instrument.session != v1::SESSION_STATE_CLOSED) {
      continue;
    }
    for (const OrderId id : instrument.day_orders) {
      const OrderRecord* order = orders_.Find(id);
      if (order == nullptr || !order->is_open()) continue;
      if (steps++ == kStepsPerEntryMax) return true;
      DraftEnd(*order, v1::CLOSE_REASON_DAY_END, entry);
    }
  }
  return steps > 0;
}

bool MarketArea::DraftSessions(Stamp now, Entry& entry) const {
  int32_t steps = 0;
  for (const Instrument& instrument : instruments_.all()) {
    if (instrument.session_due == Stamp() || instrument.session_due > now) {
      continue;
    }
    if (steps++ == kStepsPerEntryMax) break;
    DraftSession(instrument, now, entry);
  }
  return steps > 0;
}

void MarketArea::DraftSession(const Instrument& instrument, Stamp now,
                              Entry& entry) const {
  const Rules* rules = instrument.RulesAt(now);
  SessionPoint point;
  if (rules != nullptr) point = SessionAt(rules->windows, calendar_, now);
  const Stamp next_rules = instrument.NextRulesAfter(now);
  if (point.next == Stamp() ||
      (next_rules != Stamp() && next_rules < point.next)) {
    point.next = next_rules;
  }
  v1::SessionChanged event;
  event.set_instrument(instrument.id.value());
  event.set_due_ns(static_cast<uint64_t>(instrument.session_due.value()));
  event.set_day(DateOf(now).value());
  const DailyBar* bar = instrument.bars.open();
  if (bar != nullptr &&
      (point.state == v1::SESSION_STATE_CLOSED || bar->day != DateOf(now))) {
    // If another day has begun already, it opens in a further entry.
    if (point.state != v1::SESSION_STATE_CLOSED) point.next = now;
    point.state = v1::SESSION_STATE_CLOSED;
    event.set_day(bar->day.value());
    event.set_close_minor(bar->CloseMinor());
  }
  event.set_state(point.state);
  event.set_next_ns(static_cast<uint64_t>(point.next.value()));
  entry.AddEvent(kPublic, v1::EVENT_TYPE_SESSION_CHANGED, event);
}

void MarketArea::DraftExpired(Stamp now, Entry& entry) const {
  int32_t steps = 0;
  for (const auto& [expires, id] : expiries_) {
    if (expires > now || steps++ == kStepsPerEntryMax) return;
    DraftEnd(*orders_.Find(id), v1::CLOSE_REASON_EXPIRED, entry);
  }
}

void MarketArea::DecideContinuation(const core::DecideContext& context,
                                    Entry& entry,
                                    core::Outcome& outcome) const {
  if (!sweep_) {
    if (DraftCancelPiece(cancel_all_, entry)) {
      v1::CancelAllEnded ended;
      ended.set_holder(cancel_all_.holder.value());
      entry.AddEvent(cancel_all_.holder, v1::EVENT_TYPE_CANCEL_ALL_ENDED,
                     ended);
    }
    return;
  }
  const OrderRecord* order = orders_.Find(sweep_);
  LUHENG_CHECK(order != nullptr && order->is_open()) << "sweep " << sweep_;
  Taking taking;
  taking.instrument = instruments_.Find(order->instrument());
  taking.id = order->id;
  taking.holder = order->holder();
  taking.side = order->side;
  taking.price = order->price;
  taking.lots = order->open;
  taking.fee_ppm = order->fee_ppm;
  taking.hold_before = order->HoldOf(order->open);
  if (order->side == matching::Side::kSell) {
    taking.hold_before *= taking.instrument->lot_units;
  }
  taking.time_in_force = static_cast<v1::TimeInForce>(order->time_in_force);
  taking.self_trade =
      static_cast<v1::SelfTradePrevention>(order->self_trade_prevention);
  taking.continued = true;
  Preview(taking, context.now);
  DraftTaking(taking, entry);
  DescribeTaken(taking, order->filled, outcome);
}

}  // namespace luheng::market
