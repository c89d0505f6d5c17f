// One writer per directory: a lock that dies with its process, in a file that
// says whose it is.
#ifndef LUHENG_LEDGER_JOURNAL_DIRECTORY_LOCK_H_
#define LUHENG_LEDGER_JOURNAL_DIRECTORY_LOCK_H_

#include <string>

#include "absl/status/statusor.h"

namespace luheng {

// Held until destroyed. Movable. Also keeps out a second lock of the same
// process.
class DirectoryLock {
 public:
  // Locks `directory`, which must exist. Errors: FAILED_PRECONDITION if it is
  // locked, naming the directory and the process that holds it; UNAVAILABLE
  // with the system's message.
  static absl::StatusOr<DirectoryLock> Take(const std::string& directory);

  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;  // -1 once moved from
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_DIRECTORY_LOCK_H_
