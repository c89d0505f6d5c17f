// Drives the production book with the order stream exactly as the market does:
// Preview, then each recorded change by itself. What a change means beyond the
// book (holds, settlement) is the sink's work: see MapBook for its functions.
// Two more are called where a sink has them, so that it can bring near what it
// is about to need:
//   void OnPreview(const Command& taker, const matching::Outcome& outcome);
//       Once for each Preview, before its first OnFill.
//   void OnFound(const matching::RestingOrder& order);
//       An order's OnRelease follows.
//   void OnAnnounce(const Command& far, const Command& middle);
//       Commands that come soon; from RunAnnounced.
#ifndef LUHENG_TESTS_BENCH_BOOK_RUNNER_H_
#define LUHENG_TESTS_BENCH_BOOK_RUNNER_H_

#include <cstdint>

#include "matching/book/book_set.h"
#include "tests/bench/order_stream.h"

namespace luheng::bench {

// Adds up the trades and ignores the rest.
struct HashSink {
  StreamResult result;

  void OnOrder(const Command&) {}
  void OnFill(const Command& taker, uint64_t maker, uint32_t, uint32_t price,
              uint32_t lots) {
    result.AddTrade(taker.id, maker, price, lots);
  }
  void OnRelease(uint64_t, uint32_t, matching::Side, uint32_t, uint32_t,
                 uint32_t) {}
};

class BookRunner {
 public:
  // How many commands ahead the book hears of one, as far as the sequencer
  // (kFarAhead and kMiddleAhead there) tells the market.
  static constexpr size_t kFarAhead = 6;
  static constexpr size_t kMiddleAhead = 4;

  explicit BookRunner(const matching::BookOptions& options) : books_(options) {
    outcome_.steps.reserve(
        static_cast<size_t>(limits_.steps_max + limits_.skips_max));
  }

  // Runs commands[begin, end) and announces each ahead of its turn: it comes in
  // a batch, so the sequencer can do so too.
  template <typename Sink>
  void RunAnnounced(const Command* commands, size_t begin, size_t end,
                    Sink& sink) {
    size_t i = begin;
    for (; i + kFarAhead < end; ++i) {
      Announce(commands[i + kFarAhead], commands[i + kMiddleAhead], sink);
      Run(commands[i], sink);
    }
    for (; i < end; ++i) Run(commands[i], sink);
  }

  template <typename Sink>
  void Run(const Command& command, Sink& sink) {
    switch (command.operation) {
      case Operation::kNew:
        books_.NoteOrderId(OrderId(static_cast<int64_t>(command.id)));
        sink.OnOrder(command);
        return Enter(command, sink);
      case Operation::kCancel:
        return Cancel(command, sink);
      case Operation::kModify:
        return Modify(command, sink);
    }
  }

  void CountResting(StreamResult& result) const {
    for (int64_t i = 1; i < books_.instrument_end().value(); ++i) {
      const auto count = [&](const matching::RestingOrder& order) {
        ++result.resting_count;
        result.resting_lots += static_cast<uint64_t>(order.quantity.value());
      };
      books_.ForEachOrder(InstrumentId(i), matching::Side::kBuy, count);
      books_.ForEachOrder(InstrumentId(i), matching::Side::kSell, count);
    }
  }
  const matching::BookSet& books() const { return books_; }

 private:
  // Brings near what leads to an order, and then the order. A new one is asked
  // for too: that costs less than a branch which cannot be predicted.
  template <typename Sink>
  void Announce(const Command& far, const Command& middle, Sink& sink) const {
    books_.PrefetchId(OrderId(static_cast<int64_t>(far.id)));
    books_.PrefetchOrder(OrderId(static_cast<int64_t>(middle.id)));
    if constexpr (requires { sink.OnAnnounce(far, middle); }) {
      sink.OnAnnounce(far, middle);
    }
  }

  template <typename Sink>
  void Enter(const Command& command, Sink& sink) {
    matching::Taker taker;
    taker.id = OrderId(static_cast<int64_t>(command.id));
    taker.instrument = InstrumentId(command.instrument);
    taker.side = command.side;
    taker.time_in_force = command.immediate
                              ? matching::TimeInForce::kImmediateOrCancel
                              : matching::TimeInForce::kResting;
    taker.limit = Ticks(command.price);
    taker.quantity = Quantity(command.quantity);
    taker.owner = matching::Owner(command.account);
    do {
      books_.Preview(taker, limits_, outcome_);
      if constexpr (requires { sink.OnPreview(command, outcome_); }) {
        sink.OnPreview(command, outcome_);
      }
      for (const matching::Step& step : outcome_.steps) {
        sink.OnFill(command, static_cast<uint64_t>(step.maker.value()),
                    step.maker_owner.value(),
                    static_cast<uint32_t>(step.price.value()),
                    static_cast<uint32_t>(step.quantity.value()));
        books_.Fill(step.maker, step.quantity);
      }
      taker.quantity = outcome_.remaining;
      taker.continued = true;
    } while (outcome_.ending == matching::Ending::kMore);
    if (outcome_.ending == matching::Ending::kRests) {
      books_.Add({taker.id, taker.instrument, taker.side, taker.limit,
                  taker.quantity, taker.owner});
    } else if (taker.quantity.value() > 0) {
      sink.OnRelease(command.id, command.instrument, command.side,
                     command.account, command.price,
                     static_cast<uint32_t>(taker.quantity.value()));
    }
  }

  template <typename Sink>
  void Release(const matching::RestingOrder& order, Sink& sink) {
    if constexpr (requires { sink.OnFound(order); }) sink.OnFound(order);
    books_.Remove(order.id);
    sink.OnRelease(static_cast<uint64_t>(order.id.value()),
                   static_cast<uint32_t>(order.instrument.value()), order.side,
                   order.owner.value(),
                   static_cast<uint32_t>(order.price.value()),
                   static_cast<uint32_t>(order.quantity.value()));
  }

  template <typename Sink>
  void Cancel(const Command& command, Sink& sink) {
    const auto order = books_.Find(OrderId(static_cast<int64_t>(command.id)));
    if (order) Release(*order, sink);
  }

  template <typename Sink>
  void Modify(const Command& command, Sink& sink) {
    const auto order = books_.Find(OrderId(static_cast<int64_t>(command.id)));
    if (!order) return;
    Release(*order, sink);
    sink.OnOrder(command);
    Enter(command, sink);
  }

  using Ticks = matching::Ticks;

  matching::BookSet books_;
  const matching::Limits limits_;
  matching::Outcome outcome_;
};

}  // namespace luheng::bench

#endif  // LUHENG_TESTS_BENCH_BOOK_RUNNER_H_
