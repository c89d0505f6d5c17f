#include "services/supervision/receipts.h"

#include <string>
#include <utility>

#include "ledger/base/status_macros.h"
#include "ledger/merkle/checkpoint.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/proof.h"

namespace luheng::supervision {

absl::StatusOr<TlogProof> ProveEntry(const Journal& journal, const Note& note,
                                     EntryNumber number) {
  TlogProof proof;
  proof.checkpoint = note;
  ASSIGN_OR_RETURN(const Checkpoint checkpoint, ParseCheckpoint(note.text));
  proof.index = number.value() - 1;
  ASSIGN_OR_RETURN(proof.hashes,
                   InclusionProof(SuiteOf(journal.tail().suite), proof.index,
                                  checkpoint.head.size, journal));
  return proof;
}

std::string ReceiptContentOf(const ledger::v1::EntryRecord& shown) {
  ledger::v1::ReceiptContent content;
  content.set_leaf(shown.leaf());
  for (const ledger::v1::EntryPart& part : shown.parts()) {
    ledger::v1::ReceiptPart& kept = *content.add_parts();
    kept.set_index(part.index());
    kept.set_salt(part.salt());
    kept.set_bytes(part.bytes());
  }
  return content.SerializeAsString();
}

}  // namespace luheng::supervision
