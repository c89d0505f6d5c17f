#include "ledger/journal/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace luheng {
namespace {

constexpr mode_t kOwnerOnly = 0600;

absl::Status SystemError(const std::string& path) {
  return absl::UnavailableError(absl::StrFormat(
      "%s: %s", path, absl::ErrnoToStatus(errno, "lock").message()));
}

// What the holder wrote into its lock file; it may be writing it just now.
std::string HolderOf(int descriptor) {
  char raw[32];
  const ssize_t size = pread(descriptor, raw, sizeof(raw), 0);
  const std::string text(raw, size > 0 ? static_cast<size_t>(size) : 0);
  const absl::string_view pid = absl::StripAsciiWhitespace(text);
  return pid.empty() ? "unknown" : std::string(pid);
}

}  // namespace

absl::StatusOr<DirectoryLock> DirectoryLock::Take(
    const std::string& directory) {
  const std::string path = directory + "/lock";
  DirectoryLock lock(
      open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly));
  if (lock.descriptor_ < 0) return SystemError(path);
  if (flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return SystemError(path);
    return absl::FailedPreconditionError(absl::StrFormat(
        "the journal in %s is open for writing in process %s; one process at "
        "a time may write it",
        directory, HolderOf(lock.descriptor_)));
  }
  const std::string pid = absl::StrFormat("%d\n", getpid());
  // The lock is what counts. The id is a help to people, and a full disk must
  // not keep an operator from starting.
  if (ftruncate(lock.descriptor_, 0) == 0) {
    (void)!pwrite(lock.descriptor_, pid.data(), pid.size(), 0);
  }
  return lock;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace luheng
