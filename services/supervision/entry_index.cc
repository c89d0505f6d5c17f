#include "services/supervision/entry_index.h"

#include <algorithm>

#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"

namespace luheng::supervision {
namespace {

using core::Subject;
using core::SubjectKind;

constexpr absl::string_view kName = "entries";

std::string ListOf(const Term& term) {
  std::string list(1, static_cast<char>(term.kind));
  AppendBigEndian64(static_cast<uint64_t>(term.id), list);
  return list;
}

// An order, a proposal and a request have few entries each; there are many of
// them.
Growth GrowthOf(TermKind kind) {
  switch (kind) {
    case TermKind::kOrder:
    case TermKind::kProposal:
    case TermKind::kRequest:
      return Growth::kRarely;
    default:
      return Growth::kOften;
  }
}

TermKind KindOf(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::kOrder:
      return TermKind::kOrder;
    case SubjectKind::kInstrument:
      return TermKind::kInstrument;
    case SubjectKind::kProposal:
      break;
  }
  return TermKind::kProposal;
}

void CollectOrigin(const entry::v1::Origin& origin, std::vector<Term>& terms) {
  if (origin.user() != 0) terms.push_back({TermKind::kUser, origin.user()});
  terms.push_back({TermKind::kCommand, origin.command()});
  if (origin.request_id().size() == Id16::kSize) {
    terms.push_back(RequestTerm(origin.request_id()));
  }
  if (origin.proposal() != 0) {
    terms.push_back({TermKind::kProposal, origin.proposal()});
  }
}

}  // namespace

Term RequestTerm(absl::string_view request_id) {
  return {TermKind::kRequest,
          static_cast<int64_t>(LoadBigEndian64(request_id.data()))};
}

void CollectTerms(const core::World& catalog, const entry::v1::Part& part,
                  std::vector<Term>& terms) {
  if (part.audience() != 0) {
    terms.push_back({TermKind::kHolder, part.audience()});
  }
  if (part.has_origin()) CollectOrigin(part.origin(), terms);
  std::vector<Subject> subjects;
  for (const entry::v1::Event& event : part.events()) {
    const core::EventSpec* spec =
        catalog.FindEvent(static_cast<int>(event.type()));
    if (spec != nullptr && spec->subjects != nullptr) {
      spec->subjects(event.body(), subjects);
    }
  }
  for (const Subject& subject : subjects) {
    terms.push_back({KindOf(subject.kind), subject.id});
  }
  for (const entry::v1::Posting& posting : part.postings()) {
    terms.push_back({TermKind::kAsset, posting.asset()});
  }
  if (part.has_refusal()) {
    terms.push_back({TermKind::kRefusal, 0});
    terms.push_back({TermKind::kRefusal, part.refusal().reason()});
  }
}

absl::Status EntryIndex::Apply(const EntryView& entry, ViewRows&) {
  terms_.clear();
  for (const auto& part : entry.parts) CollectTerms(catalog_, *part, terms_);
  std::sort(terms_.begin(), terms_.end());
  terms_.erase(std::unique(terms_.begin(), terms_.end()), terms_.end());
  for (const Term& term : terms_) {
    lists_.Append(ListOf(term), {entry.number.value(), 0}, GrowthOf(term.kind));
  }
  return absl::OkStatus();
}

absl::StatusOr<EntryNumbers> FindEntries(const ViewSnapshot& views,
                                         const EntrySearch& search) {
  std::vector<ListReader> lists;
  for (const Term& term : search.terms) {
    lists.emplace_back(views, kName, ListOf(term));
  }
  EntryNumbers found;
  int64_t number = std::max<int64_t>(search.first, 1);
  // How many lists in a row have `number`.
  size_t agreed = 0;
  for (int64_t step = 0;; ++step) {
    if (step == kSearchStepsMax ||
        static_cast<int64_t>(found.numbers.size()) == search.count_max) {
      found.next = number;
      return found;
    }
    ListReader& list = lists[static_cast<size_t>(step) % lists.size()];
    ASSIGN_OR_RETURN(const auto item, list.Seek(number));
    if (!item || item->number > search.last) return found;
    agreed = item->number == number ? agreed + 1 : 1;
    number = item->number;
    if (agreed == lists.size()) {
      found.numbers.push_back(number++);
      agreed = 0;
    }
  }
}

}  // namespace luheng::supervision
