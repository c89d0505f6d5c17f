// What an incoming order does: the preview under the self-trade screen, its
// fills as delivery versus payment, the ends of others, and the taker's hold.
#include "ledger/base/check.h"
#include "matching/book/screened_match.h"
#include "services/market/fees.h"
#include "services/market/market_area.h"
#include "services/market/self_trade.h"

namespace luheng::market {
namespace {

constexpr AssetId kCash = core::AssetDirectory::kCurrency;
constexpr matching::Limits kLimits{kStepsPerEntryMax, kStepsPerEntryMax};

matching::TimeInForce BookTimeInForce(v1::TimeInForce time_in_force) {
  switch (time_in_force) {
    case v1::TIME_IN_FORCE_IOC:
      return matching::TimeInForce::kImmediateOrCancel;
    case v1::TIME_IN_FORCE_FOK:
      return matching::TimeInForce::kFillOrKill;
    default:
      return matching::TimeInForce::kResting;
  }
}

v1::CloseReason CloseReasonOf(matching::Cause cause) {
  switch (cause) {
    case matching::Cause::kScreen:
      return v1::CLOSE_REASON_SELF_TRADE;
    case matching::Cause::kSkipsMax:
      return v1::CLOSE_REASON_SKIP_LIMIT;
    default:
      return v1::CLOSE_REASON_IOC_REMAINDER;
  }
}

}  // namespace

void MarketArea::Preview(const Taking& taking, Stamp now) const {
  matching::Taker taker;
  taker.id = taking.id;
  taker.instrument = taking.instrument->id;
  taker.side = taking.side;
  taker.time_in_force = BookTimeInForce(taking.time_in_force);
  taker.post_only = taking.post_only;
  taker.continued = taking.continued;
  taker.limit =
      matching::Ticks(taking.price / taking.instrument->book_tick_minor);
  taker.quantity = Quantity(taking.lots);
  taker.owner = matching::Owner(static_cast<uint32_t>(taking.holder.value()));
  SelfTradeScreen screen(holders_, taking.holder, DateOf(now),
                         taking.self_trade);
  books_.Preview(taker, kLimits, screen, preview_);
}

void MarketArea::DraftTaking(const Taking& taking, Entry& entry) const {
  // The taker's own part first, then the public one, then the makers'.
  DraftTakerEvents(taking, entry);
  Sums sums;
  for (const matching::Step& step : preview_.steps) {
    if (step.kind == matching::StepKind::kFill) {
      DraftFill(taking, step, sums, entry);
    } else if (step.kind != matching::StepKind::kSkip) {
      DraftSelfTrade(step, entry);
    }
  }
  DraftTakerPostings(taking, sums, entry);
  entry.AddPosting(kSystemHolder, kCash, Purpose::kFees, sums.all_fees);
}

void MarketArea::DraftFill(const Taking& taking, const matching::Step& step,
                           Sums& sums, Entry& entry) const {
  const Instrument& instrument = *taking.instrument;
  const OrderRecord& maker = *orders_.Find(step.maker);
  const int64_t lots = step.quantity.value();
  const int64_t units = lots * instrument.lot_units;
  const int64_t notional = int64_t{maker.price} * lots;
  const int64_t maker_fee = FeeFloor(notional, maker.fee_ppm);
  const int64_t taker_fee = FeeFloor(notional, taking.fee_ppm);
  filled_.set_taker(taking.id.value());
  filled_.set_maker(step.maker.value());
  filled_.set_quantity(lots);
  filled_.set_instrument(instrument.id.value());
  filled_.set_price_minor(maker.price);
  filled_.set_taker_side(static_cast<int64_t>(taking.side) + 1);
  entry.AddEvent(kPublic, v1::EVENT_TYPE_FILLED, filled_);
  const HolderId holder = maker.holder();
  if (maker.side == matching::Side::kSell) {
    entry.AddPosting(holder, instrument.asset, Purpose::kHeld, -units);
    entry.AddPosting(holder, kCash, Purpose::kAvailable, notional - maker_fee);
  } else {
    const int64_t released =
        maker.HoldOf(maker.open) - maker.HoldOf(maker.open - lots);
    entry.AddPosting(holder, kCash, Purpose::kHeld, -released);
    entry.AddPosting(holder, kCash, Purpose::kAvailable,
                     released - notional - maker_fee);
    entry.AddPosting(holder, instrument.asset, Purpose::kAvailable, units);
  }
  sums.lots += lots;
  sums.notional += notional;
  sums.taker_fees += taker_fee;
  sums.all_fees += taker_fee + maker_fee;
}

void MarketArea::DraftSelfTrade(const matching::Step& step,
                                Entry& entry) const {
  const OrderRecord& maker = *orders_.Find(step.maker);
  if (step.maker_gone) {
    DraftEnd(maker, v1::CLOSE_REASON_SELF_TRADE, entry);
    return;
  }
  const int64_t lots = step.quantity.value();
  DraftReduced(maker.id, maker.holder(), lots, v1::CLOSE_REASON_SELF_TRADE,
               entry);
  DraftRelease(maker, maker.open - lots, entry);
}

void MarketArea::DraftTakerEvents(const Taking& taking, Entry& entry) const {
  const int64_t decremented = preview_.decremented.value();
  switch (preview_.ending) {
    case matching::Ending::kDone:
      // With nothing decremented it is filled, which the fills say.
      if (decremented > 0) {
        DraftClosed(taking.id, taking.holder, v1::CLOSE_REASON_SELF_TRADE,
                    entry);
      }
      return;
    case matching::Ending::kCancelled:
      DraftClosed(taking.id, taking.holder, CloseReasonOf(preview_.cause),
                  entry);
      return;
    case matching::Ending::kMore: {
      v1::SweepPaused paused;
      paused.set_order(taking.id.value());
      entry.AddEvent(taking.holder, v1::EVENT_TYPE_SWEEP_PAUSED, paused);
      break;
    }
    case matching::Ending::kRests:
      if (taking.continued) {
        v1::OrderRested rested;
        rested.set_order(taking.id.value());
        entry.AddEvent(taking.holder, v1::EVENT_TYPE_ORDER_RESTED, rested);
      }
      break;
    case matching::Ending::kRefused:
      LUHENG_CHECK(false) << "order " << taking.id << " is refused";
  }
  if (decremented > 0) {
    DraftReduced(taking.id, taking.holder, decremented,
                 v1::CLOSE_REASON_SELF_TRADE, entry);
  }
}

void MarketArea::DraftTakerPostings(const Taking& taking, const Sums& sums,
                                    Entry& entry) const {
  const Instrument& instrument = *taking.instrument;
  const bool goes_on = preview_.ending == matching::Ending::kRests ||
                       preview_.ending == matching::Ending::kMore;
  const int64_t left = goes_on ? preview_.remaining.value() : 0;
  const int64_t units = sums.lots * instrument.lot_units;
  if (taking.side == matching::Side::kBuy) {
    const int64_t held =
        BuyHold(taking.price, left, taking.fee_ppm) - taking.hold_before;
    entry.AddPosting(taking.holder, kCash, Purpose::kAvailable,
                     -held - sums.notional - sums.taker_fees);
    entry.AddPosting(taking.holder, kCash, Purpose::kHeld, held);
    entry.AddPosting(taking.holder, instrument.asset, Purpose::kAvailable,
                     units);
  } else {
    const int64_t held = left * instrument.lot_units - taking.hold_before;
    entry.AddPosting(taking.holder, instrument.asset, Purpose::kAvailable,
                     -held - units);
    entry.AddPosting(taking.holder, instrument.asset, Purpose::kHeld, held);
    entry.AddPosting(taking.holder, kCash, Purpose::kAvailable,
                     sums.notional - sums.taker_fees);
  }
}

void MarketArea::DraftClosed(OrderId order, HolderId holder,
                             v1::CloseReason reason, Entry& entry) const {
  closed_.set_order(order.value());
  closed_.set_reason(reason);
  entry.AddEvent(holder, v1::EVENT_TYPE_ORDER_CLOSED, closed_);
}

void MarketArea::DraftReduced(OrderId order, HolderId holder, int64_t lots,
                              v1::CloseReason cause, Entry& entry) const {
  v1::OrderReduced reduced;
  reduced.set_order(order.value());
  reduced.set_reduced_by(lots);
  reduced.set_cause(cause);
  entry.AddEvent(holder, v1::EVENT_TYPE_ORDER_REDUCED, reduced);
}

void MarketArea::DraftRelease(const OrderRecord& order, int64_t lots,
                              Entry& entry) const {
  const Instrument& instrument = *instruments_.Find(order.instrument());
  const bool buys = order.side == matching::Side::kBuy;
  const int64_t released = order.HoldOf(order.open) - order.HoldOf(lots);
  entry.Move(buys ? kCash : instrument.asset,
             buys ? released : released * instrument.lot_units, order.holder(),
             Purpose::kHeld, order.holder(), Purpose::kAvailable);
}

void MarketArea::DraftEnd(const OrderRecord& order, v1::CloseReason reason,
                          Entry& entry) const {
  DraftClosed(order.id, order.holder(), reason, entry);
  DraftRelease(order, 0, entry);
}

void MarketArea::DescribeTaken(const Taking& taking, int64_t filled_before,
                               core::Outcome& outcome) const {
  const bool goes_on = preview_.ending == matching::Ending::kRests ||
                       preview_.ending == matching::Ending::kMore;
  const int64_t filled = filled_before + preview_.traded.value();
  v1::OrderState state = v1::ORDER_STATE_CANCELLED;
  if (goes_on) {
    state =
        filled == 0 ? v1::ORDER_STATE_OPEN : v1::ORDER_STATE_PARTIALLY_FILLED;
  } else if (preview_.ending == matching::Ending::kDone &&
             preview_.decremented.value() == 0) {
    state = v1::ORDER_STATE_FILLED;
  }
  outcome.subject = taking.id.value();
  outcome.numbers[0] = state;
  outcome.numbers[1] = filled;
  outcome.numbers[2] = goes_on ? preview_.remaining.value() : 0;
}

}  // namespace luheng::market
