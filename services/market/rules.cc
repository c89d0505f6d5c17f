#include "services/market/rules.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ledger/base/amount.h"
#include "ledger/base/check.h"
#include "ledger/base/checked.h"
#include "services/market/fees.h"

namespace luheng::market {
namespace {

using core::FieldRefusal;
using core::Verdict;

core::Refusal RuleRefusal(const char* field, int64_t value, std::string rule) {
  return FieldRefusal(core::v1::REASON_INSTRUMENT_RULE_INVALID, field, value,
                      std::move(rule));
}

Verdict CheckRange(const char* field, int64_t value, int64_t min, int64_t max) {
  if (value >= min && value <= max) return std::nullopt;
  return RuleRefusal(field, value, absl::StrCat("from ", min, " to ", max));
}

// A field and the range that its value must lie in.
struct Bound {
  const char* field;
  int64_t value;
  int64_t min;
  int64_t max;
};

Verdict CheckNumbers(const v1::InstrumentRules& rules) {
  const Bound bounds[] = {
      {"tick_minor", rules.tick_minor(), 1, kTickMinorMax},
      {"order_unit_lots", rules.order_unit_lots(), 1, kOrderUnitLotsMax},
      {"quantity_lots_max", rules.quantity_lots_max(), 1, kLotsMax},
      {"band_ppm", rules.band_ppm(), 0, kBandPpmMax},
      {"floor_price_minor_per_lot", rules.floor_price_minor_per_lot(), 0,
       kPriceMinorMax},
      {"buyer_fee_ppm", rules.buyer_fee_ppm(), 0, kFeePpmMax},
      {"seller_fee_ppm", rules.seller_fee_ppm(), 0, kFeePpmMax},
      {"self_trade_prevention", rules.self_trade_prevention(), 1, 4},
      {"open_orders_max", rules.open_orders_max(), 1, kOpenOrdersMax},
      {"windows", rules.windows_size(), 0, kWindowsMax},
      {"modes", rules.modes_size(), 1, 5},
      {"legal_basis", static_cast<int64_t>(rules.legal_basis().size()), 1,
       kTextLengthMax * 4},
  };
  for (const Bound& bound : bounds) {
    Verdict verdict =
        CheckRange(bound.field, bound.value, bound.min, bound.max);
    if (verdict) return verdict;
  }
  return std::nullopt;
}

// Midnight at the end of the day is written 24:00.
std::optional<int64_t> ParseCloseTime(const std::string& text) {
  if (text == "24:00") return kNanosPerDay;
  return ParseTimeOfDay(text);
}

Verdict ReadWindows(const v1::InstrumentRules& rules, v1::RulesRecord& record) {
  int64_t last_close = -1;
  for (const v1::SessionWindow& window : rules.windows()) {
    const auto open = ParseTimeOfDay(window.open_time());
    const auto close = ParseCloseTime(window.close_time());
    if (!open || !close || *open >= *close || *open <= last_close) {
      return FieldRefusal(
          core::v1::REASON_INSTRUMENT_RULE_INVALID, "windows",
          absl::StrCat(window.open_time(), "-", window.close_time()),
          "times of day, each opening before it closes and after the window "
          "before");
    }
    v1::WindowRecord& to = *record.add_windows();
    to.set_open_ns(*open);
    to.set_close_ns(*close);
    last_close = *close;
  }
  return std::nullopt;
}

Verdict ReadModes(const v1::InstrumentRules& rules, v1::RulesRecord& record) {
  std::vector<int64_t> modes;
  for (const int mode : rules.modes()) {
    if (mode < 1 || mode > v1::TradingMode_MAX) {
      return RuleRefusal("modes", mode, "a trading mode");
    }
    modes.push_back(mode);
  }
  std::sort(modes.begin(), modes.end());
  modes.erase(std::unique(modes.begin(), modes.end()), modes.end());
  for (const int64_t mode : modes) record.add_modes(mode);
  return std::nullopt;
}

int64_t RoundUp(int64_t value, int64_t step) {
  return (value + step - 1) / step * step;
}

std::string FormatTimeOfDay(int64_t nanos) {
  const int64_t seconds = nanos / kNanosPerSecond;
  const std::string minutes =
      absl::StrFormat("%02d:%02d", seconds / 3600, seconds / 60 % 60);
  if (seconds % 60 == 0) return minutes;
  return absl::StrFormat("%s:%02d", minutes, seconds % 60);
}

}  // namespace

PriceRange BandOf(const Rules& rules, int64_t reference_minor) {
  if (rules.band_ppm == 0 || reference_minor == 0) return {1, kPriceMinorMax};
  const auto lowest =
      MulDivCeil(reference_minor, kMillion - rules.band_ppm, kMillion);
  const auto highest =
      MulDivFloor(reference_minor, kMillion + rules.band_ppm, kMillion);
  return {std::max<int64_t>(*lowest, 1), std::min(*highest, kPriceMinorMax)};
}

PriceRange AcceptedPrices(const Rules& rules, int64_t reference_minor) {
  const PriceRange band = BandOf(rules, reference_minor);
  return {
      RoundUp(std::max(band.lowest, rules.floor_price_minor), rules.tick_minor),
      band.highest / rules.tick_minor * rules.tick_minor};
}

Verdict ReadRules(const v1::InstrumentRules& request, Stamp now,
                  v1::RulesRecord& record) {
  record.Clear();
  if (Verdict verdict = CheckNumbers(request)) return verdict;
  if (Verdict verdict = ReadWindows(request, record)) return verdict;
  if (Verdict verdict = ReadModes(request, record)) return verdict;
  const int64_t seconds = request.effective_time().seconds();
  if (Verdict verdict =
          CheckRange("effective_time", seconds, 0, 4'102'444'800)) {
    return verdict;
  }
  const int64_t effective =
      seconds * kNanosPerSecond + request.effective_time().nanos();
  record.set_effective_ns(
      static_cast<uint64_t>(std::max(effective, now.value())));
  record.set_tick_minor(request.tick_minor());
  record.set_order_unit_lots(request.order_unit_lots());
  record.set_quantity_lots_max(request.quantity_lots_max());
  record.set_band_ppm(request.band_ppm());
  record.set_floor_price_minor(request.floor_price_minor_per_lot());
  record.set_buyer_fee_ppm(request.buyer_fee_ppm());
  record.set_seller_fee_ppm(request.seller_fee_ppm());
  record.set_self_trade_prevention(request.self_trade_prevention());
  record.set_open_orders_max(request.open_orders_max());
  record.set_legal_basis(request.legal_basis());
  return std::nullopt;
}

Rules RulesOf(const v1::RulesRecord& record) {
  Rules rules;
  rules.effective = Stamp(static_cast<int64_t>(record.effective_ns()));
  for (const int64_t mode : record.modes()) {
    LUHENG_CHECK(mode >= 1 && mode < 32) << "trading mode " << mode;
    rules.modes |= uint32_t{1} << mode;
  }
  rules.tick_minor = record.tick_minor();
  rules.order_unit_lots = record.order_unit_lots();
  rules.quantity_lots_max = record.quantity_lots_max();
  rules.band_ppm = record.band_ppm();
  rules.floor_price_minor = record.floor_price_minor();
  rules.buyer_fee_ppm = record.buyer_fee_ppm();
  rules.seller_fee_ppm = record.seller_fee_ppm();
  for (const v1::WindowRecord& window : record.windows()) {
    rules.windows.push_back({window.open_ns(), window.close_ns()});
  }
  rules.self_trade_prevention =
      static_cast<v1::SelfTradePrevention>(record.self_trade_prevention());
  rules.open_orders_max = record.open_orders_max();
  rules.legal_basis = record.legal_basis();
  return rules;
}

v1::RulesRecord RecordOf(const Rules& rules) {
  v1::RulesRecord record;
  record.set_effective_ns(static_cast<uint64_t>(rules.effective.value()));
  for (int mode = 1; mode < 32; ++mode) {
    if ((rules.modes >> mode & 1) != 0) record.add_modes(mode);
  }
  record.set_tick_minor(rules.tick_minor);
  record.set_order_unit_lots(rules.order_unit_lots);
  record.set_quantity_lots_max(rules.quantity_lots_max);
  record.set_band_ppm(rules.band_ppm);
  record.set_floor_price_minor(rules.floor_price_minor);
  record.set_buyer_fee_ppm(rules.buyer_fee_ppm);
  record.set_seller_fee_ppm(rules.seller_fee_ppm);
  for (const Window& window : rules.windows) {
    v1::WindowRecord& to = *record.add_windows();
    to.set_open_ns(window.open_ns);
    to.set_close_ns(window.close_ns);
  }
  record.set_self_trade_prevention(rules.self_trade_prevention);
  record.set_open_orders_max(rules.open_orders_max);
  record.set_legal_basis(rules.legal_basis);
  return record;
}

v1::InstrumentRules MessageOf(const Rules& rules) {
  v1::InstrumentRules message;
  const int64_t effective = rules.effective.value();
  message.mutable_effective_time()->set_seconds(effective / kNanosPerSecond);
  message.mutable_effective_time()->set_nanos(
      static_cast<int32_t>(effective % kNanosPerSecond));
  for (int mode = 1; mode <= v1::TradingMode_MAX; ++mode) {
    const auto value = static_cast<v1::TradingMode>(mode);
    if (rules.Permits(value)) message.add_modes(value);
  }
  message.set_tick_minor(rules.tick_minor);
  message.set_order_unit_lots(rules.order_unit_lots);
  message.set_quantity_lots_max(rules.quantity_lots_max);
  message.set_band_ppm(rules.band_ppm);
  message.set_floor_price_minor_per_lot(rules.floor_price_minor);
  message.set_buyer_fee_ppm(rules.buyer_fee_ppm);
  message.set_seller_fee_ppm(rules.seller_fee_ppm);
  for (const Window& window : rules.windows) {
    v1::SessionWindow& to = *message.add_windows();
    to.set_open_time(FormatTimeOfDay(window.open_ns));
    to.set_close_time(FormatTimeOfDay(window.close_ns));
  }
  message.set_self_trade_prevention(rules.self_trade_prevention);
  message.set_open_orders_max(rules.open_orders_max);
  message.set_legal_basis(rules.legal_basis);
  return message;
}

}  // namespace luheng::market
