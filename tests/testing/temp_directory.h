// A directory for one test, removed with everything in it at the end.
#ifndef LUHENG_TESTS_TESTING_TEMP_DIRECTORY_H_
#define LUHENG_TESTS_TESTING_TEMP_DIRECTORY_H_

#include <cstdlib>
#include <filesystem>
#include <string>

#include "ledger/base/check.h"

namespace luheng::testing {

class TempDirectory {
 public:
  TempDirectory() {
    std::string path =
        (std::filesystem::temp_directory_path() / "luheng-XXXXXX").string();
    LUHENG_CHECK(mkdtemp(path.data()) != nullptr) << path;
    path_ = path;
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_TEMP_DIRECTORY_H_
