// luheng entry: the ledger's entries, as far as the caller may see them.
#include <ostream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/directory.h"
#include "clients/cli/format.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/list.h"
#include "clients/cli/nouns.h"

namespace luheng::cli {
namespace {

using lv1::EntryRecord;
using lv1::LedgerService;

struct Arguments {
  ListOptions list;
  std::string number;
  int64_t first_entry = 0;
  int64_t last_entry = 0;
  std::string since;
  std::string until;
  std::string holder;
  std::string order;
  std::string user;
  std::string asset;
  std::string instrument;
  std::string proposal;
  lv1::EntryFilter filter;
};

// The reason of a refused command, which one of the parts carries.
std::string RefusalOf(const EntryRecord& row) {
  for (const lv1::EntryPart& part : row.parts()) {
    if (!part.refusal_reason().empty()) return part.refusal_reason();
  }
  return "";
}

Columns<EntryRecord> EntryColumns() {
  return {
      {text::kEntry, [](const auto& row) { return NumberCell(row.number()); }},
      {text::kTime,
       [](const auto& row) { return TextCell(FormatTime(row.time())); }},
      {text::kCommand,
       [](const auto& row) { return TextCell(row.command_name()); }},
      {text::kUser,
       [](const auto& row) { return TextCell(LastPart(row.user())); }},
      {text::kParts,
       [](const auto& row) {
         return TextCell(absl::StrCat(row.parts_size(), "/", row.part_count()));
       }},
      {text::kBlock, [](const auto& row) { return NumberCell(row.block()); }},
      {text::kRefusal,
       [](const auto& row) { return TextCell(RefusalOf(row)); }},
  };
}

Columns<lv1::PostingText> PostingColumns(const Directory& directory) {
  return {
      {text::kHolder, [](const auto& row) { return TextCell(row.holder()); }},
      {text::kAsset,
       [](const auto& row) { return TextCell(LastPart(row.asset())); }},
      {text::kPurpose, [](const auto& row) { return TextCell(row.purpose()); }},
      {text::kChange,
       [&](const auto& row) {
         return directory.AmountCell(row.asset(), row.amount());
       }},
  };
}

void PrintPart(Context& context, const Directory& directory,
               const lv1::EntryPart& part) {
  const std::string audience = part.audience().empty()
                                   ? context.Say(text::kPublicPart)
                                   : part.audience();
  context.out() << "\n"
                << Paint(absl::StrCat(context.Say(text::kPart), " ",
                                      part.index(), "  ", audience),
                         Style::kStrong, context.color_on_out())
                << "\n";
  for (const lv1::EventText& event : part.events()) {
    context.out() << "  " << Printable(event.type_name()) << "  "
                  << Printable(event.text()) << "\n";
  }
  if (part.postings().empty()) return;
  const Columns<lv1::PostingText> columns = PostingColumns(directory);
  std::vector<std::vector<Cell>> rows;
  for (const lv1::PostingText& posting : part.postings()) {
    rows.push_back(CellsOf(columns, posting));
  }
  context.out() << RenderTable(HeadersOf(context, columns), rows,
                               context.color_on_out());
}

absl::Status Show(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  lv1::GetEntryRequest request;
  request.set_name(ResourceName("entries", arguments.number));
  CLIENT_ASSIGN_OR_RETURN(
      const lv1::GetEntryResponse response,
      client->Call(&LedgerService::Stub::GetEntry, request));
  PrintRecord(context, EntryColumns(), response.entry());
  if (context.format() != Format::kTable) return absl::OkStatus();
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadAssets());
  for (const lv1::EntryPart& part : response.entry().parts()) {
    PrintPart(context, directory, part);
  }
  return absl::OkStatus();
}

// The order's name, which begins with its holder: --holder, or the caller's
// own.
absl::StatusOr<std::string> OrderOf(Context& context,
                                    const Arguments& arguments,
                                    const std::string& holder) {
  if (arguments.order.empty() || absl::StrContains(arguments.order, '/')) {
    return arguments.order;
  }
  std::string owner = holder;
  if (owner.empty()) {
    CLIENT_ASSIGN_OR_RETURN(owner, OwnHolder(context));
  }
  return absl::StrCat(owner, "/orders/", arguments.order);
}

absl::StatusOr<lv1::EntryFilter> FilterOf(Context& context,
                                          const Arguments& arguments) {
  lv1::EntryFilter filter = arguments.filter;
  CLIENT_ASSIGN_OR_RETURN(*filter.mutable_holder(),
                          ResolveHolder(context, arguments.holder));
  CLIENT_ASSIGN_OR_RETURN(*filter.mutable_order(),
                          OrderOf(context, arguments, filter.holder()));
  filter.set_user(ResourceName("users", arguments.user));
  filter.set_asset(ResourceName("assets", arguments.asset));
  filter.set_instrument(ResourceName("instruments", arguments.instrument));
  filter.set_proposal(ResourceName("proposals", arguments.proposal));
  return filter;
}

absl::Status List(Context& context, const Arguments& arguments) {
  lv1::ListEntriesRequest request;
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
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_filter(),
                          FilterOf(context, arguments));
  return PrintList(context, &LedgerService::Stub::ListEntries, request,
                   &lv1::ListEntriesResponse::entries, EntryColumns(),
                   arguments.list);
}

void RegisterList(CLI::App& noun, Context& context) {
  const auto list = MakeArguments<Arguments>();
  CLI::App& verb =
      AddVerb(noun, context, "list", help::kEntryList,
              "luheng entry list --from 100 --limit 20\n"
              "luheng entry list --refused --since 2022-10-21\n"
              "luheng entry list --holder 140927 --order 7\n"
              "luheng entry list --command IssueUnits --all -o csv",
              [=, &context] { return List(context, *list); });
  verb.add_option("--from", list->first_entry, context.Say(help::kFirstEntry));
  verb.add_option("--to", list->last_entry, context.Say(help::kLastEntry));
  AddArgument(verb, context, "--since", list->since, help::kSinceTime);
  AddArgument(verb, context, "--until", list->until, help::kBeforeTime);
  AddArgument(verb, context, "--holder", list->holder, help::kForHolder);
  AddArgument(verb, context, "--user", list->user, help::kOnlyUser);
  AddArgument(verb, context, "--asset", list->asset, help::kOnlyAsset);
  AddArgument(verb, context, "--instrument", list->instrument,
              help::kOnlyInstrument);
  AddArgument(verb, context, "--order", list->order, help::kOnlyOrder);
  AddArgument(verb, context, "--proposal", list->proposal, help::kOnlyProposal);
  AddArgument(verb, context, "--request-id",
              *list->filter.mutable_by_request_id(), help::kOnlyRequest);
  AddArgument(verb, context, "--command", *list->filter.mutable_command_name(),
              help::kOnlyCommand);
  verb.add_flag_callback(
      "--refused", [=] { list->filter.set_refused(true); },
      context.Say(help::kOnlyRefused));
  AddArgument(verb, context, "--reason", *list->filter.mutable_refusal_reason(),
              help::kOnlyReason);
  AddListOptions(verb, context, list->list);
}

}  // namespace

void RegisterEntry(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "entry", help::kEntry);
  const auto show = MakeArguments<Arguments>();
  AddArgument(AddVerb(noun, context, "show", help::kEntryShow,
                      "luheng entry show 42\nluheng entry show 42 -o json",
                      [=, &context] { return Show(context, *show); }),
              context, "NUMBER", show->number, help::kEntryNumber)
      ->required();

  RegisterList(noun, context);
}

}  // namespace luheng::cli
