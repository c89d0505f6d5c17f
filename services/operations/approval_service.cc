#include "services/operations/approval_service.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/core/core_area.h"
#include "services/core/names.h"
#include "services/core/world.h"

namespace luheng::operations {
namespace {

using core::CoreArea;
using core::Verdict;
using core::World;
using google::protobuf::util::TimeUtil;
using rpc::Caller;
using rpc::FieldChecks;

// A list looks at this many proposals for one page, so that a caller who may
// see few of them does not hold up the sequencer.
constexpr int64_t kLookedAtMax = 5000;

// Whether the caller may know of `proposal`: its own holder's, or one that it
// may check or approve, or everything.
bool MaySee(const World& world, const Caller& caller,
            const core::Proposal& proposal) {
  const core::AccessControl& access = world.access();
  if (proposal.holder == caller.holder || access.MayReadAll(caller.user)) {
    return true;
  }
  const core::CommandSpec* const spec = world.FindCommand(proposal.command);
  const std::unique_ptr<google::protobuf::Message> body(spec->prototype->New());
  body->ParseFromString(proposal.payload);
  const HolderId target = world.TargetOf(proposal.command, *body);
  return access.Allows(caller.user, proposal.command, core::Step::kCheck,
                       target) ||
         access.Allows(caller.user, proposal.command, core::Step::kApprove,
                       target);
}

Verdict BadToken() {
  return core::Refusal{core::v1::REASON_PAGE_TOKEN_INVALID, {}};
}

void FillRule(const World& world, const core::v1::ApprovalRuleSet& from,
              core::v1::ApprovalRule& to) {
  to.set_command(from.command());
  to.set_command_name(
      std::string(world.CommandName(static_cast<int>(from.command()))));
  for (const core::v1::TierRecord& tier : from.tiers()) {
    core::v1::ApprovalTier& out = *to.add_tiers();
    out.set_amount_max(tier.amount_max());
    out.set_checks_required(static_cast<int32_t>(tier.checks()));
    out.set_approvals_required(static_cast<int32_t>(tier.approvals()));
  }
  *to.mutable_expiry() = TimeUtil::NanosecondsToDuration(from.expiry_ns());
  *to.mutable_effective_time() = TimeUtil::NanosecondsToTimestamp(
      static_cast<int64_t>(from.effective_ns()));
}

}  // namespace

grpc::ServerUnaryReactor* ApprovalService::ListProposals(
    grpc::CallbackServerContext* context,
    const core::v1::ListProposalsRequest* request,
    core::v1::ListProposalsResponse* response) {
  const rpc::PageTokens& tokens = backend_.edge.page_tokens();
  return rpc::ServeRead(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) {
        if (r.state() != 0) {
          check.Enum("state", r.state(), core::v1::ProposalState_descriptor());
        }
      },
      [&tokens](const World& world, const Caller& caller, const auto& r,
                core::v1::ListProposalsResponse& answer) -> Verdict {
        const auto cursor = tokens.Open(r);
        if (!cursor) return BadToken();
        int64_t before = 0;
        if (!cursor->last_key.empty() &&
            !absl::SimpleAtoi(cursor->last_key, &before)) {
          return BadToken();
        }
        const CoreArea& core = world.core();
        const int32_t size = rpc::CoercePageSize(r.page_size());
        const auto ids =
            core.approvals().Newest(ProposalId(before), kLookedAtMax);
        ProposalId last;
        for (ProposalId id : ids) {
          if (answer.proposals_size() == size) break;
          last = id;
          const core::Proposal& proposal = *core.approvals().Find(id);
          if (r.state() != 0 && proposal.state != r.state()) continue;
          if (MaySee(world, caller, proposal)) {
            *answer.add_proposals() = core.Render(proposal);
          }
        }
        if (last && last.value() > 1 && last != ids.back()) {
          answer.set_next_page_token(
              tokens.Make(r, {absl::StrCat(last.value()), world.last_entry()}));
        }
        return std::nullopt;
      });
}

grpc::ServerUnaryReactor* ApprovalService::GetProposal(
    grpc::CallbackServerContext* context,
    const core::v1::GetProposalRequest* request,
    core::v1::GetProposalResponse* response) {
  return rpc::ServeRead(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) {
        check.Proposal("name", r.name());
      },
      [](const World& world, const Caller& caller, const auto& r,
         core::v1::GetProposalResponse& answer) -> Verdict {
        const core::Proposal* const proposal =
            world.core().approvals().Find(core::ParseProposalName(r.name()));
        if (proposal == nullptr || !MaySee(world, caller, *proposal)) {
          return core::FieldRefusal(core::v1::REASON_PROPOSAL_UNKNOWN, "name",
                                    r.name(), "an existing proposal");
        }
        *answer.mutable_proposal() = world.core().Render(*proposal);
        return std::nullopt;
      });
}

grpc::ServerUnaryReactor* ApprovalService::CheckProposal(
    grpc::CallbackServerContext* context,
    const core::v1::CheckProposalRequest* request,
    core::v1::CheckProposalResponse* response) {
  return rpc::ServeCommand(backend_, context, request, response,
                           [](const auto& r, FieldChecks& check) {
                             check.Proposal("name", r.name());
                             check.Sha256("digest", r.digest());
                           });
}

grpc::ServerUnaryReactor* ApprovalService::ApproveProposal(
    grpc::CallbackServerContext* context,
    const core::v1::ApproveProposalRequest* request,
    core::v1::ApproveProposalResponse* response) {
  return rpc::ServeCommand(backend_, context, request, response,
                           [](const auto& r, FieldChecks& check) {
                             check.Proposal("name", r.name());
                             check.Sha256("digest", r.digest());
                           });
}

grpc::ServerUnaryReactor* ApprovalService::RejectProposal(
    grpc::CallbackServerContext* context,
    const core::v1::RejectProposalRequest* request,
    core::v1::RejectProposalResponse* response) {
  return rpc::ServeCommand(backend_, context, request, response,
                           [](const auto& r, FieldChecks& check) {
                             check.Proposal("name", r.name());
                             check.Text("reason", r.reason(), 1, 200);
                           });
}

grpc::ServerUnaryReactor* ApprovalService::SetApprovalRule(
    grpc::CallbackServerContext* context,
    const core::v1::SetApprovalRuleRequest* request,
    core::v1::SetApprovalRuleResponse* response) {
  return rpc::ServeCommand(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) {
        check.Required("rule", r.has_rule());
        check.Required("rule.effective_time", r.rule().has_effective_time());
        check.Required("rule.expiry", r.rule().has_expiry());
        check.Range("rule.command", r.rule().command(), 1, 1999);
      });
}

grpc::ServerUnaryReactor* ApprovalService::ListApprovalRules(
    grpc::CallbackServerContext* context,
    const core::v1::ListApprovalRulesRequest* request,
    core::v1::ListApprovalRulesResponse* response) {
  const rpc::PageTokens& tokens = backend_.edge.page_tokens();
  return rpc::ServeRead(
      backend_, context, request, response, [](const auto&, FieldChecks&) {},
      [&tokens](const World& world, const Caller&, const auto& r,
                core::v1::ListApprovalRulesResponse& answer) -> Verdict {
        const auto cursor = tokens.Open(r);
        int64_t after = 0;
        if (!cursor || (!cursor->last_key.empty() &&
                        !absl::SimpleAtoi(cursor->last_key, &after))) {
          return BadToken();
        }
        const int32_t size = rpc::CoercePageSize(r.page_size());
        for (const auto& rule :
             world.core().approvals().RulesAt(world.last_stamp())) {
          if (rule.command() <= after) continue;
          if (answer.rules_size() == size) {
            answer.set_next_page_token(
                tokens.Make(r, {absl::StrCat(answer.rules(size - 1).command()),
                                world.last_entry()}));
            break;
          }
          FillRule(world, rule, *answer.add_rules());
        }
        return std::nullopt;
      });
}

}  // namespace luheng::operations
