// The main job against the real binaries, as `./dev run` does it: certificates,
// server, market, three trading days, reconciliation; then a second run, which
// must do nothing twice. On free ports in a folder of its own; the server that
// it started is stopped by its process id.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/testing/run_command.h"
#include "tests/testing/temp_directory.h"

namespace luheng {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using testing::ContentOf;
using testing::Finished;
using testing::RunCommand;

class MainJobTest : public ::testing::Test {
 protected:
  ~MainJobTest() override {
    RunCommand(absl::StrCat(kScripts, "/stop --var ", var_.path()));
  }

  Finished RunMarket(const std::string& language) {
    return RunCommand(
        absl::StrCat(kScripts, "/run --var ", var_.path(), " --bin ", kBinaries,
                     " --listen 127.0.0.1:0 --admin '' --lang ", language));
  }
  Finished Client(const std::string& arguments) {
    std::string port = ContentOf(absl::StrCat(var_.path(), "/port"));
    while (!port.empty() && port.back() == '\n') port.pop_back();
    return RunCommand(absl::StrCat(
        kBinaries, "/clients/cli/luheng --server 127.0.0.1:", port,
        " --credentials ", var_.path(), "/pki --lang en ", arguments));
  }

  static constexpr char kScripts[] = LUHENG_SOURCE_DIR "/deploy/shanxi";
  static constexpr char kBinaries[] = LUHENG_BINARY_DIR;
  const testing::TempDirectory var_;
};

TEST_F(MainJobTest, ReplaysTheDaysAndASecondRunDoesNothingTwice) {
  const Finished first = RunMarket("en");
  ASSERT_EQ(first.code, 0) << first.output;
  EXPECT_THAT(first.output, HasSubstr("lines match."));
  EXPECT_THAT(first.output, HasSubstr("453,171.25"));
  EXPECT_THAT(first.output, HasSubstr("3,217,000.00"));
  EXPECT_THAT(first.output, Not(HasSubstr("✗")));
  const std::string pid = ContentOf(absl::StrCat(var_.path(), "/luhengd.pid"));
  EXPECT_FALSE(pid.empty());

  // Another published figure would not pass: exit code 7, and a mark.
  const std::string other = absl::StrCat(var_.path(), "/other");
  ASSERT_EQ(RunCommand(absl::StrCat("cp -r ", kScripts, " ", other)).code, 0);
  ASSERT_EQ(
      RunCommand(absl::StrCat("sed -i s/42.61/42.62/ ", other, "/figures.csv"))
          .code,
      0);
  const Finished differs = Client(absl::StrCat("day report --data ", other));
  EXPECT_EQ(differs.code, 7) << differs.output;
  EXPECT_THAT(differs.output, HasSubstr("✗"));
  EXPECT_THAT(differs.output, HasSubstr("1 of 97 lines do not match"));

  // A trade after the replay is counted, too.
  const Finished order = Client(
      "order place buy CEA 100t --price 58.60 --client-order-id after-replay "
      "--as daning-trader");
  EXPECT_EQ(order.code, 0) << order.output;
  const Finished before = Client("entry list --all -o json --as audit-admin");

  const Finished second = RunMarket("zh");
  ASSERT_EQ(second.code, 0) << second.output;
  EXPECT_THAT(second.output, HasSubstr("核对一致"));
  EXPECT_THAT(second.output, Not(HasSubstr("✗")));
  EXPECT_EQ(ContentOf(absl::StrCat(var_.path(), "/luhengd.pid")), pid);
  const Finished after = Client("entry list --all -o json --as audit-admin");
  EXPECT_EQ(after.output, before.output) << "the second run wrote entries";

  const Finished stop =
      RunCommand(absl::StrCat(kScripts, "/stop --var ", var_.path()));
  EXPECT_EQ(stop.code, 0) << stop.output;

  // After a stop the same market comes back, under a stale pid file.
  std::ofstream(absl::StrCat(var_.path(), "/luhengd.pid")) << pid;
  const Finished third = RunMarket("en");
  ASSERT_EQ(third.code, 0) << third.output;
  EXPECT_THAT(third.output, Not(HasSubstr("✗")));
}

}  // namespace
}  // namespace luheng
