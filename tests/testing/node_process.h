// A real luhengd as a child of a test. It dies with the test, and everything it
// says is kept; waiting for it is waiting for what it says or for its end.
#ifndef LUHENG_TESTS_TESTING_NODE_PROCESS_H_
#define LUHENG_TESTS_TESTING_NODE_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace luheng::testing {

// Thread-compatible.
class NodeProcess {
 public:
  // Runs `program` with `arguments` and, besides the test's own environment,
  // `environment` (NAME=value).
  NodeProcess(const std::string& program,
              const std::vector<std::string>& arguments,
              const std::vector<std::string>& environment = {});
  // Kills it if it still runs.
  ~NodeProcess();
  NodeProcess(const NodeProcess&) = delete;
  NodeProcess& operator=(const NodeProcess&) = delete;

  pid_t pid() const { return pid_; }
  // Waits until its output contains `text`; false if it ended without.
  bool AwaitOutput(absl::string_view text);
  // Waits until it says that it is ready; its gRPC port, 0 if it ended instead.
  int AwaitPort();
  void Send(int signal);
  // Waits for its end: its exit code, or minus the signal that ended it.
  int AwaitEnd();
  // What it has written to standard output and error so far.
  std::string output() const;

 private:
  void ReadOutput(int file);

  pid_t pid_ = -1;
  int result_ = 0;
  bool ended_ = false;
  mutable absl::Mutex mutex_;
  std::string output_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread reader_;
};

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_NODE_PROCESS_H_
