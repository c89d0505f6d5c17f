// What the market's rules cost: decide and apply of the common order stream in
// a world with the real core, market and accounts, on one thread, without
// journal, hashing or gRPC. Holders are the stream's accounts.
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "tests/bench/order_stream.h"
#include "tests/testing/market_world.h"

namespace luheng::bench {
namespace {

namespace v1 = market::v1;
using testing::MarketWorld;

constexpr uint64_t kTimedCount = 500'000;
// Account n of the stream is holder n + 1: holder 1 is the system's.
int64_t HolderOf(const Command& command) {
  return int64_t{command.account} + 1;
}

// The stream's commands as the market's. A modification of the stream sets a
// new open quantity, as an amendment of an order with no fills does.
class MarketRunner {
 public:
  explicit MarketRunner(const Stream& stream)
      : world_(false), orders_(stream.order_id_max + 1) {
    for (uint32_t i = 1; i <= stream.spec.instrument_count; ++i) {
      auto definition = MarketWorld::Definition("I" + std::to_string(i), 1 + i);
      definition.mutable_instrument()->mutable_rules()->set_band_ppm(0);
      world_.Define(definition);
      for (int64_t holder = 2; holder <= 1001; ++holder) {
        world_.Fund(holder, AssetId(1 + i), 1'000'000'000'000);
      }
    }
    for (int64_t holder = 2; holder <= 1001; ++holder) {
      world_.Fund(holder, AssetId(1), 1'000'000'000'000'000);
    }
  }

  void Run(const Command& command) {
    core::Command to;
    to.user = UserId(HolderOf(command));
    int64_t& order = orders_[command.id];
    if (command.operation == Operation::kNew) {
      place_.set_instrument(command.instrument);
      place_.set_side(command.side == matching::Side::kBuy ? v1::SIDE_BUY
                                                           : v1::SIDE_SELL);
      place_.set_price_minor_per_lot(command.price);
      place_.set_quantity_lots(command.quantity);
      place_.set_time_in_force(command.immediate ? v1::TIME_IN_FORCE_IOC
                                                 : v1::TIME_IN_FORCE_GTC);
      place_.set_client_order_id(std::to_string(command.id));
      order = world_.Place(to.user.value(), place_).subject;
    } else if (command.operation == Operation::kCancel) {
      cancel_.set_order(order);
      world_.Run(v1::COMMAND_TYPE_CANCEL_ORDER, owner(command), cancel_);
    } else {
      amend_.set_order(order);
      amend_.set_price_minor_per_lot(command.price);
      amend_.set_quantity_lots(command.quantity);
      world_.Run(v1::COMMAND_TYPE_AMEND_ORDER, owner(command), amend_);
    }
  }
  MarketWorld& world() { return world_; }

 private:
  int64_t owner(const Command& command) {
    const market::OrderRecord* order = world_.Order(orders_[command.id]);
    return order == nullptr ? HolderOf(command) : order->holder().value();
  }

  MarketWorld world_;
  std::vector<int64_t> orders_;
  v1::PlaceOrderCommand place_;
  v1::CancelOrderCommand cancel_;
  v1::AmendOrderCommand amend_;
};

void RunStream(StreamSpec spec) {
  spec.timed_count = kTimedCount;
  const Stream stream = MakeStream(spec);
  MarketRunner runner(stream);
  for (size_t i = 0; i < stream.prefill_count; ++i) {
    runner.Run(stream.commands[i]);
  }
  const int64_t bytes = runner.world().entry_bytes();
  const int64_t entry = runner.world().world().last_entry().value();
  const std::clock_t start = std::clock();
  for (size_t i = stream.prefill_count; i < stream.commands.size(); ++i) {
    runner.Run(stream.commands[i]);
  }
  // The thread's own time, so that a busy machine does not count.
  const double nanos = static_cast<double>(std::clock() - start) * 1e9 /
                       static_cast<double>(CLOCKS_PER_SEC);
  const int64_t entries = runner.world().world().last_entry().value() - entry;
  std::printf(
      "market %-5s decide, encode and apply: %.0f ns a command, %lld entries "
      "of "
      "%.1f bytes, %lld trades, order table %lld bytes a record\n",
      spec.name.c_str(), nanos / static_cast<double>(kTimedCount),
      static_cast<long long>(entries),
      static_cast<double>(runner.world().entry_bytes() - bytes) /
          static_cast<double>(entries),
      static_cast<long long>(runner.world().market().trades().last()),
      static_cast<long long>(runner.world().market().orders().bytes() /
                             runner.world().market().orders().record_count()));
}

}  // namespace
}  // namespace luheng::bench

int main() {
  for (const auto& named : luheng::bench::NamedStreams()) {
    if (named.spec.name == "w1") continue;
    luheng::bench::RunStream(named.spec);
  }
  return 0;
}
