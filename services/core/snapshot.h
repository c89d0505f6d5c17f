// Snapshots: the world's canonical bytes at an entry, one file each, so that a
// restart replays only a tail. A file names its entry and the digest of its
// bytes; whether to trust it is decided by the journal, which holds that digest
// too (see recovery.h).
#ifndef LUHENG_SERVICES_CORE_SNAPSHOT_H_
#define LUHENG_SERVICES_CORE_SNAPSHOT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"

namespace luheng::core {

struct Snapshot {
  EntryNumber entry;
  Digest digest;  // SHA-256 of `bytes`.
  std::string bytes;
};

// Snapshots of one journal in one directory. Thread-compatible.
class SnapshotStore {
 public:
  // Makes the directory if it is missing. UNAVAILABLE if that fails.
  static absl::StatusOr<SnapshotStore> Open(const std::string& directory);

  // Writes a file, synced, then removes all but the newest `kept` (at least 1).
  // UNAVAILABLE with the file's name if it cannot be written.
  absl::Status Write(EntryNumber entry, const Digest& digest,
                     absl::string_view bytes, int kept = 2) const;
  // Entries that have a file, newest first.
  std::vector<EntryNumber> List() const;
  // Reads a file and checks its digest. NOT_FOUND; DATA_LOSS.
  absl::StatusOr<Snapshot> Read(EntryNumber entry) const;

 private:
  explicit SnapshotStore(std::string directory)
      : directory_(std::move(directory)) {}

  std::string PathOf(EntryNumber entry) const;

  std::string directory_;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_SNAPSHOT_H_
