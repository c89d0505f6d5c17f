// RocksDB's outcomes in the house's vocabulary of errors.
#ifndef LUHENG_LEDGER_JOURNAL_ROCKSDB_STATUS_H_
#define LUHENG_LEDGER_JOURNAL_ROCKSDB_STATUS_H_

#include <rocksdb/status.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace luheng {

// `status` with `what` was tried: DATA_LOSS for corruption, NOT_FOUND for what
// is not there, UNAVAILABLE for everything else.
absl::Status FromRocksDb(const rocksdb::Status& status, absl::string_view what);

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_ROCKSDB_STATUS_H_
