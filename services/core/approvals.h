// Propose, check, approve: which command types need other persons, and the
// proposals that wait for them. Rules are dated; a rule's tier is chosen by
// the command's amount when it is proposed.
#ifndef LUHENG_SERVICES_CORE_APPROVALS_H_
#define LUHENG_SERVICES_CORE_APPROVALS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "luheng/core/v1/core.pb.h"
#include "luheng/core/v1/events.pb.h"
#include "services/core/command.h"
#include "services/core/refusal.h"
#include "services/core/state_io.h"

namespace luheng::core {

// Bounds of a rule.
inline constexpr int64_t kApprovalStepsMax = 8;
inline constexpr int64_t kApprovalTiersMax = 8;
inline constexpr int64_t kApprovalExpiryMinNanos = kNanosPerMinute;
inline constexpr int64_t kApprovalExpiryMaxNanos = 90 * kNanosPerDay;
// Closed proposals are kept this long for readers of the world; the ledger has
// them for good.
inline constexpr int64_t kClosedProposalsKept = 10'000;
// Longest payload of a proposal. The answers to its steps show it twice, and
// an entry holds them.
inline constexpr int64_t kProposalPayloadBytesMax = 64 * 1024;

// How many persons must agree.
struct ApprovalNeed {
  int64_t checks = 0;
  int64_t approvals = 0;
  int64_t expiry_ns = 0;

  bool any() const { return checks + approvals > 0; }
};

struct Proposal {
  ProposalId id;
  CommandType command = 0;
  std::string payload;
  Digest digest;
  int64_t amount = 0;
  ApprovalNeed need;
  UserId proposer;
  HolderId holder;  // That the proposer acts for.
  Stamp created;
  Stamp expires;
  v1::ProposalState state = v1::PROPOSAL_STATE_PROPOSED;
  std::vector<UserId> checkers;
  std::vector<UserId> approvers;
  EntryNumber executed;  // Zero unless executed.
  Reason failure = v1::REASON_UNSPECIFIED;

  bool open() const {
    return state == v1::PROPOSAL_STATE_PROPOSED ||
           state == v1::PROPOSAL_STATE_CHECKED;
  }
  bool checked() const {
    return static_cast<int64_t>(checkers.size()) >= need.checks;
  }
  // Whether one more approval executes it.
  bool last_approval() const {
    return static_cast<int64_t>(approvers.size()) + 1 >= need.approvals;
  }
};

// Thread-compatible; owned by the world's thread.
class Approvals {
 public:
  // What `command` with `amount` needs at `now`; nothing needed without a rule.
  ApprovalNeed NeedFor(CommandType command, int64_t amount, Stamp now) const;
  // The rules in force at `now`, by command type.
  std::vector<v1::ApprovalRuleSet> RulesAt(Stamp now) const;
  // Whether `rule` may be set at `now`.
  static Verdict CheckRule(const v1::ApprovalRuleSet& rule, Stamp now);

  ProposalId next_id() const { return ProposalId(last_id_ + 1); }
  // Null if unknown or no longer kept.
  const Proposal* Find(ProposalId id) const;
  // The open proposal of `proposer` for the same payload; zero if none.
  ProposalId FindOpen(UserId proposer, CommandType command,
                      const Digest& digest) const;
  // How many proposals of `proposer` are open, counted up to `count_max`.
  int64_t OpenCount(UserId proposer, int64_t count_max) const;
  // The first proposal to expire; nothing if none is open.
  std::optional<std::pair<Stamp, ProposalId>> NextExpiry() const;
  // Ids below `before` (all if zero), newest first, at most `count_max`.
  std::vector<ProposalId> Newest(ProposalId before, int64_t count_max) const;

  // Whether `user` may take a step of `proposal` as far as persons go.
  static Verdict CheckStep(const Proposal& proposal, UserId user,
                           absl::string_view digest, bool approving);

  void ApplyRule(const v1::ApprovalRuleSet& rule);
  void ApplyProposed(const v1::Proposed& event, Stamp now);
  void ApplyChecked(const v1::ProposalStep& event);
  void ApplyApproved(const v1::ProposalStep& event);
  void ApplyClosed(const v1::ProposalClosed& event, EntryNumber entry);

  void Save(StateWriter& writer) const;
  void Load(StateReader& reader);

 private:
  Proposal& GetOpen(int64_t id);
  // Who proposed what: an open one may not be proposed again.
  using OpenKey = std::tuple<int64_t, CommandType, Digest>;

  static OpenKey KeyOf(const Proposal& proposal);
  void Index(const Proposal& proposal);

  // By command type, then by effective stamp.
  std::map<CommandType, std::map<int64_t, v1::ApprovalRuleSet>> rules_;
  std::map<int64_t, Proposal> proposals_;
  int64_t last_id_ = 0;
  std::set<std::pair<int64_t, int64_t>> by_expiry_;  // Stamp, id; open ones.
  std::map<OpenKey, int64_t> open_by_payload_;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_APPROVALS_H_
