// Blocks whose contents follow from their numbers, so that whoever reads them
// back (another process, a later run) knows what must stand there.
#ifndef LUHENG_TESTS_TESTING_JOURNAL_BLOCKS_H_
#define LUHENG_TESTS_TESTING_JOURNAL_BLOCKS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/base/digest.h"
#include "ledger/journal/journal.h"
#include "ledger/journal/sealer.h"

namespace luheng::testing {

// The id of every test journal.
Id16 TestJournalId();

// The bytes of entry `number`: 1 to about 200, different for each number.
std::string TestEntry(EntryNumber number);
// The hash of the leaf that stands for it.
Digest TestLeafHash(const HashSuite& suite, EntryNumber number);
// The secret of block `number`.
BlockSecret TestSecret(BlockNumber number);

// Seals the next block of `entry_count` test entries. All are stamped with
// the last one's number.
SealedBlock SealTestBlock(BlockSealer& sealer, Epoch epoch,
                          int64_t entry_count);

// A sealer behind the tail of `journal`, empty or not. Stops on errors.
BlockSealer TestSealer(const Journal& journal,
                       const HashSuite& suite = Sha256Suite());

// Appends `block` as what it says it is.
absl::StatusOr<AppendResult> AppendBlock(Journal& journal,
                                         const SealedBlock& block);

// Reads all of `journal` from block 1 and compares every entry, secret, leaf
// and root with what must be there. Errors: DATA_LOSS at the first difference.
absl::Status CheckTestJournal(const Journal& journal);

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_JOURNAL_BLOCKS_H_
