// Goal: what is signed is what the journal holds, each checkpoint extends the
// one before, across restarts too, and a fork is never signed. Method: a
// journal in memory that grows by test blocks; the kept note is replaced by
// what an attacker or an accident would leave there.
#include "services/supervision/checkpointer.h"

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/base/check.h"
#include "ledger/base/file.h"
#include "ledger/journal/memory_journal.h"
#include "ledger/journal/sealer.h"
#include "ledger/merkle/proof.h"
#include "services/supervision/receipts.h"
#include "tests/testing/journal_blocks.h"
#include "tests/testing/temp_directory.h"

namespace luheng::supervision {
namespace {

using ::testing::HasSubstr;

constexpr char kOrigin[] = "test.example/ledger";

class CheckpointerTest : public ::testing::Test {
 protected:
  explicit CheckpointerTest(const HashSuite& suite = Sha256Suite())
      : suite_(suite), sealer_(testing::TestSealer(*journal_, suite)) {
    LUHENG_CHECK_OK(journal_->Fence(Epoch(1)));
    options_.path = directory_.path() + "/checkpoint";
    options_.interval = absl::Hours(1);
    options_.on_fatal = [this](const absl::Status& status) { fatal_ = status; };
  }

  void Grow(int64_t entries) {
    const SealedBlock block =
        testing::SealTestBlock(sealer_, Epoch(1), entries);
    ASSERT_TRUE(testing::AppendBlock(*journal_, block).ok());
  }
  std::unique_ptr<Signer> NewSigner() const {
    return *SignerFromPem(kOrigin, SignerRole::kLog, pem_);
  }
  absl::StatusOr<std::unique_ptr<Checkpointer>> Open() {
    return Checkpointer::Open(options_, *journal_, NewSigner());
  }
  std::unique_ptr<Checkpointer> MustOpen() {
    auto opened = Open();
    EXPECT_TRUE(opened.ok()) << opened.status();
    return *std::move(opened);
  }
  // What `note` says, if the ledger signed it.
  TreeHead HeadOf(const absl::StatusOr<Note>& note) const {
    EXPECT_TRUE(note.ok()) << note.status();
    const auto checkpoint = OpenCheckpoint(*note, NewSigner()->key());
    EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
    return checkpoint->head;
  }
  void Keep(const Checkpoint& checkpoint) {
    ASSERT_TRUE(WriteFileDurably(options_.path, FormatNote(*SignCheckpoint(
                                                    checkpoint, *NewSigner())))
                    .ok());
  }

  const testing::TempDirectory directory_;
  const HashSuite& suite_;
  std::string pem_ = NewPrivateKeyPem(PrivateKeyKind::kEd25519);
  std::unique_ptr<Journal> journal_ = NewMemoryJournal();
  BlockSealer sealer_;
  CheckpointerOptions options_;
  absl::Status fatal_;
};

TEST_F(CheckpointerTest, SignsWhatTheJournalHolds) {
  const auto checkpointer = MustOpen();
  EXPECT_TRUE(absl::IsOutOfRange(checkpointer->Covering(0).status()));
  Grow(5);
  EXPECT_EQ(HeadOf(checkpointer->Covering(1)), journal_->tail().tree);
  Grow(300);
  // The newest one will do.
  EXPECT_EQ(HeadOf(checkpointer->Covering(5)).size, 5);
  EXPECT_EQ(HeadOf(checkpointer->Covering(6)), journal_->tail().tree);
  EXPECT_EQ(checkpointer->signed_entries(), 305);
  EXPECT_TRUE(absl::IsOutOfRange(checkpointer->Covering(306).status()));
  EXPECT_TRUE(fatal_.ok());
}

TEST_F(CheckpointerTest, GoesOnAfterARestart) {
  Grow(7);
  const auto first = MustOpen()->Covering(7);
  const auto kept = ReadWholeFile(options_.path, kNoteBytesMax);
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(*kept, FormatNote(*first));
  const auto again = MustOpen();
  EXPECT_EQ(*again->Covering(7), *first);
  Grow(4);
  EXPECT_EQ(HeadOf(again->Covering(8)), journal_->tail().tree);
}

TEST_F(CheckpointerTest, SignsAtTheInterval) {
  options_.interval = absl::Milliseconds(1);
  Grow(3);
  const auto checkpointer = MustOpen();
  checkpointer->Start();
  while (checkpointer->signed_entries() < 3) std::this_thread::yield();
  Grow(3);
  while (checkpointer->signed_entries() < 6) std::this_thread::yield();
  checkpointer->Stop();
}

TEST_F(CheckpointerTest, RefusesAJournalThatLostItsTail) {
  Grow(7);
  Checkpoint longer{kOrigin, {9, journal_->tail().tree.root}, {}};
  Keep(longer);
  const absl::Status status = Open().status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("9 entries"));
}

TEST_F(CheckpointerTest, RefusesAJournalThatWasRewritten) {
  Grow(7);
  for (const int64_t size : {7, 5}) {
    Keep({kOrigin, {size, suite_.Hash("another history")}, {}});
    const absl::Status status = Open().status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("fork"));
  }
}

TEST_F(CheckpointerTest, RefusesAnotherKeyAndABrokenFile) {
  Grow(7);
  ASSERT_TRUE(MustOpen()->Covering(7).ok());
  pem_ = NewPrivateKeyPem(PrivateKeyKind::kEd25519);
  EXPECT_TRUE(absl::IsFailedPrecondition(Open().status())) << Open().status();
  ASSERT_TRUE(WriteFileDurably(options_.path, "half a no").ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(Open().status())) << Open().status();
}

TEST_F(CheckpointerTest, HandsOutNothingThatItCouldNotKeep) {
  Grow(7);
  const auto checkpointer = MustOpen();
  std::filesystem::create_directories(options_.path + "/in the way");
  EXPECT_FALSE(checkpointer->Covering(7).ok());
  EXPECT_FALSE(fatal_.ok());
  std::filesystem::remove_all(options_.path);
  EXPECT_FALSE(checkpointer->Covering(7).ok()) << "it must stay stopped";
  EXPECT_EQ(checkpointer->signed_entries(), 0);
}

TEST_F(CheckpointerTest, ProvesEveryEntry) {
  Grow(7);
  Grow(260);
  const auto checkpointer = MustOpen();
  for (const int64_t number : {1, 7, 8, 256, 257, 267}) {
    const auto proof = ProveEntry(*journal_, *checkpointer->Covering(number),
                                  EntryNumber(number));
    ASSERT_TRUE(proof.ok()) << proof.status();
    const TreeHead head = HeadOf(proof->checkpoint);
    EXPECT_TRUE(VerifyInclusion(
                    suite_, testing::TestLeafHash(suite_, EntryNumber(number)),
                    proof->index, head, proof->hashes)
                    .ok())
        << number;
  }
  EXPECT_FALSE(
      ProveEntry(*journal_, *checkpointer->Newest(), EntryNumber(268)).ok());
}

class Sm3CheckpointerTest : public CheckpointerTest {
 protected:
  Sm3CheckpointerTest() : CheckpointerTest(Sm3Suite()) {}
};

TEST_F(Sm3CheckpointerTest, SignsWithSm2Only) {
  Grow(7);
  EXPECT_TRUE(absl::IsFailedPrecondition(Open().status())) << Open().status();
  pem_ = NewPrivateKeyPem(PrivateKeyKind::kSm2);
  EXPECT_EQ(HeadOf(MustOpen()->Covering(7)), journal_->tail().tree);
}

}  // namespace
}  // namespace luheng::supervision
