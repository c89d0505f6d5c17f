// The high-water file: the last block that was acknowledged, kept outside the
// database. A disk or a database that lost its tail is so found out at start
// instead of being believed.
//
// Two slots of 4,096 bytes; block n writes slot n mod 2, so that a torn write
// leaves the mark of block n - 1. A slot, integers big-endian:
//
//   offset size
//        0    8  magic, "LHMARK1\n"
//        8    8  block number; 0 in a new journal
//       16    8  number of the block's last entry
//       24   32  digest of the block
//       56   32  tree root after it
//       88    4  CRC-32C of everything before
#ifndef LUHENG_LEDGER_JOURNAL_HIGH_WATER_H_
#define LUHENG_LEDGER_JOURNAL_HIGH_WATER_H_

#include <rocksdb/file_system.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "ledger/journal/journal.h"

namespace luheng {

// What a slot says. The mark of an empty journal is all zeros.
struct HighWaterMark {
  BlockNumber number;
  EntryNumber last_entry;
  Digest digest;
  Digest root;
  friend bool operator==(const HighWaterMark&, const HighWaterMark&) = default;
};

// The mark that acknowledging everything up to `tail` leaves.
HighWaterMark MarkOf(const JournalTail& tail);

// Thread-compatible.
class HighWaterFile {
 public:
  // Makes a file at `path` with `mark`, durable together with its name; a
  // crash on the way leaves no file at `path`. `directory` is that of `path`.
  // Errors: UNAVAILABLE.
  static absl::Status Create(rocksdb::FileSystem& files,
                             const std::string& directory,
                             const std::string& path,
                             const HighWaterMark& mark);
  // The newest whole mark in the file at `path`. Errors: NOT_FOUND if there is
  // no file; DATA_LOSS if it holds no whole mark; UNAVAILABLE.
  static absl::StatusOr<HighWaterMark> Read(rocksdb::FileSystem& files,
                                            const std::string& path);
  // Opens the file at `path` for Write. Errors: UNAVAILABLE.
  static absl::StatusOr<HighWaterFile> Open(rocksdb::FileSystem& files,
                                            const std::string& path);

  // Writes and syncs `mark`, whose number is at least that of the last one.
  // Errors: UNAVAILABLE.
  absl::Status Write(const HighWaterMark& mark);

 private:
  explicit HighWaterFile(std::unique_ptr<rocksdb::FSRandomRWFile> file);

  std::unique_ptr<rocksdb::FSRandomRWFile> file_;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_HIGH_WATER_H_
