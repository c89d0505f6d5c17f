// Holds and settlement in the production accounts: the common order streams
// through Preview and Apply, where each order first holds its cash or units,
// each fill moves both between buyer and seller, and what is left is released.
// Beside it, in turns and on the same CPU, the std::map reference that settles
// nothing. Fails if the trades differ, if an account ends other than a second,
// plain set of books says, if an asset does not sum to zero, or if anything
// holds more or less than what rests.
//
// Usage: luheng_settled_book_bench [rounds [timed commands]]
// With a number of commands the streams are cut, for a quick check.
#include <sched.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ledger/accounts/accounts.h"
#include "ledger/base/check.h"
#include "tests/bench/allocation_count.h"
#include "tests/bench/book_runner.h"
#include "tests/bench/map_book.h"
#include "tests/bench/table_row.h"

namespace luheng::bench {
namespace {

constexpr double kTargetRatio = 0.55;
constexpr uint32_t kAccountCount = 1000;
const AssetId kCash(1);
const HolderId kSystem(1);
// Enough that no order of a stream lacks funds, little enough to add up.
constexpr int64_t kPlenty = 1'000'000'000'000'000;

HolderId HolderOf(uint32_t account) { return HolderId(int64_t{account} + 1); }
AssetId UnitsOf(uint32_t instrument) {
  return AssetId(int64_t{instrument} + 1);
}

// Sees to the accounts. Rows are looked up once for each account and kept, as
// the market keeps them.
class SettlingSink {
 public:
  StreamResult result;

  explicit SettlingSink(uint32_t instrument_count)
      : rows_(size_t{instrument_count + 1} * (kAccountCount + 1)) {
    for (uint32_t asset = 0; asset <= instrument_count; ++asset) {
      for (uint32_t account = 1; account <= kAccountCount; ++account) {
        Endow(asset, account);
      }
    }
  }

  // As far as the market could: a new order names its account, a cancel only
  // the order, and so gets the row of account 0, which nobody has.
  void OnAnnounce(const Command& far, const Command& middle) {
    __builtin_prefetch(&HoldRowOf(far));
    accounts_.Prefetch(HoldRowOf(middle));
  }
  void OnOrder(const Command&) { held_ = false; }
  void OnPreview(const Command& taker, const matching::Outcome& outcome) {
    for (const matching::Step& step : outcome.steps) {
      accounts_.Prefetch(UnitRow(taker.instrument, step.maker_owner.value()));
    }
    if (!outcome.steps.empty()) {
      accounts_.Prefetch(UnitRow(taker.instrument, taker.account));
    }
    if (held_) return;
    held_ = true;
    Hold(HoldRow(taker.side, taker.instrument, taker.account),
         HoldOf(taker.side, taker.price, taker.quantity));
  }
  void OnFill(const Command& taker, uint64_t maker, uint32_t maker_account,
              uint32_t price, uint32_t lots) {
    result.AddTrade(taker.id, maker, price, lots);
    const bool buys = taker.side == matching::Side::kBuy;
    const uint32_t buyer = buys ? taker.account : maker_account;
    const uint32_t seller = buys ? maker_account : taker.account;
    const int64_t paid = Notional(price, lots);
    // What the buyer held for the price that it need not pay; posted even if
    // it is nothing, which costs less than to guess.
    const int64_t held = buys ? Notional(taker.price, lots) : paid;
    const Row cash = CashRow(buyer);
    accounts_.PostToRow(cash, Purpose::kHeld, -held);
    accounts_.PostToRow(cash, Purpose::kAvailable, held - paid);
    accounts_.PostToRow(CashRow(seller), Purpose::kAvailable, paid);
    accounts_.PostToRow(UnitRow(taker.instrument, seller), Purpose::kHeld,
                        -int64_t{lots});
    accounts_.PostToRow(UnitRow(taker.instrument, buyer), Purpose::kAvailable,
                        lots);
  }
  void OnFound(const matching::RestingOrder& order) {
    accounts_.Prefetch(HoldRow(order.side,
                               static_cast<uint32_t>(order.instrument.value()),
                               order.owner.value()));
  }
  void OnRelease(uint64_t, uint32_t instrument, matching::Side side,
                 uint32_t account, uint32_t price, uint32_t lots) {
    Hold(HoldRow(side, instrument, account), -HoldOf(side, price, lots));
  }

  const Accounts& accounts() const { return accounts_; }

 private:
  using Row = Accounts::RowIndex;

  static int64_t Notional(uint32_t price, uint32_t lots) {
    return int64_t{price} * int64_t{lots};
  }
  // Asset 0 of the table is cash.
  Row& RowAt(uint32_t asset, uint32_t account) {
    return rows_[size_t{asset} * (kAccountCount + 1) + account];
  }
  // Without a branch: the side of the next order cannot be predicted.
  Row& HoldRow(matching::Side side, uint32_t instrument, uint32_t account) {
    return RowAt(side == matching::Side::kBuy ? 0 : instrument, account);
  }
  Row& HoldRowOf(const Command& command) {
    const bool named = command.operation == Operation::kNew;
    return HoldRow(command.side, command.instrument,
                   named ? command.account : 0);
  }
  static int64_t HoldOf(matching::Side side, uint32_t price, uint32_t lots) {
    return Notional(side == matching::Side::kBuy ? price : 1, lots);
  }
  Row CashRow(uint32_t account) { return RowAt(0, account); }
  Row UnitRow(uint32_t instrument, uint32_t account) {
    return RowAt(instrument, account);
  }
  void Endow(uint32_t table_asset, uint32_t account) {
    const AssetId asset = table_asset == 0 ? kCash : UnitsOf(table_asset);
    Row& row = RowAt(table_asset, account);
    row = accounts_.RowFor(HolderOf(account), asset, false);
    accounts_.PostToRow(row, Purpose::kAvailable, kPlenty);
    accounts_.Post(kSystem, asset,
                   table_asset == 0 ? Purpose::kBank : Purpose::kIssuance,
                   -kPlenty);
  }
  // From available to held, or back.
  void Hold(Row row, int64_t amount) {
    accounts_.PostToRow(row, Purpose::kAvailable, -amount);
    accounts_.PostToRow(row, Purpose::kHeld, amount);
  }

  Accounts accounts_;
  std::vector<Row> rows_;
  bool held_ = false;  // By the order at hand.
};

// What every account must come to, by plain sums over the reference's trades
// and what rests: the other way to the same books.
class PlainSink {
 public:
  void OnOrder(const Command&) {}
  void OnFill(const Command& taker, uint64_t, uint32_t maker_account,
              uint32_t price, uint32_t lots) {
    const bool buys = taker.side == matching::Side::kBuy;
    const uint32_t buyer = buys ? taker.account : maker_account;
    const uint32_t seller = buys ? maker_account : taker.account;
    const int64_t paid = int64_t{price} * int64_t{lots};
    owned_[{HolderOf(buyer).value(), kCash.value()}] -= paid;
    owned_[{HolderOf(seller).value(), kCash.value()}] += paid;
    const int64_t units = UnitsOf(taker.instrument).value();
    owned_[{HolderOf(buyer).value(), units}] += lots;
    owned_[{HolderOf(seller).value(), units}] -= lots;
  }
  void OnRelease(uint64_t, uint32_t, matching::Side, uint32_t, uint32_t,
                 uint32_t) {}

  int64_t OwnedBy(HolderId holder, AssetId asset) const {
    const auto found = owned_.find({holder.value(), asset.value()});
    return kPlenty + (found == owned_.end() ? 0 : found->second);
  }

 private:
  std::map<std::pair<int64_t, int64_t>, int64_t> owned_;
};

[[noreturn]] void Differ(const std::string& what) {
  absl::FPrintF(stderr, "settled book: %s\n", what);
  std::exit(1);
}

// Zero-sum of each asset; held is what the resting orders hold; both together
// are what the trades left to each account.
void CheckAccounts(const Accounts& accounts, const matching::BookSet& books,
                   const PlainSink& plain, uint32_t instrument_count) {
  std::map<std::pair<int64_t, int64_t>, int64_t> held;
  for (uint32_t i = 1; i <= instrument_count; ++i) {
    const InstrumentId id(i);
    const auto add = [&](const matching::RestingOrder& order) {
      const bool buys = order.side == matching::Side::kBuy;
      held[{HolderOf(order.owner.value()).value(),
            (buys ? kCash : UnitsOf(i)).value()}] +=
          order.quantity.value() * (buys ? order.price.value() : 1);
    };
    books.ForEachOrder(id, matching::Side::kBuy, add);
    books.ForEachOrder(id, matching::Side::kSell, add);
  }
  std::map<int64_t, int64_t> sums;
  for (const AccountBalance& balance : accounts.Balances()) {
    sums[balance.asset.value()] += balance.amount;
  }
  for (const auto& [asset, sum] : sums) {
    if (sum != 0) Differ(absl::StrCat("asset ", asset, " sums to ", sum));
  }
  for (uint32_t account = 1; account <= kAccountCount; ++account) {
    for (uint32_t i = 0; i <= instrument_count; ++i) {
      const HolderId holder = HolderOf(account);
      const AssetId asset = i == 0 ? kCash : UnitsOf(i);
      const int64_t holds = accounts.Get(holder, asset, Purpose::kHeld);
      const int64_t has =
          accounts.Get(holder, asset, Purpose::kAvailable) + holds;
      if (holds != held[{holder.value(), asset.value()}] ||
          has != plain.OwnedBy(holder, asset)) {
        Differ(absl::StrCat("holder ", holder.value(), " asset ", asset.value(),
                            " holds ", holds, " of ", has, ", expected ",
                            held[{holder.value(), asset.value()}], " of ",
                            plain.OwnedBy(holder, asset)));
      }
    }
  }
}

// Stays on the CPU it is on, so that both engines use the same one.
void PinToOneCpu() {
  const int cpu = sched_getcpu();
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  if (sched_setaffinity(0, sizeof(set), &set) != 0) {
    std::fprintf(stderr, "not pinned to a CPU\n");
  }
}

// CPU time of this thread: what others do on the machine meanwhile disturbs it
// less than it does the time of day.
double ThreadNanos() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 +
         static_cast<double>(now.tv_nsec);
}

struct Timed {
  double nanos_per_command = 0;
  int64_t allocation_count = 0;
};

// `kAnnounced`: the engine hears of a command ahead of its turn, as in a batch
// of the sequencer.
template <bool kAnnounced, typename Engine, typename Sink>
Timed RunStream(const Stream& stream, Engine& engine, Sink& sink) {
  const Command* const commands = stream.commands.data();
  for (size_t i = 0; i < stream.prefill_count; ++i) {
    engine.Run(commands[i], sink);
  }
  const int64_t allocations = AllocationCount();
  const double start = ThreadNanos();
  if constexpr (kAnnounced) {
    engine.RunAnnounced(commands, stream.prefill_count, stream.commands.size(),
                        sink);
  } else {
    for (size_t i = stream.prefill_count; i < stream.commands.size(); ++i) {
      engine.Run(commands[i], sink);
    }
  }
  const double elapsed = ThreadNanos() - start;
  return {elapsed / static_cast<double>(stream.commands.size() -
                                        stream.prefill_count),
          AllocationCount() - allocations};
}

void Measure(const StreamSpec& spec, int rounds) {
  const Stream stream = MakeStream(spec);
  PlainSink plain;
  {
    HeapMapBook reference(spec.instrument_count, stream.order_id_max);
    RunStream<false>(stream, reference, plain);
  }
  // The best round says most about the code: all that disturbs a round on a
  // shared machine makes it slower.
  double map_nanos = std::numeric_limits<double>::max();
  double nanos = std::numeric_limits<double>::max();
  int64_t allocations = 0;
  for (int round = 0; round < rounds; ++round) {
    HashSink map_sink;
    HeapMapBook map_book(spec.instrument_count, stream.order_id_max);
    const Timed map_run = RunStream<false>(stream, map_book, map_sink);
    SettlingSink sink(spec.instrument_count);
    BookRunner book({.order_count = 1 << 17,
                     .level_count = 1 << 15,
                     .id_page_count = 1 << 11});
    const Timed run = RunStream<true>(stream, book, sink);
    allocations = run.allocation_count;
    book.CountResting(sink.result);
    if (sink.result != stream.result) Differ("other trades on " + spec.name);
    CheckAccounts(sink.accounts(), book.books(), plain, spec.instrument_count);
    map_nanos = std::min(map_nanos, map_run.nanos_per_command);
    nanos = std::min(nanos, run.nanos_per_command);
  }
  if (allocations != 0) {
    Differ(absl::StrCat(allocations, " allocations in the timed part"));
  }
  const double ratio = nanos / map_nanos;
  Report({absl::StrCat("settled book ", spec.name, ", announced"),
          absl::StrFormat("%.1f ns/order", nanos),
          absl::StrFormat("map %.1f ns", map_nanos),
          absl::StrFormat("%.3f", ratio),
          absl::StrFormat("<= %.2f", kTargetRatio), ratio <= kTargetRatio});
}

}  // namespace
}  // namespace luheng::bench

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 7;
  const int64_t cut = argc > 2 ? std::atol(argv[2]) : 0;
  if (rounds < 1 || cut < 0) {
    std::fprintf(stderr, "usage: %s [rounds [timed commands]]\n", argv[0]);
    return 2;
  }
  luheng::bench::PinToOneCpu();
  for (const auto& named : luheng::bench::NamedStreams()) {
    luheng::bench::StreamSpec spec = named.spec;
    if (cut > 0) spec.timed_count = static_cast<uint64_t>(cut);
    luheng::bench::Measure(spec, rounds);
  }
  return 0;
}
