// Goal: whatever traders do, no fen and no unit is made, lost or left behind.
// Method: random commands of every kind on a market with few holders, close
// prices, self-trade prevention, sessions and expiries. After every command the
// books are compared with what the open orders must hold; at the end replay of
// the entries, and a load of a snapshot from the middle, must give the same
// state bytes.
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "services/market/fees.h"
#include "tests/testing/market_world.h"

namespace luheng::testing {
namespace {

namespace v1 = market::v1;

constexpr int64_t kHolderCount = 8;
constexpr AssetId kCash = core::AssetDirectory::kCurrency;
constexpr int64_t kCashEach = 200'000'000;
constexpr int64_t kUnitsEach = 60'000;

class RandomMarket {
 public:
  explicit RandomMarket(uint64_t seed) : random_(seed) {
    world_.ports().owners = {{3, 2}, {4, 2}, {7, 6}};
    world_.ports().operators = {8};
    for (int64_t i = 0; i < 2; ++i) {
      auto request = MarketWorld::Definition(i == 0 ? "CEA" : "NOX", 2 + i,
                                             i == 0 ? 1 : 7);
      request.mutable_instrument()->mutable_rules()->set_seller_fee_ppm(
          i == 0 ? 7'500 : 333);
      world_.Define(request);
      for (int64_t holder = 2; holder < 2 + kHolderCount; ++holder) {
        world_.Fund(holder, AssetId(2 + i), kUnitsEach);
      }
    }
    for (int64_t holder = 2; holder < 2 + kHolderCount; ++holder) {
      world_.Fund(holder, kCash, kCashEach);
    }
  }

  void Step() {
    const int64_t user = 2 + Draw(kHolderCount);
    switch (Draw(20)) {
      case 0:
        return CancelAll(user);
      case 1:
      case 2:
        last_ = world_.Cancel(user, AnyOrder());
        return;
      case 3:
      case 4:
      case 5:
        last_ = world_.Amend(user, AnyOrder(), Draw(3) == 0 ? 0 : Price(),
                             Draw(2) == 0 ? 0 : 1 + Draw(40));
        return;
      case 6:
        if (Draw(8) == 0) return SetFees();
        return Advance();
      default:
        return Place(user);
    }
  }

  void Check() {
    // What every open order must hold, by (holder, asset).
    std::map<std::pair<int64_t, int64_t>, int64_t> held;
    for (int64_t holder = 0; holder < 20; ++holder) {
      world_.market().orders().ForEachOpen(
          HolderId(holder), [&](const market::OrderRecord& order) {
            EXPECT_GT(order.open, 0u);
            EXPECT_EQ(order.quantity, order.filled + order.open);
            EXPECT_TRUE(order.resting);
            const auto& instrument =
                *world_.market().instruments().Find(order.instrument());
            if (order.side == matching::Side::kBuy) {
              const int64_t notional = int64_t{order.price} * order.open;
              held[{holder, kCash.value()}] +=
                  notional + (notional * order.fee_ppm + 999'999) / 1'000'000;
            } else {
              held[{holder, instrument.asset.value()}] +=
                  int64_t{order.open} * instrument.lot_units;
            }
            return true;
          });
    }
    std::map<int64_t, int64_t> sums;
    for (const auto& balance : world_.world().accounts().Balances()) {
      sums[balance.asset.value()] += balance.amount;
      if (balance.purpose != Purpose::kHeld) continue;
      const auto key = std::pair(balance.holder.value(), balance.asset.value());
      EXPECT_EQ(balance.amount, held[key]) << "holder " << balance.holder;
      held.erase(key);
    }
    for (const auto& [key, amount] : held) EXPECT_EQ(amount, 0);
    for (const auto& [asset, sum] : sums) EXPECT_EQ(sum, 0) << asset;
  }

  // Every unit and fen that holders had is still theirs or a fee.
  void CheckTotals() {
    std::map<int64_t, int64_t> totals;
    int64_t fees = 0;
    for (const auto& balance : world_.world().accounts().Balances()) {
      if (balance.purpose == Purpose::kFees) fees += balance.amount;
      if (!IsSystemPurpose(balance.purpose)) {
        totals[balance.asset.value()] += balance.amount;
      }
    }
    EXPECT_EQ(totals[kCash.value()] + fees, kCashEach * kHolderCount);
    EXPECT_EQ(totals[2], kUnitsEach * kHolderCount);
    EXPECT_EQ(totals[3], kUnitsEach * kHolderCount);
    int64_t trades = 0;
    for (const auto& instrument : world_.market().instruments().all()) {
      for (const auto& bar : instrument.bars.all()) trades += bar.trade_count;
    }
    EXPECT_EQ(trades, world_.market().trades().last());
    EXPECT_GT(trades, 300) << "too quiet to prove anything";
    EXPECT_GT(fees, 0);
  }

  MarketWorld& world() { return world_; }
  const core::Outcome& last() const { return last_; }

 private:
  int64_t Draw(int64_t bound) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(bound));
  }
  int64_t Price() { return 4'990 + Draw(21); }
  // Mostly one of the last orders.
  int64_t AnyOrder() { return 1 + Draw(order_count_ + 1); }

  // Mostly a little; from a closed session straight to the next.
  void Advance() {
    const auto& instrument = world_.market().instruments().all().front();
    if (instrument.session != v1::SESSION_STATE_OPEN) {
      return world_.AdvanceTo(instrument.session_due);
    }
    world_.AdvanceBy(Draw(8) == 0 ? 40 * kNanosPerMinute : kNanosPerMinute);
  }

  void Place(int64_t user) {
    v1::PlaceOrderCommand body =
        Limit(1 + Draw(2), Draw(2) == 0 ? v1::SIDE_BUY : v1::SIDE_SELL, Price(),
              1 + Draw(50));
    body.set_time_in_force(static_cast<v1::TimeInForce>(1 + Draw(5)));
    if (body.time_in_force() == v1::TIME_IN_FORCE_GTD) {
      body.set_expire_ns(world_.now().value() +
                         (1 + Draw(30)) * kNanosPerMinute);
    }
    body.set_self_trade_prevention(
        static_cast<v1::SelfTradePrevention>(Draw(5)));
    body.set_post_only(body.time_in_force() < v1::TIME_IN_FORCE_IOC &&
                       Draw(6) == 0);
    last_ = world_.Place(user, body);
    if (last_.accepted()) order_count_ = last_.subject;
  }

  void CancelAll(int64_t user) {
    v1::CancelAllCommand body;
    body.set_instrument(Draw(3));
    last_ = world_.Run(v1::COMMAND_TYPE_CANCEL_ALL, user, body);
  }

  // Fees change while orders rest: their holds must still cover them.
  void SetFees() {
    v1::SetInstrumentRulesRequest body;
    body.set_name("instruments/CEA");
    *body.mutable_rules() =
        MarketWorld::Definition("CEA", 2).instrument().rules();
    body.mutable_rules()->set_buyer_fee_ppm(Draw(100'000));
    body.mutable_rules()->set_seller_fee_ppm(Draw(100'000));
    EXPECT_EQ(world_.Administer(v1::COMMAND_TYPE_SET_INSTRUMENT_RULES, body),
              0);
  }

  std::mt19937_64 random_;
  MarketWorld world_;
  core::Outcome last_;
  int64_t order_count_ = 0;
};

class MarketPropertyTest : public ::testing::TestWithParam<uint64_t> {};

TEST_P(MarketPropertyTest, HoldsAndBalancesStayExact) {
  SCOPED_TRACE(::testing::Message() << "seed " << GetParam());
  constexpr int kSteps = 3'000;
  RandomMarket market(GetParam());
  std::string snapshot;
  size_t snapshot_entries = 0;
  for (int i = 0; i < kSteps && !HasFailure(); ++i) {
    market.Step();
    market.Check();
    if (i == kSteps / 2) {
      snapshot = market.world().SavedState();
      snapshot_entries = market.world().entries().size();
    }
  }
  market.CheckTotals();
  const std::string state = market.world().SavedState();

  MarketWorld replayed;
  replayed.Replay(market.world().entries());
  EXPECT_TRUE(replayed.SavedState() == state);

  MarketWorld loaded;
  const absl::Status status = loaded.world().Load(snapshot);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_TRUE(loaded.SavedState() == snapshot);
  loaded.Replay(market.world().entries(), snapshot_entries);
  EXPECT_TRUE(loaded.SavedState() == state);
}

INSTANTIATE_TEST_SUITE_P(Seeds, MarketPropertyTest,
                         ::testing::Range<uint64_t>(1, 13));

}  // namespace
}  // namespace luheng::testing
