// Runs a shell command and keeps all that it says.
#ifndef LUHENG_TESTS_TESTING_RUN_COMMAND_H_
#define LUHENG_TESTS_TESTING_RUN_COMMAND_H_

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"

namespace luheng::testing {

struct Finished {
  int code = -1;
  std::string output;  // Standard output and error together.
};

// The checkout's own settings do not reach the command, and it has no input.
inline Finished RunCommand(const std::string& command) {
  Finished finished;
  const std::string line =
      absl::StrCat("env -u LUHENG_SERVER -u LUHENG_AS -u LUHENG_LANG ", command,
                   " 2>&1 </dev/null");
  FILE* const pipe = popen(line.c_str(), "r");
  if (pipe == nullptr) return finished;
  std::array<char, 4096> chunk;
  while (const size_t size = fread(chunk.data(), 1, chunk.size(), pipe)) {
    finished.output.append(chunk.data(), size);
  }
  const int status = pclose(pipe);
  finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return finished;
}

inline std::string ContentOf(const std::string& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_RUN_COMMAND_H_
