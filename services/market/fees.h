// What an order costs: its notional, the fees of its fills and the hold that
// it keeps while it is open.
//
// Rounding: the fee of a fill is floor(notional * ppm / 10^6) fen on each side;
// the fraction stays with the payer. A buy order holds its rest at its limit
// plus ceil(that * ppm / 10^6). So the hold always covers what is to come: for
// a fill of q at p <= P out of a rest R,
//   q p + floor(q p f) + (R-q) P + ceil((R-q) P f) <= R P + ceil(R P f).
// A sell order holds its units; its fees come off what it receives.
#ifndef LUHENG_SERVICES_MARKET_FEES_H_
#define LUHENG_SERVICES_MARKET_FEES_H_

#include <cstdint>

#include "ledger/base/amount.h"

namespace luheng::market {

inline constexpr int64_t kMillion = 1'000'000;
// Highest fee of one side, in millionths: 10 %.
inline constexpr int64_t kFeePpmMax = 100'000;
// Greatest notional of one order in fen: 10^14 yuan. It leaves room for sums
// over many orders in int64_t.
inline constexpr int64_t kNotionalMinorMax = 10'000'000'000'000'000;
// Greatest lot, in the asset's smallest unit.
inline constexpr int64_t kLotUnitsMax = 1'000'000'000;
static_assert(kLotUnitsMax <= INT64_MAX / kLotsMax, "an order's units fit");

// floor(notional * ppm / 10^6). Requires 0 <= notional <= kNotionalMinorMax
// and 0 <= ppm <= kMillion. In two halves, so that nothing overflows and no
// 128-bit division is made.
constexpr int64_t FeeFloor(int64_t notional, int64_t ppm) {
  return notional / kMillion * ppm + notional % kMillion * ppm / kMillion;
}

// ceil(notional * ppm / 10^6). Same requirements.
constexpr int64_t FeeCeil(int64_t notional, int64_t ppm) {
  return notional / kMillion * ppm +
         (notional % kMillion * ppm + kMillion - 1) / kMillion;
}

// The cash that a buy order with `lots` open at `price_minor` holds.
constexpr int64_t BuyHold(int64_t price_minor, int64_t lots, int64_t fee_ppm) {
  const int64_t notional = price_minor * lots;
  return notional + FeeCeil(notional, fee_ppm);
}

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_FEES_H_
