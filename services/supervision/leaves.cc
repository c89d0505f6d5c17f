#include "services/supervision/leaves.h"

#include "ledger/base/status_macros.h"
#include "ledger/entry/commitment.h"
#include "ledger/merkle/hash_suite.h"

namespace luheng::supervision {

absl::StatusOr<std::vector<std::string>> ReadLeaves(const Journal& journal,
                                                    int64_t first,
                                                    int64_t count) {
  std::vector<std::string> leaves;
  const auto read = [&] { return static_cast<int64_t>(leaves.size()); };
  while (read() < count) {
    const EntryNumber next(first + read() + 1);
    ASSIGN_OR_RETURN(const BlockNumber number, journal.FindBlockOf(next));
    ASSIGN_OR_RETURN(const std::string bytes, journal.Read(number));
    ASSIGN_OR_RETURN(const BlockView block, BlockView::Parse(bytes));
    ASSIGN_OR_RETURN(const BlockSecret secret, journal.ReadSecret(number));
    const HashSuite& suite = SuiteOf(block.header().suite);
    for (int64_t i = next.value() - block.header().first_entry.value();
         i < block.entry_count() && read() < count; ++i) {
      RETURN_IF_ERROR(CommitmentRecord(suite, secret.view(), block.entry(i),
                                       leaves.emplace_back()));
    }
  }
  return leaves;
}

}  // namespace luheng::supervision
