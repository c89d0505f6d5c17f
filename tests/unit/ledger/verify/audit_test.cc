// Goal: the auditor finds each way of tampering with a journal and names the
// block or entry, and has nothing to say about a journal that is whole.
// Method: journals of real entries, changed as somebody with all the files
// could change them, checksums and digests repaired where that is possible; in
// memory, and once in real RocksDB files.
#include "ledger/verify/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ledger/base/endian.h"
#include "ledger/journal/replica.h"
#include "ledger/journal/rocksdb_journal.h"
#include "ledger/verify/block_bytes.h"
#include "ledger/verify/journal_files.h"
#include "luheng/core/v1/events.pb.h"
#include "luheng/settlement/v1/events.pb.h"
#include "tests/testing/entry_journal.h"
#include "tests/testing/temp_directory.h"

namespace luheng::verify {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::EntryJournal;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kBlocks = 6;
constexpr int kEntriesPerBlock = 60;

auto Is(FindingCode code, int64_t block, int64_t entry) {
  return AllOf(Field(&Finding::code, code), Field(&Finding::block, block),
               Field(&Finding::entry, entry));
}
auto IsA(FindingCode code) { return Field(&Finding::code, code); }

// What an attacker has: everything that is stored, to be changed at will.
struct Files final : AuditSource {
  std::vector<StoredBlock> blocks;
  std::map<TileId, std::string> tiles;
  std::pair<int64_t, Digest> tail;
  size_t next = 0;

  explicit Files(const Journal& journal) {
    const JournalTail end = journal.tail();
    tail = {end.number.value(), end.digest};
    for (int64_t n = 1; n <= end.number.value(); ++n) {
      blocks.push_back({n, *journal.Read(BlockNumber(n)),
                        journal.ReadSecret(BlockNumber(n))->str()});
    }
    for (int level = 0; level < 2; ++level) {
      for (int64_t index = 0;; ++index) {
        const int64_t width = TileWidthAt({level, index}, end.tree.size);
        if (width == 0) break;
        tiles[{level, index}] = *journal.ReadTile({level, index}, width);
      }
    }
  }
  absl::StatusOr<std::optional<StoredBlock>> Next() override {
    if (next == blocks.size()) return std::optional<StoredBlock>();
    return std::optional<StoredBlock>(blocks[next++]);
  }
  std::optional<std::pair<int64_t, Digest>> Tail() const override {
    return tail;
  }
  int64_t ExpectedEntries() const override { return 0; }
  absl::StatusOr<std::string> ReadTile(TileId id,
                                       int64_t width) const override {
    const auto found = tiles.find(id);
    const size_t bytes = static_cast<size_t>(width) * Digest::kSize;
    if (found == tiles.end() || found->second.size() < bytes) {
      return absl::NotFoundError("no tile");
    }
    return found->second.substr(0, bytes);
  }
};

void RepairChecksum(std::string& bytes) {
  bytes.resize(bytes.size() - 4);
  const uint32_t sum = Crc32c(bytes);
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(sum >> shift));
  }
}

void AddDeposit(EntryJournal& journal, int64_t amount = 100) {
  Entry entry;
  const HolderId holder(7 + journal.next().value() % 5);
  entry.Reset(journal.next(), Stamp(1000 + journal.next().value()));
  entry.PartFor(holder).mutable_origin()->set_command(
      settlement::v1::COMMAND_TYPE_DEPOSIT);
  settlement::v1::CashMoved moved;
  moved.set_holder(holder.value());
  moved.set_amount(amount);
  entry.AddEvent(holder, settlement::v1::EVENT_TYPE_CASH_IN, moved);
  entry.Move(AssetId(1), amount, kSystemHolder, Purpose::kBank, holder,
             Purpose::kAvailable);
  journal.Add(entry);
}

void Fill(EntryJournal& journal) {
  for (int block = 0; block < kBlocks; ++block) {
    for (int i = 0; i < kEntriesPerBlock; ++i) AddDeposit(journal);
    journal.Commit();
  }
}

AuditReport Audit(AuditSource& source, std::vector<TreeHead> held = {}) {
  AuditOptions options;
  options.threads = 2;
  options.held = std::move(held);
  const auto report = RunAudit(source, options);
  EXPECT_TRUE(report.ok()) << report.status();
  return *report;
}

class AuditTest : public ::testing::Test {
 protected:
  AuditTest() {
    Fill(journal_);
    files_ = std::make_unique<Files>(journal_.journal());
  }
  std::vector<Finding> Findings(std::vector<TreeHead> held = {}) {
    return Audit(*files_, std::move(held)).findings;
  }
  std::string& Block(int number) {
    return files_->blocks[static_cast<size_t>(number) - 1].bytes;
  }
  TreeHead HeadAfter(int64_t block) {
    const std::string bytes = *journal_.journal().Read(BlockNumber(block));
    return BlockView::Parse(bytes)->header().tree;
  }

  EntryJournal journal_;
  std::unique_ptr<Files> files_;
};

TEST_F(AuditTest, AWholeJournalIsClean) {
  const AuditReport report = Audit(*files_, {HeadAfter(2), HeadAfter(6)});
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_TRUE(report.clean());
  EXPECT_EQ(report.blocks, kBlocks);
  EXPECT_EQ(report.entries, kBlocks * kEntriesPerBlock);
  EXPECT_EQ(report.head, journal_.journal().tail().tree);
  EXPECT_EQ(report.digest, journal_.journal().tail().digest);
  EXPECT_EQ(report.accounts, 6);
  EXPECT_EQ(report.held_checked, 2);
}

TEST_F(AuditTest, AFlippedBitOfABlockIsFound) {
  Block(3)[200] = static_cast<char>(Block(3)[200] ^ 1);
  EXPECT_THAT(Findings(), Contains(Is(FindingCode::kBlockUnreadable, 3, 121)));
}

TEST_F(AuditTest, AChangedPartIsFoundUnderItsEntry) {
  // The amount, in the last bytes of entry 125, with a right checksum.
  const absl::string_view entry = ParseBlockBytes(Block(3))->entries[4];
  const size_t at =
      static_cast<size_t>(entry.data() - Block(3).data()) + entry.size() - 1;
  Block(3)[at] = static_cast<char>(Block(3)[at] ^ 2);
  RepairChecksum(Block(3));
  const auto findings = Findings();
  EXPECT_THAT(findings, Contains(Is(FindingCode::kLeaf, 3, 125)));
  EXPECT_THAT(findings, Contains(Is(FindingCode::kPostingsUnbalanced, 3, 125)));
  EXPECT_THAT(findings, Contains(IsA(FindingCode::kRoot)));
  EXPECT_THAT(findings, Contains(Is(FindingCode::kBlockChain, 4, 0)));
}

TEST_F(AuditTest, AChangedSecretIsFound) {
  files_->blocks[1].secret[5] ^= 1;
  const auto findings = Findings();
  EXPECT_THAT(findings, Contains(Is(FindingCode::kRoot, 2, 61)));
  EXPECT_THAT(findings, Contains(Is(FindingCode::kLeaf, 2, 61)));
  EXPECT_THAT(findings, Not(Contains(IsA(FindingCode::kBlockChain))));
}

TEST_F(AuditTest, AMissingSecretIsFound) {
  files_->blocks[1].secret.clear();
  EXPECT_THAT(Findings(), Contains(Is(FindingCode::kSecretMissing, 2, 0)));
}

TEST_F(AuditTest, AChangedRootIsFound) {
  Block(2)[108] = static_cast<char>(Block(2)[108] ^ 1);
  RepairChecksum(Block(2));
  const auto findings = Findings();
  EXPECT_THAT(findings, Contains(Is(FindingCode::kRoot, 2, 61)));
  EXPECT_THAT(findings, Not(Contains(IsA(FindingCode::kLeaf))));
}

TEST_F(AuditTest, AChangedTileIsFound) {
  for (auto& [id, hashes] : files_->tiles) {
    std::string& bytes = hashes;
    bytes[7] = static_cast<char>(bytes[7] ^ 1);
    files_->next = 0;
    EXPECT_THAT(Findings(), ElementsAre(IsA(FindingCode::kTile)))
        << id.level << "/" << id.index;
    bytes[7] = static_cast<char>(bytes[7] ^ 1);
  }
}

TEST_F(AuditTest, ARemovedBlockIsFound) {
  files_->blocks.erase(files_->blocks.begin() + 2);
  EXPECT_THAT(Findings(), Contains(Is(FindingCode::kBlockMissing, 3, 0)));
}

TEST_F(AuditTest, SwappedBlocksAreFound) {
  std::swap(Block(3), Block(4));
  EXPECT_THAT(Findings(), Contains(Is(FindingCode::kBlockChain, 3, 0)));
}

TEST_F(AuditTest, ABlockOfAnotherJournalIsFound) {
  EntryJournal other('x');
  Fill(other);
  Block(4) = *other.journal().Read(BlockNumber(4));
  EXPECT_THAT(Findings(), Contains(Is(FindingCode::kJournalId, 4, 0)));
}

TEST_F(AuditTest, ATailThatWasCutOffIsFound) {
  const TreeHead held = HeadAfter(6);
  files_->blocks.pop_back();
  EXPECT_THAT(Findings(), Contains(Is(FindingCode::kTail, 6, 0)));
  // Cut off with care: only who holds a checkpoint can tell.
  files_ = std::make_unique<Files>(journal_.journal());
  files_->blocks.pop_back();
  const BlockView last = *BlockView::Parse(Block(5));
  files_->tail = {5, last.ComputeDigest()};
  EXPECT_THAT(Findings(), IsEmpty());
  files_->next = 0;
  EXPECT_THAT(Findings({held}),
              ElementsAre(Is(FindingCode::kCheckpointShort, 0, 301)));
}

TEST_F(AuditTest, AHistoryWrittenAnewIsFoundByAnOldCheckpoint) {
  const TreeHead held = HeadAfter(4);
  EntryJournal anew;
  for (int block = 0; block < kBlocks; ++block) {
    for (int i = 0; i < kEntriesPerBlock; ++i) {
      AddDeposit(anew, block == 1 ? 101 : 100);
    }
    anew.Commit();
  }
  files_ = std::make_unique<Files>(anew.journal());
  EXPECT_THAT(Findings(), IsEmpty()) << "it is whole in itself";
  files_->next = 0;
  EXPECT_THAT(Findings({held}),
              ElementsAre(Is(FindingCode::kCheckpointRoot, 4, 240)));
}

TEST_F(AuditTest, ABalanceBelowZeroIsFound) {
  Entry entry;
  entry.Reset(journal_.next(), Stamp(10'000));
  entry.Move(AssetId(1), 1'000'000, HolderId(7), Purpose::kAvailable,
             HolderId(8), Purpose::kAvailable);
  journal_.Add(entry);
  journal_.Commit();
  files_ = std::make_unique<Files>(journal_.journal());
  EXPECT_THAT(Findings(), Contains(Is(FindingCode::kBalanceNegative, 7, 361)));
}

TEST_F(AuditTest, AnEventThatNobodyKnowsIsFound) {
  Entry entry;
  entry.Reset(journal_.next(), Stamp(10'000));
  entry.AddEvent(kPublic, 1999, core::v1::StateDigested());
  journal_.Add(entry);
  journal_.Commit();
  files_ = std::make_unique<Files>(journal_.journal());
  EXPECT_THAT(Findings(),
              ElementsAre(Is(FindingCode::kEntryUnreadable, 7, 361)));
}

// Real files: as a node writes them, read without it.
TEST_F(AuditTest, ReadsTheFilesOfANode) {
  const testing::TempDirectory directory;
  {
    RocksDbJournalOptions options;
    options.directory = directory.path();
    auto stored = OpenRocksDbJournal(options);
    ASSERT_TRUE(stored.ok()) << stored.status();
    auto replica = JournalReplica::Resume(**stored);
    for (const StoredBlock& block : files_->blocks) {
      ASSERT_TRUE(
          replica->Accept(block.bytes, *BlockSecret::From(block.secret)).ok());
    }
    // While the node runs, too.
    const auto running = OpenJournalFiles(directory.path());
    ASSERT_TRUE(running.ok()) << running.status();
    EXPECT_THAT(Audit(**running).findings, IsEmpty());
  }
  {
    rocksdb::DB* db = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    std::vector<rocksdb::ColumnFamilyDescriptor> all;
    for (const char* name : {"default", "block", "index", "secret", "tile"}) {
      all.emplace_back(name, rocksdb::ColumnFamilyOptions());
    }
    ASSERT_TRUE(rocksdb::DB::Open(rocksdb::DBOptions(),
                                  directory.path() + "/blocks", all, &families,
                                  &db)
                    .ok());
    std::string key;
    AppendBigEndian64(2, key);
    ASSERT_TRUE(db->Delete(rocksdb::WriteOptions(), families[1], key).ok());
    for (auto* family : families) db->DestroyColumnFamilyHandle(family);
    delete db;
  }
  const auto source = OpenJournalFiles(directory.path());
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_THAT(Audit(**source).findings,
              Contains(Is(FindingCode::kBlockMissing, 2, 0)));
}

TEST(OpenJournalFilesTest, SaysWhereThereIsNone) {
  const testing::TempDirectory directory;
  const auto source = OpenJournalFiles(directory.path());
  EXPECT_TRUE(absl::IsNotFound(source.status())) << source.status();
}

}  // namespace
}  // namespace luheng::verify
