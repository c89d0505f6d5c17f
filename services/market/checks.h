// The rules about the numbers of an order that placing and amending share.
// Each refuses with its own reason and names the field.
#ifndef LUHENG_SERVICES_MARKET_CHECKS_H_
#define LUHENG_SERVICES_MARKET_CHECKS_H_

#include <cstdint>

#include "services/core/refusal.h"
#include "services/market/instrument.h"

namespace luheng::market {

// Continuous trading is permitted, open and not halted. `rules` is null if
// none are in force.
core::Verdict CheckTrading(const Instrument& instrument, const Rules* rules);
// The quantity of a whole order, in range and in order units.
core::Verdict CheckQuantity(const Rules& rules, int64_t lots);
// The price: in range, on tick, inside the band, not under the floor.
core::Verdict CheckPrice(const Instrument& instrument, const Rules& rules,
                         int64_t price_minor);
// Price times quantity, within kNotionalMinorMax.
core::Verdict CheckNotional(int64_t price_minor, int64_t lots);

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_CHECKS_H_
