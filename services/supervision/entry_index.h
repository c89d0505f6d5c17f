// Which entries are about what: for each holder, user, command, reason of
// refusal, asset, order, instrument, proposal and request id the numbers of the
// entries, as a read model. Several terms are searched together by walking
// their lists side by side, so that a search costs what the shortest list
// costs.
#ifndef LUHENG_SERVICES_SUPERVISION_ENTRY_INDEX_H_
#define LUHENG_SERVICES_SUPERVISION_ENTRY_INDEX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/entry/entry.h"
#include "ledger/views/projection.h"
#include "ledger/views/row_list.h"
#include "ledger/views/views.h"
#include "services/core/world.h"

namespace luheng::supervision {

enum class TermKind : char {
  kHolder = 'h',      // Id of the audience of a part.
  kUser = 'u',        // Id of who asked.
  kCommand = 'c',     // Command type.
  kRefusal = 'x',     // A Reason; 0 for every refusal.
  kAsset = 'a',       // Id of the asset of a posting.
  kOrder = 'o',       // Id.
  kInstrument = 'i',  // Id.
  kProposal = 'p',    // Id.
  kRequest = 'q',     // The request id's first 8 bytes.
};

struct Term {
  TermKind kind = TermKind::kHolder;
  int64_t id = 0;

  friend auto operator<=>(const Term&, const Term&) = default;
};

// The term of a 16-byte request id.
Term RequestTerm(absl::string_view request_id);

// Adds the terms of one part, in no order and maybe twice. Of `catalog` only
// what never changes is used.
void CollectTerms(const core::World& catalog, const entry::v1::Part& part,
                  std::vector<Term>& terms);

// Borrows `catalog`.
class EntryIndex final : public Projection {
 public:
  explicit EntryIndex(const core::World& catalog) : catalog_(catalog) {}

  absl::string_view name() const override { return "entries"; }
  int64_t schema() const override { return 1; }
  absl::Status Apply(const EntryView& entry, ViewRows& rows) override;
  absl::Status Flush(ViewRows& rows) override { return lists_.Flush(rows); }

 private:
  const core::World& catalog_;
  ListWriter lists_;
  // Of one entry, reused.
  std::vector<Term> terms_;
};

struct EntrySearch {
  // All must hold; at least one.
  std::vector<Term> terms;
  // Inclusive.
  int64_t first = 1;
  int64_t last = INT64_MAX;
  int64_t count_max = 0;
};

struct EntryNumbers {
  std::vector<int64_t> numbers;
  // Where to go on; 0 at the end. A page may have fewer numbers than asked for,
  // or none, before the end: it looks at no more than kSearchStepsMax items.
  int64_t next = 0;
};

inline constexpr int64_t kSearchStepsMax = 50'000;

// By number. Errors: DATA_LOSS, UNAVAILABLE.
absl::StatusOr<EntryNumbers> FindEntries(const ViewSnapshot& views,
                                         const EntrySearch& search);

}  // namespace luheng::supervision

#endif  // LUHENG_SERVICES_SUPERVISION_ENTRY_INDEX_H_
