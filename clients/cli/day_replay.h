// Replays a trading day: moves the rehearsal's clock through it and places each
// order with its own user's certificate, one by one or in batches over a
// stream.
#ifndef LUHENG_CLIENTS_CLI_DAY_REPLAY_H_
#define LUHENG_CLIENTS_CLI_DAY_REPLAY_H_

#include <vector>

#include "absl/status/status.h"
#include "clients/cli/context.h"
#include "clients/cli/day_data.h"

namespace luheng::cli {

// Sets the day's reference prices, places `orders` and, if the day closes,
// goes on to its close. A day that is closed already is left alone; of one that
// was cut off, only what is missing is sent. Progress goes to stderr.
// Errors: the server's; FAILED_PRECONDITION if the node is no rehearsal's, if
// orders were not answered as expected, or if the day did not close.
absl::Status ReplayDay(Context& context, const ProvinceData& data,
                       const DayRow& day, const std::vector<OrderRow>& orders);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_DAY_REPLAY_H_
