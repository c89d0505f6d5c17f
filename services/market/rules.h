// The dated rules of an instrument: which modes it may trade in, steps and
// limits of quantity and price, band and floor, fees, windows, self-trade
// prevention. Rules arrive by entries and are in force from a stamp on.
#ifndef LUHENG_SERVICES_MARKET_RULES_H_
#define LUHENG_SERVICES_MARKET_RULES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/base/stamp.h"
#include "luheng/market/v1/events.pb.h"
#include "luheng/market/v1/market.pb.h"
#include "matching/book/types.h"
#include "services/core/refusal.h"

namespace luheng::market {

inline constexpr int64_t kTickMinorMax = 1'000'000;
inline constexpr int64_t kOrderUnitLotsMax = 1'000'000;
inline constexpr int64_t kOpenOrdersMax = 100'000;
inline constexpr int64_t kBandPpmMax = 1'000'000;
inline constexpr int kWindowsMax = 16;
inline constexpr size_t kTextLengthMax = 200;

// Nanoseconds of the day in Asia/Shanghai, open < close <= kNanosPerDay.
struct Window {
  int64_t open_ns = 0;
  int64_t close_ns = 0;
};

// Rules in force from `effective`. A plain value.
struct Rules {
  Stamp effective;
  uint32_t modes = 0;  // Bit m: TradingMode m is permitted.
  int64_t tick_minor = 1;
  int64_t order_unit_lots = 1;
  int64_t quantity_lots_max = 1;
  int64_t band_ppm = 0;
  int64_t floor_price_minor = 0;
  int64_t buyer_fee_ppm = 0;
  int64_t seller_fee_ppm = 0;
  std::vector<Window> windows;
  v1::SelfTradePrevention self_trade_prevention =
      v1::SELF_TRADE_PREVENTION_CANCEL_NEWEST;
  int64_t open_orders_max = 1;
  std::string legal_basis;

  bool Permits(v1::TradingMode mode) const {
    return (modes >> static_cast<int>(mode) & 1) != 0;
  }
  int64_t FeePpm(matching::Side side) const {
    return side == matching::Side::kBuy ? buyer_fee_ppm : seller_fee_ppm;
  }
};

// Lowest and highest price that a day accepts, in minor units per lot.
struct PriceRange {
  int64_t lowest = 1;
  int64_t highest = 0;
};

// The band of `rules` round `reference_minor`, rounded inward to whole minor
// units; everything if there is no band or no reference (0).
PriceRange BandOf(const Rules& rules, int64_t reference_minor);
// Band, floor and tick together: the prices that are accepted, empty
// (lowest > highest) if none is.
PriceRange AcceptedPrices(const Rules& rules, int64_t reference_minor);

// `request` as it is stored, in force not before `now`. Refuses with
// INSTRUMENT_RULE_INVALID, naming the field.
core::Verdict ReadRules(const v1::InstrumentRules& request, Stamp now,
                        v1::RulesRecord& record);
// The record as rules. Requires a record that ReadRules made.
Rules RulesOf(const v1::RulesRecord& record);
// The inverse of RulesOf.
v1::RulesRecord RecordOf(const Rules& rules);
// As the API shows them.
v1::InstrumentRules MessageOf(const Rules& rules);

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_RULES_H_
