// AmendOrder: a smaller quantity at the same price keeps the order's place.
// Anything else is a new acceptance under the rules of now (fees included):
// the order goes through the book again and loses its place.
#include <string>

#include "absl/strings/str_cat.h"
#include "luheng/market/v1/market.pb.h"
#include "services/market/checks.h"
#include "services/market/market_area.h"
#include "services/market/outcome.h"

namespace luheng::market {
namespace {

namespace reason = luheng::core::v1;
using core::FieldRefusal;
using core::Verdict;

// What only the decision knows of the answer; the service adds the order.
std::string AmendAnswer(bool kept_place) {
  v1::AmendOrderResponse answer;
  answer.set_kept_place(kept_place);
  return answer.SerializeAsString();
}

}  // namespace

Verdict MarketArea::DecideAmend(const core::DecideContext& context,
                                const v1::AmendOrderCommand& body, Entry& entry,
                                core::Outcome& outcome) const {
  const OrderRecord* order = FindOwn(context, v1::COMMAND_TYPE_AMEND_ORDER,
                                     body.order(), body.client_order_id());
  if (order == nullptr) {
    return core::Refusal{reason::REASON_ORDER_UNKNOWN,
                         {{"order", absl::StrCat(body.order())}}};
  }
  DescribeOrder(*order, outcome);
  if (Verdict verdict = CheckHolder(order->holder())) return verdict;
  Taking taking;
  taking.instrument = instruments_.Find(order->instrument());
  const Rules* rules = taking.instrument->RulesAt(context.now);
  if (Verdict verdict = CheckTrading(*taking.instrument, rules)) return verdict;
  const int64_t quantity =
      body.quantity_lots() != 0 ? body.quantity_lots() : order->quantity;
  taking.price = body.price_minor_per_lot() != 0 ? body.price_minor_per_lot()
                                                 : order->price;
  if (body.quantity_lots() != 0) {
    if (Verdict verdict = CheckQuantity(*rules, quantity)) return verdict;
  }
  if (Verdict verdict = CheckPrice(*taking.instrument, *rules, taking.price)) {
    return verdict;
  }
  if (Verdict verdict = CheckNotional(taking.price, quantity)) return verdict;
  if (!order->is_open()) {
    return core::Refusal{reason::REASON_ORDER_CLOSED,
                         {{"order", absl::StrCat(order->id.value())},
                          {"state", v1::OrderState_Name(order->state())}}};
  }
  taking.lots = quantity - order->filled;
  const bool same_price = taking.price == order->price;
  if (taking.lots <= 0 || (same_price && taking.lots == order->open)) {
    return FieldRefusal(
        reason::REASON_AMEND_INVALID, "quantity_lots", quantity,
        absl::StrCat("a change, above the ", order->filled, " filled"));
  }
  if (same_price && taking.lots < order->open) {
    DraftReduced(order->id, order->holder(), order->open - taking.lots,
                 v1::CLOSE_REASON_USER, entry);
    DraftRelease(*order, taking.lots, entry);
    outcome.numbers[2] = taking.lots;
    outcome.answer = AmendAnswer(true);
    return std::nullopt;
  }
  taking.fee_ppm = rules->FeePpm(order->side);
  return DecideReprice(context, *order, taking, entry, outcome);
}

Verdict MarketArea::DecideReprice(const core::DecideContext& context,
                                  const OrderRecord& order, Taking taking,
                                  Entry& entry, core::Outcome& outcome) const {
  taking.id = order.id;
  taking.holder = order.holder();
  taking.side = order.side;
  taking.time_in_force = static_cast<v1::TimeInForce>(order.time_in_force);
  taking.post_only = order.post_only;
  taking.self_trade =
      static_cast<v1::SelfTradePrevention>(order.self_trade_prevention);
  taking.hold_before = order.HoldOf(order.open);
  if (order.side == matching::Side::kSell) {
    taking.hold_before *= taking.instrument->lot_units;
  }
  Preview(taking, context.now);
  if (preview_.ending == matching::Ending::kRefused) {
    return core::Refusal{reason::REASON_POST_ONLY_WOULD_TRADE, {}};
  }
  if (Verdict verdict = CheckFunds(taking)) return verdict;
  v1::OrderRepriced repriced;
  repriced.set_order(order.id.value());
  repriced.set_price_minor(taking.price);
  repriced.set_remaining(taking.lots);
  repriced.set_rests(Rests());
  entry.AddEvent(taking.holder, v1::EVENT_TYPE_ORDER_REPRICED, repriced);
  DraftTaking(taking, entry);
  DescribeTaken(taking, order.filled, outcome);
  outcome.answer = AmendAnswer(false);
  return std::nullopt;
}

}  // namespace luheng::market
