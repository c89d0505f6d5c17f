#include "ledger/journal/fork_check.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/base/digest.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/proof.h"

namespace luheng {
namespace {

absl::Status Fork(const TreeHead& kept, const TreeHead& found) {
  return absl::DataLossError(
      absl::StrCat("fork: a checkpoint of ", kept.size, " entries with root ",
                   ToHex(kept.root.view()), " was signed, but the journal has ",
                   found.size, " entries with root ", ToHex(found.root.view()),
                   "; nothing more is signed"));
}

}  // namespace

absl::Status CheckExtends(const Journal& journal, const JournalTail& tail,
                          const TreeHead& kept) {
  if (kept.size == 0) return absl::OkStatus();
  if (tail.tree.size < kept.size) return Fork(kept, tail.tree);
  const HashSuite& suite = SuiteOf(tail.suite);
  ASSIGN_OR_RETURN(const std::vector<Digest> proof,
                   ConsistencyProof(suite, kept.size, tail.tree.size, journal));
  if (VerifyConsistency(suite, kept, tail.tree, proof).ok()) {
    return absl::OkStatus();
  }
  return Fork(kept, tail.tree);
}

}  // namespace luheng
