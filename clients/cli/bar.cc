// luheng bar, luheng ticker: the figures of each day and of this one.
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

using mv1::DailyBar;
using mv1::GetTickerResponse;
using mv1::MarketDataService;

struct Arguments {
  ListOptions list;
  std::string symbol;
};

// A price with its change against the reference, marked by a sign as well as
// by color.
Cell CloseCell(const DailyBar& bar) {
  const int64_t change =
      bar.close_minor_per_lot() - bar.reference_minor_per_lot();
  if (bar.reference_minor_per_lot() == 0 || change == 0) {
    return YuanCell(bar.close_minor_per_lot());
  }
  Cell cell = YuanCell(bar.close_minor_per_lot(),
                       change > 0 ? Style::kUp : Style::kDown);
  cell.text = absl::StrCat(change > 0 ? "▲ " : "▼ ", cell.text);
  return cell;
}

Columns<DailyBar> BarColumns(const Directory& directory) {
  return {
      {text::kDate, [](const auto& row) { return TextCell(row.date()); }},
      {text::kOpenPrice,
       [](const auto& row) { return YuanCell(row.open_minor_per_lot()); }},
      {text::kHighPrice,
       [](const auto& row) { return YuanCell(row.high_minor_per_lot()); }},
      {text::kLowPrice,
       [](const auto& row) { return YuanCell(row.low_minor_per_lot()); }},
      {text::kLastPrice,
       [](const auto& row) { return YuanCell(row.last_minor_per_lot()); }},
      {text::kClosePrice, [](const auto& row) { return CloseCell(row); }},
      {text::kVolume,
       [&](const auto& row) {
         return directory.LotsCell(row.instrument(), row.volume_lots());
       }},
      {text::kTurnover,
       [](const auto& row) { return YuanCell(row.turnover_minor()); }},
      {text::kTrades,
       [](const auto& row) { return NumberCell(row.trade_count()); }},
      {text::kReferencePrice,
       [](const auto& row) { return YuanCell(row.reference_minor_per_lot()); }},
  };
}

absl::Status List(Context& context, const Arguments& arguments) {
  mv1::ListDailyBarsRequest request;
  request.set_instrument(ResourceName("instruments", arguments.symbol));
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadInstruments());
  return PrintList(context, &MarketDataService::Stub::ListDailyBars, request,
                   &mv1::ListDailyBarsResponse::bars, BarColumns(directory),
                   arguments.list);
}

Cell LevelCell(const Directory& directory, const GetTickerResponse& ticker,
               bool has_level, const mv1::BookLevel& level) {
  if (!has_level) return TextCell("");
  Cell cell = YuanCell(level.price_minor_per_lot());
  const Cell lots =
      directory.LotsCell(ticker.bar().instrument(), level.quantity_lots());
  cell.text = absl::StrCat(cell.text, " × ", lots.text);
  return cell;
}

Columns<GetTickerResponse> TickerColumns(const Context& context,
                                         const Directory& directory) {
  Columns<GetTickerResponse> columns = {
      {text::kSession,
       [&](const GetTickerResponse& row) {
         return TextCell(context.Say(NameOf(row.session_state())));
       }},
      {text::kBid,
       [&](const GetTickerResponse& row) {
         return LevelCell(directory, row, row.has_bid(), row.bid());
       }},
      {text::kAsk, [&](const GetTickerResponse& row) {
         return LevelCell(directory, row, row.has_ask(), row.ask());
       }}};
  for (const Column<DailyBar>& column : BarColumns(directory)) {
    columns.push_back({column.header, [column](const GetTickerResponse& row) {
                         return column.cell(row.bar());
                       }});
  }
  return columns;
}

absl::Status Ticker(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  mv1::GetTickerRequest request;
  request.set_instrument(ResourceName("instruments", arguments.symbol));
  CLIENT_ASSIGN_OR_RETURN(
      const GetTickerResponse response,
      client->Call(&MarketDataService::Stub::GetTicker, request));
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadInstruments());
  PrintRecord(context, TickerColumns(context, directory), response);
  return absl::OkStatus();
}

}  // namespace

void RegisterBar(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "bar", help::kBar);
  const auto list = MakeArguments<Arguments>();
  CLI::App& list_verb = AddVerb(noun, context, "list", help::kBarList,
                                "luheng bar list CEA -o csv",
                                [=, &context] { return List(context, *list); });
  AddArgument(list_verb, context, "SYMBOL", list->symbol, help::kSymbol)
      ->required();
  AddListOptions(list_verb, context, list->list);

  const auto ticker = MakeArguments<Arguments>();
  AddArgument(
      AddVerb(app, context, "ticker", help::kTicker, "luheng ticker CEA",
              [=, &context] { return Ticker(context, *ticker); }),
      context, "SYMBOL", ticker->symbol, help::kSymbol)
      ->required();
}

}  // namespace luheng::cli
