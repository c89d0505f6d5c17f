// Goal: no sequence of commands makes the book differ from one that is
// obviously right.
//
// Method: the input is a program of new orders, cancels and amendments; the
// production book carries it out in pieces of few steps, the naive book at
// once. Outcomes must be the same after each command, and every order in its
// place at the end. tests/property does it on random flow; here a fuzzer that
// sees the code chooses the flow.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "ledger/base/check.h"
#include "matching/book/book_set.h"
#include "matching/book/screened_match.h"
#include "tests/property/naive_book.h"
#include "tests/testing/fuzz_input.h"

namespace luheng::property {
namespace {

using matching::Amendment;
using matching::Ending;
using matching::Limits;
using matching::Outcome;
using matching::Owner;
using matching::RestingOrder;
using matching::SelfTradeMode;
using matching::Side;
using matching::Step;
using matching::StepKind;
using matching::Taker;
using matching::Ticks;
using matching::TimeInForce;
using matching::Verdict;

constexpr InstrumentId kInstrument(1);
constexpr uint16_t kSelfTrade = 1;
constexpr int kCommandsMax = 200;
// The naive book is slow in the number of orders.
constexpr int64_t kOrdersMax = 64;

// Owners trade with everyone but themselves.
struct OwnScreen {
  Verdict Allow(const RestingOrder& maker, Quantity quantity) const {
    if (maker.owner != taker) return {matching::Action::kTrade, quantity, 0};
    return matching::SelfTradeVerdict(mode, kSelfTrade);
  }
  void Take(const RestingOrder&, Quantity) const {}

  Owner taker;
  SelfTradeMode mode;
};

class Program {
 public:
  explicit Program(testing::FuzzInput input) : input_(input) {}

  void Run() {
    for (int i = 0; i < kCommandsMax && !input_.empty(); ++i) {
      switch (input_.Byte() % 8) {
        case 5:
          Cancel();
          break;
        case 6:
        case 7:
          Amend();
          break;
        default:
          New();
      }
      LUHENG_CHECK(books_.order_count() ==
                   static_cast<int64_t>(naive_.Ids().size()));
    }
    CompareSide(Side::kBuy);
    CompareSide(Side::kSell);
  }

 private:
  // Mostly close together; the upper values are far away.
  Ticks Price() {
    const int64_t byte = input_.Byte();
    return Ticks(byte < 192 ? 1000 + byte % 32 : 1 + (byte - 192) * 15'000'000);
  }
  OrderId Target() { return OrderId(1 + input_.Byte() % 64); }

  void New() {
    if (books_.order_count() >= kOrdersMax) return;
    Taker taker;
    taker.id = books_.next_order_id();
    books_.NoteOrderId(taker.id);
    taker.instrument = kInstrument;
    const uint8_t kind = input_.Byte();
    taker.side = kind % 2 == 0 ? Side::kBuy : Side::kSell;
    taker.time_in_force = static_cast<TimeInForce>(kind / 2 % 3);
    taker.post_only =
        taker.time_in_force == TimeInForce::kResting && kind / 8 % 4 == 0;
    taker.limit = Price();
    taker.quantity = Quantity(1 + input_.Byte());
    taker.owner = Owner(1u + input_.Byte() % 4u);
    Execute(taker, OrderId());
  }

  void Execute(Taker taker, OrderId replaced) {
    const uint8_t how = input_.Byte();
    const auto mode = static_cast<SelfTradeMode>(how % 4);
    const Limits limits{1 + how / 4 % 8, how / 32};
    OwnScreen screen{taker.owner, mode};
    const Outcome got = InPieces(taker, replaced, limits, screen);
    if (replaced) naive_.Remove(replaced);
    const Outcome wanted = naive_.Execute(
        taker, limits.skips_max,
        [&screen](const RestingOrder& maker, Quantity quantity) {
          return screen.Allow(maker, quantity);
        },
        [](const RestingOrder&, Quantity) {});
    LUHENG_CHECK(got.steps == wanted.steps) << "steps of order " << taker.id;
    LUHENG_CHECK(
        got.traded == wanted.traded && got.decremented == wanted.decremented &&
        got.remaining == wanted.remaining && got.ending == wanted.ending &&
        got.cause == wanted.cause && got.screen_reason == wanted.screen_reason)
        << "outcome of order " << taker.id;
  }

  // Previews and applies until there is no more, and returns the sum.
  Outcome InPieces(Taker taker, OrderId replaced, const Limits& limits,
                   OwnScreen& screen) {
    Outcome sum;
    Outcome piece;
    do {
      books_.Preview(taker, limits, screen, piece);
      if (replaced) books_.Remove(replaced);
      replaced = OrderId();
      for (const Step& step : piece.steps) {
        books_.Apply(step);
        sum.steps.push_back(step);
      }
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
      books_.Add({taker.id, taker.instrument, taker.side, taker.limit,
                  taker.quantity, taker.owner});
    }
    return sum;
  }

  void Cancel() {
    const OrderId id = Target();
    const bool rests = books_.Rests(id);
    if (rests) books_.Remove(id);
    LUHENG_CHECK(rests == naive_.Remove(id)) << "order " << id;
  }

  void Amend() {
    const OrderId id = Target();
    RestingOrder* const naive = naive_.Find(id);
    const uint8_t how = input_.Byte();
    Ticks price = Price();
    const Quantity quantity(1 + input_.Byte());
    if (naive != nullptr && how % 2 == 0) price = naive->price;
    switch (books_.PlanAmendment(id, price, quantity)) {
      case Amendment::kNotResting:
        LUHENG_CHECK(naive == nullptr) << "order " << id;
        return;
      case Amendment::kNothing:
        LUHENG_CHECK(naive->price == price && naive->quantity == quantity);
        return;
      case Amendment::kKeepsPlace:
        LUHENG_CHECK(naive->price == price && quantity < naive->quantity);
        naive->quantity = quantity;
        books_.Reduce(id, quantity);
        return;
      case Amendment::kLosesPlace:
        LUHENG_CHECK(naive->price != price || quantity > naive->quantity);
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

  void CompareSide(Side side) {
    const std::vector<RestingOrder> wanted = naive_.Orders(kInstrument, side);
    std::vector<RestingOrder> got;
    books_.ForEachOrder(kInstrument, side, [&got](const RestingOrder& order) {
      got.push_back(order);
    });
    LUHENG_CHECK(got == wanted) << "orders of side " << static_cast<int>(side);
    const auto best = books_.BestPrice(kInstrument, side);
    LUHENG_CHECK(best.has_value() == !wanted.empty());
    LUHENG_CHECK(!best || *best == wanted.front().price);
  }

  testing::FuzzInput input_;
  matching::BookSet books_{{64, 64, 4}};
  NaiveBook naive_;
};

}  // namespace
}  // namespace luheng::property

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  luheng::testing::FuzzInput input(data, size);
  luheng::property::Program(input).Run();
  return 0;
}
