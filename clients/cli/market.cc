// luheng market: instruments, their rules, halts and reference prices.
#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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

using mv1::Instrument;
using mv1::InstrumentService;

std::string DisplayName(const Context& context, const Instrument& row) {
  const bool is_english = context.language == Language::kEnglish;
  return is_english && !row.display_name_en().empty() ? row.display_name_en()
                                                      : row.display_name();
}

std::string ModesOf(const Context& context, const Instrument& row) {
  return absl::StrJoin(
      row.rules().modes(), " ", [&context](std::string* out, int mode) {
        out->append(context.Say(NameOf(static_cast<mv1::TradingMode>(mode))));
      });
}

Cell PriceOrNone(int64_t price) {
  return price == 0 ? TextCell("") : YuanCell(price);
}

Columns<Instrument> ListColumns(const Context& context) {
  return {
      {text::kSymbol, [](const auto& row) { return TextCell(row.symbol()); }},
      {text::kName,
       [&](const auto& row) { return TextCell(DisplayName(context, row)); }},
      {text::kSession,
       [&](const auto& row) {
         return TextCell(context.Say(NameOf(row.session_state())));
       }},
      {text::kReferencePrice,
       [](const auto& row) {
         return YuanCell(row.reference_price_minor_per_lot());
       }},
      {text::kLot,
       [](const auto& row) {
         return QuantityCell(row.lot_units(), row.lot_name());
       }},
      {text::kModes,
       [&](const auto& row) { return TextCell(ModesOf(context, row)); }},
  };
}

Columns<Instrument> ShowColumns(const Context& context) {
  Columns<Instrument> columns = ListColumns(context);
  columns.insert(
      columns.end(),
      {{text::kAsset,
        [](const Instrument& row) { return TextCell(LastPart(row.asset())); }},
       {text::kLowestPrice,
        [](const Instrument& row) {
          return PriceOrNone(row.lowest_price_minor_per_lot());
        }},
       {text::kHighestPrice,
        [](const Instrument& row) {
          return PriceOrNone(row.highest_price_minor_per_lot());
        }},
       {text::kNextSession,
        [](const Instrument& row) {
          return TextCell(FormatTime(row.next_session_time()));
        }},
       {text::kNumber,
        [](const Instrument& row) { return NumberCell(row.id()); }}});
  return columns;
}

std::string WindowsOf(const Instrument& row) {
  return absl::StrJoin(
      row.rules().windows(), " ", [](std::string* out, const auto& window) {
        absl::StrAppend(out, window.open_time(), "-", window.close_time());
      });
}

Columns<Instrument> RuleColumns(const Context& context) {
  return {
      {text::kSymbol, [](const auto& row) { return TextCell(row.symbol()); }},
      {text::kModes,
       [&](const auto& row) { return TextCell(ModesOf(context, row)); }},
      {text::kTick,
       [](const auto& row) { return YuanCell(row.rules().tick_minor()); }},
      {text::kOrderUnit,
       [](const auto& row) {
         return QuantityCell(row.rules().order_unit_lots(), row.lot_name());
       }},
      {text::kQuantityMax,
       [](const auto& row) {
         return QuantityCell(row.rules().quantity_lots_max(), row.lot_name());
       }},
      {text::kBand,
       [](const auto& row) {
         return TextCell(FormatPpm(row.rules().band_ppm()));
       }},
      {text::kFloor,
       [](const auto& row) {
         return PriceOrNone(row.rules().floor_price_minor_per_lot());
       }},
      {text::kBuyerFee,
       [](const auto& row) {
         return TextCell(FormatPpm(row.rules().buyer_fee_ppm()));
       }},
      {text::kSellerFee,
       [](const auto& row) {
         return TextCell(FormatPpm(row.rules().seller_fee_ppm()));
       }},
      {text::kWindows,
       [](const auto& row) { return TextCell(WindowsOf(row)); }},
      {text::kSelfTrade,
       [&](const auto& row) {
         return TextCell(
             context.Say(NameOf(row.rules().self_trade_prevention())));
       }},
      {text::kOpenOrdersMax,
       [](const auto& row) {
         return NumberCell(row.rules().open_orders_max());
       }},
      {text::kEffective,
       [](const auto& row) {
         return TextCell(FormatTime(row.rules().effective_time()));
       }},
      {text::kBasis,
       [](const auto& row) { return TextCell(row.rules().legal_basis()); }},
  };
}

// Reads a message from a JSON file; unknown fields are refused.
template <typename Message>
absl::StatusOr<Message> ReadJson(const Context& context,
                                 const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(context.Say(text::kNoFile, path));
  std::ostringstream json;
  json << file.rdbuf();
  Message message;
  const auto status =
      google::protobuf::util::JsonStringToMessage(json.str(), &message);
  if (!status.ok()) {
    return context.Wrong(text::kBadJson, path, status.ToString());
  }
  return message;
}

absl::StatusOr<Instrument> GetInstrument(Context& context,
                                         const std::string& symbol) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  mv1::GetInstrumentRequest request;
  request.set_name(ResourceName("instruments", symbol));
  CLIENT_ASSIGN_OR_RETURN(
      mv1::GetInstrumentResponse response,
      client->Call(&InstrumentService::Stub::GetInstrument, request));
  return std::move(*response.mutable_instrument());
}

struct Arguments {
  ListOptions list;
  std::string symbol;
  std::string file;
  std::string price;
  std::string reason;
};

absl::Status List(Context& context, const Arguments& arguments) {
  return PrintList(context, &InstrumentService::Stub::ListInstruments, {},
                   &mv1::ListInstrumentsResponse::instruments,
                   ListColumns(context), arguments.list);
}

absl::Status Show(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(const Instrument instrument,
                          GetInstrument(context, arguments.symbol));
  PrintRecord(context, ShowColumns(context), instrument);
  return absl::OkStatus();
}

absl::Status Define(Context& context, const Arguments& arguments) {
  mv1::DefineInstrumentRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_instrument(),
                          ReadJson<Instrument>(context, arguments.file));
  CLIENT_ASSIGN_OR_RETURN(
      const mv1::DefineInstrumentResponse response,
      Submit(context, &InstrumentService::Stub::DefineInstrument, request));
  PrintOutcome(context, response, response.instrument(), ShowColumns(context));
  return absl::OkStatus();
}

absl::Status Rules(Context& context, const Arguments& arguments) {
  if (arguments.file.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const Instrument instrument,
                            GetInstrument(context, arguments.symbol));
    PrintRecord(context, RuleColumns(context), instrument);
    return absl::OkStatus();
  }
  mv1::SetInstrumentRulesRequest request;
  request.set_name(ResourceName("instruments", arguments.symbol));
  CLIENT_ASSIGN_OR_RETURN(
      *request.mutable_rules(),
      ReadJson<mv1::InstrumentRules>(context, arguments.file));
  CLIENT_ASSIGN_OR_RETURN(
      const mv1::SetInstrumentRulesResponse response,
      Submit(context, &InstrumentService::Stub::SetInstrumentRules, request));
  PrintOutcome(context, response, response.instrument(), RuleColumns(context));
  return absl::OkStatus();
}

absl::Status Halt(Context& context, const Arguments& arguments, bool halted) {
  mv1::SetInstrumentHaltRequest request;
  request.set_name(ResourceName("instruments", arguments.symbol));
  request.set_halted(halted);
  request.set_reason(arguments.reason);
  return SubmitAndPrint(context, &InstrumentService::Stub::SetInstrumentHalt,
                        request);
}

absl::Status Reference(Context& context, const Arguments& arguments) {
  mv1::SetReferencePriceRequest request;
  request.set_name(ResourceName("instruments", arguments.symbol));
  CLIENT_ASSIGN_OR_RETURN(const int64_t price,
                          ParseMoney(context, arguments.price));
  request.set_price_minor_per_lot(price);
  request.set_basis(arguments.reason);
  return SubmitAndPrint(context, &InstrumentService::Stub::SetReferencePrice,
                        request);
}

struct CalendarArguments {
  std::vector<std::string> holidays;
  std::vector<std::string> working_days;
  std::string basis;
};

absl::Status Calendar(Context& context, const CalendarArguments& arguments) {
  mv1::SetCalendarDaysRequest request;
  request.mutable_holidays()->Add(arguments.holidays.begin(),
                                  arguments.holidays.end());
  request.mutable_working_days()->Add(arguments.working_days.begin(),
                                      arguments.working_days.end());
  request.set_basis(arguments.basis);
  return SubmitAndPrint(context, &InstrumentService::Stub::SetCalendarDays,
                        request);
}

void AddSymbol(CLI::App& verb, const Context& context, Arguments& arguments) {
  AddArgument(verb, context, "SYMBOL", arguments.symbol, help::kSymbol)
      ->required();
}

void RegisterReading(CLI::App& noun, Context& context) {
  const auto list = MakeArguments<Arguments>();
  AddListOptions(
      AddVerb(noun, context, "list", help::kMarketList, "luheng market list",
              [=, &context] { return List(context, *list); }),
      context, list->list);

  const auto show = MakeArguments<Arguments>();
  AddSymbol(AddVerb(noun, context, "show", help::kMarketShow,
                    "luheng market show CEA",
                    [=, &context] { return Show(context, *show); }),
            context, *show);

  const auto rules = MakeArguments<Arguments>();
  CLI::App& verb =
      AddVerb(noun, context, "rules", help::kMarketRules,
              "luheng market rules CEA\n"
              "luheng market rules CEA --file rules.json --as registrar",
              [=, &context] { return Rules(context, *rules); });
  AddSymbol(verb, context, *rules);
  AddArgument(verb, context, "--file", rules->file, help::kRulesFile);
}

void RegisterHalts(CLI::App& noun, Context& context) {
  const auto halt = MakeArguments<Arguments>();
  CLI::App& halt_verb =
      AddVerb(noun, context, "halt", help::kMarketHalt,
              "luheng market halt CEA --reason \"price moves without news\"",
              [=, &context] { return Halt(context, *halt, true); });
  AddSymbol(halt_verb, context, *halt);
  AddArgument(halt_verb, context, "--reason", halt->reason, help::kReason)
      ->required();

  const auto resume = MakeArguments<Arguments>();
  CLI::App& resume_verb =
      AddVerb(noun, context, "resume", help::kMarketResume,
              "luheng market resume CEA --reason \"announcement published\"",
              [=, &context] { return Halt(context, *resume, false); });
  AddSymbol(resume_verb, context, *resume);
  AddArgument(resume_verb, context, "--reason", resume->reason, help::kReason)
      ->required();
}

void RegisterSetting(CLI::App& noun, Context& context) {
  const auto define = MakeArguments<Arguments>();
  AddArgument(AddVerb(noun, context, "define", help::kMarketDefine,
                      "luheng market define instrument.json --as registrar",
                      [=, &context] { return Define(context, *define); }),
              context, "FILE", define->file, help::kInstrumentFile)
      ->required();

  const auto reference = MakeArguments<Arguments>();
  CLI::App& reference_verb =
      AddVerb(noun, context, "reference", help::kMarketReference,
              "luheng market reference CEA 58.00 --basis \"close of the day "
              "before\"",
              [=, &context] { return Reference(context, *reference); });
  AddSymbol(reference_verb, context, *reference);
  AddArgument(reference_verb, context, "PRICE", reference->price, help::kPrice)
      ->required();
  AddArgument(reference_verb, context, "--basis", reference->reason,
              help::kBasis)
      ->required();

  const auto calendar = MakeArguments<CalendarArguments>();
  CLI::App& calendar_verb =
      AddVerb(noun, context, "calendar", help::kMarketCalendar,
              "luheng market calendar --holiday 2022-10-03 --holiday "
              "2022-10-04 --working-day 2022-10-08 --basis \"notice\"",
              [=, &context] { return Calendar(context, *calendar); });
  calendar_verb.add_option("--holiday", calendar->holidays,
                           context.Say(help::kHolidays));
  calendar_verb.add_option("--working-day", calendar->working_days,
                           context.Say(help::kWorkingDays));
  AddArgument(calendar_verb, context, "--basis", calendar->basis, help::kBasis)
      ->required();
}

}  // namespace

void RegisterMarket(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "market", help::kMarket);
  RegisterReading(noun, context);
  RegisterHalts(noun, context);
  RegisterSetting(noun, context);
}

}  // namespace luheng::cli
