#include "tests/testing/journal_blocks.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "ledger/base/status_macros.h"

namespace luheng::testing {
namespace {

// A pattern that no two numbers near each other share.
std::string Pattern(uint64_t number, size_t size) {
  std::string bytes(size, '\0');
  uint64_t state = number;
  for (char& byte : bytes) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    byte = static_cast<char>(state >> 56);
  }
  return bytes;
}

absl::Status Difference(absl::string_view what, int64_t number) {
  return absl::DataLossError(absl::StrCat(what, " ", number, " differs"));
}

absl::Status CheckBlock(const Journal& journal, const BlockView& block,
                        CompactRange& tree) {
  const BlockHeader& header = block.header();
  for (int64_t i = 0; i < header.entry_count; ++i) {
    const EntryNumber number(header.first_entry.value() + i);
    if (block.entry(i) != TestEntry(number)) {
      return Difference("entry", number.value());
    }
    ASSIGN_OR_RETURN(const BlockNumber found, journal.FindBlockOf(number));
    if (found != header.number) {
      return Difference("block of entry", number.value());
    }
    tree.Append(TestLeafHash(SuiteOf(header.suite), number));
  }
  if (TreeHead{tree.size(), tree.Root()} != header.tree) {
    return Difference("tree after block", header.number.value());
  }
  ASSIGN_OR_RETURN(const BlockSecret secret, journal.ReadSecret(header.number));
  if (secret != TestSecret(header.number)) {
    return Difference("secret of block", header.number.value());
  }
  return absl::OkStatus();
}

}  // namespace

Id16 TestJournalId() {
  return *ParseUuid("3f2b8a54-6d0e-4c1b-9a57-0c5d1e6f7a80");
}

std::string TestEntry(EntryNumber number) {
  const auto value = static_cast<uint64_t>(number.value());
  return Pattern(value, 1 + value * 37 % 200);
}

Digest TestLeafHash(const HashSuite& suite, EntryNumber number) {
  return suite.LeafHash(TestEntry(number));
}

BlockSecret TestSecret(BlockNumber number) {
  return *BlockSecret::From(
      Pattern(~static_cast<uint64_t>(number.value()), BlockSecret::kSize));
}

SealedBlock SealTestBlock(BlockSealer& sealer, Epoch epoch,
                          int64_t entry_count) {
  BlockBuilder builder;
  std::vector<Digest> leaf_hashes;
  const int64_t first = sealer.tail().last_entry.value() + 1;
  const Stamp stamp(first + entry_count - 1);
  for (int64_t i = 0; i < entry_count; ++i) {
    const EntryNumber number(first + i);
    builder.Add(TestEntry(number), stamp);
    leaf_hashes.push_back(TestLeafHash(sealer.suite(), number));
  }
  return sealer.Seal(builder, epoch, leaf_hashes,
                     TestSecret(BlockNumber(sealer.tail().number.value() + 1)));
}

BlockSealer TestSealer(const Journal& journal, const HashSuite& suite) {
  if (journal.tail().empty()) return BlockSealer(suite, TestJournalId());
  auto sealer = BlockSealer::Resume(journal);
  LUHENG_CHECK(sealer.ok()) << sealer.status();
  return *std::move(sealer);
}

absl::StatusOr<AppendResult> AppendBlock(Journal& journal,
                                         const SealedBlock& block) {
  return journal.Append(block.header.epoch, block.header.number,
                        block.header.prev_digest, block);
}

absl::Status CheckTestJournal(const Journal& journal) {
  const JournalTail tail = journal.tail();
  if (tail.empty()) return absl::OkStatus();
  CompactRange tree(SuiteOf(tail.suite));
  const std::unique_ptr<BlockCursor> cursor = journal.ReadFrom(BlockNumber(1));
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<BlockView> block, cursor->Next());
    if (!block) break;
    RETURN_IF_ERROR(CheckBlock(journal, *block, tree));
  }
  if (tree.size() != tail.last_entry.value()) {
    return Difference("number of entries, which should be", tree.size());
  }
  return absl::OkStatus();
}

}  // namespace luheng::testing
