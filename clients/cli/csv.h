// CSV as RFC 4180 has it, safe to open in a spreadsheet.
#ifndef LUHENG_CLIENTS_CLI_CSV_H_
#define LUHENG_CLIENTS_CLI_CSV_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace luheng::cli {

// One field, quoted where it has to be. A field that a spreadsheet would run
// as a formula (it starts with = + - @, a tab or a line break) gets an
// apostrophe in front; plain numbers such as -5.00 do not.
std::string CsvField(absl::string_view value);

// One record with its CRLF.
std::string CsvRecord(const std::vector<std::string>& fields);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_CSV_H_
