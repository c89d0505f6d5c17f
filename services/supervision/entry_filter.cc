#include "services/supervision/entry_filter.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "luheng/core/v1/reason.pb.h"
#include "services/core/names.h"

namespace luheng::supervision {
namespace {

using core::Refusal;
using core::Verdict;
using ledger::v1::EntryFilter;
using rpc::Presence;
namespace reason = core::v1;

// The number of a reason by its name without the prefix; 0 if there is none.
int64_t ReasonNamed(const std::string& name) {
  reason::Reason reason = reason::REASON_UNSPECIFIED;
  reason::Reason_Parse(absl::StrCat("REASON_", name), &reason);
  return reason;
}

// Which holder's parts a search looks at; zero is all.
Verdict FindScope(const EntryFilter& filter, UserId user,
                  const core::AccessControl& access, HolderId& holder) {
  const bool all = access.MayReadAll(user);
  holder = core::ParseHolderName(filter.holder());
  if (!holder && !all) holder = access.HolderOf(user);
  if (all || access.MayRead(user, holder)) return std::nullopt;
  return Refusal{reason::REASON_PERMISSION_DENIED, {}};
}

// Adds the terms of what has a name of its own.
Verdict ResolveNames(const EntryFilter& filter, const core::World& world,
                     const FilterNames& names, std::vector<Term>& terms) {
  if (!filter.user().empty()) {
    const UserId user =
        names.access.FindUser(core::ParseTextName("users", filter.user()));
    if (!user) {
      return Refusal{reason::REASON_USER_UNKNOWN, {{"user", filter.user()}}};
    }
    terms.push_back({TermKind::kUser, user.value()});
  }
  if (!filter.asset().empty()) {
    const AssetId asset =
        names.assets.FindAsset(core::ParseTextName("assets", filter.asset()));
    if (!asset) {
      return Refusal{reason::REASON_ASSET_UNKNOWN, {{"asset", filter.asset()}}};
    }
    terms.push_back({TermKind::kAsset, asset.value()});
  }
  if (!filter.instrument().empty()) {
    const InstrumentId instrument = names.instruments.FindInstrument(
        core::ParseTextName("instruments", filter.instrument()));
    if (!instrument) {
      return Refusal{reason::REASON_INSTRUMENT_UNKNOWN,
                     {{"instrument", filter.instrument()}}};
    }
    terms.push_back({TermKind::kInstrument, instrument.value()});
  }
  if (!filter.command_name().empty()) {
    const core::CommandType type = world.CommandNamed(filter.command_name());
    if (type == 0) {
      return core::FieldRefusal(reason::REASON_INVALID_FIELD,
                                "filter.command_name", filter.command_name(),
                                "a known value");
    }
    terms.push_back({TermKind::kCommand, type});
  }
  return std::nullopt;
}

}  // namespace

bool IsEmpty(const EntryFilter& filter) { return filter.ByteSizeLong() == 0; }

void CheckFilter(const EntryFilter& filter, rpc::FieldChecks& check) {
  check.Holder("filter.holder", filter.holder(), Presence::kOptional);
  check.User("filter.user", filter.user(), Presence::kOptional);
  check.Asset("filter.asset", filter.asset(), Presence::kOptional);
  check.Instrument("filter.instrument", filter.instrument(),
                   Presence::kOptional);
  check.Order("filter.order", filter.order(), Presence::kOptional);
  if (!filter.proposal().empty()) {
    check.Proposal("filter.proposal", filter.proposal());
  }
  if (!filter.by_request_id().empty()) {
    check.RequestId("filter.by_request_id", filter.by_request_id());
  }
  if (!filter.refusal_reason().empty() &&
      ReasonNamed(filter.refusal_reason()) == 0) {
    check.Violate("filter.refusal_reason", filter.refusal_reason(),
                  "a known value");
  }
}

Verdict ResolveFilter(const EntryFilter& filter, UserId user,
                      const core::World& world, const FilterNames& names,
                      std::vector<Term>& terms) {
  HolderId holder;
  if (Verdict verdict = FindScope(filter, user, names.access, holder)) {
    return verdict;
  }
  if (holder) terms.push_back({TermKind::kHolder, holder.value()});
  if (Verdict verdict = ResolveNames(filter, world, names, terms)) {
    return verdict;
  }
  if (const OrderId order = core::ParseOrderName(filter.order())) {
    terms.push_back({TermKind::kOrder, order.value()});
    // The holder in the name has to be concerned, too.
    const HolderId owner = core::ParseHolderName(
        filter.order().substr(0, filter.order().find("/orders/")));
    terms.push_back({TermKind::kHolder, owner.value()});
  }
  if (const ProposalId proposal = core::ParseProposalName(filter.proposal())) {
    terms.push_back({TermKind::kProposal, proposal.value()});
  }
  if (!filter.by_request_id().empty()) {
    terms.push_back(RequestTerm(ParseUuid(filter.by_request_id())->view()));
  }
  if (filter.refused() || !filter.refusal_reason().empty()) {
    terms.push_back({TermKind::kRefusal, ReasonNamed(filter.refusal_reason())});
  }
  return std::nullopt;
}

}  // namespace luheng::supervision
