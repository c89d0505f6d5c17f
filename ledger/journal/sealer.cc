#include "ledger/journal/sealer.h"

#include <openssl/rand.h>

#include <utility>

#include "ledger/base/check.h"
#include "ledger/base/status_macros.h"

namespace luheng {

BlockSecret DrawBlockSecret() {
  BlockSecret secret;
  // Without randomness nothing can be kept confidential: stop.
  LUHENG_CHECK(
      RAND_bytes(secret.data.data(), static_cast<int>(BlockSecret::kSize)) == 1)
      << "the system has no random numbers";
  return secret;
}

BlockSealer::BlockSealer(const HashSuite& suite, const Id16& journal_id)
    : suite_(&suite), tree_(suite) {
  tail_.suite = suite.id();
  tail_.journal_id = journal_id;
}

BlockSealer::BlockSealer(const HashSuite& suite, const JournalTail& tail,
                         TreeBuilder tree)
    : suite_(&suite), tail_(tail), tree_(std::move(tree)) {}

absl::StatusOr<BlockSealer> BlockSealer::Resume(const Journal& journal) {
  const JournalTail tail = journal.tail();
  if (tail.empty()) {
    return absl::FailedPreconditionError(
        "the journal is empty; its first block needs an id and a hash suite");
  }
  const HashSuite& suite = SuiteOf(tail.suite);
  ASSIGN_OR_RETURN(TreeBuilder tree,
                   TreeBuilder::Restore(suite, tail.tree, journal));
  return BlockSealer(suite, tail, std::move(tree));
}

SealedBlock BlockSealer::Seal(BlockBuilder& builder, Epoch epoch,
                              absl::Span<const Digest> leaf_hashes,
                              const BlockSecret& secret) {
  LUHENG_CHECK(epoch.value() >= 1) << "epoch " << epoch;
  LUHENG_CHECK(static_cast<int64_t>(leaf_hashes.size()) ==
               builder.entry_count())
      << leaf_hashes.size() << " leaves for " << builder.entry_count()
      << " entries";
  LUHENG_CHECK(tail_.empty() || builder.last_stamp() >= tail_.last_stamp)
      << "stamp " << builder.last_stamp() << " behind " << tail_.last_stamp;
  for (const Digest& leaf_hash : leaf_hashes) tree_.Append(leaf_hash);

  SealedBlock block;
  block.header.suite = tail_.suite;
  block.header.journal_id = tail_.journal_id;
  block.header.epoch = epoch;
  block.header.number = BlockNumber(tail_.number.value() + 1);
  block.header.first_entry = EntryNumber(tail_.last_entry.value() + 1);
  block.header.prev_digest = tail_.digest;
  block.header.tree = tree_.Head();
  block.bytes = builder.Finish(block.header);
  block.digest = suite_->Hash(block.bytes);
  block.secret = secret;
  block.tiles = tree_.TakeTiles();
  tail_ = TailAfter(block.header, block.digest);
  return block;
}

}  // namespace luheng
