// A journal's RocksDB files, opened for reading only: of a node that is stopped
// or running, or a copy. The folder is the one that has `blocks` in it.
#ifndef LUHENG_LEDGER_VERIFY_JOURNAL_FILES_H_
#define LUHENG_LEDGER_VERIFY_JOURNAL_FILES_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ledger/verify/audit.h"

namespace luheng::verify {

// Errors: NOT_FOUND if there is no journal; DATA_LOSS or UNAVAILABLE with what
// RocksDB says.
absl::StatusOr<std::unique_ptr<AuditSource>> OpenJournalFiles(
    const std::string& directory);

}  // namespace luheng::verify

#endif  // LUHENG_LEDGER_VERIFY_JOURNAL_FILES_H_
