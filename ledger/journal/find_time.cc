#include "ledger/journal/find_time.h"

#include <string>

#include "ledger/base/status_macros.h"
#include "ledger/entry/wire.h"

namespace luheng {

absl::StatusOr<EntryNumber> FindFirstSince(const Journal& journal,
                                           Stamp stamp) {
  const JournalTail tail = journal.tail();
  const EntryNumber behind(tail.last_entry.value() + 1);
  if (tail.empty() || tail.last_stamp < stamp) return behind;
  // The first block whose last entry is late enough is in (before, at].
  int64_t before = 0;
  int64_t at = tail.number.value();
  while (at - before > 1) {
    const int64_t middle = before + (at - before) / 2;
    ASSIGN_OR_RETURN(const std::string bytes,
                     journal.Read(BlockNumber(middle)));
    ASSIGN_OR_RETURN(const BlockView block, BlockView::Parse(bytes));
    (block.header().last_stamp < stamp ? before : at) = middle;
  }
  ASSIGN_OR_RETURN(const std::string bytes, journal.Read(BlockNumber(at)));
  ASSIGN_OR_RETURN(const BlockView block, BlockView::Parse(bytes));
  for (int64_t i = 0; i < block.entry_count(); ++i) {
    const EntryReader entry(block.entry(i));
    if (entry.stamp() >= stamp) return entry.number();
  }
  return behind;
}

}  // namespace luheng
