// Goal: six processes are one market: the published trading days replay and
// reconcile on them, whichever follower is killed in between, and all six have
// the same ledger in the end.
// Method: deploy/split as its README shows it, with the real binaries, on free
// ports in a folder of its own; every process is stopped by its id.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/testing/run_command.h"
#include "tests/testing/temp_directory.h"

namespace luheng {
namespace {

using testing::ContentOf;
using testing::Finished;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RunCommand;

class SplitMarketTest : public ::testing::Test {
 protected:
  ~SplitMarketTest() override {
    RunCommand(absl::StrCat(kSource, "/deploy/split/stop --var ", var_.path()));
  }

  // Starts what does not run.
  void Run() {
    const Finished run =
        RunCommand(absl::StrCat(kSource, "/deploy/split/run --var ",
                                var_.path(), " --bin ", kBinaries));
    ASSERT_EQ(run.code, 0) << run.output;
    // The last line is the addresses.
    const std::vector<std::string> lines =
        absl::StrSplit(absl::StripSuffix(run.output, "\n"), '\n');
    server_ = lines.back();
  }
  std::string Pid(const std::string& name) {
    return ContentOf(absl::StrCat(var_.path(), "/", name, ".pid"));
  }
  void Kill(const std::string& name) {
    ASSERT_EQ(RunCommand(absl::StrCat("kill -9 ", Pid(name))).code, 0);
  }
  Finished Client(const std::string& server, const std::string& arguments) {
    return RunCommand(absl::StrCat(kBinaries, "/clients/cli/luheng --server ",
                                   server, " --credentials ", var_.path(),
                                   "/pki --lang en ", arguments));
  }
  void Day(const std::string& command) {
    const Finished day = Client(
        server_,
        absl::StrCat("day ", command, " --data ", kSource, "/deploy/shanxi"));
    ASSERT_EQ(day.code, 0) << command << ":\n" << day.output;
    EXPECT_THAT(day.output, Not(HasSubstr("✗")));
  }

  static constexpr char kSource[] = LUHENG_SOURCE_DIR;
  static constexpr char kBinaries[] = LUHENG_BINARY_DIR;
  const testing::TempDirectory var_;
  std::string server_;
};

TEST_F(SplitMarketTest, TradesTheDaysWhicheverFollowerIsKilled) {
  Run();
  Day("open");
  // The market itself, between two days.
  Day("replay --day 2021-10-27");
  Kill("market");
  const std::string append = Pid("append");
  Run();
  EXPECT_EQ(Pid("append"), append) << "only what was killed was started";
  // A process that the traders' programs do not call: the market goes on.
  Kill("registry");
  Day("replay --day 2022-10-21");
  for (const char* name : {"core", "ledger", "settlement"}) Kill(name);
  Run();
  Day("replay --day 2022-10-24");
  Day("report");

  const Finished status = Client(server_, "node status --as sys-admin -o json");
  ASSERT_EQ(status.code, 0) << status.output;
  EXPECT_THAT(status.output, ::testing::ContainsRegex("\"accepting\": *true"));
}

}  // namespace
}  // namespace luheng
