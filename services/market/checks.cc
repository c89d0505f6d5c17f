#include "services/market/checks.h"

#include "absl/strings/str_cat.h"
#include "ledger/base/amount.h"
#include "services/market/fees.h"

namespace luheng::market {
namespace {

namespace reason = luheng::core::v1;
using core::FieldRefusal;
using core::Verdict;

}  // namespace

Verdict CheckTrading(const Instrument& instrument, const Rules* rules) {
  if (rules == nullptr || !rules->Permits(v1::TRADING_MODE_CONTINUOUS)) {
    return core::Refusal{reason::REASON_MODE_NOT_PERMITTED,
                         {{"instrument", instrument.symbol},
                          {"mode", "TRADING_MODE_CONTINUOUS"}}};
  }
  if (instrument.session != v1::SESSION_STATE_OPEN) {
    return core::Refusal{
        reason::REASON_SESSION_CLOSED,
        {{"instrument", instrument.symbol},
         {"session_state", v1::SessionState_Name(instrument.session)}}};
  }
  if (instrument.halted) {
    return core::Refusal{reason::REASON_INSTRUMENT_HALTED,
                         {{"instrument", instrument.symbol},
                          {"halt_reason", instrument.halt_reason}}};
  }
  return std::nullopt;
}

Verdict CheckQuantity(const Rules& rules, int64_t lots) {
  if (lots < 1 || lots > rules.quantity_lots_max) {
    return FieldRefusal(reason::REASON_QUANTITY_OUT_OF_RANGE, "quantity_lots",
                        lots,
                        absl::StrCat("from 1 to ", rules.quantity_lots_max));
  }
  if (lots % rules.order_unit_lots != 0) {
    return FieldRefusal(reason::REASON_QUANTITY_NOT_MULTIPLE, "quantity_lots",
                        lots,
                        absl::StrCat("a multiple of ", rules.order_unit_lots));
  }
  return std::nullopt;
}

Verdict CheckPrice(const Instrument& instrument, const Rules& rules,
                   int64_t price_minor) {
  constexpr char kField[] = "price_minor_per_lot";
  if (price_minor < 1 || price_minor > kPriceMinorMax) {
    return FieldRefusal(reason::REASON_PRICE_OUT_OF_RANGE, kField, price_minor,
                        absl::StrCat("from 1 to ", kPriceMinorMax));
  }
  if (price_minor % rules.tick_minor != 0) {
    return FieldRefusal(reason::REASON_PRICE_NOT_ON_TICK, kField, price_minor,
                        absl::StrCat("a multiple of ", rules.tick_minor));
  }
  const PriceRange band = BandOf(rules, instrument.reference_minor);
  if (price_minor < band.lowest || price_minor > band.highest) {
    return FieldRefusal(
        reason::REASON_PRICE_OUTSIDE_BAND, kField, price_minor,
        absl::StrCat("from ", band.lowest, " to ", band.highest));
  }
  if (price_minor < rules.floor_price_minor) {
    return FieldRefusal(reason::REASON_PRICE_UNDER_FLOOR, kField, price_minor,
                        absl::StrCat("at least ", rules.floor_price_minor));
  }
  return std::nullopt;
}

Verdict CheckNotional(int64_t price_minor, int64_t lots) {
  if (price_minor * lots <= kNotionalMinorMax) return std::nullopt;
  return FieldRefusal(
      reason::REASON_NOTIONAL_OVERFLOW, "quantity_lots", lots,
      absl::StrCat("a notional of at most ", kNotionalMinorMax));
}

}  // namespace luheng::market
