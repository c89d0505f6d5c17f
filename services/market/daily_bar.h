// The figures of one instrument's trading days, folded from fills.
#ifndef LUHENG_SERVICES_MARKET_DAILY_BAR_H_
#define LUHENG_SERVICES_MARKET_DAILY_BAR_H_

#include <cstdint>
#include <deque>

#include "absl/numeric/int128.h"
#include "ledger/base/stamp.h"
#include "services/core/state_io.h"

namespace luheng::market {

// One trading day. Prices in minor units per lot, 0 while nothing traded.
struct DailyBar {
  Date day;
  int64_t reference_minor = 0;
  int64_t open_minor = 0;
  int64_t high_minor = 0;
  int64_t low_minor = 0;
  int64_t last_minor = 0;
  int64_t volume_lots = 0;
  int64_t trade_count = 0;
  // In minor units; wider than one order's notional because a busy day may
  // turn the same money over many times.
  absl::int128 turnover_minor = 0;
  bool closed = false;

  void AddTrade(int64_t price_minor, int64_t lots);
  // The volume-weighted average rounded half up to the minor unit; the
  // reference price while nothing traded.
  int64_t CloseMinor() const;
  // Turnover for the API, at most INT64_MAX.
  int64_t ShownTurnover() const;
};

// The last days of one instrument, oldest first. Thread-compatible.
class DailyBars {
 public:
  static constexpr size_t kDaysMax = 400;

  // The day in progress, or null.
  const DailyBar* open() const {
    return bars_.empty() || bars_.back().closed ? nullptr : &bars_.back();
  }
  DailyBar* open() {
    return bars_.empty() || bars_.back().closed ? nullptr : &bars_.back();
  }
  // The last day, in progress or not; null before the first.
  const DailyBar* last() const {
    return bars_.empty() ? nullptr : &bars_.back();
  }
  // `day` trades (again), measured from `reference_minor`.
  void Open(Date day, int64_t reference_minor);
  const std::deque<DailyBar>& all() const { return bars_; }

  void Save(core::StateWriter& writer) const;
  void Load(core::StateReader& reader);

 private:
  std::deque<DailyBar> bars_;
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_DAILY_BAR_H_
