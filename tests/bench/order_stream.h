// The common order stream: a deterministic sequence of book commands, made in
// memory from a seed, together with the result that every correct book must
// reach. Public figures for the three named streams pin the generator, so that
// measurements of different engines and years can be compared.
//
// Mix of the timed part: 50 % passive orders, 30 % cancels (2 % of them of
// orders that are gone), 5 % modifications, 15 % marketable orders, two thirds
// of those immediate-or-cancel. A modification sets a new price and a new open
// quantity, loses its place and never crosses.
#ifndef LUHENG_TESTS_BENCH_ORDER_STREAM_H_
#define LUHENG_TESTS_BENCH_ORDER_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "matching/book/types.h"
#include "tests/bench/trade_hash.h"

namespace luheng::bench {

enum class Operation : uint8_t { kNew, kCancel, kModify };

struct Command {
  uint64_t id = 0;          // Dense from 1 over all instruments.
  uint32_t instrument = 0;  // Dense from 1.
  uint32_t price = 0;       // Ticks.
  uint32_t quantity = 0;    // Lots.
  uint32_t account = 0;     // 1 to 1000.
  Operation operation = Operation::kNew;
  matching::Side side = matching::Side::kBuy;
  bool immediate = false;  // Immediate or cancel.
};
static_assert(sizeof(Command) == 32);

// How far from the middle passive orders go.
enum class Depth : uint8_t {
  kNarrow,  // Geometric, mean 12.5 ticks.
  kWide,    // Pareto, up to 200,000 ticks.
};

struct StreamSpec {
  std::string name;
  uint64_t timed_count = 2'000'000;
  uint32_t instrument_count = 1;
  uint64_t seed = 42;
  Depth depth = Depth::kNarrow;
};

struct Stream {
  StreamSpec spec;
  std::vector<Command> commands;
  size_t prefill_count = 0;  // The first commands, which are not timed.
  uint64_t order_id_max = 0;
  StreamResult result;  // After all commands.
};

// "s1", "s100" and "w1", with their public results.
struct NamedStream {
  StreamSpec spec;
  StreamResult result;
};
const std::vector<NamedStream>& NamedStreams();

Stream MakeStream(const StreamSpec& spec);

}  // namespace luheng::bench

#endif  // LUHENG_TESTS_BENCH_ORDER_STREAM_H_
