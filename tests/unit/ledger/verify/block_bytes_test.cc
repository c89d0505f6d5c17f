// Goal: the auditor's own parser reads what the journal writes, and nothing
// else; its CRC-32C is the published one.
#include "ledger/verify/block_bytes.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/testing/journal_blocks.h"

namespace luheng::verify {
namespace {

TEST(Crc32cTest, HasThePublishedCheckValues) {
  // RFC 3720, B.4.
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  std::string rising;
  for (int i = 0; i < 32; ++i) rising.push_back(static_cast<char>(i));
  EXPECT_EQ(Crc32c(rising), 0x46dd794eu);
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
}

TEST(BlockBytesTest, ReadsWhatTheJournalWrites) {
  BlockSealer sealer(Sha256Suite(), testing::TestJournalId());
  const SealedBlock first = testing::SealTestBlock(sealer, Epoch(3), 7);
  const SealedBlock sealed = testing::SealTestBlock(sealer, Epoch(3), 5);
  const auto block = ParseBlockBytes(sealed.bytes);
  ASSERT_TRUE(block.ok()) << block.status();
  EXPECT_EQ(block->journal_id, testing::TestJournalId().view());
  EXPECT_EQ(block->epoch, 3);
  EXPECT_EQ(block->number, 2);
  EXPECT_EQ(block->first_entry, 8);
  EXPECT_EQ(block->previous, first.digest);
  EXPECT_EQ(block->tree_size, 12);
  EXPECT_EQ(block->root, sealed.header.tree.root);
  ASSERT_EQ(block->entries.size(), 5u);
  EXPECT_EQ(block->entries[4], testing::TestEntry(EntryNumber(12)));
}

TEST(BlockBytesTest, RefusesEveryChangeAndEveryLength) {
  BlockSealer sealer(Sha256Suite(), testing::TestJournalId());
  const std::string bytes = testing::SealTestBlock(sealer, Epoch(1), 3).bytes;
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 4);
    EXPECT_FALSE(ParseBlockBytes(changed).ok()) << "byte " << i;
    EXPECT_FALSE(ParseBlockBytes(bytes.substr(0, i)).ok()) << "length " << i;
  }
  EXPECT_FALSE(ParseBlockBytes(bytes + "x").ok());
}

}  // namespace
}  // namespace luheng::verify
