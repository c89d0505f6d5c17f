// One suite over every journal: what journal.h promises holds in memory, on
// disk, and behind a wrapper that loses answers.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ledger/journal/memory_journal.h"
#include "ledger/journal/rocksdb_journal.h"
#include "ledger/journal/sealer.h"
#include "ledger/merkle/proof.h"
#include "tests/testing/flaky_journal.h"
#include "tests/testing/journal_blocks.h"
#include "tests/testing/temp_directory.h"

namespace luheng {
namespace {

using testing::AppendBlock;
using testing::CheckTestJournal;
using testing::FlakyJournal;
using testing::SealTestBlock;
using testing::TestSealer;
using Fault = FlakyJournal::Fault;

// A place where a journal is kept: opens it, and opens it again.
class Home {
 public:
  virtual ~Home() = default;
  virtual std::unique_ptr<Journal> Open() = 0;
};

class MemoryHome final : public Home {
 public:
  std::unique_ptr<Journal> Open() override { return OpenMemoryJournal(store_); }

 private:
  const std::shared_ptr<MemoryStore> store_ = NewMemoryStore();
};

class DiskHome final : public Home {
 public:
  std::unique_ptr<Journal> Open() override {
    RocksDbJournalOptions options;
    options.directory = directory_.path();
    auto journal = OpenRocksDbJournal(options);
    EXPECT_TRUE(journal.ok()) << journal.status();
    return *std::move(journal);
  }

 private:
  testing::TempDirectory directory_;
};

struct Implementation {
  const char* name;
  std::function<std::unique_ptr<Home>()> make;
};

class JournalContract : public ::testing::TestWithParam<Implementation> {
 protected:
  static constexpr Epoch kEpoch{1};

  void SetUp() override {
    home_ = GetParam().make();
    Reopen();
    ASSERT_TRUE(journal_->Fence(kEpoch).ok());
    sealer_.emplace(TestSealer(*journal_));
  }
  void Reopen() {
    journal_.reset();
    journal_ = std::make_unique<FlakyJournal>(home_->Open());
  }
  // Seals the next block and expects it to be committed.
  SealedBlock Commit(int64_t entry_count) {
    const SealedBlock block = SealTestBlock(*sealer_, kEpoch, entry_count);
    EXPECT_EQ(Outcome(block), "committed");
    return block;
  }
  // What appending `block` answers: the result's name or the error's code.
  std::string Outcome(const SealedBlock& block) {
    const auto result = AppendBlock(*journal_, block);
    if (!result.ok()) return absl::StatusCodeToString(result.status().code());
    switch (*result) {
      case AppendResult::kCommitted:
        return "committed";
      case AppendResult::kFenced:
        return "fenced";
      case AppendResult::kUnknown:
        return "unknown";
    }
    return "none";
  }

  std::unique_ptr<Home> home_;
  std::unique_ptr<FlakyJournal> journal_;
  std::optional<BlockSealer> sealer_;
};

TEST_P(JournalContract, BeginsEmpty) {
  EXPECT_TRUE(journal_->tail().empty());
  EXPECT_EQ(journal_->tail().last_entry, EntryNumber());
  EXPECT_EQ(journal_->Read(BlockNumber(1)).status().code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(journal_->FindBlockOf(EntryNumber(1)).status().code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(journal_->ReadTile({0, 0}, 1).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_FALSE((*journal_->ReadFrom(BlockNumber(1))->Next()).has_value());
  EXPECT_EQ(BlockSealer::Resume(*journal_).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_P(JournalContract, NumbersBlocksAndEntriesFromOneWithoutGaps) {
  int64_t entries = 0;
  for (int64_t number = 1; number <= 8; ++number) {
    const SealedBlock block = Commit(number * 7);
    entries += number * 7;
    const JournalTail tail = journal_->tail();
    EXPECT_EQ(tail.number, BlockNumber(number));
    EXPECT_EQ(tail.last_entry, EntryNumber(entries));
    EXPECT_EQ(tail.digest, block.digest);
    EXPECT_EQ(tail.tree, block.header.tree);
    EXPECT_EQ(tail, sealer_->tail());
    EXPECT_EQ(*journal_->Read(BlockNumber(number)), block.bytes);
  }
  EXPECT_TRUE(CheckTestJournal(*journal_).ok());
}

TEST_P(JournalContract, AnswersTheSameBytesAgainWithCommitted) {
  const SealedBlock first = Commit(3);
  const SealedBlock second = Commit(4);
  const JournalTail tail = journal_->tail();
  EXPECT_EQ(Outcome(first), "committed");
  EXPECT_EQ(Outcome(second), "committed");
  ASSERT_TRUE(journal_->Fence(Epoch(2)).ok());
  EXPECT_EQ(Outcome(second), "committed");
  EXPECT_EQ(journal_->tail(), tail);
}

TEST_P(JournalContract, RefusesOtherBytesAtATakenNumber) {
  BlockSealer other = *sealer_;
  Commit(3);
  const SealedBlock rival = SealTestBlock(other, kEpoch, 4);
  const JournalTail tail = journal_->tail();
  EXPECT_EQ(Outcome(rival), "DATA_LOSS");
  ASSERT_TRUE(journal_->Fence(Epoch(2)).ok());
  EXPECT_EQ(Outcome(rival), "fenced");
  EXPECT_EQ(journal_->tail(), tail);
}

TEST_P(JournalContract, RefusesABlockBehindAnotherOne) {
  BlockSealer other = *sealer_;
  Commit(3);
  SealTestBlock(other, kEpoch, 4);
  EXPECT_EQ(Outcome(SealTestBlock(other, kEpoch, 1)), "DATA_LOSS");
}

TEST_P(JournalContract, RefusesToLeaveAGap) {
  Commit(3);
  SealTestBlock(*sealer_, kEpoch, 1);
  EXPECT_EQ(Outcome(SealTestBlock(*sealer_, kEpoch, 1)), "OUT_OF_RANGE");
}

TEST_P(JournalContract, RefusesABlockThatIsNotWhatItIsOfferedAs) {
  Commit(2);
  const SealedBlock block = SealTestBlock(*sealer_, kEpoch, 2);
  const BlockHeader& header = block.header;
  const auto code = [&](Epoch epoch, BlockNumber number, const Digest& prev,
                        const SealedBlock& offered) {
    return journal_->Append(epoch, number, prev, offered).status().code();
  };
  const auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(code(Epoch(9), header.number, header.prev_digest, block), kInvalid);
  EXPECT_EQ(code(kEpoch, BlockNumber(3), header.prev_digest, block), kInvalid);
  EXPECT_EQ(code(kEpoch, header.number, Digest(), block), kInvalid);
  SealedBlock damaged = block;
  damaged.bytes[200] ^= 1;
  EXPECT_EQ(code(kEpoch, header.number, header.prev_digest, damaged), kInvalid);
  SealedBlock mislabelled = block;
  mislabelled.header.tree.root = Digest();
  EXPECT_EQ(code(kEpoch, header.number, header.prev_digest, mislabelled),
            kInvalid);
  EXPECT_EQ(Outcome(block), "committed");
}

TEST_P(JournalContract, RefusesEmptyAndOversizedBlocks) {
  SealedBlock block = SealTestBlock(*sealer_, kEpoch, 1);
  block.bytes.clear();
  EXPECT_EQ(Outcome(block), "INVALID_ARGUMENT");
  block.bytes.assign(kBlockBytesMax + 1, '\0');
  EXPECT_EQ(Outcome(block), "INVALID_ARGUMENT");
  EXPECT_TRUE(journal_->tail().empty());
}

TEST_P(JournalContract, HoldsTheLargestBlock) {
  BlockBuilder builder;
  std::vector<Digest> leaf_hashes;
  while (builder.Fits(kEntryBytesMax)) {
    builder.Add(std::string(kEntryBytesMax, 'x'), Stamp(1));
    leaf_hashes.push_back(Digest());
  }
  EXPECT_EQ(builder.entry_count(), 3);
  const SealedBlock block =
      sealer_->Seal(builder, kEpoch, leaf_hashes, BlockSecret());
  EXPECT_EQ(Outcome(block), "committed");
  EXPECT_EQ(*journal_->Read(BlockNumber(1)), block.bytes);
}

TEST_P(JournalContract, RefusesAnotherJournalSuiteOrAnEarlierStamp) {
  Commit(5);
  const JournalTail tail = journal_->tail();
  const auto offer = [&](const std::function<void(BlockHeader&)>& change) {
    BlockBuilder builder;
    builder.Add("entry", Stamp(100));
    SealedBlock block;
    block.header.journal_id = tail.journal_id;
    block.header.suite = tail.suite;
    block.header.epoch = kEpoch;
    block.header.number = BlockNumber(2);
    block.header.first_entry = EntryNumber(6);
    block.header.prev_digest = tail.digest;
    block.header.tree.size = 6;
    change(block.header);
    if (block.header.last_stamp == Stamp(-1)) {
      builder = BlockBuilder();
      builder.Add("entry", Stamp(1));
    }
    block.bytes = builder.Finish(block.header);
    return Outcome(block);
  };
  EXPECT_EQ(offer([](BlockHeader& h) { h.journal_id = Id16(); }),
            "INVALID_ARGUMENT");
  EXPECT_EQ(offer([](BlockHeader& h) { h.suite = HashSuiteId::kSm3; }),
            "INVALID_ARGUMENT");
  EXPECT_EQ(offer([](BlockHeader& h) { h.last_stamp = Stamp(-1); }),
            "INVALID_ARGUMENT");
  EXPECT_EQ(offer([](BlockHeader& h) {
              h.first_entry = EntryNumber(7);
              h.tree.size = 7;
            }),
            "INVALID_ARGUMENT");
  EXPECT_EQ(journal_->tail(), tail);
  EXPECT_EQ(offer([](BlockHeader&) {}), "committed");
}

TEST_P(JournalContract, FencesOlderEpochs) {
  Commit(2);
  BlockSealer old = *sealer_;
  const SealedBlock late = SealTestBlock(old, kEpoch, 2);
  ASSERT_TRUE(journal_->Fence(Epoch(5)).ok());
  EXPECT_EQ(Outcome(late), "fenced");
  EXPECT_EQ(journal_->tail().number, BlockNumber(1));
  EXPECT_EQ(Outcome(SealTestBlock(*sealer_, Epoch(5), 2)), "committed");
  EXPECT_EQ(Outcome(late), "fenced");
  for (const int64_t epoch : {0, 1, 4, 5}) {
    EXPECT_EQ(journal_->Fence(Epoch(epoch)).code(), absl::StatusCode::kAborted)
        << epoch;
  }
  EXPECT_EQ(journal_->current_epoch(), Epoch(5));
}

TEST_P(JournalContract, AnEpochMustBeTakenBeforeItAppends) {
  EXPECT_EQ(Outcome(SealTestBlock(*sealer_, Epoch(2), 1)),
            "FAILED_PRECONDITION");
}

TEST_P(JournalContract, AnUnknownOutcomeIsSettledByTheSameBytes) {
  for (const Fault fault : {Fault::kLostAnswer, Fault::kLostRequest}) {
    const SealedBlock block = SealTestBlock(*sealer_, kEpoch, 3);
    journal_->FailNext(fault);
    EXPECT_EQ(Outcome(block), "unknown");
    EXPECT_EQ(Outcome(block), "committed");
    EXPECT_EQ(journal_->tail().number, block.header.number);
  }
  EXPECT_TRUE(CheckTestJournal(*journal_).ok());
}

// The next block shows whether the one before arrived.
TEST_P(JournalContract, NothingIsAppendedBehindALostRequest) {
  journal_->FailNext(Fault::kLostRequest);
  const SealedBlock lost = SealTestBlock(*sealer_, kEpoch, 3);
  EXPECT_EQ(Outcome(lost), "unknown");
  const SealedBlock next = SealTestBlock(*sealer_, kEpoch, 3);
  EXPECT_EQ(Outcome(next), "OUT_OF_RANGE");
  EXPECT_EQ(Outcome(lost), "committed");
  EXPECT_EQ(Outcome(next), "committed");
}

// After an unknown outcome and a new epoch, the same bytes tell what happened.
TEST_P(JournalContract, AnUnknownOutcomeIsSettledAfterFencing) {
  const SealedBlock arrived = SealTestBlock(*sealer_, kEpoch, 3);
  journal_->FailNext(Fault::kLostAnswer);
  EXPECT_EQ(Outcome(arrived), "unknown");
  const SealedBlock lost = SealTestBlock(*sealer_, kEpoch, 3);
  journal_->FailNext(Fault::kLostRequest);
  EXPECT_EQ(Outcome(lost), "unknown");
  ASSERT_TRUE(journal_->Fence(Epoch(2)).ok());
  EXPECT_EQ(Outcome(arrived), "committed");
  EXPECT_EQ(Outcome(lost), "fenced");
}

TEST_P(JournalContract, IsTheSameWhenOpenedAgain) {
  for (int64_t count : {1, 300, 20, 700}) Commit(count);
  const JournalTail tail = journal_->tail();
  Reopen();
  EXPECT_EQ(journal_->tail(), tail);
  EXPECT_EQ(journal_->current_epoch(), kEpoch);
  EXPECT_TRUE(CheckTestJournal(*journal_).ok());
  sealer_.emplace(TestSealer(*journal_));
  EXPECT_EQ(sealer_->tail(), tail);
  Commit(300);
  EXPECT_TRUE(CheckTestJournal(*journal_).ok());
}

TEST_P(JournalContract, KeepsTheSuiteOfItsFirstBlock) {
  sealer_.emplace(TestSealer(*journal_, Sm3Suite()));
  Commit(300);
  Reopen();
  EXPECT_EQ(journal_->tail().suite, HashSuiteId::kSm3);
  sealer_.emplace(TestSealer(*journal_));
  Commit(10);
  EXPECT_TRUE(CheckTestJournal(*journal_).ok());
}

TEST_P(JournalContract, ReadsFromAnyBlockToTheTailOfThatMoment) {
  for (int i = 0; i < 6; ++i) Commit(2);
  const auto cursor = journal_->ReadFrom(BlockNumber(4));
  Commit(2);
  for (int64_t number = 4; number <= 6; ++number) {
    const auto block = cursor->Next();
    ASSERT_TRUE(block.ok()) << block.status();
    ASSERT_TRUE(block->has_value());
    EXPECT_EQ((*block)->header().number, BlockNumber(number));
  }
  EXPECT_FALSE((*cursor->Next()).has_value());
  EXPECT_FALSE((*cursor->Next()).has_value());
  EXPECT_FALSE((*journal_->ReadFrom(BlockNumber(8))->Next()).has_value());
}

TEST_P(JournalContract, FindsTheBlockOfEachEntry) {
  for (int64_t count : {1, 5, 2}) Commit(count);
  const int64_t expected[] = {1, 2, 2, 2, 2, 2, 3, 3};
  for (int64_t entry = 1; entry <= 8; ++entry) {
    EXPECT_EQ(*journal_->FindBlockOf(EntryNumber(entry)),
              BlockNumber(expected[entry - 1]))
        << entry;
  }
  for (const int64_t entry : {-1, 0, 9}) {
    EXPECT_EQ(journal_->FindBlockOf(EntryNumber(entry)).status().code(),
              absl::StatusCode::kOutOfRange);
  }
  for (const int64_t block : {-1, 0, 4}) {
    EXPECT_EQ(journal_->Read(BlockNumber(block)).status().code(),
              absl::StatusCode::kOutOfRange);
    EXPECT_EQ(journal_->ReadSecret(BlockNumber(block)).status().code(),
              absl::StatusCode::kOutOfRange);
  }
}

// After each block its root follows from the tiles, and proofs from the tiles
// hold between it and every block before.
TEST_P(JournalContract, TilesProveEveryRoot) {
  std::vector<TreeHead> heads;
  for (int64_t count : {1, 254, 1, 1, 255, 256, 257, 600}) {
    heads.push_back(Commit(count).header.tree);
    const TreeHead& head = heads.back();
    EXPECT_EQ(*RootAt(Sha256Suite(), head.size, *journal_), head.root);
    for (const TreeHead& older : heads) {
      const auto consistency =
          ConsistencyProof(Sha256Suite(), older.size, head.size, *journal_);
      ASSERT_TRUE(consistency.ok()) << consistency.status();
      EXPECT_TRUE(
          VerifyConsistency(Sha256Suite(), older, head, *consistency).ok());
      const auto inclusion =
          InclusionProof(Sha256Suite(), older.size - 1, head.size, *journal_);
      ASSERT_TRUE(inclusion.ok()) << inclusion.status();
      EXPECT_TRUE(VerifyInclusion(Sha256Suite(),
                                  testing::TestLeafHash(
                                      Sha256Suite(), EntryNumber(older.size)),
                                  older.size - 1, head, *inclusion)
                      .ok());
    }
  }
}

TEST_P(JournalContract, WakesThoseWhoWaitForABlock) {
  EXPECT_FALSE(journal_->AwaitBlock(BlockNumber(1), absl::ZeroDuration()));
  bool seen = false;
  std::thread reader([&] {
    seen = journal_->AwaitBlock(BlockNumber(2), absl::InfiniteDuration()) &&
           journal_->Read(BlockNumber(2)).ok();
  });
  Commit(1);
  Commit(1);
  reader.join();
  EXPECT_TRUE(seen);
  EXPECT_TRUE(journal_->AwaitBlock(BlockNumber(1), absl::ZeroDuration()));
}

TEST_P(JournalContract, StopsThoseWhoWait) {
  bool seen = true;
  std::thread reader([&] {
    seen = journal_->AwaitBlock(BlockNumber(1), absl::InfiniteDuration());
  });
  journal_->StopWaiters();
  reader.join();
  EXPECT_FALSE(seen);
  EXPECT_FALSE(journal_->AwaitBlock(BlockNumber(1), absl::InfiniteDuration()));
}

INSTANTIATE_TEST_SUITE_P(
    All, JournalContract,
    ::testing::Values(
        Implementation{"Memory", [] { return std::make_unique<MemoryHome>(); }},
        Implementation{"RocksDb", [] { return std::make_unique<DiskHome>(); }}),
    [](const auto& c) { return c.param.name; });

}  // namespace
}  // namespace luheng
