// Goal: the book does what the rules say under any flow. Method: random
// commands of every kind go to the production book, in pieces of few steps, and
// to a naive book at once, with and without screens; every outcome must be the
// same, and from time to time every level and every place in the queue. Now and
// then the production book is rebuilt from its own listing. A failure prints
// its seed; `--seed N` runs that one alone.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "matching/book/book_set.h"
#include "matching/book/screened_match.h"
#include "tests/property/naive_book.h"

namespace luheng::property {
namespace {

using matching::Action;
using matching::Amendment;
using matching::BookSet;
using matching::Cause;
using matching::Ending;
using matching::Limits;
using matching::Outcome;
using matching::Owner;
using matching::PriceLevel;
using matching::RestingOrder;
using matching::SelfTradeMode;
using matching::Side;
using matching::Step;
using matching::StepKind;
using matching::Taker;
using matching::Ticks;
using matching::TimeInForce;
using matching::Verdict;

constexpr int64_t kInstruments = 3;
constexpr uint16_t kSelfTrade = 1;
constexpr uint16_t kUnconnected = 2;
constexpr uint16_t kNoHeadroom = 3;

uint64_t only_seed = 0;  // From --seed; 0 runs all.

// What the rules of the market would hold: how much may still pass out of each
// of three zones. Owners with the same remainder by 5 are one beneficial owner.
using Headroom = std::array<int64_t, 3>;

// The screen of one taker: sees its own trades of this outcome.
class ZoneScreen {
 public:
  ZoneScreen(Headroom headroom, Owner taker, SelfTradeMode mode)
      : headroom_(headroom), taker_(taker), mode_(mode) {}

  Verdict Allow(const RestingOrder& maker, Quantity quantity) {
    const uint32_t owner = maker.owner.value();
    if (owner % 5 == taker_.value() % 5) {
      return matching::SelfTradeVerdict(mode_, kSelfTrade);
    }
    if ((owner + taker_.value()) % 7 == 0) {
      return {Action::kSkip, Quantity(), kUnconnected};
    }
    const int64_t room = std::max<int64_t>(0, headroom_[owner % 3]);
    return {Action::kTrade, std::min(quantity, Quantity(room)), kNoHeadroom};
  }
  void Take(const RestingOrder& maker, Quantity quantity) {
    headroom_[maker.owner.value() % 3] -= quantity.value();
  }

 private:
  Headroom headroom_;
  const Owner taker_;
  const SelfTradeMode mode_;
};

// Lets everything through: must not differ from no screen.
struct OpenScreen {
  Verdict Allow(const RestingOrder&, Quantity quantity) {
    return {Action::kTrade, quantity, 0};
  }
  void Take(const RestingOrder&, Quantity) {}
};

bool SameOutcome(const Outcome& a, const Outcome& b) {
  return a.steps == b.steps && a.traded == b.traded &&
         a.decremented == b.decremented && a.remaining == b.remaining &&
         a.ending == b.ending && a.cause == b.cause &&
         a.screen_reason == b.screen_reason;
}

std::string Describe(const Outcome& outcome) {
  std::string text = absl::StrFormat(
      "ending %d cause %d reason %d remaining %d:", outcome.ending,
      outcome.cause, outcome.screen_reason, outcome.remaining.value());
  for (const Step& step : outcome.steps) {
    absl::StrAppendFormat(&text, " %d:%d@%dx%d%s", step.kind,
                          step.maker.value(), step.price.value(),
                          step.quantity.value(), step.maker_gone ? "!" : "");
  }
  return text;
}

class Flow {
 public:
  explicit Flow(uint64_t seed) : random_(seed) { middle_.fill(50'000); }

  void Run(int command_count) {
    for (int i = 0; i < command_count && !::testing::Test::HasFailure(); ++i) {
      OneCommand();
      if (i % 50 == 0) CompareBooks();
      if (i % 500 == 499) Rebuild();
    }
    CompareBooks();
  }
  int64_t count(Ending ending) const {
    return ending_counts_[static_cast<size_t>(ending)];
  }
  int64_t count(Cause cause) const {
    return cause_counts_[static_cast<size_t>(cause)];
  }
  int64_t count(StepKind kind) const {
    return step_counts_[static_cast<size_t>(kind)];
  }
  int64_t further_piece_count() const { return further_piece_count_; }

 private:
  int64_t Below(int64_t bound) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(bound));
  }
  bool OneIn(int64_t n) { return Below(n) == 0; }

  void OneCommand() {
    const int64_t kind = Below(100);
    if (kind < 62) {
      New();
    } else if (kind < 76) {
      Cancel();
    } else if (kind < 94) {
      Amend();
    } else if (kind < 99) {
      for (int64_t& room : headroom_) room = Below(400);
    } else {
      CancelAll();
    }
  }

  // Near the middle, often crossing; now and then far away, and now and then
  // the market jumps farther than the ladder's window reaches.
  Ticks DrawPrice(InstrumentId instrument, Side side) {
    int64_t& middle = middle_[static_cast<size_t>(instrument.value() - 1)];
    if (OneIn(40)) middle += Below(41) - 20;
    if (OneIn(400)) middle = 20'000 + Below(60'000);
    int64_t depth = Below(30) - 8;
    if (OneIn(10)) depth = Below(3'000);
    if (OneIn(25)) depth = Below(19'000);
    return Ticks(side == Side::kBuy ? middle - depth : middle + depth);
  }

  Taker DrawTaker() {
    Taker taker;
    taker.id = books_->next_order_id();
    // Gaps as those of refused orders, so that pages come and go.
    if (OneIn(20)) taker.id = OrderId(taker.id.value() + Below(600));
    taker.instrument = InstrumentId(1 + Below(kInstruments));
    taker.side = OneIn(2) ? Side::kBuy : Side::kSell;
    taker.limit = DrawPrice(taker.instrument, taker.side);
    taker.quantity = Quantity(1 + Below(OneIn(8) ? 600 : 60));
    taker.owner = Owner(static_cast<uint32_t>(1 + Below(40)));
    const int64_t kind = Below(20);
    if (kind < 3) taker.time_in_force = TimeInForce::kImmediateOrCancel;
    if (kind >= 3 && kind < 7) taker.time_in_force = TimeInForce::kFillOrKill;
    if (kind >= 7 && kind < 10) taker.post_only = true;
    return taker;
  }

  void New() {
    const Taker taker = DrawTaker();
    books_->NoteOrderId(taker.id);
    Execute(taker, OrderId());
  }

  // Executes `taker` on both books; `replaced` leaves them first.
  void Execute(const Taker& taker, OrderId replaced) {
    const bool screened = !OneIn(3);
    const auto mode = static_cast<SelfTradeMode>(Below(4));
    Limits limits;
    limits.steps_max = static_cast<int32_t>(1 + Below(OneIn(2) ? 3 : 200));
    limits.skips_max = static_cast<int32_t>(Below(OneIn(2) ? 4 : 200));
    const Headroom before = headroom_;
    const Outcome got = screened
                            ? ExecuteScreened(taker, replaced, limits, mode)
                            : ExecuteOpen(taker, replaced, limits);
    if (replaced) naive_.Remove(replaced);
    ZoneScreen screen(before, taker.owner, mode);
    OpenScreen open;
    const Outcome wanted = naive_.Execute(
        taker, limits.skips_max,
        [&](const RestingOrder& maker, Quantity quantity) {
          return screened ? screen.Allow(maker, quantity)
                          : open.Allow(maker, quantity);
        },
        [&](const RestingOrder& maker, Quantity quantity) {
          screen.Take(maker, quantity);
        });
    Count(wanted);
    EXPECT_TRUE(SameOutcome(got, wanted))
        << "order " << taker.id << "\n   got " << Describe(got) << "\nwanted "
        << Describe(wanted);
  }

  Outcome ExecuteOpen(const Taker& taker, OrderId replaced, Limits limits) {
    return InPieces(taker, replaced, [&](const Taker& piece, Outcome& out) {
      books_->Preview(piece, limits, out);
      OpenScreen open;
      Outcome screened;
      books_->Preview(piece, limits, open, screened);
      EXPECT_TRUE(SameOutcome(out, screened)) << "an open screen differs";
    });
  }

  Outcome ExecuteScreened(const Taker& taker, OrderId replaced, Limits limits,
                          SelfTradeMode mode) {
    return InPieces(taker, replaced, [&](const Taker& piece, Outcome& out) {
      ZoneScreen screen(headroom_, piece.owner, mode);
      books_->Preview(piece, limits, screen, out);
    });
  }

  // Previews and applies until there is no more, and returns the sum. Of the
  // skips, which every piece lists anew, it keeps the first of each maker.
  template <typename PreviewFn>
  Outcome InPieces(Taker taker, OrderId replaced, PreviewFn preview) {
    Outcome sum;
    Outcome piece;
    do {
      preview(taker, piece);
      if (taker.continued) ++further_piece_count_;
      if (replaced) books_->Remove(replaced);
      replaced = OrderId();
      for (const Step& step : piece.steps) ApplyStep(step, sum);
      sum.traded = Quantity(sum.traded.value() + piece.traded.value());
      sum.decremented =
          Quantity(sum.decremented.value() + piece.decremented.value());
      taker.quantity = piece.remaining;
      taker.continued = true;
    } while (piece.ending == Ending::kMore);
    sum.remaining = piece.remaining;
    sum.ending = piece.ending;
    sum.cause = piece.cause;
    sum.screen_reason = piece.screen_reason;
    if (piece.ending == Ending::kRests) {
      books_->Add({taker.id, taker.instrument, taker.side, taker.limit,
                   taker.quantity, taker.owner});
    }
    return sum;
  }

  void ApplyStep(const Step& step, Outcome& sum) {
    if (step.kind == StepKind::kFill) {
      headroom_[step.maker_owner.value() % 3] -= step.quantity.value();
    }
    books_->Apply(step);
    EXPECT_EQ(step.maker_gone, !books_->Rests(step.maker));
    const bool known =
        step.kind == StepKind::kSkip &&
        std::any_of(sum.steps.begin(), sum.steps.end(), [&](const Step& s) {
          return s.kind == StepKind::kSkip && s.maker == step.maker;
        });
    if (!known) sum.steps.push_back(step);
  }

  OrderId DrawId() {
    const std::vector<OrderId> ids = naive_.Ids();
    if (ids.empty() || OneIn(50)) return OrderId(1 + Below(1'000));
    return ids[static_cast<size_t>(Below(static_cast<int64_t>(ids.size())))];
  }

  void Cancel() {
    const OrderId id = DrawId();
    const bool rests = books_->Rests(id);
    if (rests) books_->Remove(id);
    EXPECT_EQ(rests, naive_.Remove(id)) << "order " << id;
  }

  void Amend() {
    const OrderId id = DrawId();
    RestingOrder* naive = naive_.Find(id);
    Ticks price(1 + Below(1'000));
    Quantity quantity(1 + Below(60));
    if (naive != nullptr) {
      price =
          OneIn(2) ? naive->price : DrawPrice(naive->instrument, naive->side);
      if (OneIn(5)) quantity = naive->quantity;
    }
    switch (books_->PlanAmendment(id, price, quantity)) {
      case Amendment::kNotResting:
        EXPECT_EQ(naive, nullptr);
        return;
      case Amendment::kNothing:
        EXPECT_TRUE(naive->price == price && naive->quantity == quantity);
        return;
      case Amendment::kKeepsPlace:
        EXPECT_TRUE(naive->price == price && quantity < naive->quantity);
        naive->quantity = quantity;
        books_->Reduce(id, quantity);
        return;
      case Amendment::kLosesPlace:
        EXPECT_TRUE(naive->price != price || quantity > naive->quantity);
        Taker taker;
        taker.id = id;
        taker.instrument = naive->instrument;
        taker.side = naive->side;
        taker.limit = price;
        taker.quantity = quantity;
        taker.owner = naive->owner;
        Execute(taker, id);
    }
  }

  void CancelAll() {
    const InstrumentId instrument(1 + Below(kInstruments));
    const Owner owner(static_cast<uint32_t>(1 + Below(40)));
    std::vector<OrderId> wanted;
    for (const Side side : {Side::kBuy, Side::kSell}) {
      for (const RestingOrder& order : naive_.Orders(instrument, side)) {
        if (order.owner == owner) wanted.push_back(order.id);
      }
    }
    std::sort(wanted.begin(), wanted.end());
    std::vector<OrderId> got;
    std::vector<OrderId> piece;
    OrderId after;
    do {
      books_->CollectOwned(instrument, owner, after, 2, piece);
      for (const OrderId id : piece) books_->Remove(id);
      got.insert(got.end(), piece.begin(), piece.end());
      if (!piece.empty()) after = piece.back();
    } while (!piece.empty());
    EXPECT_EQ(got, wanted);
    for (const OrderId id : wanted) naive_.Remove(id);
  }

  void CompareBooks() {
    int64_t total = 0;
    for (int64_t i = 1; i <= kInstruments; ++i) {
      for (const Side side : {Side::kBuy, Side::kSell}) {
        total += CompareSide(InstrumentId(i), side);
      }
    }
    EXPECT_EQ(books_->order_count(), total);
  }

  int64_t CompareSide(InstrumentId instrument, Side side) {
    const std::vector<RestingOrder> wanted = naive_.Orders(instrument, side);
    std::vector<RestingOrder> orders;
    books_->ForEachOrder(instrument, side, [&](const RestingOrder& order) {
      orders.push_back(order);
      EXPECT_EQ(books_->Find(order.id), order);
    });
    EXPECT_TRUE(orders == wanted) << "orders of " << instrument << " differ";
    std::vector<PriceLevel> levels;
    for (const RestingOrder& order : wanted) {
      if (levels.empty() || levels.back().price != order.price) {
        levels.push_back({order.price, Quantity(), 0});
      }
      PriceLevel& level = levels.back();
      level.quantity =
          Quantity(level.quantity.value() + order.quantity.value());
      ++level.order_count;
    }
    size_t next = 0;
    books_->ForEachLevel(instrument, side, 1 << 20, [&](const PriceLevel& got) {
      ASSERT_LT(next, levels.size());
      EXPECT_TRUE(got == levels[next++]) << "level " << got.price;
      EXPECT_TRUE(books_->LevelAt(instrument, side, got.price) == got);
    });
    EXPECT_EQ(next, levels.size());
    EXPECT_EQ(books_->BestPrice(instrument, side).has_value(), !levels.empty());
    const auto count = static_cast<int64_t>(wanted.size());
    EXPECT_EQ(books_->order_count(instrument, side), count);
    return count;
  }

  void Rebuild() {
    auto restored = std::make_unique<BookSet>();
    for (int64_t i = 1; i <= kInstruments; ++i) {
      for (const Side side : {Side::kBuy, Side::kSell}) {
        books_->ForEachOrder(InstrumentId(i), side,
                             [&](const auto& order) { restored->Add(order); });
      }
    }
    restored->NoteOrderId(OrderId(books_->next_order_id().value() - 1));
    books_ = std::move(restored);
  }

  void Count(const Outcome& outcome) {
    ++ending_counts_[static_cast<size_t>(outcome.ending)];
    ++cause_counts_[static_cast<size_t>(outcome.cause)];
    for (const Step& step : outcome.steps) {
      ++step_counts_[static_cast<size_t>(step.kind)];
    }
  }

  std::mt19937_64 random_;
  std::unique_ptr<BookSet> books_ = std::make_unique<BookSet>();
  NaiveBook naive_;
  Headroom headroom_{200, 200, 200};
  std::array<int64_t, kInstruments> middle_;
  std::array<int64_t, 8> ending_counts_{};
  std::array<int64_t, 8> cause_counts_{};
  std::array<int64_t, 8> step_counts_{};
  int64_t further_piece_count_ = 0;
};

TEST(BookPropertyTest, EqualsTheNaiveBook) {
  std::vector<uint64_t> seeds = {1, 2, 3, 4, 5, 6, 7, 8};
  if (only_seed != 0) seeds = {only_seed};
  for (const uint64_t seed : seeds) {
    SCOPED_TRACE("replay with --seed " + std::to_string(seed));
    Flow flow(seed);
    flow.Run(20'000);
    if (HasFailure()) return;
    // The flow is of no use unless it meets every rule.
    for (const Ending ending : {Ending::kDone, Ending::kRests,
                                Ending::kCancelled, Ending::kRefused}) {
      EXPECT_GT(flow.count(ending), 20) << static_cast<int>(ending);
    }
    for (const Cause cause :
         {Cause::kImmediateOrCancel, Cause::kScreen, Cause::kSkipsMax,
          Cause::kNotFillable, Cause::kWouldTrade}) {
      EXPECT_GT(flow.count(cause), 20) << static_cast<int>(cause);
    }
    for (const StepKind kind : {StepKind::kFill, StepKind::kCancelMaker,
                                StepKind::kDecrement, StepKind::kSkip}) {
      EXPECT_GT(flow.count(kind), 20) << static_cast<int>(kind);
    }
    EXPECT_GT(flow.further_piece_count(), 20);
  }
}

}  // namespace

int Main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc == 3 && std::strcmp(argv[1], "--seed") == 0) {
    only_seed = std::strtoull(argv[2], nullptr, 10);
  }
  return RUN_ALL_TESTS();
}

}  // namespace luheng::property

int main(int argc, char** argv) { return luheng::property::Main(argc, argv); }
