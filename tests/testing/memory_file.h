// A file that is only in memory but has a path, for code that reads files.
#ifndef LUHENG_TESTS_TESTING_MEMORY_FILE_H_
#define LUHENG_TESTS_TESTING_MEMORY_FILE_H_

#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "ledger/base/check.h"

namespace luheng::testing {

class MemoryFile {
 public:
  explicit MemoryFile(absl::string_view bytes)
      : file_(memfd_create("luheng-test", MFD_CLOEXEC)) {
    LUHENG_CHECK(file_ >= 0) << "no file in memory";
    while (!bytes.empty()) {
      const ssize_t count = write(file_, bytes.data(), bytes.size());
      LUHENG_CHECK(count > 0) << "writing to memory failed";
      bytes.remove_prefix(static_cast<size_t>(count));
    }
  }
  ~MemoryFile() { close(file_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  // Each opening of it reads from the start.
  std::string path() const { return absl::StrCat("/proc/self/fd/", file_); }

 private:
  const int file_;
};

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_MEMORY_FILE_H_
