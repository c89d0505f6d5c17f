// luheng approval: propose, check, approve.
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/command.h"
#include "clients/cli/directory.h"
#include "clients/cli/enum_text.h"
#include "clients/cli/format.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/list.h"
#include "clients/cli/nouns.h"
#include "clients/cli/outcome.h"

namespace luheng::cli {
namespace {

using cv1::ApprovalService;
using cv1::Proposal;

Columns<Proposal> ListColumns(const Context& context) {
  return {
      {text::kProposal, [](const auto& row) { return TextCell(row.name()); }},
      {text::kCommand,
       [](const auto& row) { return TextCell(row.command_name()); }},
      {text::kState,
       [&](const auto& row) {
         return TextCell(context.Say(NameOf(row.state())));
       }},
      {text::kProposer,
       [](const auto& row) { return TextCell(LastPart(row.proposer())); }},
      {text::kChecks,
       [](const auto& row) {
         return TextCell(
             absl::StrCat(row.checkers_size(), "/", row.checks_required()));
       }},
      {text::kApprovals,
       [](const auto& row) {
         return TextCell(
             absl::StrCat(row.approvers_size(), "/", row.approvals_required()));
       }},
      {text::kExpires,
       [](const auto& row) { return TextCell(FormatTime(row.expire_time())); }},
  };
}

Columns<Proposal> ShowColumns(const Context& context) {
  Columns<Proposal> columns = ListColumns(context);
  columns.insert(
      columns.end(),
      {{text::kCheckers,
        [](const Proposal& row) {
          return TextCell(absl::StrJoin(row.checkers(), " "));
        }},
       {text::kApprovers,
        [](const Proposal& row) {
          return TextCell(absl::StrJoin(row.approvers(), " "));
        }},
       {text::kPayload,
        [](const Proposal& row) { return TextCell(row.payload_text()); }},
       {text::kDigest,
        [](const Proposal& row) {
          return TextCell(absl::BytesToHexString(row.digest()));
        }},
       {text::kTime,
        [](const Proposal& row) {
          return TextCell(FormatTime(row.create_time()));
        }},
       {text::kExecutedEntry,
        [](const Proposal& row) {
          return row.executed_entry() == 0 ? TextCell("")
                                           : NumberCell(row.executed_entry());
        }},
       {text::kReasonLabel,
        [](const Proposal& row) { return TextCell(row.reason()); }}});
  return columns;
}

struct Arguments {
  ListOptions list;
  std::string state;
  std::string proposal;
  std::string digest;
  std::string reason;
};

absl::Status List(Context& context, const Arguments& arguments) {
  cv1::ListProposalsRequest request;
  if (!arguments.state.empty()) {
    CLIENT_ASSIGN_OR_RETURN(
        const cv1::ProposalState state,
        ParseEnum<cv1::ProposalState>(context, arguments.state));
    request.set_state(state);
  }
  return PrintList(context, &ApprovalService::Stub::ListProposals, request,
                   &cv1::ListProposalsResponse::proposals, ListColumns(context),
                   arguments.list);
}

absl::StatusOr<Proposal> GetProposal(Context& context,
                                     const std::string& typed) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  cv1::GetProposalRequest request;
  request.set_name(ResourceName("proposals", typed));
  CLIENT_ASSIGN_OR_RETURN(
      cv1::GetProposalResponse response,
      client->Call(&ApprovalService::Stub::GetProposal, request));
  return std::move(*response.mutable_proposal());
}

absl::Status Show(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(const Proposal proposal,
                          GetProposal(context, arguments.proposal));
  PrintRecord(context, ShowColumns(context), proposal);
  return absl::OkStatus();
}

// The digest that a step repeats: as given, or, after the payload was shown
// and confirmed, that of the proposal.
absl::StatusOr<std::string> DigestFor(Context& context,
                                      const Arguments& arguments) {
  if (!arguments.digest.empty()) {
    const std::optional<std::string> digest = ParseDigest(arguments.digest);
    if (!digest.has_value()) {
      return context.Wrong(text::kBadDigest, arguments.digest);
    }
    return *digest;
  }
  CLIENT_ASSIGN_OR_RETURN(const Proposal proposal,
                          GetProposal(context, arguments.proposal));
  const Columns<Proposal> columns = ShowColumns(context);
  context.err() << RenderRecord(HeadersOf(context, columns),
                                CellsOf(columns, proposal),
                                context.color_on_err());
  CLIENT_RETURN_IF_ERROR(
      context.Confirm(context.Say(text::kAskAgree, proposal.name())));
  return proposal.digest();
}

// Checks or approves: the two requests have the same fields.
template <typename Request, typename Method>
absl::Status Agree(Context& context, const Arguments& arguments,
                   Method method) {
  Request request;
  request.set_name(ResourceName("proposals", arguments.proposal));
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_digest(),
                          DigestFor(context, arguments));
  CLIENT_ASSIGN_OR_RETURN(const auto response,
                          Submit(context, method, request));
  PrintOutcome(context, response, response.proposal(), ShowColumns(context));
  if (response.proposal().state() == cv1::PROPOSAL_STATE_CHECKED) {
    context.Note(text::kCheckedNext, LastPart(response.proposal().name()),
                 absl::BytesToHexString(response.proposal().digest()));
  }
  return absl::OkStatus();
}

absl::Status Reject(Context& context, const Arguments& arguments) {
  cv1::RejectProposalRequest request;
  request.set_name(ResourceName("proposals", arguments.proposal));
  request.set_reason(arguments.reason);
  CLIENT_ASSIGN_OR_RETURN(
      const cv1::RejectProposalResponse response,
      Submit(context, &ApprovalService::Stub::RejectProposal, request));
  PrintOutcome(context, response, response.proposal(), ShowColumns(context));
  return absl::OkStatus();
}

std::string TiersOf(const cv1::ApprovalRule& rule) {
  return absl::StrJoin(
      rule.tiers(), " ", [](std::string* out, const auto& tier) {
        absl::StrAppend(
            out, tier.amount_max() == 0 ? "*" : absl::StrCat(tier.amount_max()),
            ":", tier.checks_required(), ":", tier.approvals_required());
      });
}

Columns<cv1::ApprovalRule> RuleColumns() {
  return {
      {text::kNumber,
       [](const auto& row) { return NumberCell(row.command()); }},
      {text::kCommand,
       [](const auto& row) { return TextCell(row.command_name()); }},
      {text::kTiers, [](const auto& row) { return TextCell(TiersOf(row)); }},
      {text::kExpiry,
       [](const auto& row) {
         return TextCell(
             absl::FormatDuration(absl::Seconds(row.expiry().seconds())));
       }},
      {text::kEffective,
       [](const auto& row) {
         return TextCell(FormatTime(row.effective_time()));
       }},
  };
}

absl::Status Rules(Context& context, const Arguments& arguments) {
  return PrintList(context, &ApprovalService::Stub::ListApprovalRules, {},
                   &cv1::ListApprovalRulesResponse::rules, RuleColumns(),
                   arguments.list);
}

struct RuleArguments {
  int64_t command = 0;
  std::vector<std::string> tiers;
  std::string expiry = "72h";
  std::string effective;
};

// "1000000:1:1" is a tier up to an amount; "*:1:2" has no bound.
absl::Status AddTier(const Context& context, const std::string& typed,
                     cv1::ApprovalRule& rule) {
  const std::vector<std::string> parts = absl::StrSplit(typed, ':');
  if (parts.size() != 3) return context.Wrong(text::kBadTier, typed);
  const std::optional<int64_t> bound =
      parts[0] == "*" ? std::optional<int64_t>(0) : ParseWhole(parts[0]);
  const std::optional<int64_t> checks = ParseWhole(parts[1]);
  const std::optional<int64_t> approvals = ParseWhole(parts[2]);
  if (!bound.has_value() || !checks.has_value() || !approvals.has_value() ||
      *checks > 8 || *approvals > 8) {
    return context.Wrong(text::kBadTier, typed);
  }
  cv1::ApprovalTier& tier = *rule.add_tiers();
  tier.set_amount_max(*bound);
  tier.set_checks_required(static_cast<int>(*checks));
  tier.set_approvals_required(static_cast<int>(*approvals));
  return absl::OkStatus();
}

absl::Status SetRule(Context& context, const RuleArguments& arguments) {
  cv1::SetApprovalRuleRequest request;
  cv1::ApprovalRule& rule = *request.mutable_rule();
  rule.set_command(arguments.command);
  for (const std::string& tier : arguments.tiers) {
    CLIENT_RETURN_IF_ERROR(AddTier(context, tier, rule));
  }
  absl::Duration expiry;
  if (!absl::ParseDuration(arguments.expiry, &expiry)) {
    return context.Wrong(text::kBadTimeout, arguments.expiry);
  }
  rule.mutable_expiry()->set_seconds(absl::ToInt64Seconds(expiry));
  CLIENT_ASSIGN_OR_RETURN(*rule.mutable_effective_time(),
                          ParseInstant(context, arguments.effective));
  return SubmitAndPrint(context, &ApprovalService::Stub::SetApprovalRule,
                        request);
}

void RegisterReading(CLI::App& noun, Context& context) {
  const auto list = MakeArguments<Arguments>();
  CLI::App& list_verb =
      AddVerb(noun, context, "list", help::kApprovalList,
              "luheng approval list --state proposed --as checker",
              [=, &context] { return List(context, *list); });
  AddArgument(list_verb, context, "--state", list->state, help::kProposalState);
  AddListOptions(list_verb, context, list->list);

  const auto show = MakeArguments<Arguments>();
  AddArgument(AddVerb(noun, context, "show", help::kApprovalShow,
                      "luheng approval show 7",
                      [=, &context] { return Show(context, *show); }),
              context, "PROPOSAL", show->proposal, help::kProposalKey)
      ->required();

  const auto rules = MakeArguments<Arguments>();
  AddListOptions(AddVerb(noun, context, "rules", help::kApprovalRules,
                         "luheng approval rules",
                         [=, &context] { return Rules(context, *rules); }),
                 context, rules->list);
}

void RegisterSteps(CLI::App& noun, Context& context) {
  const auto check = MakeArguments<Arguments>();
  CLI::App& check_verb =
      AddVerb(noun, context, "check", help::kApprovalCheck,
              "luheng approval check 7 --as checker", [=, &context] {
                return Agree<cv1::CheckProposalRequest>(
                    context, *check, &ApprovalService::Stub::CheckProposal);
              });
  const auto approve = MakeArguments<Arguments>();
  CLI::App& approve_verb =
      AddVerb(noun, context, "approve", help::kApprovalApprove,
              "luheng approval approve 7 --as approver", [=, &context] {
                return Agree<cv1::ApproveProposalRequest>(
                    context, *approve, &ApprovalService::Stub::ApproveProposal);
              });
  for (const auto& [verb, arguments] :
       {std::pair(&check_verb, check), std::pair(&approve_verb, approve)}) {
    AddArgument(*verb, context, "PROPOSAL", arguments->proposal,
                help::kProposalKey)
        ->required();
    AddArgument(*verb, context, "--digest", arguments->digest, help::kDigest);
  }

  const auto reject = MakeArguments<Arguments>();
  CLI::App& reject_verb =
      AddVerb(noun, context, "reject", help::kApprovalReject,
              "luheng approval reject 7 --reason \"wrong amount\"",
              [=, &context] { return Reject(context, *reject); });
  AddArgument(reject_verb, context, "PROPOSAL", reject->proposal,
              help::kProposalKey)
      ->required();
  AddArgument(reject_verb, context, "--reason", reject->reason, help::kReason)
      ->required();
}

void RegisterSetRule(CLI::App& noun, Context& context) {
  const auto rule = MakeArguments<RuleArguments>();
  CLI::App& verb = AddVerb(
      noun, context, "set-rule", help::kApprovalSetRule,
      "luheng approval set-rule 403 --tier 100000000:1:1 --tier '*:1:2' "
      "--effective 2022-11-01",
      [=, &context] { return SetRule(context, *rule); });
  verb.add_option("COMMAND", rule->command, context.Say(help::kCommandType))
      ->required();
  verb.add_option("--tier", rule->tiers, context.Say(help::kTier))->required();
  AddArgument(verb, context, "--expiry", rule->expiry, help::kExpiry)
      ->default_str(rule->expiry);
  AddArgument(verb, context, "--effective", rule->effective, help::kEffective);
}

}  // namespace

void RegisterApproval(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "approval", help::kApproval);
  RegisterReading(noun, context);
  RegisterSteps(noun, context);
  RegisterSetRule(noun, context);
}

}  // namespace luheng::cli
