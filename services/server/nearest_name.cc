#include "services/server/nearest_name.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace luheng::server {

int64_t EditDistance(absl::string_view a, absl::string_view b) {
  // One row of the table: distances from the first i characters of `a` to
  // every beginning of `b`.
  std::vector<int64_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int64_t>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    int64_t diagonal = row[0];
    row[0] = static_cast<int64_t>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int64_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string DidYouMean(absl::string_view written,
                       const std::vector<std::string>& names) {
  const auto nearest = std::min_element(
      names.begin(), names.end(),
      [&](const std::string& a, const std::string& b) {
        return EditDistance(written, a) < EditDistance(written, b);
      });
  return absl::StrCat("did you mean \"", *nearest, "\"?");
}

}  // namespace luheng::server
