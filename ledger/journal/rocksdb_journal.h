// The journal on disk, in one directory:
//
//   lock        the process that may write; holds its process id
//   high_water  the last acknowledged block (high_water.h)
//   blocks/     a RocksDB instance with the column families below
//
//   block   number (8 bytes big-endian)       -> the block's bytes
//   index   number of its first entry (8 BE)  -> block number (8 BE)
//   secret  block number (8 BE)               -> 32 bytes
//   tile    level (1) index (8 BE)            -> 1 to 256 hashes
//   default "tail" -> the tail, "epoch" -> the current epoch, "format" -> 1
//
// One block is one synced WriteBatch over all of them, so that the tree, the
// index and the tail can neither run ahead of the blocks nor lag behind. When
// Append returns kCommitted, the batch and then the high-water mark are synced.
#ifndef LUHENG_LEDGER_JOURNAL_ROCKSDB_JOURNAL_H_
#define LUHENG_LEDGER_JOURNAL_ROCKSDB_JOURNAL_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/journal/journal.h"

namespace rocksdb {
class Env;
}

namespace luheng {

struct RocksDbJournalOptions {
  // Where the journal lives; made if it is missing, unless read_only.
  std::string directory;
  // For auditors: takes no lock, sees what was committed when it was opened.
  bool read_only = false;
  // Called at most once, from any thread, when the storage failed (also in the
  // background) and the journal takes no more appends: stop the process. Must
  // not call into the journal.
  std::function<void(const absl::Status&)> on_fatal;
  // Memory for blocks that are not yet in a sorted file, in bytes.
  size_t memtable_bytes = 64 << 20;
  // Writes the high-water mark anew if its file was lost. An operator's choice
  // after having compared the tail with a checkpoint elsewhere.
  bool adopt_missing_high_water = false;
  // Files and threads; null for the system's. Tests inject faults here.
  rocksdb::Env* env = nullptr;
};

// Opens the journal in `options.directory`, checks its tail (block, digest,
// tree, high-water mark), and makes an empty one if there is none. Errors:
//   FAILED_PRECONDITION  another process has it open for writing (the message
//                        names the directory and the process), the high-water
//                        file is missing, or the format is newer;
//   NOT_FOUND            read_only and there is no journal;
//   DATA_LOSS            entries that were acknowledged are missing (the
//                        message names the range), or a check failed;
//   UNAVAILABLE          the storage failed.
absl::StatusOr<std::unique_ptr<Journal>> OpenRocksDbJournal(
    RocksDbJournalOptions options);

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_ROCKSDB_JOURNAL_H_
