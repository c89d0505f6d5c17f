// PlaceOrder: every rule in order of precedence, then the order's way through
// the book.
#include <limits>

#include "absl/strings/str_cat.h"
#include "services/market/checks.h"
#include "services/market/market_area.h"
#include "services/market/outcome.h"

namespace luheng::market {
namespace {

namespace reason = luheng::core::v1;
using core::FieldRefusal;
using core::Verdict;

constexpr AssetId kCash = core::AssetDirectory::kCurrency;
// 2100-01-01, the last instant that an order may be good till.
constexpr int64_t kExpiryMaxNs = 4'102'444'800 * kNanosPerSecond;

// Enumerations arrive as any number.
Verdict CheckShape(const v1::PlaceOrderCommand& body) {
  if (body.side() != v1::SIDE_BUY && body.side() != v1::SIDE_SELL) {
    return FieldRefusal(reason::REASON_INVALID_FIELD, "side",
                        static_cast<int>(body.side()), "a side");
  }
  if (body.time_in_force() < v1::TIME_IN_FORCE_GTC ||
      body.time_in_force() > v1::TIME_IN_FORCE_FOK) {
    return FieldRefusal(reason::REASON_INVALID_FIELD, "time_in_force",
                        static_cast<int>(body.time_in_force()),
                        "a time in force");
  }
  if (body.self_trade_prevention() < 0 || body.self_trade_prevention() > 4) {
    return FieldRefusal(reason::REASON_INVALID_FIELD, "self_trade_prevention",
                        static_cast<int>(body.self_trade_prevention()),
                        "a self-trade prevention");
  }
  return std::nullopt;
}

Verdict CheckExpiry(const v1::PlaceOrderCommand& body, Stamp now) {
  if (body.time_in_force() != v1::TIME_IN_FORCE_GTD) {
    if (body.expire_ns() == 0) return std::nullopt;
    return FieldRefusal(reason::REASON_EXPIRY_INVALID, "expire_time",
                        body.expire_ns(), "unset unless good till a time");
  }
  if (body.expire_ns() > now.value() && body.expire_ns() <= kExpiryMaxNs) {
    return std::nullopt;
  }
  return FieldRefusal(reason::REASON_EXPIRY_INVALID, "expire_time",
                      body.expire_ns(), "in the future, before 2100");
}

Verdict CheckTerms(const v1::PlaceOrderCommand& body) {
  const bool immediate = body.time_in_force() == v1::TIME_IN_FORCE_IOC ||
                         body.time_in_force() == v1::TIME_IN_FORCE_FOK;
  if (!body.post_only() || !immediate) return std::nullopt;
  return FieldRefusal(reason::REASON_ORDER_TERMS_INVALID, "post_only", "true",
                      "false for IOC and FOK");
}

// The rules about the order itself, in order of precedence.
Verdict CheckOrder(const v1::PlaceOrderCommand& body,
                   const Instrument& instrument, const Rules& rules, Stamp now,
                   bool client_id_ok) {
  const int64_t price = body.price_minor_per_lot();
  const int64_t lots = body.quantity_lots();
  if (Verdict verdict = CheckQuantity(rules, lots)) return verdict;
  if (Verdict verdict = CheckPrice(instrument, rules, price)) return verdict;
  if (Verdict verdict = CheckNotional(price, lots)) return verdict;
  if (Verdict verdict = CheckExpiry(body, now)) return verdict;
  if (Verdict verdict = CheckTerms(body)) return verdict;
  if (client_id_ok) return std::nullopt;
  return FieldRefusal(reason::REASON_CLIENT_ORDER_ID_INVALID, "client_order_id",
                      body.client_order_id(),
                      "1 to 36 of A-Z, a-z, 0-9, _ and -");
}

core::Refusal PreviewRefusal(matching::Cause cause) {
  if (cause == matching::Cause::kNotFillable) {
    return {reason::REASON_FOK_NOT_FILLABLE, {}};
  }
  return {reason::REASON_POST_ONLY_WOULD_TRADE, {}};
}

}  // namespace

Verdict MarketArea::CheckHolder(HolderId holder) const {
  if (holders_.IsActive(holder)) return std::nullopt;
  const auto why = holders_.Exists(holder) ? reason::REASON_HOLDER_NOT_ACTIVE
                                           : reason::REASON_HOLDER_UNKNOWN;
  return FieldRefusal(why, "parent", absl::StrCat("holders/", holder.value()),
                      "an active holder");
}

Verdict MarketArea::CheckFunds(const Taking& taking) const {
  const OrderCost cost{taking.side == matching::Side::kBuy
                           ? BuyHold(taking.price, taking.lots, taking.fee_ppm)
                           : taking.lots * taking.instrument->lot_units,
                       0};
  const bool buys = taking.side == matching::Side::kBuy;
  const int64_t needed = cost.held_amount - taking.hold_before;
  const int64_t available =
      accounts_.Get(taking.holder, buys ? kCash : taking.instrument->asset,
                    Purpose::kAvailable);
  if (needed <= available) return std::nullopt;
  return core::Refusal{buys ? reason::REASON_INSUFFICIENT_CASH
                            : reason::REASON_INSUFFICIENT_UNITS,
                       {{"needed", absl::StrCat(needed)},
                        {"available", absl::StrCat(available)}}};
}

void MarketArea::DraftPlaced(const v1::PlaceOrderCommand& body,
                             const Taking& taking, Entry& entry) const {
  placed_.set_order(taking.id.value());
  placed_.set_instrument(taking.instrument->id.value());
  placed_.set_side(body.side());
  placed_.set_price_minor(taking.price);
  placed_.set_quantity(taking.lots);
  placed_.set_time_in_force(body.time_in_force());
  placed_.set_expire_ns(static_cast<uint64_t>(body.expire_ns()));
  placed_.set_self_trade_prevention(taking.self_trade);
  placed_.set_client_order_id(body.client_order_id());
  placed_.set_post_only(taking.post_only);
  placed_.set_rests(Rests());
  entry.AddEvent(taking.holder, v1::EVENT_TYPE_ORDER_PLACED, placed_);
}

Verdict MarketArea::DecidePlace(const core::DecideContext& context,
                                const v1::PlaceOrderCommand& body, Entry& entry,
                                core::Outcome& outcome) const {
  if (Verdict verdict = CheckShape(body)) return verdict;
  Taking taking;
  taking.holder = body.holder() != 0 ? HolderId(body.holder()) : context.holder;
  if (taking.holder.value() <= 0 ||
      taking.holder.value() > std::numeric_limits<int32_t>::max()) {
    return FieldRefusal(reason::REASON_HOLDER_UNKNOWN, "parent",
                        taking.holder.value(), "a holder");
  }
  // A repeated order gets the original's answer whatever has changed since.
  const auto key = ClientKey::Make(taking.holder, body.client_order_id());
  if (key) {
    const OrderRecord* original = orders_.FindByClient(*key, context.now);
    if (original != nullptr) {
      DescribeRepeated(*original, outcome);
      return std::nullopt;
    }
  }
  if (Verdict verdict = CheckHolder(taking.holder)) return verdict;
  taking.instrument = instruments_.Find(InstrumentId(body.instrument()));
  if (taking.instrument == nullptr) {
    return FieldRefusal(reason::REASON_INSTRUMENT_UNKNOWN, "instrument",
                        body.instrument(), "an instrument's id");
  }
  const Rules* rules = taking.instrument->RulesAt(context.now);
  if (Verdict verdict = CheckTrading(*taking.instrument, rules)) return verdict;
  if (Verdict verdict = CheckOrder(body, *taking.instrument, *rules,
                                   context.now, key.has_value())) {
    return verdict;
  }
  if (orders_.open_count(taking.holder) >= rules->open_orders_max) {
    return core::Refusal{
        reason::REASON_TOO_MANY_ORDERS,
        {{"open_orders_max", absl::StrCat(rules->open_orders_max)}}};
  }
  taking.id = OrderId(last_order_.value() + 1);
  taking.price = body.price_minor_per_lot();
  taking.lots = body.quantity_lots();
  taking.side = body.side() == v1::SIDE_BUY ? matching::Side::kBuy
                                            : matching::Side::kSell;
  taking.fee_ppm = rules->FeePpm(taking.side);
  taking.time_in_force = body.time_in_force();
  taking.post_only = body.post_only();
  taking.self_trade = body.self_trade_prevention() != 0
                          ? body.self_trade_prevention()
                          : rules->self_trade_prevention;
  Preview(taking, context.now);
  if (preview_.ending == matching::Ending::kRefused) {
    return PreviewRefusal(preview_.cause);
  }
  if (Verdict verdict = CheckFunds(taking)) return verdict;
  DraftPlaced(body, taking, entry);
  DraftTaking(taking, entry);
  DescribeTaken(taking, 0, outcome);
  return std::nullopt;
}

}  // namespace luheng::market
