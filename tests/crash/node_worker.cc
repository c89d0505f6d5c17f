// A node on a journal in a directory, which sends itself commands and reports
// each durable answer as a line "request entry" on standard output. Started by
// node_crash_test, which kills it.
//
//   node_worker DIRECTORY FIRST LAST
//
// Sends requests FIRST to LAST; a request's id and body follow from its number,
// so that the next worker sends the same again. Several are always on the way.
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "ledger/base/check.h"
#include "tests/testing/test_node.h"

namespace luheng::testing {
namespace {

constexpr int kOnTheWay = 8;

// One write, so that a line arrives whole or not at all.
void Report(int64_t request, const core::Outcome& outcome) {
  LUHENG_CHECK(outcome.accepted()) << core::v1::Reason_Name(outcome.reason);
  const std::string line =
      absl::StrFormat("%d %d\n", request, outcome.entry.value());
  LUHENG_CHECK(write(STDOUT_FILENO, line.data(), line.size()) ==
               static_cast<ssize_t>(line.size()));
}

int Run(int argc, char** argv) {
  LUHENG_CHECK(argc == 4) << argc << " arguments";
  int64_t first = 0;
  int64_t last = 0;
  LUHENG_CHECK(absl::SimpleAtoi(argv[2], &first) &&
               absl::SimpleAtoi(argv[3], &last));
  TestNodeOptions options;
  options.directory = argv[1];
  options.snapshot_interval_entries = 50;
  TestNode node(options);
  absl::Mutex mutex;
  int on_the_way = 0;
  for (int64_t request = first; request <= last; ++request) {
    const auto body = EnterpriseRequest(request);
    const core::Command command =
        node.Command("registrar", body, TestId(request));
    {
      absl::MutexLock lock(&mutex);
      const auto has_room = [&on_the_way] { return on_the_way < kOnTheWay; };
      mutex.Await(absl::Condition(&has_room));
      ++on_the_way;
    }
    node.Submit(command, [&, request](const core::Outcome& outcome) {
      Report(request, outcome);
      absl::MutexLock lock(&mutex);
      --on_the_way;
    });
  }
  absl::MutexLock lock(&mutex);
  const auto all = [&on_the_way] { return on_the_way == 0; };
  mutex.Await(absl::Condition(&all));
  return 0;
}

}  // namespace
}  // namespace luheng::testing

int main(int argc, char** argv) { return luheng::testing::Run(argc, argv); }
