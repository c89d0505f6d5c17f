// Lists as files for a spreadsheet: .csv (UTF-8 with a byte order mark, as
// spreadsheets expect) or .xlsx. Rows are written as they come. At the end
// stands what the rows were true for: the last entry and the ledger's root, to
// be compared with a checkpoint. The file appears under its name only once it
// is whole.
#ifndef LUHENG_CLIENTS_CLI_EXPORT_H_
#define LUHENG_CLIENTS_CLI_EXPORT_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/output.h"

namespace luheng::cli {

// One file. Thread-compatible.
class ExportFile {
 public:
  virtual ~ExportFile() = default;
  virtual absl::Status Add(const std::vector<Cell>& cells) = 0;
  // Writes the evidence, names and values, and gives the file its name.
  virtual absl::Status Finish(
      const std::vector<std::pair<std::string, std::string>>& evidence) = 0;
};

// Begins `path`, whose ending says which kind, with its header line. Borrows
// `context`. Errors: INVALID_ARGUMENT if the ending
// is neither .csv nor .xlsx; UNAVAILABLE if the file cannot be written.
absl::StatusOr<std::unique_ptr<ExportFile>> BeginExport(
    const Context& context, const std::string& path,
    const std::vector<std::string>& headers);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_EXPORT_H_
