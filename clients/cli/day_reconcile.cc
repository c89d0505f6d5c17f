#include "clients/cli/day_reconcile.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/format.h"

namespace luheng::cli {
namespace {

constexpr int64_t kMillion = 1'000'000;
// Hundredths of a percent in a whole.
constexpr int64_t kChangeUnits = 10'000;

constexpr char kAvailable[] = "AVAILABLE";
constexpr char kHeld[] = "HELD";
constexpr char kIssuance[] = "ISSUANCE";
constexpr char kRetired[] = "RETIRED";
constexpr char kBank[] = "BANK";
constexpr char kFees[] = "FEES";
constexpr char kClearing[] = "CLEARING";

}  // namespace

int64_t MeanMinor(int64_t turnover_minor, int64_t volume_lots) {
  const absl::int128 twice = absl::int128(turnover_minor) * 2 + volume_lots;
  return static_cast<int64_t>(twice / (absl::int128(volume_lots) * 2));
}

int64_t ChangeHundredths(int64_t close_minor, int64_t reference_minor) {
  const absl::int128 change = absl::int128(close_minor) - reference_minor;
  const bool negative = change < 0;
  const absl::int128 size = (negative ? -change : change) * kChangeUnits;
  const absl::int128 rounded =
      (size * 2 + reference_minor) / (absl::int128(reference_minor) * 2);
  return static_cast<int64_t>(negative ? -rounded : rounded);
}

std::optional<DayFigures> FiguresOf(int64_t reference_minor,
                                    const std::vector<TradeFact>& trades) {
  DayFigures figures;
  figures.reference_minor = reference_minor;
  figures.close_minor = reference_minor;
  for (const TradeFact& trade : trades) {
    int64_t notional = 0;
    if (__builtin_mul_overflow(trade.price_minor, trade.lots, &notional) ||
        __builtin_add_overflow(figures.turnover_minor, notional,
                               &figures.turnover_minor) ||
        __builtin_add_overflow(figures.volume_lots, trade.lots,
                               &figures.volume_lots)) {
      return {};
    }
    if (++figures.trade_count == 1) {
      figures.open_minor = figures.low_minor = trade.price_minor;
    }
    figures.high_minor = std::max(figures.high_minor, trade.price_minor);
    figures.low_minor = std::min(figures.low_minor, trade.price_minor);
  }
  if (figures.volume_lots > 0) {
    figures.close_minor =
        MeanMinor(figures.turnover_minor, figures.volume_lots);
  }
  return figures;
}

int64_t ValueOf(Figure figure, const DayFigures& figures) {
  switch (figure) {
    case Figure::kReference:
      return figures.reference_minor;
    case Figure::kVolume:
      return figures.volume_lots;
    case Figure::kTurnover:
      return figures.turnover_minor;
    case Figure::kHigh:
      return figures.high_minor;
    case Figure::kLow:
      return figures.low_minor;
    case Figure::kMean:
      return figures.volume_lots == 0
                 ? 0
                 : MeanMinor(figures.turnover_minor, figures.volume_lots);
    case Figure::kClose:
      return figures.close_minor;
    case Figure::kChange:
      return figures.reference_minor == 0
                 ? 0
                 : ChangeHundredths(figures.close_minor,
                                    figures.reference_minor);
  }
  return 0;
}

std::string FiguresLine(const DayFigures& figures) {
  return absl::StrCat(
      FormatYuan(figures.open_minor), " / ", FormatYuan(figures.high_minor),
      " / ", FormatYuan(figures.low_minor), " / ",
      FormatYuan(figures.close_minor), " / ",
      WithSeparators(figures.volume_lots), " / ",
      FormatYuan(figures.turnover_minor), " / ", figures.trade_count);
}

int64_t FeeFloor(int64_t notional_minor, int64_t ppm) {
  return static_cast<int64_t>(absl::int128(notional_minor) * ppm / kMillion);
}

int64_t FeeCeil(int64_t notional_minor, int64_t ppm) {
  return static_cast<int64_t>(
      (absl::int128(notional_minor) * ppm + kMillion - 1) / kMillion);
}

void Recount::Units(const std::string& holder, const std::string& asset,
                    int64_t amount) {
  if (amount >= 0) {
    Move(asset, amount, kSystemHolder, kIssuance, holder, kAvailable);
  } else {
    Move(asset, -amount, holder, kAvailable, kSystemHolder, kRetired);
  }
}

void Recount::Cash(const std::string& holder, int64_t amount_minor) {
  Move(kCurrencyAsset, amount_minor, kSystemHolder, kBank, holder, kAvailable);
}

void Recount::Fill(const std::string& holder, mv1::Side side,
                   const std::string& asset, int64_t units,
                   int64_t notional_minor, int64_t fee_minor) {
  const int64_t sign = side == mv1::SIDE_BUY ? 1 : -1;
  Move(asset, sign * units, kSystemHolder, kClearing, holder, kAvailable);
  Move(kCurrencyAsset, sign * notional_minor, holder, kAvailable, kSystemHolder,
       kClearing);
  Move(kCurrencyAsset, fee_minor, holder, kAvailable, kSystemHolder, kFees);
}

void Recount::Hold(const std::string& holder, const std::string& asset,
                   int64_t amount) {
  Move(asset, amount, holder, kAvailable, holder, kHeld);
}

void Recount::Move(const std::string& asset, int64_t amount,
                   const std::string& from_holder, const char* from_purpose,
                   const std::string& to_holder, const char* to_purpose) {
  Add({from_holder, asset, from_purpose}, -amount);
  Add({to_holder, asset, to_purpose}, amount);
}

void Recount::Add(const AccountKey& key, int64_t amount) {
  int64_t& balance = balances_[key];
  if (__builtin_add_overflow(balance, amount, &balance)) overflowed_ = true;
  if (balance == 0) balances_.erase(key);
}

std::vector<AccountLine> CompareAccounts(
    const std::map<AccountKey, int64_t>& expected,
    const std::map<AccountKey, int64_t>& ours) {
  std::map<AccountKey, AccountLine> lines;
  for (const auto& [key, amount] : expected) {
    lines[key].expected = amount;
  }
  for (const auto& [key, amount] : ours) lines[key].ours = amount;
  std::vector<AccountLine> result;
  for (auto& [key, line] : lines) {
    line.key = key;
    result.push_back(line);
  }
  return result;
}

std::vector<RefusalLine> CompareRefusals(
    const std::vector<RefusedFact>& expected,
    const std::vector<RefusedFact>& ours) {
  std::map<RefusedFact, RefusalLine> lines;
  for (const RefusedFact& refused : expected) ++lines[refused].expected;
  for (const RefusedFact& refused : ours) ++lines[refused].ours;
  std::vector<RefusalLine> result;
  for (auto& [refused, line] : lines) {
    line.refused = refused;
    result.push_back(line);
  }
  return result;
}

}  // namespace luheng::cli
