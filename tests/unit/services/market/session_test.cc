// Goal: sessions follow the rules and the calendar, a day ends once, and what
// the clock skipped is not replayed.
#include "services/market/session.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/testing/market_world.h"

namespace luheng::testing {
namespace {

namespace v1 = market::v1;
namespace reason = luheng::core::v1;

constexpr AssetId kCash = core::AssetDirectory::kCurrency;

Stamp At(int64_t month, int64_t day, int64_t hour, int64_t minute = 0) {
  return StampAt(MakeDate(2022, month, day),
                 (hour * 60 + minute) * kNanosPerMinute);
}

class SessionTest : public ::testing::Test {
 protected:
  SessionTest() {
    world_.Define(MarketWorld::Definition("CEA", 2));
    world_.Fund(10, kUnits, 100'000);
    world_.Fund(11, kCash, 1'000'000'000);
  }
  const market::Instrument& Cea() {
    return world_.market().instruments().all().front();
  }
  void Trade(int64_t price, int64_t lots) {
    ASSERT_TRUE(world_.Place(10, Sell(1, price, lots)).accepted());
    ASSERT_TRUE(world_.Place(11, Buy(1, price, lots)).accepted());
  }

  MarketWorld world_;
};

TEST_F(SessionTest, StateFollowsTheWindows) {
  struct Row {
    Stamp at;
    v1::SessionState state;
    Stamp next;
  };
  const Row rows[] = {
      {At(10, 21, 9, 30), v1::SESSION_STATE_OPEN, At(10, 21, 11, 30)},
      {At(10, 21, 11, 30), v1::SESSION_STATE_BREAK, At(10, 21, 13)},
      {At(10, 21, 13), v1::SESSION_STATE_OPEN, At(10, 21, 15)},
      {At(10, 21, 15), v1::SESSION_STATE_CLOSED, At(10, 24, 9, 30)},
      {At(10, 23, 12), v1::SESSION_STATE_CLOSED, At(10, 24, 9, 30)},
      {At(10, 24, 9, 30), v1::SESSION_STATE_OPEN, At(10, 24, 11, 30)},
  };
  for (const Row& row : rows) {
    world_.AdvanceTo(row.at);
    EXPECT_EQ(Cea().session, row.state) << FormatStamp(row.at);
    EXPECT_EQ(Cea().session_due, row.next) << FormatStamp(row.at);
  }
}

TEST_F(SessionTest, CloseIsTheVolumeWeightedAverageRoundedHalfUp) {
  Trade(100, 1);
  Trade(101, 1);
  world_.AdvanceTo(At(10, 21, 15));
  const market::DailyBar& bar = *Cea().bars.last();
  EXPECT_TRUE(bar.closed);
  EXPECT_EQ(bar.CloseMinor(), 101);
  EXPECT_EQ(Cea().reference_minor, 101);
  EXPECT_EQ(bar.open_minor, 100);
  EXPECT_EQ(bar.high_minor, 101);
  EXPECT_EQ(bar.low_minor, 100);
  EXPECT_EQ(bar.volume_lots, 2);
  EXPECT_EQ(bar.turnover_minor, 201);
  // A day without trades closes at its reference price.
  world_.AdvanceTo(At(10, 24, 10));
  world_.AdvanceTo(At(10, 24, 15));
  EXPECT_EQ(Cea().bars.last()->day, MakeDate(2022, 10, 24));
  EXPECT_EQ(Cea().bars.last()->CloseMinor(), 101);
}

// 2022-10-21 of the national market: 55,000 t for 3,217,000.00 yuan, 58.00 to
// 58.50, mean 58.49.
TEST_F(SessionTest, PublishedDayComesOut) {
  Trade(5'800, 1'000);
  Trade(5'850, 54'000);
  world_.AdvanceTo(At(10, 21, 15));
  const market::DailyBar& bar = *Cea().bars.last();
  EXPECT_EQ(bar.volume_lots, 55'000);
  EXPECT_EQ(bar.turnover_minor, 321'700'000);
  EXPECT_EQ(bar.high_minor, 5'850);
  EXPECT_EQ(bar.low_minor, 5'800);
  EXPECT_EQ(bar.CloseMinor(), 5'849);
}

TEST_F(SessionTest, HolidaysAndMakeUpDays) {
  v1::SetCalendarDaysRequest request;
  request.add_holidays("2022-10-24");
  request.add_working_days("2022-10-22");
  request.set_basis("test");
  ASSERT_EQ(world_.Administer(v1::COMMAND_TYPE_SET_CALENDAR_DAYS, request),
            reason::REASON_UNSPECIFIED);
  world_.AdvanceTo(At(10, 21, 15));
  EXPECT_EQ(Cea().session_due, At(10, 22, 9, 30));
  world_.AdvanceTo(At(10, 22, 15));
  EXPECT_EQ(Cea().session_due, At(10, 25, 9, 30));
}

TEST_F(SessionTest, DayOrdersEndInPiecesBeforeTheNextDay) {
  for (int i = 0; i < 300; ++i) {
    v1::PlaceOrderCommand order = Sell(1, 100, 1);
    order.set_time_in_force(i % 2 == 0 ? v1::TIME_IN_FORCE_DAY
                                       : v1::TIME_IN_FORCE_GTC);
    ASSERT_TRUE(world_.Place(10, order).accepted());
  }
  for (int i = 0; i < 300; ++i) {
    v1::PlaceOrderCommand order = Sell(1, 101, 1);
    order.set_time_in_force(v1::TIME_IN_FORCE_DAY);
    ASSERT_TRUE(world_.Place(10, order).accepted());
  }
  const int64_t before = world_.world().last_entry().value();
  // The node slept from the morning to the next trading day.
  world_.AdvanceTo(At(10, 24, 10));
  EXPECT_EQ(Cea().session, v1::SESSION_STATE_OPEN);
  EXPECT_EQ(Cea().bars.all().size(), 2u);
  EXPECT_EQ(Cea().day_order_count, 0);
  EXPECT_EQ(world_.market().orders().open_count(HolderId(10)), 150);
  EXPECT_EQ(world_.Held(10, kUnits), 150);
  // The day's end, two pieces of 450 expiries, the next day's opening.
  EXPECT_EQ(world_.world().last_entry().value(), before + 4);
  EXPECT_EQ(world_.Order(1)->close_reason, v1::CLOSE_REASON_DAY_END);
  EXPECT_EQ(world_.Order(1)->state(), v1::ORDER_STATE_EXPIRED);
}

TEST_F(SessionTest, AYearAsleepIsNotReplayed) {
  const int64_t before = world_.world().last_entry().value();
  world_.AdvanceBy(370 * kNanosPerDay);
  EXPECT_LE(world_.world().last_entry().value(), before + 3);
  EXPECT_LE(Cea().bars.all().size(), 2u);
}

TEST_F(SessionTest, GoodTillTimeEndsWhenItsTimeComes) {
  v1::PlaceOrderCommand order = Sell(1, 100, 1);
  order.set_time_in_force(v1::TIME_IN_FORCE_GTD);
  order.set_expire_ns(At(10, 21, 10, 15).value());
  const int64_t id = world_.Place(10, order).subject;
  EXPECT_EQ(world_.world().NextDue(), At(10, 21, 10, 15));
  world_.AdvanceTo(Stamp(At(10, 21, 10, 15).value() - 1));
  EXPECT_TRUE(world_.Order(id)->is_open());
  world_.AdvanceTo(At(10, 21, 10, 15));
  EXPECT_EQ(world_.Order(id)->close_reason, v1::CLOSE_REASON_EXPIRED);
  EXPECT_EQ(world_.Held(10, kUnits), 0);
}

TEST_F(SessionTest, RulesComeIntoForceOnTheirDate) {
  v1::SetInstrumentRulesRequest request;
  request.set_name("instruments/CEA");
  *request.mutable_rules() =
      MarketWorld::Definition("CEA", 2).instrument().rules();
  const Stamp from = At(10, 21, 10);
  request.mutable_rules()->mutable_effective_time()->set_seconds(
      from.value() / kNanosPerSecond);
  request.mutable_rules()->clear_windows();
  ASSERT_EQ(world_.Administer(v1::COMMAND_TYPE_SET_INSTRUMENT_RULES, request),
            reason::REASON_UNSPECIFIED);
  world_.AdvanceTo(Stamp(from.value() - 1));
  EXPECT_EQ(Cea().session, v1::SESSION_STATE_OPEN);
  world_.AdvanceTo(from);
  EXPECT_EQ(Cea().session, v1::SESSION_STATE_CLOSED);
  EXPECT_EQ(Cea().session_due, Stamp());
}

TEST_F(SessionTest, FinerTickNeedsAnEmptyBook) {
  v1::DefineInstrumentRequest definition = MarketWorld::Definition("NOX", 3);
  definition.mutable_instrument()->mutable_rules()->set_tick_minor(100);
  ASSERT_EQ(world_.Define(definition), InstrumentId(2));
  world_.Fund(10, AssetId(3), 10);
  const int64_t order = world_.Place(10, Sell(2, 300, 1)).subject;
  v1::SetInstrumentRulesRequest request;
  request.set_name("instruments/NOX");
  *request.mutable_rules() = definition.instrument().rules();
  request.mutable_rules()->set_tick_minor(50);
  EXPECT_EQ(world_.Administer(v1::COMMAND_TYPE_SET_INSTRUMENT_RULES, request),
            reason::REASON_BOOK_NOT_EMPTY);
  request.mutable_rules()->set_tick_minor(200);
  EXPECT_EQ(world_.Administer(v1::COMMAND_TYPE_SET_INSTRUMENT_RULES, request),
            reason::REASON_UNSPECIFIED);
  world_.Cancel(10, order);
  request.mutable_rules()->set_tick_minor(50);
  EXPECT_EQ(world_.Administer(v1::COMMAND_TYPE_SET_INSTRUMENT_RULES, request),
            reason::REASON_UNSPECIFIED);
  EXPECT_TRUE(world_.Place(10, Sell(2, 350, 1)).accepted());
}

// ---- Defining instruments ------------------------------------------------

struct DefineRow {
  const char* name;
  core::Reason reason;
  void (*change)(v1::Instrument& instrument);
};
const DefineRow kDefinitions[] = {
    {"UnknownAsset", reason::REASON_ASSET_UNKNOWN,
     [](v1::Instrument& i) { i.set_asset("assets/NONE"); }},
    {"Currency", reason::REASON_ASSET_UNKNOWN,
     [](v1::Instrument& i) { i.set_asset("assets/A1"); }},
    {"NoMode", reason::REASON_INSTRUMENT_RULE_INVALID,
     [](v1::Instrument& i) { i.mutable_rules()->clear_modes(); }},
    {"Fee", reason::REASON_INSTRUMENT_RULE_INVALID,
     [](v1::Instrument& i) { i.mutable_rules()->set_buyer_fee_ppm(100'001); }},
    {"Tick", reason::REASON_INSTRUMENT_RULE_INVALID,
     [](v1::Instrument& i) { i.mutable_rules()->set_tick_minor(0); }},
    {"Window", reason::REASON_INSTRUMENT_RULE_INVALID,
     [](v1::Instrument& i) {
       i.mutable_rules()->mutable_windows(1)->set_open_time("11:00");
     }},
    {"LegalBasis", reason::REASON_INSTRUMENT_RULE_INVALID,
     [](v1::Instrument& i) { i.mutable_rules()->clear_legal_basis(); }},
    {"SymbolTaken", reason::REASON_SYMBOL_EXISTS,
     [](v1::Instrument& i) { i.set_symbol("CEA"); }},
    {"Symbol", reason::REASON_INVALID_FIELD,
     [](v1::Instrument& i) { i.set_symbol("cea"); }},
    {"LotUnits", reason::REASON_INVALID_FIELD,
     [](v1::Instrument& i) { i.set_lot_units(0); }},
    {"Good", reason::REASON_UNSPECIFIED, [](v1::Instrument&) {}},
};

TEST_F(SessionTest, DefinitionsAreChecked) {
  for (const DefineRow& row : kDefinitions) {
    v1::DefineInstrumentRequest request = MarketWorld::Definition("X", 2);
    row.change(*request.mutable_instrument());
    EXPECT_EQ(world_.Administer(v1::COMMAND_TYPE_DEFINE_INSTRUMENT, request),
              row.reason)
        << row.name;
  }
}

}  // namespace
}  // namespace luheng::testing
