// Turns collected entries into the next block: numbers it, links it to the one
// before, and grows the Merkle tree. A sealer runs ahead of the journal, so
// that block k + 1 is sealed while block k is being synced; if an append fails
// for good, the sealer is thrown away with the process.
#ifndef LUHENG_LEDGER_JOURNAL_SEALER_H_
#define LUHENG_LEDGER_JOURNAL_SEALER_H_

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "ledger/journal/block.h"
#include "ledger/journal/journal.h"
#include "ledger/merkle/tree.h"

namespace luheng {

// 32 bytes from the system's generator of random numbers. Drawn when a block is
// opened, outside decide.
BlockSecret DrawBlockSecret();

// Thread-compatible; a value.
class BlockSealer {
 public:
  // For an empty journal: block 1 will fix `journal_id` and `suite`.
  BlockSealer(const HashSuite& suite, const Id16& journal_id);
  // Goes on behind the tail of `journal`, which must not be empty. Errors:
  // FAILED_PRECONDITION if it is; DATA_LOSS if its tiles do not have the root
  // of its tail; those of Journal::ReadTile.
  static absl::StatusOr<BlockSealer> Resume(const Journal& journal);

  // Closes `builder` (which is then empty and ready for the next block) as the
  // next block under `epoch`. `leaf_hashes` are those of its entries'
  // commitments, in order. Requires !builder.empty(), one leaf hash for each
  // entry, epoch >= 1, and a stamp not before the last block's.
  SealedBlock Seal(BlockBuilder& builder, Epoch epoch,
                   absl::Span<const Digest> leaf_hashes,
                   const BlockSecret& secret);

  const HashSuite& suite() const { return *suite_; }
  // The end of what was sealed, committed or not.
  const JournalTail& tail() const { return tail_; }

 private:
  BlockSealer(const HashSuite& suite, const JournalTail& tail,
              TreeBuilder tree);

  const HashSuite* suite_;
  JournalTail tail_;
  TreeBuilder tree_;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_SEALER_H_
