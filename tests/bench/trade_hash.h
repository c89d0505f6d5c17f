// What a run over the order stream came to: counts and a hash of every trade
// in its order. Two books with equal results made the same trades in the same
// sequence and left the same quantity resting.
#ifndef LUHENG_TESTS_BENCH_TRADE_HASH_H_
#define LUHENG_TESTS_BENCH_TRADE_HASH_H_

#include <cstdint>

namespace luheng::bench {

struct StreamResult {
  uint64_t trade_count = 0;
  uint64_t traded_lots = 0;
  uint64_t notional = 0;  // Sum of price times quantity, in ticks times lots.
  uint64_t trade_hash = 1469598103934665603u;
  uint64_t resting_count = 0;
  uint64_t resting_lots = 0;

  void AddTrade(uint64_t taker, uint64_t maker, uint64_t price, uint64_t lots) {
    ++trade_count;
    traded_lots += lots;
    notional += price * lots;
    const uint64_t mixed = taker * 0x9E3779B97F4A7C15u +
                           maker * 0xC2B2AE3D27D4EB4Fu +
                           price * 0x165667B19E3779F9u + lots;
    trade_hash = (trade_hash ^ mixed) * 0x100000001b3u;
  }
  friend bool operator==(const StreamResult&, const StreamResult&) = default;
};

}  // namespace luheng::bench

#endif  // LUHENG_TESTS_BENCH_TRADE_HASH_H_
