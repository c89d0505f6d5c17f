// luheng node, luheng health, luheng whoami: the server, and who asks it.
#include "absl/strings/escaping.h"
#include "clients/cli/command.h"
#include "clients/cli/directory.h"
#include "clients/cli/format.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/nouns.h"
#include "clients/cli/outcome.h"
#include "clients/cli/user_columns.h"
#include "clients/lib/health.h"

namespace luheng::cli {
namespace {

using cv1::GetNodeStatusResponse;
using cv1::NodeService;

Cell YesNoCell(const Context& context, bool value) {
  return TextCell(context.Say(value ? text::kYes : text::kNo));
}

Columns<GetNodeStatusResponse> StatusColumns(const Context& context) {
  return {
      {text::kAccepting,
       [&](const auto& row) { return YesNoCell(context, row.accepting()); }},
      {text::kReasonLabel,
       [](const auto& row) { return TextCell(row.refusing_reason()); }},
      {text::kLastEntry,
       [](const auto& row) { return NumberCell(row.last_entry()); }},
      {text::kLastBlock,
       [](const auto& row) { return NumberCell(row.last_block()); }},
      {text::kViewsEntry,
       [](const auto& row) { return NumberCell(row.views_entry()); }},
      {text::kSnapshotEntry,
       [](const auto& row) { return NumberCell(row.snapshot_entry()); }},
      {text::kNodeTime,
       [](const auto& row) { return TextCell(FormatTime(row.node_time())); }},
      {text::kRehearsal,
       [&](const auto& row) { return YesNoCell(context, row.rehearsal()); }},
      {text::kJournalId,
       [](const auto& row) { return TextCell(row.journal_id()); }},
      {text::kRoot,
       [](const auto& row) {
         return TextCell(absl::BytesToHexString(row.root()));
       }},
      {text::kVersion, [](const auto& row) { return TextCell(row.version()); }},
  };
}

absl::Status Status(Context& context) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  CLIENT_ASSIGN_OR_RETURN(const GetNodeStatusResponse response,
                          client->Call(&NodeService::Stub::GetNodeStatus, {}));
  PrintRecord(context, StatusColumns(context), response);
  return absl::OkStatus();
}

struct Arguments {
  std::string time;
  std::string reason;
  std::string service;
};

absl::Status Advance(Context& context, const Arguments& arguments) {
  cv1::AdvanceClockRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_to_time(),
                          ParseInstant(context, arguments.time));
  CLIENT_RETURN_IF_ERROR(context.Confirm(
      context.Say(text::kAskAdvance, FormatTime(request.to_time()))));
  CLIENT_ASSIGN_OR_RETURN(
      const cv1::AdvanceClockResponse response,
      Submit(context, &NodeService::Stub::AdvanceClock, request));
  const Columns<cv1::AdvanceClockResponse> columns = {
      {text::kNodeTime,
       [](const auto& row) { return TextCell(FormatTime(row.node_time())); }},
      {text::kEntry, [](const auto& row) { return NumberCell(row.entry()); }}};
  PrintRecord(context, columns, response);
  return absl::OkStatus();
}

absl::Status Acknowledge(Context& context, const Arguments& arguments) {
  cv1::AcknowledgeClockJumpRequest request;
  request.set_reason(arguments.reason);
  return SubmitAndPrint(context, &NodeService::Stub::AcknowledgeClockJump,
                        request);
}

absl::Status Health(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  CLIENT_ASSIGN_OR_RETURN(const client::Health health,
                          client::CheckHealth(*client, arguments.service));
  const bool is_serving = health == client::Health::kServing;
  const char* const word = is_serving ? "SERVING" : "NOT_SERVING";
  if (context.format() == Format::kJson) {
    context.out() << "{\"status\":\"" << word << "\"}\n";
  } else {
    context.out() << word << "\n";
  }
  if (is_serving) return absl::OkStatus();
  return absl::UnavailableError(context.Say(text::kNotServing));
}

absl::Status WhoAmI(Context& context) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  CLIENT_ASSIGN_OR_RETURN(
      const rv1::GetCallerResponse response,
      client->Call(&rv1::RegistryService::Stub::GetCaller, {}));
  Columns<rv1::GetCallerResponse> columns;
  for (const Column<rv1::User>& column : UserColumns(context)) {
    columns.push_back(
        {column.header, [column](const rv1::GetCallerResponse& row) {
           return column.cell(row.user());
         }});
  }
  columns.push_back({text::kName, [](const rv1::GetCallerResponse& row) {
                       return TextCell(row.holder().display_name());
                     }});
  columns.push_back({text::kCode, [](const rv1::GetCallerResponse& row) {
                       return TextCell(row.holder().code());
                     }});
  PrintRecord(context, columns, response);
  return absl::OkStatus();
}

}  // namespace

void RegisterNode(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "node", help::kNode);
  AddVerb(noun, context, "status", help::kNodeStatus, "luheng node status",
          [&context] { return Status(context); });

  const auto advance = MakeArguments<Arguments>();
  AddArgument(AddVerb(noun, context, "advance-clock", help::kNodeAdvance,
                      "luheng node advance-clock \"2022-10-21 09:30\" --yes",
                      [=, &context] { return Advance(context, *advance); }),
              context, "TIME", advance->time, help::kTime)
      ->required();

  const auto acknowledge = MakeArguments<Arguments>();
  AddArgument(
      AddVerb(noun, context, "acknowledge-clock", help::kNodeAcknowledge,
              "luheng node acknowledge-clock --reason \"NTP step, checked\"",
              [=, &context] { return Acknowledge(context, *acknowledge); }),
      context, "--reason", acknowledge->reason, help::kReason)
      ->required();

  const auto health = MakeArguments<Arguments>();
  AddArgument(AddVerb(app, context, "health", help::kHealth,
                      "luheng health\n"
                      "luheng health luheng.market.v1.OrderService",
                      [=, &context] { return Health(context, *health); }),
              context, "SERVICE", health->service, help::kService);

  AddVerb(app, context, "whoami", help::kWhoAmI, "luheng whoami --as trader",
          [&context] { return WhoAmI(context); });
}

}  // namespace luheng::cli
