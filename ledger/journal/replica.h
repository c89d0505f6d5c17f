// A copy of another node's journal, kept block by block. Nothing is believed:
// each block must follow the last one by journal, number and digest, and the
// commitments to its entries, made anew from its bytes and its secret, must
// give the tree that it names. What passes is stored as it came.
#ifndef LUHENG_LEDGER_JOURNAL_REPLICA_H_
#define LUHENG_LEDGER_JOURNAL_REPLICA_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/base/digest.h"
#include "ledger/journal/block.h"
#include "ledger/journal/journal.h"
#include "ledger/merkle/tree.h"

namespace luheng {

// Thread-compatible: one thread appends, as to the journal itself.
class JournalReplica {
 public:
  // Goes on behind the end of `journal`, borrowed, which may be empty. Errors:
  // DATA_LOSS if its tiles do not have the root of its tail.
  static absl::StatusOr<JournalReplica> Resume(Journal& journal);

  // Checks and stores the next block. After an error nothing more is accepted.
  // Errors, with the block's number:
  //   DATA_LOSS            it is damaged, or does not follow, or its entries do
  //                        not give its root: the two journals diverge;
  //   FAILED_PRECONDITION  it is of a format that this release does not know;
  //   INVALID_ARGUMENT     it is of another journal;
  //   those of Journal::Fence and Append.
  absl::Status Accept(absl::string_view bytes, const BlockSecret& secret);

 private:
  explicit JournalReplica(Journal& journal) : journal_(&journal) {}

  absl::Status CheckFollows(const BlockHeader& header) const;
  // Adds the entries' leaves to the tree, which must then be the header's.
  absl::Status GrowTree(const BlockView& block, const BlockSecret& secret);
  absl::Status Store(SealedBlock block);

  Journal* journal_;
  std::optional<TreeBuilder> tree_;  // Nothing before block 1.
  std::string record_;
  absl::Status broken_;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_REPLICA_H_
