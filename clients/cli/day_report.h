// Reads what the market did back through the API and compares it, line by line,
// with the published figures and with an independent recount.
#ifndef LUHENG_CLIENTS_CLI_DAY_REPORT_H_
#define LUHENG_CLIENTS_CLI_DAY_REPORT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cli/context.h"
#include "clients/cli/day_data.h"
#include "clients/cli/text.h"

namespace luheng::cli {

// One comparison.
struct ReportLine {
  std::string item;
  std::string expected;
  std::string ours;
  bool matches = false;
};

// Comparisons of one kind. Texts are borrowed for good: constants.
struct ReportSection {
  const Text* title;
  const Text* expected_title;
  std::vector<ReportLine> lines;
};

// Prints the sections: tables for people; one list as CSV or JSON. Returns how
// many lines do not match.
int64_t PrintReport(Context& context,
                    const std::vector<ReportSection>& sections);

// `folder` holds the orders of the days. Errors: the server's, those of reading
// the data, and DATA_LOSS if a line does not match.
absl::Status ReportDays(Context& context, const ProvinceData& data,
                        const std::string& folder);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_DAY_REPORT_H_
