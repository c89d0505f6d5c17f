// Goal: kill -9 at any moment loses nothing that was answered, and nothing is
// carried out twice. Method: a child process runs a node on disk and reports
// each durable answer; it is killed at random; then the journal is opened here,
// every answer is looked up in it, and the next child sends the last requests
// again under the same ids.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "luheng/core/v1/events.pb.h"
#include "tests/testing/temp_directory.h"
#include "tests/testing/test_node.h"

namespace luheng {
namespace {

// Of each answered request, the entry that recorded it.
using Answers = std::map<int64_t, int64_t>;

// Runs a worker for requests from `first` on, kills it after `answers` answers,
// and adds all that it gave to `answered`.
void RunAndKill(const std::string& directory, int64_t first, int64_t answers,
                Answers& answered) {
  int output[2];
  LUHENG_CHECK(pipe(output) == 0);
  const std::string from = absl::StrCat(first);
  const pid_t pid = fork();
  LUHENG_CHECK(pid >= 0);
  if (pid == 0) {
    dup2(output[1], STDOUT_FILENO);
    close(output[0]);
    close(output[1]);
    execl(NODE_WORKER, NODE_WORKER, directory.c_str(), from.c_str(), "1000000",
          nullptr);
    _exit(127);
  }
  close(output[1]);
  FILE* const lines = fdopen(output[0], "r");
  long long request = 0;
  long long entry = 0;
  for (int64_t i = 0; fscanf(lines, "%lld %lld", &request, &entry) == 2; ++i) {
    const auto [it, inserted] = answered.emplace(request, entry);
    EXPECT_EQ(it->second, entry) << "request " << request << " answered anew";
    // It goes on writing while the signal is on its way.
    if (i == answers) kill(pid, SIGKILL);
  }
  fclose(lines);
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
}

// Every request that stands in the journal, with its entry; none twice.
Answers ReadJournal(const Journal& journal) {
  Answers found;
  const auto cursor = journal.ReadFrom(BlockNumber(1));
  Entry entry;
  while (true) {
    const auto block = cursor->Next();
    LUHENG_CHECK_OK(block.status());
    if (!*block) return found;
    for (int64_t i = 0; i < (*block)->entry_count(); ++i) {
      LUHENG_CHECK_OK(entry.Parse((*block)->entry(i)));
      for (const auto& part : entry.view().parts) {
        const auto id = Id16::From(part->origin().request_id());
        if (!id) continue;
        int64_t request = 0;
        for (size_t at = 8; at < Id16::kSize; ++at) {
          request = request * 256 + id->data[at];
        }
        EXPECT_TRUE(found.emplace(request, entry.number().value()).second)
            << "request " << request << " stands twice";
      }
    }
  }
}

TEST(NodeCrashTest, KilledAtAnyMomentItKeepsWhatItAnswered) {
  const char* const given = std::getenv("LUHENG_SEED");
  const uint32_t seed =
      given != nullptr ? static_cast<uint32_t>(std::strtoul(given, nullptr, 10))
                       : std::random_device()();
  SCOPED_TRACE(absl::StrCat("LUHENG_SEED=", seed));
  std::mt19937 random(seed);
  testing::TempDirectory directory;
  Answers answered;
  int64_t next = 1;
  for (int round = 0; round < 10; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    RunAndKill(directory.path(), next, random() % 60, answered);
    testing::TestNodeOptions options;
    options.directory = directory.path();
    testing::TestNode node(options);
    const Answers found = ReadJournal(node.journal());
    for (const auto& [request, entry] : answered) {
      const auto it = found.find(request);
      ASSERT_TRUE(it != found.end()) << "request " << request << " is lost";
      EXPECT_EQ(it->second, entry) << "request " << request;
    }
    EXPECT_EQ(node.StateDigest(), node.FullReplayDigest());
    // The last ones again, answered or not.
    next = std::max<int64_t>(1, answered.rbegin()->first - 20);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace luheng
