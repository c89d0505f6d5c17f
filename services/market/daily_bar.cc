#include "services/market/daily_bar.h"

#include <algorithm>
#include <limits>

namespace luheng::market {

void DailyBar::AddTrade(int64_t price_minor, int64_t lots) {
  if (trade_count == 0) {
    open_minor = high_minor = low_minor = price_minor;
  }
  high_minor = std::max(high_minor, price_minor);
  low_minor = std::min(low_minor, price_minor);
  last_minor = price_minor;
  volume_lots += lots;
  turnover_minor += absl::int128(price_minor) * lots;
  ++trade_count;
}

int64_t DailyBar::CloseMinor() const {
  if (volume_lots == 0) return reference_minor;
  return static_cast<int64_t>((turnover_minor * 2 + volume_lots) /
                              (absl::int128(volume_lots) * 2));
}

int64_t DailyBar::ShownTurnover() const {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  return turnover_minor > kMax ? kMax : static_cast<int64_t>(turnover_minor);
}

void DailyBars::Open(Date day, int64_t reference_minor) {
  if (!bars_.empty() && bars_.back().day == day) {
    bars_.back().closed = false;
    return;
  }
  DailyBar bar;
  bar.day = day;
  bar.reference_minor = reference_minor;
  bars_.push_back(bar);
  if (bars_.size() > kDaysMax) bars_.pop_front();
}

void DailyBars::Save(core::StateWriter& writer) const {
  writer.Int(static_cast<int64_t>(bars_.size()));
  for (const DailyBar& bar : bars_) {
    for (const int64_t value :
         {bar.day.value(), bar.reference_minor, bar.open_minor, bar.high_minor,
          bar.low_minor, bar.last_minor, bar.volume_lots, bar.trade_count,
          absl::Int128High64(bar.turnover_minor),
          static_cast<int64_t>(absl::Int128Low64(bar.turnover_minor)),
          int64_t{bar.closed}}) {
      writer.Int(value);
    }
  }
}

void DailyBars::Load(core::StateReader& reader) {
  for (int64_t left = reader.Count(kDaysMax); left > 0; --left) {
    DailyBar bar;
    bar.day = Date(reader.Int());
    for (int64_t* value : {&bar.reference_minor, &bar.open_minor,
                           &bar.high_minor, &bar.low_minor, &bar.last_minor,
                           &bar.volume_lots, &bar.trade_count}) {
      *value = reader.Int();
    }
    const int64_t high = reader.Int();
    const auto low = static_cast<uint64_t>(reader.Int());
    bar.turnover_minor = absl::MakeInt128(high, low);
    bar.closed = reader.Int() != 0;
    bars_.push_back(bar);
  }
}

}  // namespace luheng::market
