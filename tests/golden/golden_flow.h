// Makes the golden journal: a small market, told once, with fixed stamps, ids
// and secrets, so that making it again gives the same bytes unless what a node
// decides has changed. Only golden_journal_test --write uses it; the test reads
// the committed bytes.
#ifndef LUHENG_TESTS_GOLDEN_GOLDEN_FLOW_H_
#define LUHENG_TESTS_GOLDEN_GOLDEN_FLOW_H_

#include <string>

#include "ledger/journal/journal.h"

namespace luheng::golden {

// The secret of block `number`. On a node it is drawn; here it must be known.
BlockSecret SecretOf(BlockNumber number);

// All blocks of the journal, one after the other: each says its own length.
std::string MakeJournal();

}  // namespace luheng::golden

#endif  // LUHENG_TESTS_GOLDEN_GOLDEN_FLOW_H_
