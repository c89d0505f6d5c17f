// "Did you mean": the known name that is nearest to what somebody wrote.
#ifndef LUHENG_SERVICES_SERVER_NEAREST_NAME_H_
#define LUHENG_SERVICES_SERVER_NEAREST_NAME_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace luheng::server {

// Least number of single-character insertions, deletions and replacements that
// turn `a` into `b`.
int64_t EditDistance(absl::string_view a, absl::string_view b);

// `did you mean "x"?`, with the nearest of `names`, which must not be empty;
// of equally near ones the first.
std::string DidYouMean(absl::string_view written,
                       const std::vector<std::string>& names);

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_NEAREST_NAME_H_
