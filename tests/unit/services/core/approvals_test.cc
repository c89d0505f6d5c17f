// Goal: propose, check and approve keep different persons apart, and what was
// agreed to is what is carried out. Method: the real world with the registry's
// and settlement's rules, one row per rule.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "google/protobuf/util/time_util.h"
#include "ledger/base/check.h"
#include "luheng/core/v1/core.pb.h"
#include "luheng/registry/v1/registry.pb.h"
#include "luheng/settlement/v1/events.pb.h"
#include "luheng/settlement/v1/settlement.pb.h"
#include "services/core/names.h"
#include "tests/testing/test_world.h"

namespace luheng::core {
namespace {

using google::protobuf::util::TimeUtil;
using settlement::v1::DepositRequest;
using testing::EnterpriseRequest;
using testing::TestWorld;

constexpr int64_t kHundredMillionYuan = 10'000'000'000;  // In fen.

DepositRequest Deposit(HolderId holder, int64_t amount, int reference) {
  DepositRequest request;
  request.set_holder(HolderName(holder));
  request.set_amount_minor(amount);
  request.set_bank_reference(absl::StrCat("ref-", reference));
  return request;
}

// Holder 3 is an enterprise; proposal 1 opened it.
class ApprovalsTest : public ::testing::Test {
 protected:
  ApprovalsTest() {
    const Outcome opened =
        world_.SendApproved("registrar", EnterpriseRequest(1));
    LUHENG_CHECK(opened.accepted());
  }
  ~ApprovalsTest() override {
    testing::CheckBooks(world_.world());
    EXPECT_EQ(world_.ReplayDigest(), world_.world().StateDigest());
    EXPECT_EQ(world_.ReloadDigest(), world_.world().StateDigest());
  }

  // Proposes a deposit that needs one check and one approval.
  int64_t Propose(int64_t amount = 500) {
    const Outcome outcome =
        world_.Send("cashier", Deposit(kHolder, amount, ++reference_));
    EXPECT_TRUE(outcome.pending);
    return outcome.subject;
  }
  Outcome Check(const char* user, int64_t proposal) {
    v1::CheckProposalRequest request;
    request.set_name(ProposalName(ProposalId(proposal)));
    request.set_digest(world_.Proposal(proposal).digest.str());
    return world_.Send(user, request);
  }
  Outcome Approve(const char* user, int64_t proposal) {
    v1::ApproveProposalRequest request;
    request.set_name(ProposalName(ProposalId(proposal)));
    request.set_digest(world_.Proposal(proposal).digest.str());
    return world_.Send(user, request);
  }
  Outcome Reject(const char* user, int64_t proposal) {
    v1::RejectProposalRequest request;
    request.set_name(ProposalName(ProposalId(proposal)));
    return world_.Send(user, request);
  }
  int64_t Cash() const {
    return world_.world().accounts().Get(kHolder, AssetId(1),
                                         Purpose::kAvailable);
  }
  v1::SetApprovalRuleRequest Rule(int command, int checks, int approvals,
                                  Stamp effective) {
    v1::SetApprovalRuleRequest request;
    request.mutable_rule()->set_command(command);
    v1::ApprovalTier& tier = *request.mutable_rule()->add_tiers();
    tier.set_checks_required(checks);
    tier.set_approvals_required(approvals);
    *request.mutable_rule()->mutable_expiry() = TimeUtil::HoursToDuration(24);
    *request.mutable_rule()->mutable_effective_time() =
        TimeUtil::NanosecondsToTimestamp(effective.value());
    return request;
  }
  // Gives `user` a further role.
  void Grant(const char* user, registry::v1::Role role) {
    registry::v1::GrantRoleRequest request;
    request.set_user(TextName("users", user));
    request.mutable_role()->set_role(role);
    const Outcome outcome = world_.SendApproved("admin", request);
    LUHENG_CHECK(outcome.accepted()) << v1::Reason_Name(outcome.reason);
  }

  static constexpr HolderId kHolder = HolderId(3);
  TestWorld world_;
  int reference_ = 0;
};

TEST_F(ApprovalsTest, ExecutesWhatWasProposed) {
  const int64_t proposal = Propose();
  EXPECT_EQ(Cash(), 0);
  EXPECT_TRUE(Check("checker", proposal).accepted());
  EXPECT_EQ(Cash(), 0);
  const Outcome done = Approve("approver", proposal);
  ASSERT_TRUE(done.accepted());
  EXPECT_EQ(Cash(), 500);
  v1::ApproveProposalResponse response;
  ASSERT_TRUE(response.ParseFromString(done.answer));
  EXPECT_EQ(response.proposal().state(), v1::PROPOSAL_STATE_EXECUTED);
  EXPECT_EQ(response.proposal().executed_entry(), done.entry.value());
  settlement::v1::DepositResponse executed;
  ASSERT_TRUE(executed.ParseFromString(response.answer()));
  EXPECT_EQ(executed.entry(), done.entry.value());
}

// By tier: the bound belongs to the lower tier.
TEST_F(ApprovalsTest, NeedsByAmount) {
  struct Row {
    const char* name;
    int64_t amount;
    int64_t checks;
    int64_t approvals;
  };
  const Row rows[] = {
      {"Smallest", 1, 1, 1},
      {"AtTheBound", kHundredMillionYuan, 1, 1},
      {"AboveTheBound", kHundredMillionYuan + 1, 1, 2},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Proposal& proposal = world_.Proposal(Propose(row.amount));
    EXPECT_EQ(proposal.need.checks, row.checks);
    EXPECT_EQ(proposal.need.approvals, row.approvals);
    EXPECT_EQ(proposal.amount, row.amount);
  }
}

TEST_F(ApprovalsTest, ALargeAmountNeedsTwoApprovers) {
  const int64_t proposal = Propose(kHundredMillionYuan + 1);
  EXPECT_TRUE(Check("checker", proposal).accepted());
  EXPECT_TRUE(Approve("approver", proposal).accepted());
  EXPECT_EQ(Cash(), 0);
  EXPECT_EQ(Approve("approver", proposal).reason,
            v1::REASON_APPROVAL_BY_SAME_PERSON);
  EXPECT_TRUE(Approve("approver2", proposal).accepted());
  EXPECT_EQ(Cash(), kHundredMillionYuan + 1);
}

// The rules of persons and digests, in the order of precedence: each row breaks
// every rule of a later row too, as far as they can be broken together.
TEST(ApprovalStepTest, RefusesInOrder) {
  struct Row {
    const char* name;
    v1::ProposalState state;
    bool right_digest;
    int64_t user;
    int64_t checker;  // Who checked; 0 for nobody.
    bool approving;
    Reason reason;
  };
  constexpr int64_t kProposer = 1;
  const auto kOpen = v1::PROPOSAL_STATE_PROPOSED;
  const Row rows[] = {
      {"Closed", v1::PROPOSAL_STATE_EXECUTED, false, kProposer, 1, true,
       v1::REASON_PROPOSAL_CLOSED},
      {"Expired", v1::PROPOSAL_STATE_EXPIRED, false, kProposer, 1, true,
       v1::REASON_PROPOSAL_CLOSED},
      {"WrongDigest", kOpen, false, kProposer, kProposer, true,
       v1::REASON_PROPOSAL_DIGEST_MISMATCH},
      {"ProposerApproves", kOpen, true, kProposer, 0, true,
       v1::REASON_APPROVAL_BY_PROPOSER},
      {"ProposerChecks", kOpen, true, kProposer, 2, false,
       v1::REASON_APPROVAL_BY_PROPOSER},
      {"CheckerChecksAgain", kOpen, true, 2, 2, false,
       v1::REASON_APPROVAL_BY_SAME_PERSON},
      {"CheckerApproves", kOpen, true, 2, 2, true,
       v1::REASON_APPROVAL_BY_SAME_PERSON},
      {"NotChecked", kOpen, true, 3, 0, true, v1::REASON_PROPOSAL_NOT_CHECKED},
      {"AlreadyChecked", kOpen, true, 3, 2, false,
       v1::REASON_PROPOSAL_ALREADY_CHECKED},
      {"Checks", kOpen, true, 2, 0, false, v1::REASON_UNSPECIFIED},
      {"Approves", kOpen, true, 3, 2, true, v1::REASON_UNSPECIFIED},
  };
  for (const Row& row : rows) {
    Proposal proposal;
    proposal.proposer = UserId(kProposer);
    proposal.digest.data.fill(9);
    proposal.need = {1, 1, kNanosPerDay};
    proposal.state = row.state;
    if (row.checker != 0) proposal.checkers.emplace_back(row.checker);
    const std::string digest(Digest::kSize, row.right_digest ? 9 : 8);
    const Verdict verdict =
        Approvals::CheckStep(proposal, UserId(row.user), digest, row.approving);
    EXPECT_EQ(verdict ? verdict->reason : v1::REASON_UNSPECIFIED, row.reason)
        << row.name;
  }
}

// A rule's shape: the first broken rule that is found names the field.
TEST(ApprovalRuleTest, RefusesMalformedRules) {
  struct Row {
    const char* name;
    int64_t effective;
    int64_t expiry;
    std::vector<std::array<int64_t, 3>> tiers;  // Bound, checks, approvals.
    bool good;
  };
  constexpr int64_t kNow = 1'000;
  constexpr int64_t kDay = kNanosPerDay;
  const Row rows[] = {
      {"Good", kNow, kDay, {{5, 0, 1}, {0, 1, 1}}, true},
      {"NothingNeeded", kNow, kDay, {{0, 0, 0}}, true},
      {"MostSteps", kNow, kDay, {{0, 8, 8}}, true},
      {"InThePast", kNow - 1, kDay, {{0, 0, 1}}, false},
      {"ExpiresAtOnce", kNow, kNanosPerMinute - 1, {{0, 0, 1}}, false},
      {"ExpiresLate", kNow, 90 * kDay + 1, {{0, 0, 1}}, false},
      {"NoTier", kNow, kDay, {}, false},
      {"TooManyTiers",
       kNow,
       kDay,
       {{1, 0, 1},
        {2, 0, 1},
        {3, 0, 1},
        {4, 0, 1},
        {5, 0, 1},
        {6, 0, 1},
        {7, 0, 1},
        {8, 0, 1},
        {0, 0, 1}},
       false},
      {"LastIsBounded", kNow, kDay, {{5, 0, 1}}, false},
      {"NotRising", kNow, kDay, {{5, 0, 1}, {5, 0, 1}, {0, 0, 1}}, false},
      {"NegativeBound", kNow, kDay, {{-5, 0, 1}, {0, 0, 1}}, false},
      {"UnboundedFirst", kNow, kDay, {{0, 0, 1}, {0, 0, 1}}, false},
      {"NegativeChecks", kNow, kDay, {{0, -1, 1}}, false},
      {"TooManyApprovals", kNow, kDay, {{0, 0, 9}}, false},
      {"CheckedButNotApproved", kNow, kDay, {{0, 1, 0}}, false},
  };
  for (const Row& row : rows) {
    v1::ApprovalRuleSet rule;
    rule.set_command(101);
    rule.set_effective_ns(static_cast<uint64_t>(row.effective));
    rule.set_expiry_ns(row.expiry);
    for (const auto& [bound, checks, approvals] : row.tiers) {
      v1::TierRecord& tier = *rule.add_tiers();
      tier.set_amount_max(bound);
      tier.set_checks(checks);
      tier.set_approvals(approvals);
    }
    const Verdict verdict = Approvals::CheckRule(rule, Stamp(kNow));
    EXPECT_EQ(!verdict, row.good) << row.name;
    if (verdict) {
      EXPECT_EQ(verdict->reason, v1::REASON_APPROVAL_RULE_INVALID) << row.name;
    }
  }
}

TEST_F(ApprovalsTest, TheRoleDecidesWhoMayTakeAStep) {
  const int64_t proposal = Propose();
  EXPECT_EQ(Check("approver", proposal).reason, v1::REASON_PERMISSION_DENIED);
  EXPECT_EQ(Check("reviewer", proposal).reason, v1::REASON_PERMISSION_DENIED);
  EXPECT_TRUE(Check("checker", proposal).accepted());
  EXPECT_EQ(Approve("checker", proposal).reason, v1::REASON_PERMISSION_DENIED);
  EXPECT_EQ(Reject("reviewer", proposal).reason, v1::REASON_PERMISSION_DENIED);
}

TEST_F(ApprovalsTest, UnknownProposals) {
  v1::ApproveProposalRequest request;
  for (const char* name :
       {"proposals/99", "proposals/0", "proposals/1 ", "x"}) {
    request.set_name(name);
    EXPECT_EQ(world_.Send("approver", request).reason,
              v1::REASON_PROPOSAL_UNKNOWN)
        << name;
  }
}

TEST_F(ApprovalsTest, TheProposerWithdrawsAndOthersReject) {
  const int64_t withdrawn = Propose(1);
  EXPECT_TRUE(Reject("cashier", withdrawn).accepted());
  EXPECT_EQ(world_.Proposal(withdrawn).state, v1::PROPOSAL_STATE_REJECTED);
  const int64_t rejected = Propose(2);
  EXPECT_TRUE(Reject("approver", rejected).accepted());
  EXPECT_EQ(Reject("cashier", rejected).reason, v1::REASON_PROPOSAL_CLOSED);
  EXPECT_EQ(Approve("approver", rejected).reason, v1::REASON_PROPOSAL_CLOSED);
  EXPECT_EQ(Cash(), 0);
}

TEST_F(ApprovalsTest, AnEqualProposalIsADuplicateWhileTheFirstIsOpen) {
  const DepositRequest request = Deposit(kHolder, 7, 1000);
  const Outcome first = world_.Send("cashier", request);
  ASSERT_TRUE(first.pending);
  const Outcome second = world_.Send("cashier", request);
  EXPECT_EQ(second.reason, v1::REASON_PROPOSAL_DUPLICATE);
  EXPECT_TRUE(Reject("cashier", first.subject).accepted());
  EXPECT_TRUE(world_.Send("cashier", request).pending);
}

// Depositing and withdrawing the same amount have the same bytes.
TEST_F(ApprovalsTest, EqualBytesOfOtherCommandsAreNoDuplicate) {
  const int64_t seed = Propose(5'000);
  EXPECT_TRUE(Check("checker", seed).accepted());
  EXPECT_TRUE(Approve("approver", seed).accepted());

  const DepositRequest in = Deposit(kHolder, 7, 1000);
  settlement::v1::WithdrawRequest out;
  ASSERT_TRUE(out.ParseFromString(in.SerializeAsString()));
  const Outcome deposit = world_.Send("cashier", in);
  const Outcome withdrawal = world_.Send("cashier", out);
  ASSERT_TRUE(deposit.pending);
  ASSERT_TRUE(withdrawal.pending);
  EXPECT_EQ(world_.Send("cashier", in).reason, v1::REASON_PROPOSAL_DUPLICATE);
  EXPECT_EQ(world_.Send("cashier", out).reason, v1::REASON_PROPOSAL_DUPLICATE);
  // Closing one leaves the other open.
  EXPECT_TRUE(Reject("cashier", withdrawal.subject).accepted());
  EXPECT_EQ(world_.Send("cashier", in).reason, v1::REASON_PROPOSAL_DUPLICATE);
}

TEST_F(ApprovalsTest, ExpiresWhenItsTimeIsUp) {
  const int64_t proposal = Propose();
  const Stamp expires = world_.Proposal(proposal).expires;
  world_.Advance(expires.value() - world_.now().value() - 1);
  EXPECT_TRUE(world_.Proposal(proposal).open());
  world_.Advance(1);
  EXPECT_EQ(world_.Proposal(proposal).state, v1::PROPOSAL_STATE_EXPIRED);
  EXPECT_EQ(Check("checker", proposal).reason, v1::REASON_PROPOSAL_CLOSED);
  EXPECT_EQ(world_.world().core().NextDue(), std::nullopt);
}

// What the rules agreed to when it was proposed can be forbidden later.
TEST_F(ApprovalsTest, FailsIfTheStateChangedBeforeItIsExecuted) {
  const int64_t proposal = Propose();
  EXPECT_TRUE(Check("checker", proposal).accepted());
  registry::v1::SetHolderStateRequest suspend;
  suspend.set_name(HolderName(kHolder));
  suspend.set_state(registry::v1::HOLDER_STATE_SUSPENDED);
  suspend.set_reason("test");
  ASSERT_TRUE(world_.SendApproved("registrar", suspend).accepted());
  const Outcome outcome = Approve("approver", proposal);
  ASSERT_TRUE(outcome.accepted());
  EXPECT_EQ(world_.Proposal(proposal).state, v1::PROPOSAL_STATE_FAILED);
  EXPECT_EQ(world_.Proposal(proposal).failure, v1::REASON_HOLDER_NOT_ACTIVE);
  EXPECT_EQ(Cash(), 0);
}

TEST_F(ApprovalsTest, FailsIfTheProposerLostTheRole) {
  const int64_t proposal = Propose();
  EXPECT_TRUE(Check("checker", proposal).accepted());
  registry::v1::RevokeRoleRequest revoke;
  revoke.set_user("users/cashier");
  revoke.mutable_role()->set_role(registry::v1::ROLE_CASHIER);
  ASSERT_TRUE(world_.SendApproved("admin", revoke).accepted());
  EXPECT_TRUE(Approve("approver", proposal).accepted());
  EXPECT_EQ(world_.Proposal(proposal).state, v1::PROPOSAL_STATE_FAILED);
  EXPECT_EQ(world_.Proposal(proposal).failure, v1::REASON_PERMISSION_DENIED);
  EXPECT_EQ(Cash(), 0);
}

// One person with every role is still one person.
TEST_F(ApprovalsTest, RolesDoNotMakeTwoPersonsOfOne) {
  Grant("cashier", registry::v1::ROLE_CASH_CHECKER);
  Grant("cashier", registry::v1::ROLE_CASH_APPROVER);
  Grant("checker", registry::v1::ROLE_CASH_APPROVER);
  const int64_t proposal = Propose();
  EXPECT_EQ(Check("cashier", proposal).reason, v1::REASON_APPROVAL_BY_PROPOSER);
  EXPECT_TRUE(Check("checker", proposal).accepted());
  EXPECT_EQ(Approve("cashier", proposal).reason,
            v1::REASON_APPROVAL_BY_PROPOSER);
  EXPECT_EQ(Approve("checker", proposal).reason,
            v1::REASON_APPROVAL_BY_SAME_PERSON);
}

TEST_F(ApprovalsTest, ARuleCountsFromItsDateOn) {
  const Stamp tomorrow(world_.now().value() + kNanosPerDay);
  ASSERT_TRUE(
      world_
          .SendApproved("admin", Rule(settlement::v1::COMMAND_TYPE_DEPOSIT, 0,
                                      0, tomorrow))
          .accepted());
  const int64_t before = Propose();
  EXPECT_EQ(world_.Proposal(before).need.approvals, 1);
  world_.Advance(kNanosPerDay);
  const Outcome after = world_.Send("cashier", Deposit(kHolder, 3, 999));
  EXPECT_TRUE(after.accepted());
  EXPECT_FALSE(after.pending);
  EXPECT_EQ(Cash(), 3);
  // What was proposed under the old rule keeps its need.
  EXPECT_EQ(Approve("approver", before).reason,
            v1::REASON_PROPOSAL_NOT_CHECKED);
}

TEST_F(ApprovalsTest, SomeCommandsCannotComeUnderApproval) {
  for (const int command : std::initializer_list<int>{
           v1::COMMAND_TYPE_CHECK_PROPOSAL, v1::COMMAND_TYPE_APPROVE_PROPOSAL,
           v1::COMMAND_TYPE_REJECT_PROPOSAL,
           v1::COMMAND_TYPE_ACKNOWLEDGE_CLOCK_JUMP,
           v1::COMMAND_TYPE_OPEN_SESSION, v1::COMMAND_TYPE_STATE_DIGEST,
           v1::COMMAND_TYPE_GENESIS, 1999}) {
    EXPECT_EQ(world_.Send("admin", Rule(command, 0, 1, world_.now())).reason,
              v1::REASON_APPROVAL_RULE_INVALID)
        << command;
  }
}

// Times that do not fit nanoseconds are refused, not wrapped.
TEST_F(ApprovalsTest, TimesThatDoNotFitAreRefused) {
  auto request = Rule(settlement::v1::COMMAND_TYPE_DEPOSIT, 0, 1, world_.now());
  request.mutable_rule()->mutable_expiry()->set_seconds(315'576'000'000);
  EXPECT_EQ(world_.Send("admin", request).reason,
            v1::REASON_APPROVAL_RULE_INVALID);
}

TEST_F(ApprovalsTest, APayloadTooLongToShowIsRefused) {
  auto request = EnterpriseRequest(2);
  request.mutable_holder()->set_display_name(
      std::string(kProposalPayloadBytesMax, 'x'));
  EXPECT_EQ(world_.Send("registrar", request).reason,
            v1::REASON_MESSAGE_TOO_LARGE);
  // The longest that fits is carried through to the end.
  request.mutable_holder()->set_display_name(
      std::string(kProposalPayloadBytesMax - 500, '\x7f'));
  const Outcome outcome = world_.SendApproved("registrar", request);
  EXPECT_TRUE(outcome.accepted());
}

TEST_F(ApprovalsTest, OnePersonsOpenProposalsAreBounded) {
  const int64_t first = Propose();
  for (int i = 1; i < 1'000; ++i) Propose();
  const Outcome refused =
      world_.Send("cashier", Deposit(kHolder, 500, ++reference_));
  EXPECT_EQ(refused.reason, v1::REASON_RATE_LIMITED);
  EXPECT_FALSE(refused.pending);
  // Others are not held up, and one that is decided makes room.
  EXPECT_TRUE(world_.Send("registrar", EnterpriseRequest(2)).pending);
  EXPECT_TRUE(Reject("checker", first).accepted());
  Propose();
}

}  // namespace
}  // namespace luheng::core
