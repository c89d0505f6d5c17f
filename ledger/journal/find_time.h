// Finds entries by time. Stamps never go back along the journal, so that a
// search reads as many blocks as their number has bits.
#ifndef LUHENG_LEDGER_JOURNAL_FIND_TIME_H_
#define LUHENG_LEDGER_JOURNAL_FIND_TIME_H_

#include "absl/status/statusor.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "ledger/journal/journal.h"

namespace luheng {

// The first entry that is stamped `stamp` or later; the number behind the last
// entry if there is none. Errors: those of Journal::Read.
absl::StatusOr<EntryNumber> FindFirstSince(const Journal& journal, Stamp stamp);

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_FIND_TIME_H_
