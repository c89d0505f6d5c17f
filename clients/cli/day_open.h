// Opens a province's market from its data: people, holders, assets,
// instruments, calendar, units and cash. What is there already is left alone,
// so it may be run as often as one likes.
#ifndef LUHENG_CLIENTS_CLI_DAY_OPEN_H_
#define LUHENG_CLIENTS_CLI_DAY_OPEN_H_

#include "absl/status/status.h"
#include "clients/cli/context.h"
#include "clients/cli/day_data.h"

namespace luheng::cli {

// Progress goes to stderr, a line for each kind of thing. Errors: the
// server's, those of Office::Do(), and FAILED_PRECONDITION if something of the
// same name or code is there and differs.
absl::Status OpenProvince(Context& context, const ProvinceData& data);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_DAY_OPEN_H_
