#include "services/core/approvals.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"

namespace luheng::core {
namespace {

bool Contains(const std::vector<UserId>& users, UserId user) {
  return std::find(users.begin(), users.end(), user) != users.end();
}

Refusal Closed(const Proposal& proposal) {
  return {v1::REASON_PROPOSAL_CLOSED,
          {{"proposal", absl::StrCat(proposal.id.value())},
           {"state", v1::ProposalState_Name(proposal.state)}}};
}

Refusal ByPerson(Reason reason, const Proposal& proposal) {
  return {reason, {{"proposal", absl::StrCat(proposal.id.value())}}};
}

Verdict CheckTiers(const v1::ApprovalRuleSet& rule) {
  if (rule.tiers_size() < 1 || rule.tiers_size() > kApprovalTiersMax) {
    return FieldRefusal(v1::REASON_APPROVAL_RULE_INVALID, "rule.tiers",
                        rule.tiers_size(), "1 to 8 tiers");
  }
  for (int i = 0; i < rule.tiers_size(); ++i) {
    const v1::TierRecord& tier = rule.tiers(i);
    const bool last = i + 1 == rule.tiers_size();
    const int64_t below = i == 0 ? 0 : rule.tiers(i - 1).amount_max();
    if (last ? tier.amount_max() != 0 : tier.amount_max() <= below) {
      return FieldRefusal(v1::REASON_APPROVAL_RULE_INVALID,
                          "rule.tiers.amount_max", tier.amount_max(),
                          "rising, and 0 (no bound) in the last tier");
    }
    if (std::min(tier.checks(), tier.approvals()) < 0 ||
        std::max(tier.checks(), tier.approvals()) > kApprovalStepsMax) {
      return FieldRefusal(v1::REASON_APPROVAL_RULE_INVALID, "rule.tiers",
                          tier.checks() + tier.approvals(),
                          "0 to 8 checks and 0 to 8 approvals");
    }
    if (tier.checks() > 0 && tier.approvals() == 0) {
      return FieldRefusal(v1::REASON_APPROVAL_RULE_INVALID,
                          "rule.tiers.approvals_required", 0,
                          "a checked command needs an approval");
    }
  }
  return std::nullopt;
}

}  // namespace

ApprovalNeed Approvals::NeedFor(CommandType command, int64_t amount,
                                Stamp now) const {
  const auto versions = rules_.find(command);
  if (versions == rules_.end()) return {};
  auto after = versions->second.upper_bound(now.value());
  if (after == versions->second.begin()) return {};
  const v1::ApprovalRuleSet& rule = std::prev(after)->second;
  for (const v1::TierRecord& tier : rule.tiers()) {
    if (tier.amount_max() == 0 || amount <= tier.amount_max()) {
      return {tier.checks(), tier.approvals(), rule.expiry_ns()};
    }
  }
  return {};
}

std::vector<v1::ApprovalRuleSet> Approvals::RulesAt(Stamp now) const {
  std::vector<v1::ApprovalRuleSet> rules;
  for (const auto& [command, versions] : rules_) {
    const auto after = versions.upper_bound(now.value());
    if (after != versions.begin()) rules.push_back(std::prev(after)->second);
  }
  return rules;
}

Verdict Approvals::CheckRule(const v1::ApprovalRuleSet& rule, Stamp now) {
  if (static_cast<int64_t>(rule.effective_ns()) < now.value()) {
    return FieldRefusal(v1::REASON_APPROVAL_RULE_INVALID, "rule.effective_time",
                        rule.effective_ns(), "not before now");
  }
  if (rule.expiry_ns() < kApprovalExpiryMinNanos ||
      rule.expiry_ns() > kApprovalExpiryMaxNanos) {
    return FieldRefusal(v1::REASON_APPROVAL_RULE_INVALID, "rule.expiry",
                        rule.expiry_ns(), "1 minute to 90 days");
  }
  return CheckTiers(rule);
}

const Proposal* Approvals::Find(ProposalId id) const {
  const auto it = proposals_.find(id.value());
  return it == proposals_.end() ? nullptr : &it->second;
}

ProposalId Approvals::FindOpen(UserId proposer, CommandType command,
                               const Digest& digest) const {
  const auto it = open_by_payload_.find({proposer.value(), command, digest});
  return it == open_by_payload_.end() ? ProposalId() : ProposalId(it->second);
}

int64_t Approvals::OpenCount(UserId proposer, int64_t count_max) const {
  int64_t count = 0;
  for (auto it = open_by_payload_.lower_bound(
           {proposer.value(), CommandType(), Digest()});
       it != open_by_payload_.end() && count < count_max &&
       std::get<0>(it->first) == proposer.value();
       ++it) {
    ++count;
  }
  return count;
}

std::optional<std::pair<Stamp, ProposalId>> Approvals::NextExpiry() const {
  if (by_expiry_.empty()) return std::nullopt;
  const auto& [stamp, id] = *by_expiry_.begin();
  return std::make_pair(Stamp(stamp), ProposalId(id));
}

std::vector<ProposalId> Approvals::Newest(ProposalId before,
                                          int64_t count_max) const {
  std::vector<ProposalId> ids;
  auto it = before ? proposals_.lower_bound(before.value()) : proposals_.end();
  while (it != proposals_.begin() &&
         static_cast<int64_t>(ids.size()) < count_max) {
    --it;
    ids.emplace_back(it->first);
  }
  return ids;
}

Verdict Approvals::CheckStep(const Proposal& proposal, UserId user,
                             absl::string_view digest, bool approving) {
  if (!proposal.open()) return Closed(proposal);
  if (digest != proposal.digest.view()) {
    return FieldRefusal(v1::REASON_PROPOSAL_DIGEST_MISMATCH, "digest",
                        ToHex(digest), ToHex(proposal.digest.view()));
  }
  if (user == proposal.proposer) {
    return ByPerson(v1::REASON_APPROVAL_BY_PROPOSER, proposal);
  }
  if (Contains(proposal.checkers, user) || Contains(proposal.approvers, user)) {
    return ByPerson(v1::REASON_APPROVAL_BY_SAME_PERSON, proposal);
  }
  if (approving && !proposal.checked()) {
    return ByPerson(v1::REASON_PROPOSAL_NOT_CHECKED, proposal);
  }
  if (!approving && proposal.checked()) {
    return ByPerson(v1::REASON_PROPOSAL_ALREADY_CHECKED, proposal);
  }
  return std::nullopt;
}

Proposal& Approvals::GetOpen(int64_t id) {
  const auto it = proposals_.find(id);
  LUHENG_CHECK(it != proposals_.end() && it->second.open())
      << "proposal " << id;
  return it->second;
}

// Equal payloads of two commands differ: issuing and retiring the same units
// have the same bytes.
Approvals::OpenKey Approvals::KeyOf(const Proposal& proposal) {
  return {proposal.proposer.value(), proposal.command, proposal.digest};
}

void Approvals::Index(const Proposal& proposal) {
  by_expiry_.insert({proposal.expires.value(), proposal.id.value()});
  open_by_payload_[KeyOf(proposal)] = proposal.id.value();
}

void Approvals::ApplyRule(const v1::ApprovalRuleSet& rule) {
  rules_[static_cast<CommandType>(rule.command())]
        [static_cast<int64_t>(rule.effective_ns())] = rule;
}

void Approvals::ApplyProposed(const v1::Proposed& event, Stamp now) {
  LUHENG_CHECK(event.proposal() == last_id_ + 1);
  last_id_ = event.proposal();
  Proposal proposal;
  proposal.id = ProposalId(event.proposal());
  proposal.command = static_cast<CommandType>(event.command());
  proposal.payload = event.payload();
  proposal.digest = Digest::From(event.digest()).value_or(Digest());
  proposal.amount = event.amount();
  proposal.need.checks = event.checks();
  proposal.need.approvals = event.approvals();
  proposal.proposer = UserId(event.proposer());
  proposal.holder = HolderId(event.holder());
  proposal.created = now;
  proposal.expires = Stamp(static_cast<int64_t>(event.expire_ns()));
  if (proposal.need.checks == 0) proposal.state = v1::PROPOSAL_STATE_CHECKED;
  Index(proposal);
  proposals_.emplace(last_id_, std::move(proposal));
}

void Approvals::ApplyChecked(const v1::ProposalStep& event) {
  Proposal& proposal = GetOpen(event.proposal());
  proposal.checkers.emplace_back(event.user());
  if (proposal.checked()) proposal.state = v1::PROPOSAL_STATE_CHECKED;
}

void Approvals::ApplyApproved(const v1::ProposalStep& event) {
  GetOpen(event.proposal()).approvers.emplace_back(event.user());
}

void Approvals::ApplyClosed(const v1::ProposalClosed& event,
                            EntryNumber entry) {
  Proposal& proposal = GetOpen(event.proposal());
  by_expiry_.erase({proposal.expires.value(), proposal.id.value()});
  open_by_payload_.erase(KeyOf(proposal));
  proposal.state = static_cast<v1::ProposalState>(event.state());
  proposal.failure = static_cast<Reason>(event.reason());
  if (proposal.state == v1::PROPOSAL_STATE_EXECUTED) proposal.executed = entry;
  // The oldest closed ones make room; an open one never does.
  while (static_cast<int64_t>(proposals_.size()) > kClosedProposalsKept &&
         !proposals_.begin()->second.open()) {
    proposals_.erase(proposals_.begin());
  }
}

void Approvals::Save(StateWriter& writer) const {
  int64_t rule_count = 0;
  for (const auto& [command, versions] : rules_) {
    rule_count += static_cast<int64_t>(versions.size());
  }
  writer.Int(rule_count);
  for (const auto& [command, versions] : rules_) {
    for (const auto& [stamp, rule] : versions) writer.Message(rule);
  }
  writer.Int(last_id_);
  writer.Int(static_cast<int64_t>(proposals_.size()));
  for (const auto& [id, proposal] : proposals_) {
    writer.Int(id);
    writer.Int(proposal.command);
    writer.Text(proposal.payload);
    writer.Text(proposal.digest.view());
    writer.Int(proposal.amount);
    writer.Int(proposal.need.checks);
    writer.Int(proposal.need.approvals);
    writer.IdOf(proposal.proposer);
    writer.IdOf(proposal.holder);
    writer.Int(proposal.created.value());
    writer.Int(proposal.expires.value());
    writer.Int(proposal.state);
    writer.IdOf(proposal.executed);
    writer.Int(proposal.failure);
    for (const auto* users : {&proposal.checkers, &proposal.approvers}) {
      writer.Int(static_cast<int64_t>(users->size()));
      for (UserId user : *users) writer.IdOf(user);
    }
  }
}

void Approvals::Load(StateReader& reader) {
  const int64_t rule_count = reader.Count();
  v1::ApprovalRuleSet rule;
  for (int64_t i = 0; i < rule_count && reader.Message(rule); ++i) {
    ApplyRule(rule);
  }
  last_id_ = reader.Count();
  const int64_t count = reader.Count();
  for (int64_t i = 0; i < count && reader.status().ok(); ++i) {
    Proposal proposal;
    proposal.id = reader.IdOf<ProposalId>();
    proposal.command = static_cast<CommandType>(reader.Int());
    proposal.payload = std::string(reader.Text());
    proposal.digest = reader.Fixed<Digest>();
    proposal.amount = reader.Int();
    proposal.need.checks = reader.Int();
    proposal.need.approvals = reader.Int();
    proposal.proposer = reader.IdOf<UserId>();
    proposal.holder = reader.IdOf<HolderId>();
    proposal.created = Stamp(reader.Int());
    proposal.expires = Stamp(reader.Int());
    proposal.state = static_cast<v1::ProposalState>(reader.Int());
    proposal.executed = reader.IdOf<EntryNumber>();
    proposal.failure = static_cast<Reason>(reader.Int());
    for (auto* users : {&proposal.checkers, &proposal.approvers}) {
      const int64_t user_count = reader.Count(kApprovalStepsMax);
      for (int64_t j = 0; j < user_count; ++j) {
        users->push_back(reader.IdOf<UserId>());
      }
    }
    if (proposal.open()) Index(proposal);
    const int64_t id = proposal.id.value();
    proposals_.emplace(id, std::move(proposal));
  }
}

}  // namespace luheng::core
