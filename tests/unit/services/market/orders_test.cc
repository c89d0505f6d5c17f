// Goal: what orders do to balances, to each other and to themselves.
#include <string>

#include "gtest/gtest.h"
#include "services/market/client_key.h"
#include "services/market/fees.h"
#include "tests/testing/market_world.h"

namespace luheng::testing {
namespace {

namespace v1 = market::v1;
namespace reason = luheng::core::v1;

constexpr AssetId kCash = core::AssetDirectory::kCurrency;

class OrdersTest : public ::testing::Test {
 protected:
  OrdersTest() {
    world_.Define(MarketWorld::Definition("CEA", 2));
    for (int64_t holder = 10; holder < 20; ++holder) {
      world_.Fund(holder, kCash, 100'000'000);
      world_.Fund(holder, kUnits, 100'000);
    }
  }
  int64_t PlaceOk(int64_t user, const v1::PlaceOrderCommand& order) {
    const core::Outcome outcome = world_.Place(user, order);
    EXPECT_TRUE(outcome.accepted()) << reason::Reason_Name(outcome.reason);
    return outcome.subject;
  }
  v1::OrderState StateOf(int64_t order) { return world_.Order(order)->state(); }
  int64_t ReasonOf(int64_t order) { return world_.Order(order)->close_reason; }

  MarketWorld world_;
};

TEST_F(OrdersTest, FillIsDeliveryVersusPaymentWithBothFees) {
  const int64_t sell = PlaceOk(10, Sell(1, 5'800, 55));
  const int64_t buy = PlaceOk(11, Buy(1, 5'900, 55));
  const int64_t notional = 5'800 * 55;
  const int64_t fee = notional * 75 / 10'000;
  EXPECT_EQ(world_.Available(10, kCash), 100'000'000 + notional - fee);
  EXPECT_EQ(world_.Available(11, kCash), 100'000'000 - notional - fee);
  EXPECT_EQ(world_.Available(10, kUnits), 100'000 - 55);
  EXPECT_EQ(world_.Available(11, kUnits), 100'000 + 55);
  EXPECT_EQ(world_.world().accounts().Get(kSystemHolder, kCash, Purpose::kFees),
            2 * fee);
  EXPECT_EQ(world_.Held(10, kUnits), 0);
  EXPECT_EQ(world_.Held(11, kCash), 0);
  EXPECT_EQ(StateOf(sell), v1::ORDER_STATE_FILLED);
  EXPECT_EQ(StateOf(buy), v1::ORDER_STATE_FILLED);
  EXPECT_EQ(world_.Order(buy)->fees, fee);
}

TEST_F(OrdersTest, RestingBuyGetsItsPriceImprovementBack) {
  PlaceOk(10, Buy(1, 333, 7));
  EXPECT_EQ(world_.Held(10, kCash), 333 * 7 + 18);  // ceil(17.4825)
  PlaceOk(11, Sell(1, 300, 3));
  // The maker's price counts.
  EXPECT_EQ(world_.Held(10, kCash), 333 * 4 + 10);
  EXPECT_EQ(world_.Available(10, kCash),
            100'000'000 - 333 * 3 - 7 - (333 * 4 + 10));
}

TEST_F(OrdersTest, ImmediateOrCancelGivesTheRestBack) {
  PlaceOk(10, Sell(1, 100, 5));
  v1::PlaceOrderCommand order = Buy(1, 100, 8);
  order.set_time_in_force(v1::TIME_IN_FORCE_IOC);
  const core::Outcome outcome = world_.Place(11, order);
  EXPECT_EQ(outcome.numbers[0], v1::ORDER_STATE_CANCELLED);
  EXPECT_EQ(outcome.numbers[1], 5);
  EXPECT_EQ(outcome.numbers[2], 0);
  EXPECT_EQ(StateOf(outcome.subject), v1::ORDER_STATE_CANCELLED);
  EXPECT_EQ(ReasonOf(outcome.subject), v1::CLOSE_REASON_IOC_REMAINDER);
  EXPECT_EQ(world_.Order(outcome.subject)->filled, 5u);
  EXPECT_EQ(world_.Held(11, kCash), 0);
}

TEST_F(OrdersTest, RepeatedClientOrderIdAnswersWithTheOriginal) {
  const v1::PlaceOrderCommand order = Buy(1, 100, 8);
  const core::Outcome first = world_.Place(10, order);
  const EntryNumber last = world_.world().last_entry();
  // Even when the session has closed and the body is another.
  world_.AdvanceBy(3 * 60 * kNanosPerMinute);
  v1::PlaceOrderCommand other = order;
  other.set_quantity_lots(9);
  const EntryNumber before = world_.world().last_entry();
  const core::Outcome second = world_.Place(10, other);
  EXPECT_TRUE(second.accepted());
  EXPECT_TRUE(second.repeated);
  EXPECT_EQ(second.subject, first.subject);
  EXPECT_EQ(second.entry, last);
  EXPECT_EQ(second.numbers[2], 8);
  EXPECT_EQ(world_.world().last_entry(), before);
  // Another holder's id is its own.
  world_.AdvanceTo(Stamp(TradingMorning().value() + 4 * 60 * kNanosPerMinute));
  EXPECT_FALSE(world_.Place(11, order).repeated);
}

TEST_F(OrdersTest, ClientOrderIdIsFreeAgainSevenDaysAfterTheClose) {
  v1::PlaceOrderCommand order = Buy(1, 100, 8);
  const int64_t first = PlaceOk(10, order);
  world_.Cancel(10, first);
  world_.AdvanceBy(7 * kNanosPerDay);
  EXPECT_TRUE(world_.Place(10, order).repeated);
  world_.AdvanceBy(1);
  const core::Outcome again = world_.Place(10, order);
  EXPECT_FALSE(again.repeated);
  EXPECT_NE(again.subject, first);
}

TEST_F(OrdersTest, CancelReleasesAndRefusesClosedOrders) {
  const int64_t buy = PlaceOk(10, Buy(1, 100, 8));
  EXPECT_TRUE(world_.Cancel(10, buy).accepted());
  EXPECT_EQ(world_.Available(10, kCash), 100'000'000);
  EXPECT_EQ(world_.Cancel(10, buy).reason, reason::REASON_ORDER_CLOSED);
  PlaceOk(10, Sell(1, 100, 1));
  const int64_t filled = PlaceOk(11, Buy(1, 100, 1));
  EXPECT_EQ(world_.Cancel(11, filled).reason, reason::REASON_ORDER_CLOSED);
  EXPECT_EQ(world_.Cancel(11, 999).reason, reason::REASON_ORDER_UNKNOWN);
}

TEST_F(OrdersTest, OthersOrdersDoNotExistButForOperators) {
  const int64_t buy = PlaceOk(10, Buy(1, 100, 8));
  EXPECT_EQ(world_.Cancel(11, buy).reason, reason::REASON_ORDER_UNKNOWN);
  EXPECT_EQ(world_.Amend(11, buy, 99, 0).reason, reason::REASON_ORDER_UNKNOWN);
  world_.ports().operators = {12};
  EXPECT_TRUE(world_.Cancel(12, buy).accepted());
  EXPECT_EQ(ReasonOf(buy), v1::CLOSE_REASON_OPERATOR);
}

TEST_F(OrdersTest, SuspendedHolderMayCancelNotAmend) {
  const int64_t buy = PlaceOk(10, Buy(1, 100, 8));
  world_.ports().suspended = {10};
  EXPECT_EQ(world_.Amend(10, buy, 99, 0).reason,
            reason::REASON_HOLDER_NOT_ACTIVE);
  EXPECT_TRUE(world_.Cancel(10, buy).accepted());
}

TEST_F(OrdersTest, SmallerAmendmentKeepsItsPlace) {
  const int64_t first = PlaceOk(10, Sell(1, 100, 8));
  const int64_t second = PlaceOk(11, Sell(1, 100, 8));
  EXPECT_TRUE(world_.Amend(10, first, 0, 5).accepted());
  EXPECT_EQ(world_.Held(10, kUnits), 5);
  PlaceOk(12, Buy(1, 100, 5));
  EXPECT_EQ(StateOf(first), v1::ORDER_STATE_FILLED);
  EXPECT_EQ(world_.Order(second)->filled, 0u);
}

TEST_F(OrdersTest, LargerAmendmentLosesItsPlace) {
  const int64_t first = PlaceOk(10, Sell(1, 100, 8));
  const int64_t second = PlaceOk(11, Sell(1, 100, 8));
  EXPECT_TRUE(world_.Amend(10, first, 0, 9).accepted());
  EXPECT_EQ(world_.Held(10, kUnits), 9);
  PlaceOk(12, Buy(1, 100, 8));
  EXPECT_EQ(world_.Order(first)->filled, 0u);
  EXPECT_EQ(StateOf(second), v1::ORDER_STATE_FILLED);
}

TEST_F(OrdersTest, AmendmentMayTrade) {
  PlaceOk(10, Sell(1, 100, 4));
  const int64_t buy = PlaceOk(11, Buy(1, 90, 6));
  const core::Outcome outcome = world_.Amend(11, buy, 105, 0);
  EXPECT_EQ(outcome.numbers[0], v1::ORDER_STATE_PARTIALLY_FILLED);
  EXPECT_EQ(outcome.numbers[1], 4);
  EXPECT_EQ(outcome.numbers[2], 2);
  EXPECT_EQ(world_.Held(11, kCash), market::BuyHold(105, 2, 7'500));
}

TEST_F(OrdersTest, AmendmentIsRefusedByItsRules) {
  PlaceOk(10, Sell(1, 100, 4));
  const int64_t buy = PlaceOk(11, Buy(1, 100, 6));
  EXPECT_EQ(world_.Amend(11, buy, 0, 4).reason, reason::REASON_AMEND_INVALID);
  EXPECT_EQ(world_.Amend(11, buy, 100, 6).reason, reason::REASON_AMEND_INVALID);
  EXPECT_EQ(world_.Amend(11, buy, 1'000'000, 1'000'000).reason,
            reason::REASON_INSUFFICIENT_CASH);
  world_.Cancel(11, buy);
  EXPECT_EQ(world_.Amend(11, buy, 101, 6).reason, reason::REASON_ORDER_CLOSED);
}

TEST_F(OrdersTest, FeesStayThoseOfTheAcceptance) {
  const int64_t buy = PlaceOk(10, Buy(1, 10'000, 10));
  v1::SetInstrumentRulesRequest request;
  request.set_name("instruments/CEA");
  *request.mutable_rules() =
      MarketWorld::Definition("CEA", 2).instrument().rules();
  request.mutable_rules()->set_buyer_fee_ppm(100'000);
  world_.Administer(v1::COMMAND_TYPE_SET_INSTRUMENT_RULES, request);
  PlaceOk(11, Sell(1, 10'000, 10));
  EXPECT_EQ(world_.Order(buy)->fees, 750);
  EXPECT_EQ(world_.Held(10, kCash), 0);
}

// ---- Self-trade prevention ----------------------------------------------

struct SelfTradeRow {
  const char* name;
  v1::SelfTradePrevention mode;
  v1::OrderState maker;
  int64_t maker_open;
  v1::OrderState taker;
  int64_t taker_open;
};
const SelfTradeRow kSelfTrades[] = {
    {"Newest", v1::SELF_TRADE_PREVENTION_CANCEL_NEWEST, v1::ORDER_STATE_OPEN, 5,
     v1::ORDER_STATE_CANCELLED, 0},
    {"Oldest", v1::SELF_TRADE_PREVENTION_CANCEL_OLDEST,
     v1::ORDER_STATE_CANCELLED, 0, v1::ORDER_STATE_OPEN, 8},
    {"Both", v1::SELF_TRADE_PREVENTION_CANCEL_BOTH, v1::ORDER_STATE_CANCELLED,
     0, v1::ORDER_STATE_CANCELLED, 0},
    {"Decrement", v1::SELF_TRADE_PREVENTION_DECREMENT,
     v1::ORDER_STATE_CANCELLED, 0, v1::ORDER_STATE_OPEN, 3},
};

class SelfTradeTest : public OrdersTest,
                      public ::testing::WithParamInterface<SelfTradeRow> {};

TEST_P(SelfTradeTest, OneBeneficialOwnerNeverTradesWithItself) {
  const SelfTradeRow& row = GetParam();
  world_.ports().owners = {{10, 15}, {11, 15}};
  const int64_t maker = PlaceOk(10, Sell(1, 100, 5));
  v1::PlaceOrderCommand order = Buy(1, 100, 8);
  order.set_self_trade_prevention(row.mode);
  const int64_t taker = PlaceOk(11, order);
  EXPECT_EQ(world_.market().trades().last(), 0);
  EXPECT_EQ(StateOf(maker), row.maker);
  EXPECT_EQ(world_.Order(maker)->open, row.maker_open);
  EXPECT_EQ(StateOf(taker), row.taker);
  EXPECT_EQ(world_.Order(taker)->open, row.taker_open);
  EXPECT_EQ(world_.Held(10, kUnits), row.maker_open);
  EXPECT_EQ(world_.Held(11, kCash),
            market::BuyHold(100, row.taker_open, 7'500));
  if (row.maker == v1::ORDER_STATE_CANCELLED) {
    EXPECT_EQ(ReasonOf(maker), v1::CLOSE_REASON_SELF_TRADE);
  }
  if (row.taker == v1::ORDER_STATE_CANCELLED) {
    EXPECT_EQ(ReasonOf(taker), v1::CLOSE_REASON_SELF_TRADE);
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, SelfTradeTest, ::testing::ValuesIn(kSelfTrades),
                         [](const auto& row) {
                           return std::string(row.param.name);
                         });

TEST_F(OrdersTest, DecrementAfterFillsKeepsCountRight) {
  world_.ports().owners = {{10, 15}, {11, 15}};
  PlaceOk(12, Sell(1, 99, 3));
  const int64_t own = PlaceOk(10, Sell(1, 100, 10));
  v1::PlaceOrderCommand order = Buy(1, 100, 7);
  order.set_self_trade_prevention(v1::SELF_TRADE_PREVENTION_DECREMENT);
  const int64_t taker = PlaceOk(11, order);
  EXPECT_EQ(StateOf(taker), v1::ORDER_STATE_CANCELLED);
  EXPECT_EQ(world_.Order(taker)->filled, 3u);
  EXPECT_EQ(world_.Order(own)->open, 6u);
  EXPECT_EQ(world_.Held(10, kUnits), 6);
  EXPECT_EQ(world_.Held(11, kCash), 0);
}

// ---- Large commands --------------------------------------------------------

class LargeTest : public OrdersTest {
 protected:
  void Fill(int64_t count) {
    for (int64_t i = 0; i < count; ++i) PlaceOk(10, Sell(1, 100 + i % 3, 1));
  }
};

TEST_F(LargeTest, SweepGoesOnInFurtherEntriesAndAfterARestart) {
  Fill(600);
  const int64_t before = world_.world().last_entry().value();
  core::Outcome outcome =
      world_.RunFirst(v1::COMMAND_TYPE_PLACE_ORDER, 11, Buy(1, 102, 700));
  EXPECT_EQ(outcome.numbers[1], 256);
  EXPECT_EQ(outcome.numbers[2], 444);
  EXPECT_EQ(world_.Held(11, kCash), market::BuyHold(102, 444, 7'500));
  // A restart: from the entries, and from a snapshot.
  MarketWorld replayed;
  replayed.Replay(world_.entries());
  EXPECT_TRUE(replayed.world().HasContinuation());
  MarketWorld loaded;
  ASSERT_TRUE(loaded.world().Load(world_.SavedState()).ok());
  EXPECT_TRUE(loaded.world().HasContinuation());
  while (world_.world().HasContinuation()) world_.Continue(outcome);
  EXPECT_EQ(world_.world().last_entry().value(), before + 3);
  EXPECT_EQ(outcome.numbers[0], v1::ORDER_STATE_PARTIALLY_FILLED);
  EXPECT_EQ(outcome.numbers[1], 600);
  EXPECT_EQ(outcome.numbers[2], 100);
  EXPECT_TRUE(world_.Order(outcome.subject)->resting);
  EXPECT_EQ(world_.Held(11, kCash), market::BuyHold(102, 100, 7'500));
}

TEST_F(LargeTest, FillOrKillIsDecidedOverTheFullDepth) {
  Fill(600);
  v1::PlaceOrderCommand order = Buy(1, 102, 601);
  order.set_time_in_force(v1::TIME_IN_FORCE_FOK);
  EXPECT_EQ(world_.Place(11, order).reason, reason::REASON_FOK_NOT_FILLABLE);
  EXPECT_EQ(world_.market().trades().last(), 0);
  order.set_quantity_lots(600);
  const core::Outcome outcome = world_.Place(11, order);
  EXPECT_EQ(outcome.numbers[0], v1::ORDER_STATE_FILLED);
  EXPECT_EQ(world_.market().trades().last(), 600);
}

TEST_F(LargeTest, CancelAllGoesOnInPieces) {
  Fill(600);
  const int64_t other = PlaceOk(11, Sell(1, 100, 1));
  v1::CancelAllCommand body;
  const int64_t before = world_.world().last_entry().value();
  const core::Outcome outcome =
      world_.Run(v1::COMMAND_TYPE_CANCEL_ALL, 10, body);
  EXPECT_EQ(outcome.numbers[0], 600);
  EXPECT_EQ(world_.world().last_entry().value(), before + 3);
  EXPECT_FALSE(world_.market().InUse(HolderId(10)));
  EXPECT_TRUE(world_.market().InUse(HolderId(11)));
  EXPECT_EQ(world_.Held(10, kUnits), 0);
  EXPECT_EQ(StateOf(other), v1::ORDER_STATE_OPEN);
  // Nothing to cancel makes no entry.
  world_.Run(v1::COMMAND_TYPE_CANCEL_ALL, 10, body);
  EXPECT_EQ(world_.world().last_entry().value(), before + 3);
}

// ---- Client order ids in 32 bytes -----------------------------------------

TEST(ClientKeyTest, KeepsEveryCharacter) {
  for (const std::string& id :
       {std::string("a"), std::string("Ab-_9"), std::string(36, '_'),
        std::string("550e8400-e29b-41d4-a716-446655440000")}) {
    const auto key = market::ClientKey::Make(HolderId(77), id);
    ASSERT_TRUE(key.has_value()) << id;
    EXPECT_EQ(key->id(), id);
    EXPECT_EQ(key->holder(), HolderId(77));
  }
  EXPECT_NE(market::ClientKey::Make(HolderId(1), "A"),
            market::ClientKey::Make(HolderId(1), "AA"));
  EXPECT_NE(market::ClientKey::Make(HolderId(1), "A"),
            market::ClientKey::Make(HolderId(2), "A"));
}

TEST(ClientKeyTest, RefusesOtherTexts) {
  for (const std::string& id :
       {std::string(), std::string(37, 'a'), std::string("a b"),
        std::string("订单"), std::string("a\0", 2)}) {
    EXPECT_FALSE(market::ClientKey::Make(HolderId(1), id).has_value());
  }
}

}  // namespace
}  // namespace luheng::testing
