// Defining instruments, their rules, reference prices, halts and the calendar.
#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "ledger/base/amount.h"
#include "services/core/names.h"
#include "services/market/fees.h"
#include "services/market/market_area.h"

namespace luheng::market {
namespace {

namespace reason = luheng::core::v1;
using core::FieldRefusal;
using core::Verdict;

constexpr size_t kSymbolLengthMax = 32;
constexpr int kCalendarDaysMax = 1000;

bool IsSymbol(absl::string_view symbol) {
  return !symbol.empty() && symbol.size() <= kSymbolLengthMax &&
         std::all_of(symbol.begin(), symbol.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// A text of 1 to kTextLengthMax characters, four bytes at most each.
Verdict CheckText(const char* field, absl::string_view text) {
  if (!text.empty() && text.size() <= kTextLengthMax * 4) return std::nullopt;
  return FieldRefusal(reason::REASON_INVALID_FIELD, field, text,
                      absl::StrCat("1 to ", kTextLengthMax, " characters"));
}

Verdict CheckInstrument(const v1::Instrument& instrument) {
  if (!IsSymbol(instrument.symbol())) {
    return FieldRefusal(reason::REASON_INVALID_FIELD, "instrument.symbol",
                        instrument.symbol(), "1 to 32 of A-Z, 0-9 and -");
  }
  if (Verdict verdict =
          CheckText("instrument.display_name", instrument.display_name())) {
    return verdict;
  }
  if (Verdict verdict =
          CheckText("instrument.lot_name", instrument.lot_name())) {
    return verdict;
  }
  if (instrument.display_name_en().size() > kTextLengthMax * 4) {
    return FieldRefusal(
        reason::REASON_INVALID_FIELD, "instrument.display_name_en", "",
        absl::StrCat("at most ", kTextLengthMax, " characters"));
  }
  if (instrument.lot_units() < 1 || instrument.lot_units() > kLotUnitsMax) {
    return FieldRefusal(reason::REASON_INVALID_FIELD, "instrument.lot_units",
                        instrument.lot_units(),
                        absl::StrCat("from 1 to ", kLotUnitsMax));
  }
  return std::nullopt;
}

core::Refusal UnknownInstrument(const std::string& name) {
  return FieldRefusal(reason::REASON_INSTRUMENT_UNKNOWN, "name", name,
                      "instruments/{symbol}");
}

Verdict ReadDays(const google::protobuf::RepeatedPtrField<std::string>& texts,
                 const char* field,
                 google::protobuf::RepeatedField<int64_t>& days) {
  for (const std::string& text : texts) {
    const auto day = ParseDate(text);
    if (!day) {
      return FieldRefusal(reason::REASON_INVALID_FIELD, field, text,
                          "a date like 2022-10-21");
    }
    days.Add(day->value());
  }
  return std::nullopt;
}

}  // namespace

Verdict MarketArea::DecideDefine(const core::DecideContext& context,
                                 const v1::DefineInstrumentRequest& body,
                                 Entry& entry, core::Outcome& outcome) const {
  const v1::Instrument& asked = body.instrument();
  if (Verdict verdict = CheckInstrument(asked)) return verdict;
  if (instruments_.FindBySymbol(asked.symbol()) != nullptr) {
    return FieldRefusal(reason::REASON_SYMBOL_EXISTS, "instrument.symbol",
                        asked.symbol(), "a new symbol");
  }
  v1::InstrumentDefined event;
  if (Verdict verdict =
          ReadRules(asked.rules(), context.now, *event.mutable_rules())) {
    return verdict;
  }
  const AssetId asset =
      assets_.FindAsset(core::ParseTextName("assets", asked.asset()));
  if (!asset || assets_.IsCurrency(asset)) {
    return FieldRefusal(reason::REASON_ASSET_UNKNOWN, "instrument.asset",
                        asked.asset(), "assets/{symbol}, not a currency");
  }
  const InstrumentId id = instruments_.next_id();
  event.set_instrument(id.value());
  event.set_symbol(asked.symbol());
  event.set_display_name(asked.display_name());
  event.set_display_name_en(asked.display_name_en());
  event.set_asset(asset.value());
  event.set_lot_units(asked.lot_units());
  event.set_lot_name(asked.lot_name());
  entry.AddEvent(kPublic, v1::EVENT_TYPE_INSTRUMENT_DEFINED, event);
  outcome.subject = id.value();
  v1::DefineInstrumentResponse answer;
  v1::Instrument& shown = *answer.mutable_instrument();
  shown = asked;
  shown.set_name(core::TextName("instruments", asked.symbol()));
  shown.set_id(id.value());
  shown.set_session_state(v1::SESSION_STATE_CLOSED);
  *shown.mutable_rules() = MessageOf(RulesOf(event.rules()));
  answer.set_entry(context.number.value());
  outcome.answer = answer.SerializeAsString();
  return std::nullopt;
}

Verdict MarketArea::DecideRules(const core::DecideContext& context,
                                const v1::SetInstrumentRulesRequest& body,
                                Entry& entry, core::Outcome& outcome) const {
  const Instrument* instrument = instruments_.FindBySymbol(
      core::ParseTextName("instruments", body.name()));
  if (instrument == nullptr) return UnknownInstrument(body.name());
  v1::RulesSet event;
  if (Verdict verdict =
          ReadRules(body.rules(), context.now, *event.mutable_rules())) {
    return verdict;
  }
  // The book's step changes only while it is empty; see Instrument.
  const bool empty =
      books_.order_count(instrument->id, matching::Side::kBuy) +
          books_.order_count(instrument->id, matching::Side::kSell) ==
      0;
  if (event.rules().tick_minor() % instrument->book_tick_minor != 0 && !empty) {
    return FieldRefusal(
        reason::REASON_BOOK_NOT_EMPTY, "rules.tick_minor",
        event.rules().tick_minor(),
        absl::StrCat("a multiple of ", instrument->book_tick_minor,
                     " while orders rest"));
  }
  event.set_instrument(instrument->id.value());
  entry.AddEvent(kPublic, v1::EVENT_TYPE_RULES_SET, event);
  outcome.subject = instrument->id.value();
  v1::SetInstrumentRulesResponse answer;
  v1::Instrument& shown = *answer.mutable_instrument();
  shown.set_name(body.name());
  shown.set_symbol(instrument->symbol);
  shown.set_id(instrument->id.value());
  *shown.mutable_rules() = MessageOf(RulesOf(event.rules()));
  answer.set_entry(context.number.value());
  outcome.answer = answer.SerializeAsString();
  return std::nullopt;
}

Verdict MarketArea::DecideReference(const core::DecideContext& context,
                                    const v1::SetReferencePriceRequest& body,
                                    Entry& entry,
                                    core::Outcome& outcome) const {
  if (Verdict verdict = CheckText("basis", body.basis())) return verdict;
  const Instrument* instrument = instruments_.FindBySymbol(
      core::ParseTextName("instruments", body.name()));
  if (instrument == nullptr) return UnknownInstrument(body.name());
  const int64_t price = body.price_minor_per_lot();
  if (price < 1 || price > kPriceMinorMax) {
    return FieldRefusal(reason::REASON_PRICE_OUT_OF_RANGE,
                        "price_minor_per_lot", price,
                        absl::StrCat("from 1 to ", kPriceMinorMax));
  }
  v1::ReferencePriceSet event;
  event.set_instrument(instrument->id.value());
  event.set_price_minor(price);
  event.set_basis(body.basis());
  entry.AddEvent(kPublic, v1::EVENT_TYPE_REFERENCE_PRICE_SET, event);
  v1::SetReferencePriceResponse answer;
  answer.set_entry(context.number.value());
  outcome.answer = answer.SerializeAsString();
  return std::nullopt;
}

Verdict MarketArea::DecideHalt(const core::DecideContext& context,
                               const v1::SetInstrumentHaltRequest& body,
                               Entry& entry, core::Outcome& outcome) const {
  if (Verdict verdict = CheckText("reason", body.reason())) return verdict;
  const Instrument* instrument = instruments_.FindBySymbol(
      core::ParseTextName("instruments", body.name()));
  if (instrument == nullptr) return UnknownInstrument(body.name());
  v1::HaltSet event;
  event.set_instrument(instrument->id.value());
  event.set_halted(body.halted());
  event.set_reason(body.reason());
  entry.AddEvent(kPublic, v1::EVENT_TYPE_HALT_SET, event);
  v1::SetInstrumentHaltResponse answer;
  answer.set_entry(context.number.value());
  outcome.answer = answer.SerializeAsString();
  return std::nullopt;
}

Verdict MarketArea::DecideCalendar(const core::DecideContext& context,
                                   const v1::SetCalendarDaysRequest& body,
                                   Entry& entry, core::Outcome& outcome) const {
  if (Verdict verdict = CheckText("basis", body.basis())) return verdict;
  const int count = body.holidays_size() + body.working_days_size();
  if (count < 1 || count > kCalendarDaysMax) {
    return FieldRefusal(
        reason::REASON_INVALID_FIELD, "holidays", count,
        absl::StrCat("1 to ", kCalendarDaysMax, " days in all"));
  }
  v1::CalendarSet event;
  if (Verdict verdict =
          ReadDays(body.holidays(), "holidays", *event.mutable_holidays())) {
    return verdict;
  }
  if (Verdict verdict = ReadDays(body.working_days(), "working_days",
                                 *event.mutable_working_days())) {
    return verdict;
  }
  event.set_basis(body.basis());
  entry.AddEvent(kPublic, v1::EVENT_TYPE_CALENDAR_SET, event);
  v1::SetCalendarDaysResponse answer;
  answer.set_entry(context.number.value());
  outcome.answer = answer.SerializeAsString();
  return std::nullopt;
}

}  // namespace luheng::market
