// The rules of the book, one named row each, and what it promises about
// memory. Random flow is the property test's work.
#include "matching/book/book_set.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "matching/book/screened_match.h"
#include "tests/bench/allocation_count.h"
#include "tests/bench/book_runner.h"

namespace luheng::matching {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr InstrumentId kInstrument(1);

RestingOrder Order(int64_t id, Side side, int64_t price, int64_t quantity,
                   uint32_t owner = 1) {
  return {OrderId(id),  kInstrument,        side,
          Ticks(price), Quantity(quantity), Owner(owner)};
}
RestingOrder Sell(int64_t id, int64_t price, int64_t quantity,
                  uint32_t owner = 1) {
  return Order(id, Side::kSell, price, quantity, owner);
}
RestingOrder Buy(int64_t id, int64_t price, int64_t quantity,
                 uint32_t owner = 1) {
  return Order(id, Side::kBuy, price, quantity, owner);
}

Taker TakerOf(const RestingOrder& order) {
  Taker taker;
  taker.id = order.id;
  taker.instrument = order.instrument;
  taker.side = order.side;
  taker.limit = order.price;
  taker.quantity = order.quantity;
  taker.owner = order.owner;
  return taker;
}
Taker Immediate(const RestingOrder& order) {
  Taker taker = TakerOf(order);
  taker.time_in_force = TimeInForce::kImmediateOrCancel;
  return taker;
}
Taker FillOrKill(const RestingOrder& order) {
  Taker taker = TakerOf(order);
  taker.time_in_force = TimeInForce::kFillOrKill;
  return taker;
}
Taker PostOnly(const RestingOrder& order) {
  Taker taker = TakerOf(order);
  taker.post_only = true;
  return taker;
}

// "fill 2@9x5 gone" and the like; reasons of the screen in brackets.
std::string Text(const Step& step) {
  static constexpr const char* kKinds[] = {"fill", "cancel", "decrement",
                                           "skip"};
  std::string text = absl::StrFormat(
      "%s %d@%dx%d", kKinds[static_cast<size_t>(step.kind)], step.maker.value(),
      step.price.value(), step.quantity.value());
  if (step.maker_gone) text += " gone";
  if (step.reason != 0) absl::StrAppendFormat(&text, " [%d]", step.reason);
  return text;
}
std::vector<std::string> Texts(const Outcome& outcome) {
  std::vector<std::string> texts;
  for (const Step& step : outcome.steps) texts.push_back(Text(step));
  return texts;
}

struct Case {
  const char* name;
  std::vector<RestingOrder> resting;
  Taker taker;
  std::vector<std::string> steps;
  Ending ending;
  Cause cause;
  int64_t remaining;
  Limits limits = {};
};

void PrintTo(const Case& row, std::ostream* out) { *out << row.name; }

void ExpectOutcome(const Outcome& outcome, const Case& row) {
  EXPECT_EQ(Texts(outcome), row.steps);
  EXPECT_EQ(outcome.ending, row.ending);
  EXPECT_EQ(outcome.cause, row.cause);
  EXPECT_EQ(outcome.remaining, Quantity(row.remaining));
  EXPECT_EQ(outcome.traded.value() + outcome.decremented.value() +
                outcome.remaining.value(),
            row.taker.quantity.value());
}

// ---- Rules without a screen -----------------------------------------------

class RuleTest : public ::testing::TestWithParam<Case> {};

TEST_P(RuleTest, PreviewSaysWhatHappens) {
  BookSet books;
  for (const RestingOrder& order : GetParam().resting) books.Add(order);
  Outcome outcome;
  books.Preview(GetParam().taker, GetParam().limits, outcome);
  ExpectOutcome(outcome, GetParam());
}

const Case kRules[] = {
    {"EmptyBook",
     {},
     TakerOf(Buy(9, 10, 5)),
     {},
     Ending::kRests,
     Cause::kNone,
     5},
    {"BestPriceFirst",
     {Sell(1, 10, 5), Sell(2, 9, 5)},
     TakerOf(Buy(9, 10, 5)),
     {"fill 2@9x5 gone"},
     Ending::kDone,
     Cause::kNone,
     0},
    {"BestBidFirst",
     {Buy(1, 10, 5), Buy(2, 11, 5)},
     TakerOf(Sell(9, 10, 5)),
     {"fill 2@11x5 gone"},
     Ending::kDone,
     Cause::kNone,
     0},
    {"OldestFirst",
     {Sell(1, 9, 5), Sell(2, 9, 5)},
     TakerOf(Buy(9, 9, 5)),
     {"fill 1@9x5 gone"},
     Ending::kDone,
     Cause::kNone,
     0},
    {"OldestBySequenceNotById",
     {Sell(2, 9, 5), Sell(1, 9, 5)},
     TakerOf(Buy(9, 9, 5)),
     {"fill 2@9x5 gone"},
     Ending::kDone,
     Cause::kNone,
     0},
    {"MakerSetsPrice",
     {Sell(1, 9, 5)},
     TakerOf(Buy(9, 12, 5)),
     {"fill 1@9x5 gone"},
     Ending::kDone,
     Cause::kNone,
     0},
    {"LimitIsKept",
     {Sell(1, 9, 2), Sell(2, 11, 5)},
     TakerOf(Buy(9, 10, 5)),
     {"fill 1@9x2 gone"},
     Ending::kRests,
     Cause::kNone,
     3},
    {"SeveralLevels",
     {Sell(1, 9, 2), Sell(2, 10, 2), Sell(3, 10, 9)},
     TakerOf(Buy(9, 10, 5)),
     {"fill 1@9x2 gone", "fill 2@10x2 gone", "fill 3@10x1"},
     Ending::kDone,
     Cause::kNone,
     0},
    {"SameSideNeverMeets",
     {Buy(1, 10, 5)},
     TakerOf(Buy(9, 10, 5)),
     {},
     Ending::kRests,
     Cause::kNone,
     5},
    {"OtherInstrumentsNeverMeet",
     {{OrderId(1), InstrumentId(2), Side::kSell, Ticks(9), Quantity(5),
       Owner(1)}},
     TakerOf(Buy(9, 10, 5)),
     {},
     Ending::kRests,
     Cause::kNone,
     5},
    {"LargestAmounts",
     {Sell(1, kTicksMax, kLotsMax)},
     TakerOf(Buy(9, kTicksMax, kLotsMax)),
     {"fill 1@1000000000x1000000000 gone"},
     Ending::kDone,
     Cause::kNone,
     0},
    {"LeastPriceOfABid",
     {Buy(1, 1, 1)},
     TakerOf(Sell(9, 1, 2)),
     {"fill 1@1x1 gone"},
     Ending::kRests,
     Cause::kNone,
     1},
    {"ImmediateTakesWhatThereIs",
     {Sell(1, 9, 2)},
     Immediate(Buy(9, 9, 5)),
     {"fill 1@9x2 gone"},
     Ending::kCancelled,
     Cause::kImmediateOrCancel,
     3},
    {"ImmediateWithoutMakers",
     {},
     Immediate(Buy(9, 9, 5)),
     {},
     Ending::kCancelled,
     Cause::kImmediateOrCancel,
     5},
    {"ImmediateInFull",
     {Sell(1, 9, 7)},
     Immediate(Buy(9, 9, 5)),
     {"fill 1@9x5"},
     Ending::kDone,
     Cause::kNone,
     0},
    {"FillOrKillInFull",
     {Sell(1, 9, 2), Sell(2, 10, 3)},
     FillOrKill(Buy(9, 10, 5)),
     {"fill 1@9x2 gone", "fill 2@10x3 gone"},
     Ending::kDone,
     Cause::kNone,
     0},
    {"FillOrKillShortByOneLot",
     {Sell(1, 9, 2), Sell(2, 10, 2)},
     FillOrKill(Buy(9, 10, 5)),
     {},
     Ending::kRefused,
     Cause::kNotFillable,
     5},
    {"FillOrKillStopsAtItsLimit",
     {Sell(1, 9, 2), Sell(2, 11, 3)},
     FillOrKill(Buy(9, 10, 5)),
     {},
     Ending::kRefused,
     Cause::kNotFillable,
     5},
    {"FillOrKillIsDecidedBeyondTheSteps",
     {Sell(1, 9, 1), Sell(2, 9, 1), Sell(3, 9, 1)},
     FillOrKill(Buy(9, 9, 3)),
     {"fill 1@9x1 gone", "fill 2@9x1 gone"},
     Ending::kMore,
     Cause::kNone,
     1,
     {2, 256}},
    {"PostOnlyRests",
     {Sell(1, 11, 2)},
     PostOnly(Buy(9, 10, 5)),
     {},
     Ending::kRests,
     Cause::kNone,
     5},
    {"PostOnlyRefusedAtItsLimit",
     {Sell(1, 10, 2)},
     PostOnly(Buy(9, 10, 5)),
     {},
     Ending::kRefused,
     Cause::kWouldTrade,
     5},
    {"StepsEndThePiece",
     {Sell(1, 9, 1), Sell(2, 9, 1)},
     TakerOf(Buy(9, 9, 5)),
     {"fill 1@9x1 gone"},
     Ending::kMore,
     Cause::kNone,
     4,
     {1, 256}},
    {"NoFurtherPieceWithoutAMaker",
     {Sell(1, 9, 1)},
     TakerOf(Buy(9, 9, 5)),
     {"fill 1@9x1 gone"},
     Ending::kRests,
     Cause::kNone,
     4,
     {1, 256}},
};

INSTANTIATE_TEST_SUITE_P(All, RuleTest, ::testing::ValuesIn(kRules),
                         [](const auto& row) { return row.param.name; });

// ---- Rules under a screen -------------------------------------------------

constexpr uint16_t kSelf = 1;
constexpr uint16_t kApart = 2;
constexpr uint16_t kSpent = 3;

// Owner 1 is the taker's own; owner 2 may not trade with it; owner 3 shares
// headroom of 4 lots.
class TestScreen {
 public:
  explicit TestScreen(SelfTradeMode mode) : mode_(mode) {}

  Verdict Allow(const RestingOrder& maker, Quantity quantity) {
    switch (maker.owner.value()) {
      case 1:
        return SelfTradeVerdict(mode_, kSelf);
      case 2:
        return {Action::kSkip, Quantity(), kApart};
      case 3:
        return {Action::kTrade, Quantity(headroom_), kSpent};
      default:
        return {Action::kTrade, quantity, 0};
    }
  }
  void Take(const RestingOrder& maker, Quantity quantity) {
    if (maker.owner.value() == 3) headroom_ -= quantity.value();
  }

 private:
  const SelfTradeMode mode_;
  int64_t headroom_ = 4;
};

struct ScreenCase {
  Case base;
  SelfTradeMode mode;
};

void PrintTo(const ScreenCase& row, std::ostream* out) {
  *out << row.base.name;
}

class ScreenTest : public ::testing::TestWithParam<ScreenCase> {};

TEST_P(ScreenTest, PreviewSaysWhatHappens) {
  const Case& row = GetParam().base;
  BookSet books;
  for (const RestingOrder& order : row.resting) books.Add(order);
  TestScreen screen(GetParam().mode);
  Outcome outcome;
  books.Preview(row.taker, row.limits, screen, outcome);
  ExpectOutcome(outcome, row);
}

constexpr auto kNewest = SelfTradeMode::kCancelNewest;
constexpr auto kOldest = SelfTradeMode::kCancelOldest;
constexpr auto kBoth = SelfTradeMode::kCancelBoth;
constexpr auto kSmaller = SelfTradeMode::kDecrement;

const ScreenCase kScreens[] = {
    {{"CancelNewest",
      {Sell(1, 9, 2, 4), Sell(2, 9, 2, 1), Sell(3, 9, 9, 4)},
      TakerOf(Buy(9, 9, 5)),
      {"fill 1@9x2 gone"},
      Ending::kCancelled,
      Cause::kScreen,
      3},
     kNewest},
    {{"CancelOldest",
      {Sell(1, 9, 2, 4), Sell(2, 9, 2, 1), Sell(3, 9, 9, 4)},
      TakerOf(Buy(9, 9, 5)),
      {"fill 1@9x2 gone", "cancel 2@9x2 gone [1]", "fill 3@9x3"},
      Ending::kDone,
      Cause::kNone,
      0},
     kOldest},
    {{"CancelBoth",
      {Sell(1, 9, 2, 4), Sell(2, 9, 2, 1), Sell(3, 9, 9, 4)},
      TakerOf(Buy(9, 9, 5)),
      {"fill 1@9x2 gone", "cancel 2@9x2 gone [1]"},
      Ending::kCancelled,
      Cause::kScreen,
      3},
     kBoth},
    {{"DecrementTheMakerAway",
      {Sell(2, 9, 2, 1), Sell(3, 9, 9, 4)},
      TakerOf(Buy(9, 9, 5)),
      {"decrement 2@9x2 gone [1]", "fill 3@9x3"},
      Ending::kDone,
      Cause::kNone,
      0},
     kSmaller},
    {{"DecrementTheTakerAway",
      {Sell(2, 9, 8, 1), Sell(3, 9, 9, 4)},
      TakerOf(Buy(9, 9, 5)),
      {"decrement 2@9x5 [1]"},
      Ending::kDone,
      Cause::kNone,
      0},
     kSmaller},
    {{"SkipKeepsItsPlace",
      {Sell(1, 9, 2, 2), Sell(2, 9, 2, 4)},
      TakerOf(Buy(9, 9, 5)),
      {"skip 1@9x2 [2]", "fill 2@9x2 gone"},
      Ending::kRests,
      Cause::kNone,
      3},
     kNewest},
    {{"SharedHeadroomIsSpentOnce",
      {Sell(1, 9, 3, 3), Sell(2, 9, 3, 3), Sell(3, 9, 3, 3), Sell(4, 9, 3, 4)},
      TakerOf(Buy(9, 9, 9)),
      {"fill 1@9x3 gone", "fill 2@9x1", "skip 2@9x2 [3]", "skip 3@9x3 [3]",
       "fill 4@9x3 gone"},
      Ending::kRests,
      Cause::kNone,
      2},
     kNewest},
    {{"SkipsAreBounded",
      {Sell(1, 9, 2, 2), Sell(2, 9, 2, 2), Sell(3, 9, 2, 4)},
      TakerOf(Buy(9, 9, 5)),
      {"skip 1@9x2 [2]"},
      Ending::kCancelled,
      Cause::kSkipsMax,
      5,
      {256, 1}},
     kNewest},
    {{"SkipsUpToTheBound",
      {Sell(1, 9, 2, 2), Sell(3, 9, 2, 4)},
      TakerOf(Buy(9, 9, 5)),
      {"skip 1@9x2 [2]", "fill 3@9x2 gone"},
      Ending::kRests,
      Cause::kNone,
      3,
      {256, 1}},
     kNewest},
    {{"SkipsAreNoSteps",
      {Sell(1, 9, 2, 2), Sell(2, 9, 2, 2), Sell(3, 9, 2, 4)},
      TakerOf(Buy(9, 9, 2)),
      {"skip 1@9x2 [2]", "skip 2@9x2 [2]", "fill 3@9x2 gone"},
      Ending::kDone,
      Cause::kNone,
      0,
      {1, 256}},
     kNewest},
    {{"CancelsAreSteps",
      {Sell(1, 9, 2, 1), Sell(2, 9, 2, 4)},
      TakerOf(Buy(9, 9, 2)),
      {"cancel 1@9x2 gone [1]"},
      Ending::kMore,
      Cause::kNone,
      2,
      {1, 256}},
     kOldest},
    {{"FillOrKillGoesRoundSkips",
      {Sell(1, 9, 2, 2), Sell(2, 9, 5, 4)},
      FillOrKill(Buy(9, 9, 5)),
      {"skip 1@9x2 [2]", "fill 2@9x5 gone"},
      Ending::kDone,
      Cause::kNone,
      0},
     kNewest},
    {{"FillOrKillDoesNotCountHeadroomTwice",
      {Sell(1, 9, 3, 3), Sell(2, 9, 3, 3)},
      FillOrKill(Buy(9, 9, 5)),
      {},
      Ending::kRefused,
      Cause::kNotFillable,
      5},
     kNewest},
    {{"FailedFillOrKillCancelsNobody",
      {Sell(1, 9, 3, 1), Sell(2, 9, 3, 4)},
      FillOrKill(Buy(9, 9, 5)),
      {},
      Ending::kRefused,
      Cause::kNotFillable,
      5},
     kOldest},
    {{"FilledFillOrKillCancelsItsOwn",
      {Sell(1, 9, 3, 1), Sell(2, 9, 5, 4)},
      FillOrKill(Buy(9, 9, 5)),
      {"cancel 1@9x3 gone [1]", "fill 2@9x5 gone"},
      Ending::kDone,
      Cause::kNone,
      0},
     kOldest},
    {{"FillOrKillIsNotDecremented",
      {Sell(1, 9, 3, 1), Sell(2, 9, 5, 4)},
      FillOrKill(Buy(9, 9, 5)),
      {},
      Ending::kRefused,
      Cause::kNotFillable,
      5},
     kSmaller},
    {{"FillOrKillStoppedByItsOwn",
      {Sell(1, 9, 3, 4), Sell(2, 9, 5, 1)},
      FillOrKill(Buy(9, 9, 5)),
      {},
      Ending::kRefused,
      Cause::kNotFillable,
      5},
     kNewest},
    {{"FillOrKillRefusedBeyondTheSteps",
      {Sell(1, 9, 2, 4), Sell(2, 9, 2, 4), Sell(3, 9, 2, 3), Sell(4, 9, 9, 1)},
      FillOrKill(Buy(9, 9, 9)),
      {},
      Ending::kRefused,
      Cause::kNotFillable,
      9,
      {1, 256}},
     kBoth},
    {{"PostOnlyRestsCrossedBehindSkips",
      {Sell(1, 9, 2, 2), Sell(2, 9, 2, 2)},
      PostOnly(Buy(9, 9, 5)),
      {"skip 1@9x2 [2]", "skip 2@9x2 [2]"},
      Ending::kRests,
      Cause::kNone,
      5},
     kNewest},
    {{"PostOnlyRefusedBehindASkip",
      {Sell(1, 9, 2, 2), Sell(2, 9, 2, 4)},
      PostOnly(Buy(9, 9, 5)),
      {},
      Ending::kRefused,
      Cause::kWouldTrade,
      5},
     kNewest},
    {{"PostOnlyCancelsNobody",
      {Sell(1, 9, 2, 1)},
      PostOnly(Buy(9, 9, 5)),
      {},
      Ending::kRefused,
      Cause::kWouldTrade,
      5},
     kOldest},
    {{"PostOnlyRefusedPastTheSkips",
      {Sell(1, 9, 2, 2), Sell(2, 9, 2, 2)},
      PostOnly(Buy(9, 9, 5)),
      {},
      Ending::kRefused,
      Cause::kSkipsMax,
      5,
      {256, 1}},
     kNewest},
};

INSTANTIATE_TEST_SUITE_P(All, ScreenTest, ::testing::ValuesIn(kScreens),
                         [](const auto& row) { return row.param.base.name; });

// ---- Changes --------------------------------------------------------------

std::vector<int64_t> Queue(const BookSet& books, Side side) {
  std::vector<int64_t> ids;
  books.ForEachOrder(kInstrument, side, [&](const RestingOrder& order) {
    ids.push_back(order.id.value());
  });
  return ids;
}

TEST(BookSetTest, RemovesFromAnyPlaceOfTheQueue) {
  for (const int64_t removed : {1, 2, 3}) {
    BookSet books;
    for (const int64_t id : {1, 2, 3}) books.Add(Sell(id, 9, id));
    books.Remove(OrderId(removed));
    std::vector<int64_t> left = {1, 2, 3};
    left.erase(left.begin() + (removed - 1));
    EXPECT_EQ(Queue(books, Side::kSell), left);
    EXPECT_EQ(books.LevelAt(kInstrument, Side::kSell, Ticks(9)),
              (PriceLevel{Ticks(9), Quantity(6 - removed), 2}));
    EXPECT_FALSE(books.Rests(OrderId(removed)));
  }
}

TEST(BookSetTest, ReduceKeepsThePlace) {
  BookSet books;
  books.Add(Sell(1, 9, 5));
  books.Add(Sell(2, 9, 5));
  books.Reduce(OrderId(1), Quantity(2));
  EXPECT_THAT(Queue(books, Side::kSell), ElementsAre(1, 2));
  EXPECT_EQ(books.Find(OrderId(1)), Sell(1, 9, 2));
  EXPECT_EQ(books.LevelAt(kInstrument, Side::kSell, Ticks(9)).quantity,
            Quantity(7));
}

TEST(BookSetTest, PlansAmendments) {
  BookSet books;
  books.Add(Sell(1, 9, 5));
  const auto plan = [&](int64_t id, int64_t price, int64_t quantity) {
    return books.PlanAmendment(OrderId(id), Ticks(price), Quantity(quantity));
  };
  EXPECT_EQ(plan(2, 9, 5), Amendment::kNotResting);
  EXPECT_EQ(plan(1, 9, 5), Amendment::kNothing);
  EXPECT_EQ(plan(1, 9, 4), Amendment::kKeepsPlace);
  EXPECT_EQ(plan(1, 9, 6), Amendment::kLosesPlace);
  EXPECT_EQ(plan(1, 8, 4), Amendment::kLosesPlace);
}

TEST(BookSetTest, CrossedOrdersMayRest) {
  BookSet books;
  books.Add(Sell(1, 9, 5));
  books.Add(Buy(2, 12, 5));
  EXPECT_EQ(books.BestPrice(kInstrument, Side::kSell), Ticks(9));
  EXPECT_EQ(books.BestPrice(kInstrument, Side::kBuy), Ticks(12));
}

TEST(BookSetTest, ListsTheBestLevels) {
  BookSet books;
  for (const int64_t id : {1, 2, 3, 4}) books.Add(Buy(id, 10 + id / 2, 5));
  std::vector<PriceLevel> levels;
  books.ForEachLevel(kInstrument, Side::kBuy, 2,
                     [&](const PriceLevel& level) { levels.push_back(level); });
  EXPECT_THAT(levels, ElementsAre(PriceLevel{Ticks(12), Quantity(5), 1},
                                  PriceLevel{Ticks(11), Quantity(10), 2}));
}

TEST(BookSetTest, CollectsAnOwnersOrdersInPieces) {
  BookSet books;
  for (int64_t id = 1; id <= 9; ++id) {
    books.Add(Order(id, id % 2 == 0 ? Side::kBuy : Side::kSell, 20 - id, 1,
                    id == 4 ? 8 : 7));
  }
  std::vector<OrderId> ids;
  books.CollectOwned(kInstrument, Owner(7), OrderId(), 3, ids);
  EXPECT_THAT(ids, ElementsAre(OrderId(1), OrderId(2), OrderId(3)));
  books.CollectOwned(kInstrument, Owner(7), OrderId(3), 9, ids);
  EXPECT_THAT(ids, ElementsAre(OrderId(5), OrderId(6), OrderId(7), OrderId(8),
                               OrderId(9)));
  books.CollectOwned(kInstrument, Owner(7), OrderId(9), 9, ids);
  EXPECT_THAT(ids, IsEmpty());
}

TEST(BookSetTest, AssignsRisingOrderIds) {
  BookSet books;
  EXPECT_EQ(books.next_order_id(), OrderId(1));
  books.NoteOrderId(OrderId(4));
  EXPECT_EQ(books.next_order_id(), OrderId(5));
  books.Add(Sell(2, 9, 5));
  EXPECT_EQ(books.next_order_id(), OrderId(5));
  books.Add(Sell(7, 9, 5));
  EXPECT_EQ(books.next_order_id(), OrderId(8));
}

TEST(BookSetDeathTest, StopsOnABrokenPrecondition) {
  BookSet books;
  books.Add(Sell(1, 9, 5));
  EXPECT_DEATH(books.Add(Sell(1, 9, 5)), "rests already");
  EXPECT_DEATH(books.Add(Sell(2, 9, 0)), "quantity 0");
  EXPECT_DEATH(books.Add(Sell(2, 9, kLotsMax + 1)), "quantity 1000000001");
  EXPECT_DEATH(books.Add(Sell(2, kTicksMax + 1, 1)), "price 1000000001");
  EXPECT_DEATH(books.Fill(OrderId(1), Quantity(6)), "with 5 open by or to 6");
  EXPECT_DEATH(books.Fill(OrderId(1), Quantity(0)), "with 5 open by or to 0");
  EXPECT_DEATH(books.Reduce(OrderId(1), Quantity(5)), "with 5 open by or to 5");
  EXPECT_DEATH(books.Reduce(OrderId(1), Quantity(0)), "with 5 open by or to 0");
  EXPECT_DEATH(books.Remove(OrderId(2)), "does not rest");
  EXPECT_DEATH(books.NoteOrderId(OrderId()), "after 1");
}

// ---- Memory ---------------------------------------------------------------

TEST(BookSetMemoryTest, UsesPoolSlotsAgain) {
  BookSet books({.order_count = 64, .level_count = 64});
  books.Add(Sell(1, 9, 5));
  const int64_t bytes = books.bytes();
  for (int64_t id = 2; id < 100'000; ++id) {
    books.Add(Sell(id, 9 + id % 1000, 5));
    books.Remove(OrderId(id - 1));
  }
  EXPECT_EQ(books.bytes(), bytes);
  EXPECT_EQ(books.order_count(), 1);
  EXPECT_EQ(books.level_count(), 1);
  EXPECT_EQ(books.id_page_count(), 1);
}

TEST(BookSetMemoryTest, GrowsBeyondItsFirstRoom) {
  BookSet books({.order_count = 64, .level_count = 64});
  for (int64_t id = 1; id <= 5'000; ++id) books.Add(Sell(id, id, id));
  for (int64_t id = 1; id <= 5'000; ++id) {
    ASSERT_EQ(books.Find(OrderId(id)), Sell(id, id, id));
  }
  EXPECT_EQ(books.level_count(), 5'000);
}

// Goal: no allocation in steady state. Method: warm up on the common stream's
// mix, then count the calls of operator new over as many commands again.
TEST(BookSetMemoryTest, AllocatesNothingInSteadyState) {
  bench::StreamSpec spec;
  spec.timed_count = 400'000;
  const bench::Stream stream = bench::MakeStream(spec);
  bench::BookRunner book({});
  bench::HashSink sink;
  const size_t warm = stream.commands.size() / 2;
  for (size_t i = 0; i < warm; ++i) book.Run(stream.commands[i], sink);
  const int64_t allocations = bench::AllocationCount();
  const int64_t bytes = book.books().bytes();
  for (size_t i = warm; i < stream.commands.size(); ++i) {
    book.Run(stream.commands[i], sink);
  }
  EXPECT_EQ(bench::AllocationCount() - allocations, 0);
  EXPECT_EQ(book.books().bytes(), bytes);
  book.CountResting(sink.result);
  EXPECT_EQ(sink.result, stream.result);
}

}  // namespace
}  // namespace luheng::matching
