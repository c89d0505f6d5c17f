// What only the journal on disk promises: it refuses to start on less than it
// acknowledged, lets one process write, and stops at the first failure.
#include "ledger/journal/rocksdb_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "tests/testing/faulty_file_system.h"
#include "tests/testing/journal_blocks.h"
#include "tests/testing/temp_directory.h"

namespace luheng {
namespace {

namespace fs = std::filesystem;
using testing::AppendBlock;
using testing::CheckTestJournal;
using ::testing::HasSubstr;
using testing::SealTestBlock;
using testing::TestSealer;

class RocksDbJournalTest : public ::testing::Test {
 protected:
  absl::Status Open() {
    journal_.reset();
    auto journal = OpenRocksDbJournal(options_);
    if (!journal.ok()) return journal.status();
    journal_ = *std::move(journal);
    return absl::OkStatus();
  }
  // Opens the journal, appends `blocks` blocks of ten entries, closes it.
  void Append(int blocks) {
    ASSERT_TRUE(Open().ok());
    const Epoch epoch(journal_->current_epoch().value() + 1);
    ASSERT_TRUE(journal_->Fence(epoch).ok());
    BlockSealer sealer = TestSealer(*journal_);
    for (int i = 0; i < blocks; ++i) {
      ASSERT_TRUE(
          AppendBlock(*journal_, SealTestBlock(sealer, epoch, 10)).ok());
    }
    journal_.reset();
  }
  void ExpectRefused(absl::StatusCode code, const std::string& message) {
    const absl::Status status = Open();
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(message));
  }

  testing::TempDirectory temp_;
  const std::string directory_ = temp_.path() + "/journal";
  RocksDbJournalOptions options_ = [this] {
    RocksDbJournalOptions options;
    options.directory = directory_;
    return options;
  }();
  std::unique_ptr<Journal> journal_;
};

TEST_F(RocksDbJournalTest, RefusesADatabasePutBack) {
  Append(3);
  fs::copy(directory_ + "/blocks", temp_.path() + "/copy",
           fs::copy_options::recursive);
  Append(3);
  fs::remove_all(directory_ + "/blocks");
  fs::copy(temp_.path() + "/copy", directory_ + "/blocks",
           fs::copy_options::recursive);
  ExpectRefused(absl::StatusCode::kDataLoss,
                "entries 31 to 60 (blocks 4 to 6) were acknowledged and are "
                "missing");
}

TEST_F(RocksDbJournalTest, RefusesATailCutFromTheLog) {
  Append(5);
  fs::path log;
  for (const auto& file : fs::directory_iterator(directory_ + "/blocks")) {
    if (file.path().extension() == ".log") log = file.path();
  }
  ASSERT_FALSE(log.empty());
  fs::resize_file(log, fs::file_size(log) - 20);
  ExpectRefused(absl::StatusCode::kDataLoss,
                "entries 41 to 50 (blocks 5 to 5) were acknowledged and are "
                "missing");
}

TEST_F(RocksDbJournalTest, RefusesWhenTheWholeDatabaseIsGone) {
  Append(2);
  fs::remove_all(directory_ + "/blocks");
  ExpectRefused(absl::StatusCode::kDataLoss, "entries 1 to 20");
  EXPECT_FALSE(fs::exists(directory_ + "/blocks"));
}

TEST_F(RocksDbJournalTest, RefusesAnotherJournalOfTheSameLength) {
  Append(2);
  options_.directory = temp_.path() + "/other";
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(journal_->Fence(Epoch(7)).ok());
  BlockSealer sealer = TestSealer(*journal_, Sm3Suite());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(
        AppendBlock(*journal_, SealTestBlock(sealer, Epoch(7), 10)).ok());
  }
  journal_.reset();
  fs::rename(directory_ + "/high_water", options_.directory + "/high_water");
  ExpectRefused(absl::StatusCode::kDataLoss, "was acknowledged");
}

TEST_F(RocksDbJournalTest, AMissingHighWaterFileMustBeAdopted) {
  Append(2);
  fs::remove(directory_ + "/high_water");
  ExpectRefused(absl::StatusCode::kFailedPrecondition, "is missing");
  options_.adopt_missing_high_water = true;
  EXPECT_TRUE(Open().ok());
  options_.adopt_missing_high_water = false;
  Append(1);
  EXPECT_TRUE(Open().ok());
  EXPECT_EQ(journal_->tail().number, BlockNumber(3));
}

TEST_F(RocksDbJournalTest, FindsDamageInTheLog) {
  Append(5);
  for (const auto& file : fs::directory_iterator(directory_ + "/blocks")) {
    if (file.path().extension() != ".log") continue;
    std::fstream log(file.path(),
                     std::ios::in | std::ios::out | std::ios::binary);
    log.seekp(static_cast<std::streamoff>(fs::file_size(file.path()) / 2));
    log << "damage";
  }
  EXPECT_FALSE(Open().ok());
}

TEST_F(RocksDbJournalTest, OneWriterAtATime) {
  ASSERT_TRUE(Open().ok());
  const absl::Status second = OpenRocksDbJournal(options_).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.message()), HasSubstr(directory_));
  EXPECT_THAT(std::string(second.message()),
              HasSubstr("process " + std::to_string(getpid())));
  EXPECT_TRUE(Open().ok());
}

TEST_F(RocksDbJournalTest, AuditorsReadWhileTheWriterWrites) {
  options_.read_only = true;
  EXPECT_EQ(Open().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(fs::exists(directory_));
  options_.read_only = false;
  Append(3);
  ASSERT_TRUE(Open().ok());
  RocksDbJournalOptions auditing = options_;
  auditing.read_only = true;
  bool fatal = false;
  auditing.on_fatal = [&fatal](const absl::Status&) { fatal = true; };
  const auto auditor = OpenRocksDbJournal(auditing);
  ASSERT_TRUE(auditor.ok()) << auditor.status();
  EXPECT_EQ((*auditor)->tail(), journal_->tail());
  EXPECT_TRUE(CheckTestJournal(**auditor).ok());
  EXPECT_EQ((*auditor)->Fence(Epoch(9)).code(),
            absl::StatusCode::kFailedPrecondition);
  BlockSealer sealer = TestSealer(**auditor);
  EXPECT_EQ(AppendBlock(**auditor, SealTestBlock(sealer, Epoch(1), 1))
                .status()
                .code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(fatal);
}

TEST_F(RocksDbJournalTest, StopsAtTheFirstFailureUntilItIsOpenedAgain) {
  const auto files = std::make_shared<testing::FaultyFileSystem>(
      testing::FaultKind::kDiskFull);
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
  options_.env = env.get();
  std::vector<std::string> reports;
  options_.on_fatal = [&reports](const absl::Status& status) {
    reports.push_back(std::string(status.message()));
  };
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(journal_->Fence(Epoch(1)).ok());
  BlockSealer sealer = TestSealer(*journal_);
  ASSERT_TRUE(AppendBlock(*journal_, SealTestBlock(sealer, Epoch(1), 10)).ok());
  files->FailAt(files->changes() + 1);
  const SealedBlock block = SealTestBlock(sealer, Epoch(1), 10);
  const absl::Status full = AppendBlock(*journal_, block).status();
  EXPECT_EQ(full.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(full.message()), HasSubstr("No space left"));
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_THAT(reports[0], HasSubstr("No space left"));

  files->FailAt(0);
  EXPECT_EQ(AppendBlock(*journal_, block).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(journal_->Fence(Epoch(2)).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(journal_->tail().number, BlockNumber(1));
  EXPECT_TRUE(CheckTestJournal(*journal_).ok());

  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(*AppendBlock(*journal_, block), AppendResult::kCommitted);
  EXPECT_EQ(journal_->tail().number, BlockNumber(2));
  EXPECT_TRUE(CheckTestJournal(*journal_).ok());
  EXPECT_EQ(reports.size(), 1u);
  journal_.reset();  // before its Env
}

TEST_F(RocksDbJournalTest, ReportsAnUnusableDirectory) {
  std::ofstream(directory_) << "a file";
  ExpectRefused(absl::StatusCode::kUnavailable, directory_);
}

}  // namespace
}  // namespace luheng
