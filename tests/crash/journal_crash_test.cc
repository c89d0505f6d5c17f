// Goal: what was acknowledged is there after the process died, and nothing
// else is but the one block on the way. Method: a child process appends blocks
// whose contents follow from their numbers and reports each acknowledged one;
// it is killed at random, or dies at each write, sync, rename and new file in
// turn, with what was not synced lost; or its disk is full. Then the journal
// is opened here and read from the start.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "ledger/journal/rocksdb_journal.h"
#include "tests/testing/faulty_file_system.h"
#include "tests/testing/journal_blocks.h"
#include "tests/testing/temp_directory.h"

namespace luheng {
namespace {

using testing::FaultyFileSystem;
using testing::TempDirectory;

// A running journal_appender.
class Appender {
 public:
  explicit Appender(const std::vector<std::string>& arguments) {
    int output[2];
    int errors[2];
    LUHENG_CHECK(pipe(output) == 0 && pipe(errors) == 0);
    std::vector<std::string> words = {JOURNAL_APPENDER};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = fork();
    LUHENG_CHECK(pid_ >= 0);
    if (pid_ == 0) {
      dup2(output[1], STDOUT_FILENO);
      dup2(errors[1], STDERR_FILENO);
      for (int end : {output[0], output[1], errors[0], errors[1]}) close(end);
      execv(argv[0], argv.data());
      _exit(127);
    }
    close(output[1]);
    close(errors[1]);
    output_ = fdopen(output[0], "r");
    errors_ = fdopen(errors[0], "r");
  }
  ~Appender() {
    if (pid_ > 0) {
      Kill();
      Wait();
    }
    fclose(output_);
    fclose(errors_);
  }
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  // Reads the next acknowledgement; false at the end of the output.
  bool ReadAcknowledged() {
    long long block = 0;
    long long entry = 0;
    if (fscanf(output_, "%lld %lld", &block, &entry) != 2) return false;
    acknowledged_ = BlockNumber(block);
    last_entry_ = EntryNumber(entry);
    return true;
  }
  void Kill() { kill(pid_, SIGKILL); }
  // Reads what is left and waits for the end; returns the exit code, or minus
  // the signal.
  int Wait() {
    while (ReadAcknowledged()) {
    }
    for (int c = fgetc(errors_); c != EOF; c = fgetc(errors_)) {
      error_ += static_cast<char>(c);
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  BlockNumber acknowledged() const { return acknowledged_; }
  EntryNumber last_entry() const { return last_entry_; }
  const std::string& error() const { return error_; }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  FILE* output_ = nullptr;
  FILE* errors_ = nullptr;
  BlockNumber acknowledged_;
  EntryNumber last_entry_;
  std::string error_;
};

absl::StatusOr<std::unique_ptr<Journal>> OpenIn(const std::string& directory) {
  RocksDbJournalOptions options;
  options.directory = directory;
  return OpenRocksDbJournal(options);
}

// Opens the journal, checks that it is whole and reaches `acknowledged`, with
// at most the one block behind it that was on the way.
void ExpectWhole(const std::string& directory, BlockNumber acknowledged,
                 const std::string& what) {
  const auto journal = OpenIn(directory);
  ASSERT_TRUE(journal.ok()) << what << ": " << journal.status();
  const int64_t found = (*journal)->tail().number.value();
  EXPECT_GE(found, acknowledged.value()) << what;
  EXPECT_LE(found, acknowledged.value() + 1) << what;
  const absl::Status whole = testing::CheckTestJournal(**journal);
  EXPECT_TRUE(whole.ok()) << what << ": " << whole;
}

uint32_t Seed() {
  const char* given = std::getenv("LUHENG_SEED");
  return given != nullptr
             ? static_cast<uint32_t>(std::strtoul(given, nullptr, 10))
             : std::random_device()();
}

TEST(JournalCrashTest, KilledAtAnyMomentItKeepsWhatItAcknowledged) {
  const uint32_t seed = Seed();
  SCOPED_TRACE(absl::StrCat("LUHENG_SEED=", seed));
  std::mt19937 random(seed);
  TempDirectory directory;
  BlockNumber before;
  for (int round = 0; round < 20; ++round) {
    Appender child({directory.path(), "100000"});
    // The child goes on writing while the signal is on its way, so where it
    // is hit is as random as the scheduler.
    const int64_t wanted = random() % 40;
    for (int64_t i = 0; i < wanted; ++i) {
      ASSERT_TRUE(child.ReadAcknowledged());
    }
    child.Kill();
    EXPECT_EQ(child.Wait(), -SIGKILL) << child.error();
    const BlockNumber expected = std::max(before, child.acknowledged());
    ExpectWhole(directory.path(), expected, absl::StrCat("round ", round));
    before = (*OpenIn(directory.path()))->tail().number;
  }
  EXPECT_GT(before.value(), 0);
}

class DiesAtEachChange : public ::testing::TestWithParam<const char*> {};

// The first run makes the journal, the second opens one that is there.
TEST_P(DiesAtEachChange, KeepsWhatItAcknowledged) {
  const std::string fault = GetParam();
  int64_t ordinal = 1;
  bool died = true;
  for (; died; ++ordinal) {
    SCOPED_TRACE(absl::StrCat(fault, " at change ", ordinal));
    TempDirectory directory;
    Appender child({directory.path(), "4", fault, absl::StrCat(ordinal)});
    const int code = child.Wait();
    died = code == FaultyFileSystem::kDiedExitCode;
    ASSERT_TRUE(died || code == 0) << code << " " << child.error();
    ExpectWhole(directory.path(), child.acknowledged(), "first run");
    if (HasFailure()) return;

    Appender again({directory.path(), "2", fault, absl::StrCat(ordinal)});
    const int again_code = again.Wait();
    ASSERT_TRUE(again_code == FaultyFileSystem::kDiedExitCode ||
                again_code == 0)
        << again_code << " " << again.error();
    ExpectWhole(directory.path(),
                std::max(child.acknowledged(), again.acknowledged()),
                "second run");
    if (HasFailure()) return;
  }
  // Far fewer would mean that the faults were not where the writes are.
  EXPECT_GT(ordinal, 40);
}

INSTANTIATE_TEST_SUITE_P(Faults, DiesAtEachChange,
                         ::testing::Values("die", "torn"),
                         [](const auto& c) { return std::string(c.param); });

// Each change in turn meets a full disk: the append says so, nothing is
// acknowledged behind it, and with space again everything acknowledged is
// there and the journal goes on.
TEST(JournalDiskFullTest, KeepsWhatItAcknowledgedAtEachChange) {
  int64_t ordinal = 1;
  int refused = 0;
  for (int code = -1; code != 0; ordinal += 3) {
    SCOPED_TRACE(absl::StrCat("full at change ", ordinal));
    TempDirectory directory;
    Appender child({directory.path(), "4", "full", absl::StrCat(ordinal)});
    code = child.Wait();
    ASSERT_TRUE(code == 0 || code == 3 || code == 4) << code << child.error();
    if (code != 0) {
      ++refused;
      EXPECT_THAT(child.error(), ::testing::HasSubstr("No space left"));
    }
    ExpectWhole(directory.path(), child.acknowledged(), "after space is freed");
    Appender again({directory.path(), "2"});
    EXPECT_EQ(again.Wait(), 0) << again.error();
    if (HasFailure()) return;
  }
  EXPECT_GT(refused, 10);
}

// The same with the kernel's own refusal: no file may grow beyond a size, so
// the write of the log is cut short in the middle of a block.
TEST(JournalDiskFullTest, KeepsWhatItAcknowledgedWhenTheKernelRefuses) {
  for (const int64_t bytes : {20'000, 50'001, 81'234}) {
    SCOPED_TRACE(absl::StrCat("files of at most ", bytes, " bytes"));
    TempDirectory directory;
    Appender child(
        {directory.path(), "1000", "file-size", absl::StrCat(bytes)});
    EXPECT_EQ(child.Wait(), 4) << child.error();
    EXPECT_THAT(child.error(), ::testing::HasSubstr("File too large"));
    EXPECT_GT(child.acknowledged().value(), 0);
    ExpectWhole(directory.path(), child.acknowledged(), "without the limit");
    Appender again({directory.path(), "10"});
    EXPECT_EQ(again.Wait(), 0) << again.error();
    EXPECT_GE(again.acknowledged().value(), child.acknowledged().value() + 10);
  }
}

TEST(JournalLockTest, ASecondProcessIsToldWhoWrites) {
  TempDirectory directory;
  Appender child({directory.path(), "1000000"});
  ASSERT_TRUE(child.ReadAcknowledged());
  const absl::Status second = OpenIn(directory.path()).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.message()),
              ::testing::AllOf(
                  ::testing::HasSubstr(directory.path()),
                  ::testing::HasSubstr(absl::StrCat("process ", child.pid()))));
  // The lock dies with its process.
  child.Kill();
  child.Wait();
  EXPECT_TRUE(OpenIn(directory.path()).ok());
}

}  // namespace
}  // namespace luheng
