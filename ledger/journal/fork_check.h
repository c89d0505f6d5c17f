// Whether a journal still extends what was once signed or seen of it.
#ifndef LUHENG_LEDGER_JOURNAL_FORK_CHECK_H_
#define LUHENG_LEDGER_JOURNAL_FORK_CHECK_H_

#include "absl/status/status.h"
#include "ledger/journal/journal.h"
#include "ledger/merkle/tree.h"

namespace luheng {

// Proves that the tree of `journal` as of `tail` extends `kept`, the tree of a
// checkpoint; size 0 is always extended. Errors: DATA_LOSS with both trees if
// it is shorter or has another root there; those of the tiles.
absl::Status CheckExtends(const Journal& journal, const JournalTail& tail,
                          const TreeHead& kept);

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_FORK_CHECK_H_
