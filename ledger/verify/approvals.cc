#include "ledger/verify/approvals.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "luheng/core/v1/core.pb.h"
#include "luheng/core/v1/events.pb.h"
#include "luheng/market/v1/events.pb.h"
#include "luheng/registry/v1/events.pb.h"
#include "luheng/settlement/v1/events.pb.h"

namespace luheng::verify {
namespace {

// Which command an event may come of. Events that are not here may come of
// several and move nothing that needs persons.
struct Effect {
  int event;
  int command;
  int or_command = 0;
  int or_else_command = 0;
};

constexpr Effect kEffects[] = {
    {core::v1::EVENT_TYPE_APPROVAL_RULE_SET,
     core::v1::COMMAND_TYPE_SET_APPROVAL_RULE},
    {registry::v1::EVENT_TYPE_HOLDER_OPENED,
     registry::v1::COMMAND_TYPE_OPEN_HOLDER},
    {registry::v1::EVENT_TYPE_HOLDER_STATE_SET,
     registry::v1::COMMAND_TYPE_SET_HOLDER_STATE},
    {registry::v1::EVENT_TYPE_CONTROL_GROUP_SET,
     registry::v1::COMMAND_TYPE_SET_CONTROL_GROUP},
    {registry::v1::EVENT_TYPE_USER_CREATED,
     registry::v1::COMMAND_TYPE_CREATE_USER},
    {registry::v1::EVENT_TYPE_ROLE_SET, registry::v1::COMMAND_TYPE_GRANT_ROLE,
     registry::v1::COMMAND_TYPE_REVOKE_ROLE,
     registry::v1::COMMAND_TYPE_CREATE_USER},
    {registry::v1::EVENT_TYPE_PERMISSION_SET,
     registry::v1::COMMAND_TYPE_SET_PERMISSION},
    {registry::v1::EVENT_TYPE_RECORD_ERASED,
     registry::v1::COMMAND_TYPE_ERASE_RECORD},
    {market::v1::EVENT_TYPE_INSTRUMENT_DEFINED,
     market::v1::COMMAND_TYPE_DEFINE_INSTRUMENT},
    {market::v1::EVENT_TYPE_RULES_SET,
     market::v1::COMMAND_TYPE_SET_INSTRUMENT_RULES},
    {market::v1::EVENT_TYPE_REFERENCE_PRICE_SET,
     market::v1::COMMAND_TYPE_SET_REFERENCE_PRICE},
    {market::v1::EVENT_TYPE_CALENDAR_SET,
     market::v1::COMMAND_TYPE_SET_CALENDAR_DAYS},
    {settlement::v1::EVENT_TYPE_ASSET_DEFINED,
     settlement::v1::COMMAND_TYPE_DEFINE_ASSET},
    {settlement::v1::EVENT_TYPE_UNITS_ISSUED,
     settlement::v1::COMMAND_TYPE_ISSUE_UNITS},
    {settlement::v1::EVENT_TYPE_UNITS_RETIRED,
     settlement::v1::COMMAND_TYPE_RETIRE_UNITS},
    {settlement::v1::EVENT_TYPE_CASH_IN, settlement::v1::COMMAND_TYPE_DEPOSIT},
    {settlement::v1::EVENT_TYPE_CASH_OUT,
     settlement::v1::COMMAND_TYPE_WITHDRAW},
};

bool MayComeOf(int64_t event, int64_t command) {
  for (const Effect& effect : kEffects) {
    if (effect.event != event) continue;
    return command != 0 &&
           (command == effect.command || command == effect.or_command ||
            command == effect.or_else_command);
  }
  return true;
}

bool Contains(const std::vector<int64_t>& users, int64_t user) {
  return std::find(users.begin(), users.end(), user) != users.end();
}

int64_t Count(const std::vector<int64_t>& users) {
  return static_cast<int64_t>(users.size());
}

std::string NameOf(int64_t proposal) {
  return absl::StrCat("proposal ", proposal);
}

}  // namespace

Approvals::Tier Approvals::NeedFor(int64_t command, int64_t amount,
                                   int64_t stamp) const {
  const auto versions = rules_.find(command);
  if (versions == rules_.end()) return {};
  const auto after = versions->second.upper_bound(stamp);
  if (after == versions->second.begin()) return {};
  for (const Tier& tier : std::prev(after)->second) {
    if (tier.amount_max == 0 || amount <= tier.amount_max) return tier;
  }
  return {};
}

void Approvals::AddRule(absl::Span<const Fact> facts, size_t at) {
  auto& tiers = rules_[facts[at].v[0]][facts[at].v[1]];
  tiers.clear();
  for (size_t i = at + 1; i < facts.size() && facts[i].kind == FactKind::kTier;
       ++i) {
    tiers.push_back({facts[i].v[0], facts[i].v[1], facts[i].v[2]});
  }
}

void Approvals::Propose(const Fact& fact, int64_t stamp, const Act& act,
                        const FoundFn& found) {
  const auto [id, command, amount, checks, approvals, proposer, unused] =
      fact.v;
  const Tier need = NeedFor(command, amount, stamp);
  if (id != last_proposal_ + 1 || command != act.command) {
    found(FindingCode::kProposal,
          absl::StrCat(NameOf(id), " after ", last_proposal_, ", of command ",
                       command, " by command ", act.command));
  }
  if (checks != need.checks || approvals != need.approvals) {
    found(FindingCode::kApprovalShort,
          absl::StrCat(NameOf(id), " asks for ", checks, " checks and ",
                       approvals, " approvals, the rule for ", need.checks,
                       " and ", need.approvals));
  }
  if (proposer != act.user) {
    found(FindingCode::kApprovalPerson,
          absl::StrCat(NameOf(id), " names proposer ", proposer, ", sent by ",
                       act.user));
  }
  last_proposal_ = std::max(last_proposal_, id);
  Proposal proposal;
  proposal.command = command;
  proposal.amount = amount;
  proposal.need = {0, std::max(checks, need.checks),
                   std::max(approvals, need.approvals)};
  proposal.proposer = proposer;
  open_.try_emplace(id, std::move(proposal));
}

void Approvals::Step(const Fact& fact, const Act& act, const FoundFn& found) {
  const auto it = open_.find(fact.v[0]);
  const int64_t user = fact.v[1];
  if (it == open_.end()) {
    return found(FindingCode::kProposal,
                 absl::StrCat(NameOf(fact.v[0]), " is not open"));
  }
  Proposal& proposal = it->second;
  const bool approves = fact.kind == FactKind::kApproved;
  if (user != act.user || user == proposal.proposer ||
      Contains(proposal.checkers, user) || Contains(proposal.approvers, user)) {
    found(FindingCode::kApprovalPerson,
          absl::StrCat(NameOf(fact.v[0]), " by user ", user, ", sent by ",
                       act.user, ", proposed by ", proposal.proposer));
    // Counts for nothing.
    return;
  }
  if (approves && Count(proposal.checkers) < proposal.need.checks) {
    found(FindingCode::kApprovalShort,
          absl::StrCat(NameOf(fact.v[0]), " is approved before ",
                       proposal.need.checks, " checks"));
  }
  (approves ? proposal.approvers : proposal.checkers).push_back(user);
}

void Approvals::Close(const Fact& fact, Act& act, const FoundFn& found) {
  const auto it = open_.find(fact.v[0]);
  if (it == open_.end()) {
    return found(FindingCode::kProposal,
                 absl::StrCat(NameOf(fact.v[0]), " is not open"));
  }
  const Proposal& proposal = it->second;
  if (fact.v[1] == core::v1::PROPOSAL_STATE_EXECUTED) {
    ++executed_count_;
    act.proposal = fact.v[0];
    act.executed = proposal.command;
    act.proposed_amount = proposal.amount;
    if (Count(proposal.checkers) < proposal.need.checks ||
        Count(proposal.approvers) < proposal.need.approvals) {
      found(FindingCode::kApprovalShort,
            absl::StrCat(NameOf(fact.v[0]), " has ", proposal.checkers.size(),
                         " checks and ", proposal.approvers.size(),
                         " approvals, needs ", proposal.need.checks, " and ",
                         proposal.need.approvals));
    }
  }
  open_.erase(it);
}

void Approvals::CheckDone(absl::Span<const Fact> facts, int64_t stamp,
                          const Act& act, const FoundFn& found) const {
  const int64_t command = act.proposal != 0 ? act.executed : act.command;
  int64_t amount = 0;
  for (const Fact& fact : facts) {
    const bool moves = fact.kind == FactKind::kMoved;
    if (!moves && fact.kind != FactKind::kOther) continue;
    if (moves) amount = fact.v[3];
    if (MayComeOf(fact.v[0], command)) continue;
    found(FindingCode::kApprovalMissing,
          absl::StrCat("event type ", fact.v[0], " by command ", command));
  }
  if (act.proposal != 0) {
    if (amount != act.proposed_amount) {
      found(FindingCode::kProposal,
            absl::StrCat(NameOf(act.proposal), " is for ", act.proposed_amount,
                         ", moved is ", amount));
    }
  } else if (!act.proposes && !act.refused) {
    const Tier need = NeedFor(command, amount, stamp);
    if (need.checks + need.approvals > 0) {
      found(FindingCode::kApprovalMissing,
            absl::StrCat("command ", command, " needs ", need.checks,
                         " checks and ", need.approvals, " approvals"));
    }
  }
  if (act.named != 0 && act.named != act.proposal) {
    found(FindingCode::kProposal, absl::StrCat("it names ", NameOf(act.named),
                                               ", executed is ", act.proposal));
  }
}

void Approvals::Fold(int64_t entry, int64_t stamp, absl::Span<const Fact> facts,
                     const FoundFn& found) {
  Act act;
  for (const Fact& fact : facts) {
    if (fact.kind != FactKind::kOrigin) continue;
    act.user = fact.v[0];
    act.command = fact.v[1];
    act.named = fact.v[2];
    act.refused = fact.v[3] != 0;
  }
  for (size_t i = 0; i < facts.size(); ++i) {
    switch (facts[i].kind) {
      case FactKind::kProposed:
        act.proposes = true;
        Propose(facts[i], stamp, act, found);
        break;
      case FactKind::kChecked:
      case FactKind::kApproved:
        Step(facts[i], act, found);
        break;
      case FactKind::kProposalClosed:
        Close(facts[i], act, found);
        break;
      default:
        break;
    }
  }
  if (entry != 1) CheckDone(facts, stamp, act, found);
  for (size_t i = 0; i < facts.size(); ++i) {
    if (facts[i].kind == FactKind::kRule) AddRule(facts, i);
  }
}

}  // namespace luheng::verify
