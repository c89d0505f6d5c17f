// Goal: bytes that a release wrote are read by every later one, and mean what
// they meant: blocks, roots, balances.
//
// Method: format_1.journal is a committed journal of format level 1, its blocks
// one after the other. The test parses it to the last byte, follows the chain
// of digests, computes every root anew from the entries, folds the accounts and
// replays the whole world, and compares with format_1.txt.
//
// A failure means that old journals are no longer read as they were. Do not
// make new files for that; a new format level gets files of its own beside
// these, made by
//   golden_journal_test --write <folder>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ledger/accounts/accounts.h"
#include "ledger/base/check.h"
#include "ledger/base/endian.h"
#include "ledger/entry/commitment.h"
#include "ledger/entry/entry.h"
#include "ledger/journal/block.h"
#include "ledger/merkle/tree.h"
#include "tests/golden/golden_flow.h"
#include "tests/testing/test_world.h"

namespace luheng::golden {
namespace {

constexpr char kJournalFile[] = "/format_1.journal";
constexpr char kFactsFile[] = "/format_1.txt";
constexpr size_t kLengthAt = 12;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  LUHENG_CHECK(file.good()) << path;
  return std::string(std::istreambuf_iterator<char>(file),
                     std::istreambuf_iterator<char>());
}

// The blocks of `journal`, whose bytes they borrow.
std::vector<BlockView> BlocksOf(absl::string_view journal) {
  std::vector<BlockView> blocks;
  while (!journal.empty()) {
    LUHENG_CHECK(journal.size() > kBlockHeaderBytes) << "half a block";
    char raw[8] = {};
    std::memcpy(raw + 4, journal.data() + kLengthAt, 4);
    const auto bytes = static_cast<size_t>(LoadBigEndian64(raw));
    auto block = BlockView::Parse(journal.substr(0, bytes));
    LUHENG_CHECK_OK(block.status());
    blocks.push_back(*std::move(block));
    journal.remove_prefix(bytes);
  }
  return blocks;
}

// Calls `fn(const Entry&)` for every entry.
template <typename Fn>
void ForEachEntry(const std::vector<BlockView>& blocks, Fn fn) {
  Entry entry;
  for (const BlockView& block : blocks) {
    for (int64_t i = 0; i < block.entry_count(); ++i) {
      LUHENG_CHECK_OK(entry.Parse(block.entry(i)));
      fn(entry);
    }
  }
}

std::string BalancesText(const Accounts& accounts) {
  std::string text;
  for (const AccountBalance& balance : accounts.Balances()) {
    absl::StrAppendFormat(&text, "balance %d %d %d %d\n",
                          balance.holder.value(), balance.asset.value(),
                          static_cast<int>(balance.purpose), balance.amount);
  }
  return text;
}

// What the journal says: its size, its ends, and every balance as
// "balance <holder> <asset> <purpose> <amount>".
std::string FactsOf(absl::string_view journal) {
  const std::vector<BlockView> blocks = BlocksOf(journal);
  Accounts accounts;
  int64_t postings = 0;
  ForEachEntry(blocks, [&](const Entry& entry) {
    accounts.Apply(entry.view());
    for (const auto& part : entry.view().parts) {
      postings += part->postings_size();
    }
  });
  const BlockView& last = blocks.back();
  std::string text = absl::StrFormat(
      "blocks %d\nentries %d\npostings %d\nbytes sha256 %s\n"
      "last block %s\nroot %s\n",
      blocks.size(), last.header().last_entry().value(), postings,
      ToHex(Sha256Suite().Hash(journal).view()),
      ToHex(last.ComputeDigest().view()),
      ToHex(last.header().tree.root.view()));
  return text + BalancesText(accounts);
}

class GoldenJournalTest : public ::testing::Test {
 protected:
  const std::string folder_ = GOLDEN_FOLDER;
  const std::string journal_ = ReadFile(folder_ + kJournalFile);
  const std::vector<BlockView> blocks_ = BlocksOf(journal_);
};

TEST_F(GoldenJournalTest, BlocksFollowEachOther) {
  Digest before;
  int64_t entries = 0;
  for (size_t i = 0; i < blocks_.size(); ++i) {
    const BlockHeader& header = blocks_[i].header();
    EXPECT_EQ(header.number, BlockNumber(static_cast<int64_t>(i) + 1));
    EXPECT_EQ(header.first_entry, EntryNumber(entries + 1));
    EXPECT_EQ(header.prev_digest, before);
    EXPECT_EQ(header.journal_id, testing::TestGenesis().journal_id);
    before = blocks_[i].ComputeDigest();
    entries += header.entry_count;
  }
  EXPECT_GT(blocks_.size(), 3u);
}

TEST_F(GoldenJournalTest, RootsFollowFromTheEntries) {
  TreeBuilder tree(Sha256Suite());
  for (const BlockView& block : blocks_) {
    const BlockSecret secret = SecretOf(block.header().number);
    for (int64_t i = 0; i < block.entry_count(); ++i) {
      std::string record;
      ASSERT_TRUE(
          CommitmentRecord(Sha256Suite(), secret.view(), block.entry(i), record)
              .ok());
      tree.Append(Sha256Suite().LeafHash(record));
    }
    EXPECT_EQ(tree.Head(), block.header().tree);
  }
}

TEST_F(GoldenJournalTest, EntriesAreWrittenAsTheyStand) {
  for (const BlockView& block : blocks_) {
    for (int64_t i = 0; i < block.entry_count(); ++i) {
      Entry entry;
      ASSERT_TRUE(entry.Parse(block.entry(i)).ok());
      std::string again;
      entry.Serialize(again);
      EXPECT_EQ(again, block.entry(i)) << "entry " << entry.number();
    }
  }
}

TEST_F(GoldenJournalTest, FoldsToTheCommittedBalances) {
  EXPECT_EQ(FactsOf(journal_), ReadFile(folder_ + kFactsFile));
}

TEST_F(GoldenJournalTest, ReplaysIntoTheSameWorldTwice) {
  Digest first;
  for (int time = 0; time < 2; ++time) {
    const auto world = testing::MakeTestWorld();
    ForEachEntry(blocks_,
                 [&](const Entry& entry) { world->Apply(entry.view()); });
    testing::CheckBooks(*world);
    EXPECT_NE(
        ReadFile(folder_ + kFactsFile).find(BalancesText(world->accounts())),
        std::string::npos);
    if (time == 0) first = world->StateDigest();
    EXPECT_EQ(world->StateDigest(), first);
  }
}

int Write(const std::string& folder) {
  const std::string journal = MakeJournal();
  std::ofstream(folder + kJournalFile, std::ios::binary) << journal;
  std::ofstream(folder + kFactsFile) << FactsOf(journal);
  std::cout << journal.size() << " bytes of journal in " << folder << "\n";
  return 0;
}

}  // namespace

int Main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "--write") == 0) return Write(argv[2]);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

}  // namespace luheng::golden

int main(int argc, char** argv) { return luheng::golden::Main(argc, argv); }
