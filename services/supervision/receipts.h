// Receipts: what a holder keeps of an entry, to be checked offline.
#ifndef LUHENG_SERVICES_SUPERVISION_RECEIPTS_H_
#define LUHENG_SERVICES_SUPERVISION_RECEIPTS_H_

#include "absl/status/statusor.h"
#include "ledger/base/ids.h"
#include "ledger/journal/journal.h"
#include "ledger/merkle/note.h"
#include "ledger/merkle/tlog_proof.h"
#include "luheng/ledger/v1/ledger.pb.h"

namespace luheng::supervision {

// That entry `number` is in the ledger, under the signed checkpoint `note`,
// which covers it. Errors: OUT_OF_RANGE if it does not; those of the tiles.
absl::StatusOr<TlogProof> ProveEntry(const Journal& journal, const Note& note,
                                     EntryNumber number);

// The receipt's extra data: the entry's record with the parts that `shown` has.
std::string ReceiptContentOf(const ledger::v1::EntryRecord& shown);

}  // namespace luheng::supervision

#endif  // LUHENG_SERVICES_SUPERVISION_RECEIPTS_H_
