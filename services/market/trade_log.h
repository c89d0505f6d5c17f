// The last trades, with what each side paid. A bounded tail: the whole history
// is in the entries and, for queries, in the views.
#ifndef LUHENG_SERVICES_MARKET_TRADE_LOG_H_
#define LUHENG_SERVICES_MARKET_TRADE_LOG_H_

#include <cstdint>
#include <vector>

#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "matching/book/types.h"
#include "services/core/state_io.h"

namespace luheng::market {

// One trade. Numbers are dense from 1, over all instruments.
struct TradeRecord {
  int64_t number = 0;
  Stamp time;
  EntryNumber entry;
  InstrumentId instrument;
  OrderId taker;
  OrderId maker;
  HolderId taker_holder;
  HolderId maker_holder;
  int64_t price_minor = 0;
  int64_t lots = 0;
  int64_t taker_fee = 0;
  int64_t maker_fee = 0;
  matching::Side taker_side = matching::Side::kBuy;
};

// Thread-compatible.
class TradeLog {
 public:
  static constexpr int64_t kTradesMax = 10'000;

  // The number of the last trade; 0 before the first.
  int64_t last() const { return last_; }
  // The number of the oldest trade kept; last() + 1 if there is none.
  int64_t first() const {
    return last_ > kTradesMax ? last_ - kTradesMax + 1 : 1;
  }
  // Requires first() <= number <= last().
  const TradeRecord& at(int64_t number) const {
    return trades_[static_cast<size_t>(number % kTradesMax)];
  }
  // Numbers `trade` and keeps it instead of the oldest.
  const TradeRecord& Add(const TradeRecord& trade);

  void Save(core::StateWriter& writer) const;
  void Load(core::StateReader& reader);

 private:
  int64_t last_ = 0;
  std::vector<TradeRecord> trades_;  // Trade n at n modulo kTradesMax.
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_TRADE_LOG_H_
