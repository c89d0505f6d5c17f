#include "ledger/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace luheng {
namespace {

absl::Status SystemError(absl::string_view what, const std::string& path) {
  return absl::UnavailableError(
      absl::StrCat(what, " ", path, ": ", std::strerror(errno)));
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool ok() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  const int descriptor_;
};

bool WriteAll(int file, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

absl::StatusOr<std::string> ReadOpened(const File& file,
                                       const std::string& path,
                                       size_t bytes_max) {
  std::string bytes(bytes_max + 1, '\0');
  size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got =
        read(file.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("reading", path);
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  if (size > bytes_max) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is larger than ", bytes_max, " bytes"));
  }
  bytes.resize(size);
  return bytes;
}

absl::Status OpenError(const std::string& path) {
  return errno == ENOENT
             ? absl::NotFoundError(absl::StrCat(path, " does not exist"))
             : SystemError("opening", path);
}

}  // namespace

absl::Status WriteFileDurably(const std::string& path, absl::string_view bytes,
                              mode_t mode) {
  const std::string draft = path + ".new";
  // A draft that a crash left may have another mode.
  if (unlink(draft.c_str()) != 0 && errno != ENOENT) {
    return SystemError("removing", draft);
  }
  const File file(
      open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file.ok() || !WriteAll(file.get(), bytes) || fsync(file.get()) != 0 ||
      rename(draft.c_str(), path.c_str()) != 0) {
    return SystemError("writing", path);
  }
  const size_t slash = path.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const File directory(
      open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok() || fsync(directory.get()) != 0) {
    return SystemError("syncing", folder);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadWholeFile(const std::string& path,
                                          size_t bytes_max) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return OpenError(path);
  return ReadOpened(file, path, bytes_max);
}

absl::StatusOr<std::string> ReadSecretFile(const std::string& path,
                                           size_t bytes_max) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return OpenError(path);
  struct stat info;
  if (fstat(file.get(), &info) != 0) return SystemError("reading", path);
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": others may read or write this secret; chmod 600 it"));
  }
  return ReadOpened(file, path, bytes_max);
}

}  // namespace luheng
