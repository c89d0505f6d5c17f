// Request ids of `luheng day`: the same step with the same body has the same
// id in every run, so that a run that was cut off is finished, not repeated.
#ifndef LUHENG_CLIENTS_CLI_DAY_REQUEST_ID_H_
#define LUHENG_CLIENTS_CLI_DAY_REQUEST_ID_H_

#include <string>

#include "absl/strings/string_view.h"

namespace luheng::cli {

// A UUID of version 8: the first half of SHA-256 over a fixed namespace, `step`
// and `body`. Another body is another request, so changed data is never taken
// for what was done before.
std::string DayRequestId(absl::string_view step, absl::string_view body);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_DAY_REQUEST_ID_H_
