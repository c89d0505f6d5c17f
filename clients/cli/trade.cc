// luheng trade: trades as everybody sees them.
#include "clients/cli/command.h"
#include "clients/cli/directory.h"
#include "clients/cli/enum_text.h"
#include "clients/cli/format.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/list.h"
#include "clients/cli/nouns.h"
#include "clients/lib/watch.h"

namespace luheng::cli {
namespace {

using mv1::MarketDataService;
using mv1::Trade;

Columns<Trade> TradeColumns(const Context& context,
                            const Directory& directory) {
  return {
      {text::kTrade, [](const auto& row) { return NumberCell(row.trade()); }},
      {text::kTime,
       [](const auto& row) { return TextCell(FormatTime(row.time())); }},
      {text::kSymbol,
       [](const auto& row) { return TextCell(LastPart(row.instrument())); }},
      {text::kPrice,
       [](const auto& row) { return YuanCell(row.price_minor_per_lot()); }},
      {text::kQuantity,
       [&](const auto& row) {
         return directory.LotsCell(row.instrument(), row.quantity_lots());
       }},
      {text::kTakerSide,
       [&](const auto& row) {
         return TextCell(context.Say(NameOf(row.taker_side())));
       }},
      {text::kEntry, [](const auto& row) { return NumberCell(row.entry()); }},
  };
}

struct Arguments {
  ListOptions list;
  std::string symbol;
  std::string date;
  int64_t after_entry = 0;
  int64_t watch_limit = 0;
};

absl::Status List(Context& context, const Arguments& arguments) {
  mv1::ListTradesRequest request;
  request.set_instrument(ResourceName("instruments", arguments.symbol));
  request.set_date(arguments.date);
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadInstruments());
  return PrintList(context, &MarketDataService::Stub::ListTrades, request,
                   &mv1::ListTradesResponse::trades,
                   TradeColumns(context, directory), arguments.list);
}

absl::Status Watch(Context& context, const Arguments& arguments) {
  mv1::WatchTradesRequest request;
  request.set_instrument(ResourceName("instruments", arguments.symbol));
  request.set_after_entry(arguments.after_entry);
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadInstruments());
  WatchPrinter<Trade> printer(context, TradeColumns(context, directory));
  client::WatchOptions options;
  options.on_break = [&context](const absl::Status&) {
    context.Note(text::kReconnecting);
  };
  int64_t seen_count = 0;
  return client::WatchEntries(
      *client, &MarketDataService::Stub::WatchTrades, request,
      [&](const mv1::WatchTradesResponse& message) {
        printer.Add(message.trade());
        return ++seen_count != arguments.watch_limit;
      },
      options);
}

}  // namespace

void RegisterTrade(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "trade", help::kTrade);
  const auto list = MakeArguments<Arguments>();
  CLI::App& list_verb =
      AddVerb(noun, context, "list", help::kTradeList,
              "luheng trade list CEA --date 2022-10-21 --all -o csv",
              [=, &context] { return List(context, *list); });
  AddArgument(list_verb, context, "SYMBOL", list->symbol, help::kSymbol)
      ->required();
  AddArgument(list_verb, context, "--date", list->date, help::kDate);
  AddListOptions(list_verb, context, list->list);

  const auto watch = MakeArguments<Arguments>();
  CLI::App& watch_verb =
      AddVerb(noun, context, "watch", help::kTradeWatch,
              "luheng trade watch\nluheng trade watch CEA -o json",
              [=, &context] { return Watch(context, *watch); });
  AddArgument(watch_verb, context, "SYMBOL", watch->symbol, help::kOnlySymbol);
  watch_verb.add_option("--after", watch->after_entry,
                        context.Say(help::kAfter));
  watch_verb.add_option("--limit", watch->watch_limit,
                        context.Say(help::kWatchLimit));
}

}  // namespace luheng::cli
