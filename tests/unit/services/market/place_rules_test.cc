// Goal: each rule about placing an order refuses with its own reason, in the
// order of the reasons' numbers. Method: one row per rule; the order of row n
// breaks rule n and every rule after it.
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/testing/market_world.h"

namespace luheng::testing {
namespace {

namespace v1 = market::v1;
namespace reason = luheng::core::v1;

// A market whose every rule can be broken at once: instrument 1 is as it should
// be; the rows break its world or their order.
struct Scene {
  MarketWorld world;
  v1::PlaceOrderCommand order;
  int64_t user = 10;

  void SetRules(const std::function<void(v1::InstrumentRules&)>& change) {
    v1::SetInstrumentRulesRequest request;
    request.set_name("instruments/CEA");
    *request.mutable_rules() =
        MarketWorld::Definition("CEA", 2).instrument().rules();
    v1::InstrumentRules& rules = *request.mutable_rules();
    rules.set_order_unit_lots(10);
    rules.set_tick_minor(2);
    rules.set_floor_price_minor_per_lot(4'600);
    rules.set_open_orders_max(1);
    change(rules);
    ASSERT_EQ(world.Administer(v1::COMMAND_TYPE_SET_INSTRUMENT_RULES, request),
              reason::REASON_UNSPECIFIED);
  }
};

struct Row {
  const char* name;
  core::Reason reason;
  // Breaks this rule.
  void (*apply)(Scene& scene);
};

void Nothing(Scene&) {}

// From the lowest precedence to the highest; each row keeps what the rows
// before it broke, unless its own break replaces it.
const Row kRows[] = {
    {"Accepted", reason::REASON_UNSPECIFIED, Nothing},
    {"Cash", reason::REASON_INSUFFICIENT_CASH,
     [](Scene& s) { s.order.set_quantity_lots(1'000'000); }},
    {"FillOrKill", reason::REASON_FOK_NOT_FILLABLE,
     [](Scene& s) { s.order.set_time_in_force(v1::TIME_IN_FORCE_FOK); }},
    {"TooManyOrders", reason::REASON_TOO_MANY_ORDERS,
     [](Scene& s) {
       ASSERT_TRUE(s.world.Place(s.user, Buy(1, 4'800, 10)).accepted());
     }},
    {"ClientOrderId", reason::REASON_CLIENT_ORDER_ID_INVALID,
     [](Scene& s) { s.order.set_client_order_id("not an id"); }},
    {"Terms", reason::REASON_ORDER_TERMS_INVALID,
     [](Scene& s) { s.order.set_post_only(true); }},
    {"Expiry", reason::REASON_EXPIRY_INVALID,
     [](Scene& s) { s.order.set_expire_ns(5); }},
    {"Notional", reason::REASON_NOTIONAL_OVERFLOW,
     [](Scene& s) {
       // Needs a price that a band would not let through.
       s.SetRules([](v1::InstrumentRules& rules) { rules.set_band_ppm(0); });
       s.order.set_price_minor_per_lot(1'000'000'000);
       s.order.set_quantity_lots(1'000'000'000);
     }},
    {"Floor", reason::REASON_PRICE_UNDER_FLOOR,
     [](Scene& s) { s.order.set_price_minor_per_lot(4'598); }},
    {"Band", reason::REASON_PRICE_OUTSIDE_BAND,
     [](Scene& s) {
       s.SetRules([](v1::InstrumentRules&) {});
       s.order.set_price_minor_per_lot(4'318);
     }},
    {"Tick", reason::REASON_PRICE_NOT_ON_TICK,
     [](Scene& s) { s.order.set_price_minor_per_lot(4'319); }},
    {"PriceRange", reason::REASON_PRICE_OUT_OF_RANGE,
     [](Scene& s) { s.order.set_price_minor_per_lot(-1); }},
    {"QuantityStep", reason::REASON_QUANTITY_NOT_MULTIPLE,
     [](Scene& s) { s.order.set_quantity_lots(999'999'999); }},
    {"QuantityRange", reason::REASON_QUANTITY_OUT_OF_RANGE,
     [](Scene& s) { s.order.set_quantity_lots(-7); }},
    {"Halted", reason::REASON_INSTRUMENT_HALTED,
     [](Scene& s) {
       v1::SetInstrumentHaltRequest request;
       request.set_name("instruments/CEA");
       request.set_halted(true);
       request.set_reason("test");
       ASSERT_EQ(
           s.world.Administer(v1::COMMAND_TYPE_SET_INSTRUMENT_HALT, request),
           reason::REASON_UNSPECIFIED);
     }},
    {"SessionClosed", reason::REASON_SESSION_CLOSED,
     [](Scene& s) { s.world.AdvanceBy(3 * 60 * kNanosPerMinute); }},
    {"Mode", reason::REASON_MODE_NOT_PERMITTED,
     [](Scene& s) {
       s.SetRules([](v1::InstrumentRules& rules) {
         rules.clear_modes();
         rules.add_modes(v1::TRADING_MODE_AUCTION);
       });
     }},
    {"Instrument", reason::REASON_INSTRUMENT_UNKNOWN,
     [](Scene& s) { s.order.set_instrument(99); }},
    {"HolderSuspended", reason::REASON_HOLDER_NOT_ACTIVE,
     [](Scene& s) { s.world.ports().suspended = {s.user}; }},
    {"HolderUnknown", reason::REASON_HOLDER_UNKNOWN,
     [](Scene& s) {
       s.world.ports().operators = {s.user};
       s.order.set_holder(SimplePorts::kHolders + 1);
     }},
    {"Field", reason::REASON_INVALID_FIELD,
     [](Scene& s) { s.order.set_side(static_cast<v1::Side>(7)); }},
    {"Permission", reason::REASON_PERMISSION_DENIED,
     [](Scene& s) { s.world.ports().operators.clear(); }},
};

class PlaceRulesTest : public ::testing::TestWithParam<size_t> {};

TEST_P(PlaceRulesTest, RefusesByTheRuleOfHighestPrecedence) {
  Scene scene;
  scene.world.Define(MarketWorld::Definition("CEA", 2));
  v1::SetReferencePriceRequest reference;
  reference.set_name("instruments/CEA");
  reference.set_price_minor_per_lot(4'800);
  reference.set_basis("test");
  ASSERT_EQ(
      scene.world.Administer(v1::COMMAND_TYPE_SET_REFERENCE_PRICE, reference),
      reason::REASON_UNSPECIFIED);
  scene.SetRules([](v1::InstrumentRules&) {});
  scene.world.Fund(scene.user, AssetId(1), 1'000'000);
  scene.order = Buy(1, 4'800, 10);
  for (size_t i = 0; i <= GetParam(); ++i) kRows[i].apply(scene);
  const auto balance = scene.world.Available(scene.user, AssetId(1));
  const core::Outcome outcome = scene.world.Place(scene.user, scene.order);
  EXPECT_EQ(outcome.reason, kRows[GetParam()].reason)
      << reason::Reason_Name(outcome.reason);
  if (!outcome.accepted()) {
    EXPECT_EQ(outcome.subject, 0);
    EXPECT_EQ(scene.world.Available(scene.user, AssetId(1)), balance);
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, PlaceRulesTest,
                         ::testing::Range<size_t>(0, std::size(kRows)),
                         [](const auto& row) {
                           return std::string(kRows[row.param].name);
                         });

TEST(PlaceRulesOrderTest, RowsRunAgainstTheNumbers) {
  // Permission is core's; the market's reasons fall from row to row.
  for (size_t i = 2; i + 1 < std::size(kRows); ++i) {
    EXPECT_LT(kRows[i].reason, kRows[i - 1].reason) << kRows[i].name;
  }
}

// The band of 48.00 yuan is 43.20 to 52.80.
TEST(PlaceRulesBandTest, BoundsAreAccepted) {
  MarketWorld world;
  world.Define(MarketWorld::Definition("CEA", 2));
  v1::SetReferencePriceRequest reference;
  reference.set_name("instruments/CEA");
  reference.set_price_minor_per_lot(4'800);
  reference.set_basis("test");
  world.Administer(v1::COMMAND_TYPE_SET_REFERENCE_PRICE, reference);
  world.Fund(10, AssetId(1), 1'000'000);
  EXPECT_EQ(world.Place(10, Buy(1, 4'319, 1)).reason,
            reason::REASON_PRICE_OUTSIDE_BAND);
  EXPECT_TRUE(world.Place(10, Buy(1, 4'320, 1)).accepted());
  EXPECT_TRUE(world.Place(10, Buy(1, 5'280, 1)).accepted());
  EXPECT_EQ(world.Place(10, Buy(1, 5'281, 1)).reason,
            reason::REASON_PRICE_OUTSIDE_BAND);
}

TEST(PlaceRulesFundsTest, SellsNeedUnits) {
  MarketWorld world;
  world.Define(MarketWorld::Definition("CEA", 2, 5));
  world.Fund(10, kUnits, 49);
  EXPECT_EQ(world.Place(10, Sell(1, 100, 10)).reason,
            reason::REASON_INSUFFICIENT_UNITS);
  EXPECT_TRUE(world.Place(10, Sell(1, 100, 9)).accepted());
  EXPECT_EQ(world.Held(10, kUnits), 45);
}

TEST(PlaceRulesPostOnlyTest, RefusesToTrade) {
  MarketWorld world;
  world.Define(MarketWorld::Definition("CEA", 2));
  world.Fund(10, kUnits, 10);
  world.Fund(11, AssetId(1), 10'000);
  ASSERT_TRUE(world.Place(10, Sell(1, 100, 10)).accepted());
  v1::PlaceOrderCommand order = Buy(1, 100, 1);
  order.set_post_only(true);
  EXPECT_EQ(world.Place(11, order).reason,
            reason::REASON_POST_ONLY_WOULD_TRADE);
  order.set_price_minor_per_lot(99);
  EXPECT_TRUE(world.Place(11, order).accepted());
}

}  // namespace
}  // namespace luheng::testing
