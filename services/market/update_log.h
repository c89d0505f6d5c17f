// What `apply` changed since the log was last taken, noted on the sequencer's
// thread for the market data and own-order streams. Notes are cheap: levels
// are names only (their quantities are read when the log is taken), orders are
// copies.
#ifndef LUHENG_SERVICES_MARKET_UPDATE_LOG_H_
#define LUHENG_SERVICES_MARKET_UPDATE_LOG_H_

#include <atomic>
#include <compare>
#include <cstdint>
#include <vector>

#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "matching/book/types.h"
#include "services/market/orders.h"
#include "services/market/trade_log.h"

namespace luheng::market {

// A level of a book that changed.
struct LevelName {
  InstrumentId instrument;
  matching::Side side = matching::Side::kBuy;
  matching::Ticks price;

  friend auto operator<=>(const LevelName&, const LevelName&) = default;
};

// An order after one change, and the trade that changed it.
struct OrderChange {
  EntryNumber entry;
  Stamp time;
  OrderRecord order;
  int64_t trade = 0;  // 0 if no trade changed it.
  bool maker = false;
};

// Thread-compatible, but for wants_levels; filled by apply, emptied by its
// owner.
struct UpdateLog {
  // Whether anybody wants levels; orders and trades are always noted. Set from
  // other threads, relaxed: who sets it then reads the book on the sequencer's
  // thread, and that orders the two.
  std::atomic<bool> wants_levels = false;
  std::vector<LevelName> levels;
  std::vector<InstrumentId> sessions;
  std::vector<TradeRecord> trades;
  std::vector<OrderChange> orders;
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_UPDATE_LOG_H_
