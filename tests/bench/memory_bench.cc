// What a resting order and an account cost in memory: as the structures count
// themselves, and as the process grows.
//
// Usage: luheng_memory_bench [resting orders [accounts]]
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ledger/accounts/accounts.h"
#include "ledger/base/check.h"
#include "matching/book/book_set.h"
#include "tests/bench/table_row.h"
#include "tests/testing/market_world.h"

namespace luheng::bench {
namespace {

using testing::MarketWorld;

constexpr int64_t kInstruments = 100;
constexpr int64_t kPrices = 500;

int64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  int64_t pages = 0;
  int64_t resident = 0;
  file >> pages >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

std::string BytesEach(int64_t bytes, int64_t count) {
  return absl::StrFormat(
      "%.0f bytes", static_cast<double>(bytes) / static_cast<double>(count));
}

// `counted` as the structure says, `grown` as the kernel says.
void ReportEach(const std::string& name, int64_t counted, int64_t grown,
                int64_t count) {
  Report({name, BytesEach(counted, count),
          absl::StrCat("resident ", BytesEach(grown, count)),
          absl::StrFormat("%.2f", static_cast<double>(counted) /
                                      static_cast<double>(grown))});
}

// The book by itself, from small beginnings, so that it is seen growing.
void MeasureBook(int64_t count) {
  const int64_t before = ResidentBytes();
  matching::BookSet books(
      {.order_count = 1, .level_count = 1, .id_page_count = 1});
  for (int64_t i = 0; i < count; ++i) {
    const bool buys = i % 2 == 0;
    const int64_t away = 1 + (i / (2 * kInstruments)) % kPrices;
    books.Add({OrderId(i + 1), InstrumentId(1 + (i / 2) % kInstruments),
               buys ? matching::Side::kBuy : matching::Side::kSell,
               matching::Ticks(100'000 + (buys ? -away : away)), Quantity(10),
               matching::Owner(static_cast<uint32_t>(1 + i % 1000))});
  }
  LUHENG_CHECK(books.order_count() == count);
  ReportEach("memory of a resting order, book", books.bytes(),
             ResidentBytes() - before, count);
}

// Everything that the market keeps of it: book, order table, client order ids,
// accounts, sessions.
void MeasureMarket(int64_t count) {
  MarketWorld world(false);
  for (int64_t i = 1; i <= kInstruments; ++i) {
    auto definition = MarketWorld::Definition(absl::StrCat("I", i), 1 + i);
    definition.mutable_instrument()->mutable_rules()->set_band_ppm(0);
    definition.mutable_instrument()->mutable_rules()->set_open_orders_max(
        100'000);
    world.Define(definition);
  }
  for (int64_t holder = 2; holder <= 1001; ++holder) {
    world.Fund(holder, AssetId(1), 1'000'000'000'000'000);
  }
  const int64_t before = ResidentBytes();
  market::v1::PlaceOrderCommand place;
  place.set_side(market::v1::SIDE_BUY);
  place.set_time_in_force(market::v1::TIME_IN_FORCE_GTC);
  place.set_quantity_lots(10);
  for (int64_t i = 0; i < count; ++i) {
    place.set_instrument(1 + i % kInstruments);
    place.set_price_minor_per_lot(1000 + (i / kInstruments) % kPrices);
    place.set_client_order_id(absl::StrCat("o", i));
    LUHENG_CHECK(world.Place(2 + i % 1000, place).accepted());
  }
  const auto& orders = world.market().orders();
  LUHENG_CHECK(orders.record_count() == count);
  ReportEach("memory of a resting order, order table", orders.bytes(),
             orders.bytes(), count);
  const int64_t grown = ResidentBytes() - before;
  Report({"memory of a resting order, all", BytesEach(grown, count)});
}

void MeasureAccounts(int64_t count) {
  const int64_t before = ResidentBytes();
  Accounts accounts;
  for (int64_t i = 0; i < count; ++i) {
    accounts.Post(HolderId(2 + i / kInstruments), AssetId(1 + i % kInstruments),
                  Purpose::kAvailable, 1);
  }
  LUHENG_CHECK(accounts.row_count() == count);
  ReportEach("memory of an account (holder, asset)", accounts.bytes(),
             ResidentBytes() - before, count);
}

}  // namespace
}  // namespace luheng::bench

int main(int argc, char** argv) {
  const int64_t orders = argc > 1 ? std::atol(argv[1]) : 1'000'000;
  const int64_t accounts = argc > 2 ? std::atol(argv[2]) : 1'000'000;
  if (orders < 1000 || accounts < 1000) {
    std::fprintf(stderr, "usage: %s [orders [accounts]], 1000 or more each\n",
                 argv[0]);
    return 2;
  }
  luheng::bench::MeasureBook(orders);
  luheng::bench::MeasureMarket(orders / 4);
  luheng::bench::MeasureAccounts(accounts);
  return 0;
}
