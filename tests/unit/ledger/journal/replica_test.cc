// Goal: a replica stores what a true copy would hold and nothing else: no byte
// of a block or its secret can differ, no block can be skipped, repeated,
// swapped or come from another journal.
// Method: journals of real entries; every kind of wrong block is offered to a
// replica that has the blocks before it.
#include "ledger/journal/replica.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "ledger/journal/memory_journal.h"
#include "tests/testing/entry_journal.h"

namespace luheng {
namespace {

using testing::EntryJournal;
using ::testing::HasSubstr;

constexpr int kBlocks = 5;

void AddEntry(EntryJournal& journal) {
  Entry entry;
  entry.Reset(journal.next(), Stamp(1000 + journal.next().value()));
  entry.Move(AssetId(1), 100, kSystemHolder, Purpose::kBank, HolderId(7),
             Purpose::kAvailable);
  journal.Add(entry);
}

class ReplicaTest : public ::testing::Test {
 protected:
  ReplicaTest() : copy_(NewMemoryJournal()), replica_(Resume()) {
    for (int block = 1; block <= kBlocks; ++block) {
      for (int i = 0; i < block; ++i) AddEntry(original_);
      original_.Commit();
    }
  }
  JournalReplica Resume() { return *JournalReplica::Resume(*copy_); }
  absl::Status Copy(int64_t number) {
    return Offer(*original_.journal().Read(BlockNumber(number)), number);
  }
  absl::Status Offer(const std::string& bytes, int64_t number) {
    return replica_.Accept(
        bytes, *original_.journal().ReadSecret(BlockNumber(number)));
  }

  EntryJournal original_;
  std::unique_ptr<Journal> copy_;
  JournalReplica replica_;
};

TEST_F(ReplicaTest, IsTheSameJournal) {
  for (int number = 1; number <= kBlocks; ++number) {
    ASSERT_TRUE(Copy(number).ok());
    // A replica that is made anew goes on where the last one was.
    if (number == 3) replica_ = Resume();
  }
  EXPECT_EQ(copy_->tail(), original_.journal().tail());
  for (int number = 1; number <= kBlocks; ++number) {
    EXPECT_EQ(*copy_->Read(BlockNumber(number)),
              *original_.journal().Read(BlockNumber(number)));
  }
  EXPECT_EQ(*copy_->ReadTile({0, 0}, 15),
            *original_.journal().ReadTile({0, 0}, 15));
}

TEST_F(ReplicaTest, NoByteOfABlockCanDiffer) {
  ASSERT_TRUE(Copy(1).ok());
  const std::string bytes = *original_.journal().Read(BlockNumber(2));
  const JournalTail before = copy_->tail();
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    replica_ = Resume();
    EXPECT_FALSE(Offer(changed, 2).ok()) << "byte " << i;
  }
  EXPECT_EQ(copy_->tail(), before);
}

TEST_F(ReplicaTest, NoByteOfASecretCanDiffer) {
  ASSERT_TRUE(Copy(1).ok());
  const std::string bytes = *original_.journal().Read(BlockNumber(2));
  for (size_t i = 0; i < BlockSecret::kSize; ++i) {
    BlockSecret secret = *original_.journal().ReadSecret(BlockNumber(2));
    secret.data[i] ^= 1;
    replica_ = Resume();
    const absl::Status status = replica_.Accept(bytes, secret);
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("block 2 diverges from this copy: its root is"));
  }
}

TEST_F(ReplicaTest, NoBlockIsSkippedOrRepeated) {
  ASSERT_TRUE(Copy(1).ok());
  EXPECT_THAT(std::string(Copy(3).message()),
              HasSubstr("block 3 diverges from this copy: it ends at block 1"));
  // After an error nothing counts.
  EXPECT_FALSE(Copy(2).ok());
  replica_ = Resume();
  EXPECT_TRUE(Copy(2).ok());
  EXPECT_FALSE(Copy(2).ok());
}

TEST_F(ReplicaTest, NothingComesFromAnotherJournal) {
  ASSERT_TRUE(Copy(1).ok());
  EntryJournal other('x');
  AddEntry(other);
  other.Commit();
  AddEntry(other);
  AddEntry(other);
  other.Commit();
  const absl::Status status =
      replica_.Accept(*other.journal().Read(BlockNumber(2)),
                      *other.journal().ReadSecret(BlockNumber(2)));
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
}

TEST_F(ReplicaTest, NothingComesFromAnotherHistoryOfTheJournal) {
  ASSERT_TRUE(Copy(1).ok());
  EntryJournal other;  // The same id, other secrets.
  AddEntry(other);
  other.Commit();
  AddEntry(other);
  AddEntry(other);
  other.Commit();
  const absl::Status status =
      replica_.Accept(*other.journal().Read(BlockNumber(2)),
                      *other.journal().ReadSecret(BlockNumber(2)));
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("block 2 diverges"));
}

}  // namespace
}  // namespace luheng
