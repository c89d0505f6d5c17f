#include "ledger/journal/rocksdb_status.h"

#include "absl/strings/str_cat.h"

namespace luheng {

absl::Status FromRocksDb(const rocksdb::Status& status,
                         absl::string_view what) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = absl::StrCat(what, ": ", status.ToString());
  if (status.IsCorruption()) return absl::DataLossError(message);
  if (status.IsNotFound() || status.IsPathNotFound()) {
    return absl::NotFoundError(message);
  }
  return absl::UnavailableError(message);
}

}  // namespace luheng
