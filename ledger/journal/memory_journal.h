// A journal in memory, for tests and the simulation: everything a Journal
// promises except that it outlives the process.
#ifndef LUHENG_LEDGER_JOURNAL_MEMORY_JOURNAL_H_
#define LUHENG_LEDGER_JOURNAL_MEMORY_JOURNAL_H_

#include <memory>

#include "ledger/journal/journal.h"

namespace luheng {

// What a MemoryJournal keeps. Journals over the same store see the same
// blocks, which is how a test opens one again.
class MemoryStore;
std::shared_ptr<MemoryStore> NewMemoryStore();

// An empty journal.
std::unique_ptr<Journal> NewMemoryJournal();
// A journal over `store`, which it shares.
std::unique_ptr<Journal> OpenMemoryJournal(std::shared_ptr<MemoryStore> store);

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_MEMORY_JOURNAL_H_
