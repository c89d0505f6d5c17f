// "Did you mean": the nearest of the words that would have been right.
#ifndef LUHENG_CLIENTS_CLI_SUGGEST_H_
#define LUHENG_CLIENTS_CLI_SUGGEST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace luheng::cli {

// Letters to insert, drop, change or swap with their neighbor to make `b` of
// `a`.
int EditDistance(absl::string_view a, absl::string_view b);

// The word nearest to `typed`, at most a third of its letters (and always one)
// away; empty if none is. Of equals the first.
std::string Nearest(absl::string_view typed,
                    const std::vector<std::string>& words);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_SUGGEST_H_
