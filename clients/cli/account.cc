// luheng account, luheng statement: balances and what moved them.
#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/directory.h"
#include "clients/cli/enum_text.h"
#include "clients/cli/format.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/list.h"
#include "clients/cli/nouns.h"

namespace luheng::cli {
namespace {

using sv1::SettlementService;

struct Arguments {
  ListOptions list;
  std::string holder;
  std::string asset;
  int64_t first_entry = 0;
  int64_t last_entry = 0;
  std::string since;
  std::string until;
  int64_t at_entry = 0;
  std::string at_time;
};

// Asks for the books as they were, if --at or --at-entry is given.
template <typename Request>
absl::Status SetAsOf(const Context& context, const Arguments& arguments,
                     Request& request) {
  request.set_at_entry(arguments.at_entry);
  if (arguments.at_time.empty()) return absl::OkStatus();
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_at_time(),
                          ParseInstant(context, arguments.at_time));
  return absl::OkStatus();
}

void AddAsOf(CLI::App& verb, Context& context, Arguments& arguments) {
  AddArgument(verb, context, "--at", arguments.at_time, help::kAtTime);
  verb.add_option("--at-entry", arguments.at_entry,
                  context.Say(help::kAtEntry));
}

Columns<sv1::Balance> BalanceColumns(const Context& context,
                                     const Directory& directory) {
  return {
      {text::kHolder, [](const auto& row) { return TextCell(row.holder()); }},
      {text::kName,
       [](const auto& row) { return TextCell(row.holder_display_name()); }},
      {text::kAsset,
       [](const auto& row) { return TextCell(LastPart(row.asset())); }},
      {text::kPurpose,
       [&](const auto& row) {
         return TextCell(context.Say(NameOf(row.purpose())));
       }},
      {text::kBalance,
       [&](const auto& row) {
         return directory.AmountCell(row.asset(), row.amount());
       }},
  };
}

absl::Status List(Context& context, const Arguments& arguments) {
  sv1::ListBalancesRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_holder(),
                          ResolveHolder(context, arguments.holder));
  request.set_asset(ResourceName("assets", arguments.asset));
  CLIENT_RETURN_IF_ERROR(SetAsOf(context, arguments, request));
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadAssets());
  return PrintList(context, &SettlementService::Stub::ListBalances, request,
                   &sv1::ListBalancesResponse::balances,
                   BalanceColumns(context, directory), arguments.list);
}

// An amount that went out is marked by its sign, and by color.
Cell ChangeCell(const Directory& directory, const sv1::StatementLine& row) {
  Cell cell = directory.AmountCell(row.asset(), row.amount());
  if (row.amount() > 0) cell.text = absl::StrCat("+", cell.text);
  cell.style = row.amount() > 0 ? Style::kUp : Style::kDown;
  return cell;
}

Columns<sv1::StatementLine> StatementColumns(const Context& context,
                                             const Directory& directory) {
  return {
      {text::kEntry, [](const auto& row) { return NumberCell(row.entry()); }},
      {text::kTime,
       [](const auto& row) { return TextCell(FormatTime(row.time())); }},
      {text::kAsset,
       [](const auto& row) { return TextCell(LastPart(row.asset())); }},
      {text::kPurpose,
       [&](const auto& row) {
         return TextCell(context.Say(NameOf(row.purpose())));
       }},
      {text::kChange,
       [&](const auto& row) { return ChangeCell(directory, row); }},
      {text::kBalance,
       [&](const auto& row) {
         return directory.AmountCell(row.asset(), row.balance_after());
       }},
      {text::kCommand,
       [](const auto& row) { return TextCell(row.command_name()); }},
  };
}

absl::Status Statement(Context& context, const Arguments& arguments) {
  sv1::ListStatementLinesRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_holder(),
                          arguments.holder.empty()
                              ? OwnHolder(context)
                              : ResolveHolder(context, arguments.holder));
  request.set_asset(ResourceName("assets", arguments.asset));
  request.set_first_entry(arguments.first_entry);
  request.set_last_entry(arguments.last_entry);
  if (!arguments.since.empty()) {
    CLIENT_ASSIGN_OR_RETURN(*request.mutable_start_time(),
                            ParseInstant(context, arguments.since));
  }
  if (!arguments.until.empty()) {
    CLIENT_ASSIGN_OR_RETURN(*request.mutable_end_time(),
                            ParseInstant(context, arguments.until));
  }
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadAssets());
  return PrintList(context, &SettlementService::Stub::ListStatementLines,
                   request, &sv1::ListStatementLinesResponse::lines,
                   StatementColumns(context, directory), arguments.list);
}

Columns<sv1::TrialBalanceLine> TrialColumns(const Directory& directory) {
  return {
      {text::kAsset,
       [](const auto& row) { return TextCell(LastPart(row.asset())); }},
      {text::kDebit,
       [&](const auto& row) {
         return directory.AmountCell(row.asset(), row.debit());
       }},
      {text::kCredit,
       [&](const auto& row) {
         return directory.AmountCell(row.asset(), row.credit());
       }},
      {text::kAccounts,
       [](const auto& row) { return NumberCell(row.account_count()); }},
  };
}

// Prints the sums and checks them: the books must balance whatever the server
// says of itself.
absl::Status Trial(Context& context, const Arguments& arguments) {
  sv1::GetTrialBalanceRequest request;
  CLIENT_RETURN_IF_ERROR(SetAsOf(context, arguments, request));
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  CLIENT_ASSIGN_OR_RETURN(
      const sv1::GetTrialBalanceResponse response,
      client->Call(&SettlementService::Stub::GetTrialBalance, request));
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadAssets());
  ListPrinter<sv1::TrialBalanceLine> printer(context, TrialColumns(directory));
  absl::Status status;
  for (const sv1::TrialBalanceLine& line : response.lines()) {
    printer.Add(line);
    // Whether the credit comes as a negative sum or as its size, they cancel.
    const bool is_balanced =
        line.debit() == -line.credit() || line.debit() == line.credit();
    if (!is_balanced) {
      status = absl::DataLossError(
          context.Say(text::kNotBalanced, LastPart(line.asset())));
    }
  }
  printer.End();
  if (status.ok()) context.Note(text::kBalanced, response.as_of_entry());
  return status;
}

}  // namespace

void RegisterAccount(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "account", help::kAccount);
  const auto list = MakeArguments<Arguments>();
  CLI::App& list_verb =
      AddVerb(noun, context, "list", help::kAccountList,
              "luheng account list\n"
              "luheng account list --holder 140927 --asset CNY\n"
              "luheng account list --at '2022-10-21 15:00'",
              [=, &context] { return List(context, *list); });
  AddArgument(list_verb, context, "--holder", list->holder, help::kForHolder);
  AddArgument(list_verb, context, "--asset", list->asset, help::kOnlyAsset);
  AddAsOf(list_verb, context, *list);
  AddListOptions(list_verb, context, list->list);

  const auto trial = MakeArguments<Arguments>();
  CLI::App& trial_verb =
      AddVerb(noun, context, "trial", help::kAccountTrial,
              "luheng account trial\nluheng account trial --at-entry 352",
              [=, &context] { return Trial(context, *trial); });
  AddAsOf(trial_verb, context, *trial);

  const auto statement = MakeArguments<Arguments>();
  CLI::App& statement_verb =
      AddVerb(app, context, "statement", help::kStatement,
              "luheng statement\n"
              "luheng statement 91140927MA0ABCD1XT --asset CNY --all -o csv",
              [=, &context] { return Statement(context, *statement); });
  AddArgument(statement_verb, context, "HOLDER", statement->holder,
              help::kOwnOrHolder);
  AddArgument(statement_verb, context, "--asset", statement->asset,
              help::kOnlyAsset);
  statement_verb.add_option("--from", statement->first_entry,
                            context.Say(help::kFirstEntry));
  statement_verb.add_option("--to", statement->last_entry,
                            context.Say(help::kLastEntry));
  AddArgument(statement_verb, context, "--since", statement->since,
              help::kSinceTime);
  AddArgument(statement_verb, context, "--until", statement->until,
              help::kBeforeTime);
  AddListOptions(statement_verb, context, statement->list);
}

}  // namespace luheng::cli
