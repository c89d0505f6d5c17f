#include "ledger/journal/block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "ledger/base/endian.h"
#include "ledger/journal/checksum.h"
#include "ledger/journal/sealer.h"
#include "tests/testing/journal_blocks.h"

namespace luheng {
namespace {

using ::testing::HasSubstr;

TEST(ChecksumTest, IsCrc32c) {
  EXPECT_EQ(Crc32c(""), 0u);
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau);
}

// Two entries in block 3, every field different.
std::string SmallBlock() {
  BlockBuilder builder;
  builder.Add("abc", Stamp(7));
  builder.Add(std::string(130, 'x'), Stamp(0x1122334455667788));
  BlockHeader header;
  header.suite = HashSuiteId::kSm3;
  header.journal_id = testing::TestJournalId();
  header.epoch = Epoch(2);
  header.number = BlockNumber(3);
  header.first_entry = EntryNumber(9);
  header.prev_digest = Sha256Suite().Hash("before");
  header.tree = {10, Sha256Suite().Hash("root")};
  return builder.Finish(header);
}

// `block` with its length and checksum made right again.
std::string Repaired(std::string block) {
  block.resize(block.size() - kBlockChecksumBytes);
  const auto length =
      __builtin_bswap32(static_cast<uint32_t>(block.size() + 4));
  std::memcpy(&block[12], &length, sizeof(length));
  const uint32_t checksum = __builtin_bswap32(Crc32c(block));
  block.append(reinterpret_cast<const char*>(&checksum), sizeof(checksum));
  return block;
}

TEST(BlockTest, HasTheBytesOfItsFormat) {
  const std::string block = SmallBlock();
  EXPECT_EQ(ToHex(block.substr(0, kBlockHeaderBytes)),
            ToHex("LHBLOCK\n") +
                "0001"
                "0002"
                "00000118"
                "3f2b8a546d0e4c1b9a570c5d1e6f7a80"
                "0000000000000002"
                "0000000000000003"
                "0000000000000009"
                "00000002"
                "1122334455667788" +
                ToHex(Sha256Suite().Hash("before").view()) +
                "000000000000000a" + ToHex(Sha256Suite().Hash("root").view()));
  EXPECT_EQ(block.substr(kBlockHeaderBytes, 136),
            "\x03"
            "abc" +
                std::string("\x82\x01") + std::string(130, 'x'));
  EXPECT_EQ(block, Repaired(block));
}

TEST(BlockTest, ParsesWhatWasBuilt) {
  const std::string block = SmallBlock();
  const auto view = BlockView::Parse(block);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->entry_count(), 2);
  EXPECT_EQ(view->entry(0), "abc");
  EXPECT_EQ(view->entry(1), std::string(130, 'x'));
  EXPECT_EQ(view->header().last_entry(), EntryNumber(10));
  EXPECT_EQ(view->header().last_stamp, Stamp(0x1122334455667788));
  EXPECT_EQ(view->ComputeDigest(), Sm3Suite().Hash(block));
}

TEST(BlockTest, RefusesEveryFlippedBitAndEveryOtherLength) {
  const std::string block = SmallBlock();
  for (size_t bit = 0; bit < block.size() * 8; ++bit) {
    std::string damaged = block;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(BlockView::Parse(damaged).ok()) << "bit " << bit;
  }
  for (size_t size = 0; size < block.size(); ++size) {
    EXPECT_EQ(BlockView::Parse(block.substr(0, size)).status().code(),
              absl::StatusCode::kDataLoss)
        << size;
  }
  EXPECT_EQ(BlockView::Parse(block + "x").status().code(),
            absl::StatusCode::kDataLoss);
}

// Blocks whose checksum is right and whose contents are not.
struct MalformedCase {
  const char* name;
  std::function<void(std::string&)> change;
  absl::StatusCode code;
  const char* message;
};

class MalformedBlockTest : public ::testing::TestWithParam<MalformedCase> {};

TEST_P(MalformedBlockTest, NamesOffsetAndExpectation) {
  std::string block = SmallBlock();
  GetParam().change(block);
  const absl::Status status = BlockView::Parse(Repaired(block)).status();
  EXPECT_EQ(status.code(), GetParam().code) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(GetParam().message));
}

void Store(std::string& block, size_t offset, uint64_t value) {
  StoreBigEndian64(value, &block[offset]);
}

constexpr auto kLoss = absl::StatusCode::kDataLoss;
constexpr auto kStop = absl::StatusCode::kFailedPrecondition;

INSTANTIATE_TEST_SUITE_P(
    Each, MalformedBlockTest,
    ::testing::Values(
        MalformedCase{"Magic", [](auto& b) { b[0] = 'X'; }, kLoss, "byte 0"},
        MalformedCase{"Level", [](auto& b) { b[9] = 2; }, kStop,
                      "format level 2"},
        MalformedCase{"Suite", [](auto& b) { b[11] = 9; }, kStop,
                      "hash suite 9"},
        MalformedCase{"Epoch", [](auto& b) { Store(b, 32, 0); }, kLoss,
                      "byte 32"},
        MalformedCase{"Number", [](auto& b) { Store(b, 40, 0); }, kLoss,
                      "byte 40"},
        MalformedCase{"NegativeNumber",
                      [](auto& b) { Store(b, 40, ~uint64_t{0}); }, kLoss,
                      "byte 40"},
        MalformedCase{"FirstEntry", [](auto& b) { Store(b, 48, 2); }, kLoss,
                      "byte 48"},
        MalformedCase{"FirstEntryHuge",
                      [](auto& b) { Store(b, 48, uint64_t{1} << 62); }, kLoss,
                      "byte 48"},
        MalformedCase{"NoEntries", [](auto& b) { b[59] = 0; }, kLoss,
                      "byte 56: 0 entries"},
        MalformedCase{"CountBeyondBytes", [](auto& b) { b[56] = 1; }, kLoss,
                      "byte 56"},
        MalformedCase{"CountTooLarge", [](auto& b) { b[59] = 3, b[107] = 11; },
                      kLoss, "does not end"},
        MalformedCase{"CountTooSmall", [](auto& b) { b[59] = 1, b[107] = 9; },
                      kLoss, "132 bytes behind the last entry"},
        MalformedCase{"TreeSize", [](auto& b) { b[107] = 11; }, kLoss,
                      "tree size 11, expected 10"},
        MalformedCase{"FirstBlockWithABlockBefore",
                      [](auto& b) { Store(b, 40, 1); }, kLoss, "byte 68"},
        MalformedCase{"NoBlockBefore",
                      [](auto& b) { b.replace(68, 32, 32, '\0'); }, kLoss,
                      "byte 68"},
        MalformedCase{"EmptyEntry", [](auto& b) { b[140] = 0; }, kLoss,
                      "byte 140: length is zero"},
        MalformedCase{
            "LengthNotMinimal",
            [](auto& b) { b.replace(140, 1, std::string("\x83\0", 2)); }, kLoss,
            "byte 140: length is zero or not minimal"},
        MalformedCase{
            "LengthTooLong",
            [](auto& b) { b.replace(140, 1, "\x83\x80\x80\x80\x01"); }, kLoss,
            "does not end within 4"},
        MalformedCase{"EntryBeyondMaximum",
                      [](auto& b) { b.replace(140, 1, "\x81\x80\xc0\x01"); },
                      kLoss, "expected at most 1048576"},
        MalformedCase{"EntryBeyondBlock",
                      [](auto& b) { b.replace(140, 1, "\xff\x01"); }, kLoss,
                      "are left"},
        MalformedCase{"Trailing", [](auto& b) { b.insert(276, "z"); }, kLoss,
                      "behind the last entry"}),
    [](const auto& c) { return c.param.name; });

TEST(BlockTest, StopsAtABlockLargerThanAllowed) {
  std::string block = SmallBlock();
  block.append(kBlockBytesMax, '\0');
  EXPECT_EQ(BlockView::Parse(Repaired(block)).status().code(), kLoss);
}

TEST(BlockBuilderTest, KnowsWhatFits) {
  BlockBuilder builder;
  EXPECT_FALSE(builder.Fits(0));
  EXPECT_FALSE(builder.Fits(kEntryBytesMax + 1));
  while (!builder.full()) {
    EXPECT_TRUE(builder.Fits(kEntryBytesMax));
    builder.Add(std::string(100, 'e'), Stamp(1));
  }
  // 100 bytes cost one more for their length.
  EXPECT_EQ(builder.bytes(),
            kBlockHeaderBytes + kBlockChecksumBytes +
                static_cast<size_t>(builder.entry_count()) * 101);
  EXPECT_TRUE(builder.Fits(kEntryBytesMax));
}

TEST(BlockSealerTest, SealsAheadOfTheJournal) {
  BlockSealer sealer(Sha256Suite(), testing::TestJournalId());
  const SealedBlock first = testing::SealTestBlock(sealer, Epoch(1), 300);
  const SealedBlock second = testing::SealTestBlock(sealer, Epoch(1), 1);
  EXPECT_TRUE(first.header.prev_digest.is_zero());
  EXPECT_EQ(second.header.prev_digest, first.digest);
  EXPECT_EQ(second.header.first_entry, EntryNumber(301));
  EXPECT_EQ(second.header.tree.size, 301);
  EXPECT_EQ(sealer.tail(), TailAfter(second.header, second.digest));
  const auto view = BlockView::Parse(first.bytes);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->header(), first.header);
  EXPECT_EQ(view->ComputeDigest(), first.digest);
}

TEST(BlockSecretTest, IsDrawnAnewEachTime) {
  EXPECT_NE(DrawBlockSecret(), DrawBlockSecret());
}

}  // namespace
}  // namespace luheng
