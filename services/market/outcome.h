// The answer to a command about one order: subject is the order, the numbers
// are its OrderState, filled and remaining lots.
#ifndef LUHENG_SERVICES_MARKET_OUTCOME_H_
#define LUHENG_SERVICES_MARKET_OUTCOME_H_

#include "services/core/command.h"
#include "services/market/orders.h"

namespace luheng::market {

inline void DescribeOrder(const OrderRecord& order, core::Outcome& outcome) {
  outcome.subject = order.id.value();
  outcome.numbers[0] = order.state();
  outcome.numbers[1] = order.filled;
  outcome.numbers[2] = order.open;
}

// The answer to an order that was placed before.
inline void DescribeRepeated(const OrderRecord& order, core::Outcome& outcome) {
  DescribeOrder(order, outcome);
  outcome.repeated = true;
  outcome.entry = order.entry;
}

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_OUTCOME_H_
