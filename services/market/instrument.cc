#include "services/market/instrument.h"

#include <algorithm>
#include <utility>

#include "ledger/base/check.h"

namespace luheng::market {

Stamp Instrument::NextRulesAfter(Stamp now) const {
  for (const Rules& each : rules) {
    if (each.effective > now) return each.effective;
  }
  return Stamp();
}

void Instrument::SetRules(Rules added) {
  const auto at = std::lower_bound(
      rules.begin(), rules.end(), added.effective,
      [](const Rules& each, Stamp stamp) { return each.effective < stamp; });
  if (at != rules.end() && at->effective == added.effective) {
    *at = std::move(added);
  } else {
    rules.insert(at, std::move(added));
  }
}

void Instrument::Save(core::StateWriter& writer) const {
  writer.Text(symbol);
  writer.Text(display_name);
  writer.Text(display_name_en);
  writer.IdOf(asset);
  writer.Int(lot_units);
  writer.Text(lot_name);
  writer.Int(static_cast<int64_t>(rules.size()));
  for (const Rules& each : rules) writer.Message(RecordOf(each));
  writer.Int(book_tick_minor);
  writer.Int(session);
  writer.Int(session_due.value());
  writer.Int(halted);
  writer.Text(halt_reason);
  writer.Int(reference_minor);
  bars.Save(writer);
}

void Instrument::Load(core::StateReader& reader) {
  symbol = std::string(reader.Text());
  display_name = std::string(reader.Text());
  display_name_en = std::string(reader.Text());
  asset = reader.IdOf<AssetId>();
  lot_units = reader.Int();
  lot_name = std::string(reader.Text());
  for (int64_t left = reader.Count(); left > 0 && reader.status().ok();
       --left) {
    v1::RulesRecord record;
    reader.Message(record);
    rules.push_back(RulesOf(record));
  }
  book_tick_minor = reader.Int();
  session = static_cast<v1::SessionState>(reader.Int());
  session_due = Stamp(reader.Int());
  halted = reader.Int() != 0;
  halt_reason = std::string(reader.Text());
  reference_minor = reader.Int();
  bars.Load(reader);
}

const Instrument* Instruments::FindBySymbol(absl::string_view symbol) const {
  const auto it = by_symbol_.find(symbol);
  return it == by_symbol_.end() ? nullptr : Find(it->second);
}

Instrument& Instruments::Add(Instrument added) {
  LUHENG_CHECK(added.id == next_id()) << "instrument " << added.id;
  const bool is_new = by_symbol_.emplace(added.symbol, added.id).second;
  LUHENG_CHECK(is_new) << "symbol " << added.symbol;
  all_.push_back(std::move(added));
  return all_.back();
}

void Instruments::Save(core::StateWriter& writer) const {
  writer.Int(static_cast<int64_t>(all_.size()));
  for (const Instrument& each : all_) each.Save(writer);
}

void Instruments::Load(core::StateReader& reader) {
  for (int64_t left = reader.Count(); left > 0 && reader.status().ok();
       --left) {
    Instrument instrument;
    instrument.id = next_id();
    instrument.Load(reader);
    if (by_symbol_.contains(instrument.symbol)) {
      return reader.Fail("a new symbol");
    }
    Add(std::move(instrument));
  }
}

}  // namespace luheng::market
