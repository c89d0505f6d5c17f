// The continuous books of one engine: price-time priority, one book for each
// instrument, all in the same pools and under the same order ids.
//
// `Preview` says what an incoming order would do and changes nothing; `Add`,
// `Fill`, `Reduce`, `Remove` make one change each and decide nothing. A caller
// records what Preview said and applies the record, now or on replay.
//
// Invariants: an order rests at most once; a level's quantity and count are
// those of its orders; within a level, orders stand in the sequence of their
// Add. Crossed resting orders are legal (screens leave them). Equal sequences
// of changes leave equal books, wherever they are made.
#ifndef LUHENG_MATCHING_BOOK_BOOK_SET_H_
#define LUHENG_MATCHING_BOOK_BOOK_SET_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "ledger/base/check.h"
#include "matching/book/id_table.h"
#include "matching/book/ladder.h"
#include "matching/book/pool.h"
#include "matching/book/types.h"

namespace luheng::matching {

// Room to make before the first order. More is made when needed.
struct BookOptions {
  uint32_t order_count = 1 << 16;
  uint32_t level_count = 1 << 13;
  // Pages of IdTable::kPageIds ids: as many as have a resting order at once.
  uint32_t id_page_count = 1 << 9;
};

// How an amendment of a resting order is to be done.
enum class Amendment : uint8_t {
  kNotResting,  // No such order.
  kNothing,     // Price and quantity are what they are.
  kKeepsPlace,  // Reduce.
  kLosesPlace,  // Preview as a taker, Remove, apply the steps, Add.
};

// Thread-compatible; owned by the one thread that owns the world. Instruments
// are registered ids, dense from 1. A broken precondition is a bug of the
// caller and stops the process.
class BookSet {
 public:
  static constexpr int64_t kInstrumentsMax = int64_t{1} << 20;

  explicit BookSet(const BookOptions& options = {});
  BookSet(const BookSet&) = delete;
  BookSet& operator=(const BookSet&) = delete;

  // ---- What would happen -------------------------------------------------

  // What `taker` would do now, into `outcome`. Requires limit in 1..kTicksMax
  // and quantity in 1..kLotsMax. Any instrument is fine; without orders it has
  // an empty book.
  //
  // Fill or kill: refused unless the whole quantity trades; decided over the
  // full depth even when `steps_max` cuts the steps. Post-only: refused if it
  // meets an order at its limit or better.
  void Preview(const Taker& taker, const Limits& limits,
               Outcome& outcome) const;

  // The same under `screen`, which sees each maker in priority order:
  //   Verdict Allow(const RestingOrder& maker, Quantity quantity);
  //       What may happen with this maker, of which `quantity` could trade.
  //   void Take(const RestingOrder& maker, Quantity quantity);
  //       A trade of `quantity` is part of the outcome. Follows its Allow.
  // Allow may come without a Take. Both see the book and the world as they were
  // before Preview; what Take adds up is the screen's own.
  //
  // A fill smaller than asked for, and a skip, leave the maker in its place.
  // After `skips_max` of them the taker's rest is cancelled. Post-only: refused
  // unless every crossing maker is skipped. Fill or kill: refused unless all of
  // it trades, whatever else the screen says; then no maker is touched. A
  // further piece lists skips again and counts them again.
  //
  // Include "matching/book/screened_match.h" to use it.
  template <typename ScreenT>
  void Preview(const Taker& taker, const Limits& limits, ScreenT& screen,
               Outcome& outcome) const;

  // How to give order `id` the limit `price` and the open quantity `quantity`.
  // Less quantity at the same price keeps its place, anything else loses it.
  Amendment PlanAmendment(OrderId id, Ticks price, Quantity quantity) const;

  // ---- One change --------------------------------------------------------

  // `order` rests behind all others of its price. Requires that its id does
  // not rest already, and all its fields within their ranges.
  void Add(const RestingOrder& order);
  // `quantity` of maker `id` trades; at zero it is gone. Requires
  // 1 <= quantity <= open quantity.
  void Fill(OrderId id, Quantity quantity);
  // Order `id` keeps its place with `quantity` open. Requires
  // 1 <= quantity < open quantity.
  void Reduce(OrderId id, Quantity quantity);
  // Order `id` is gone. Requires that it rests.
  void Remove(OrderId id);
  // The maker's half of `step`, whichever of the above it is; nothing for a
  // skip.
  void Apply(const Step& step);

  // Order ids are assigned by the engine: the next one, and the note that all
  // ids up to `id` are taken. Add notes its id by itself. Requires that `id`
  // is not below any id noted before.
  OrderId next_order_id() const { return OrderId(last_order_id_.value() + 1); }
  void NoteOrderId(OrderId id);

  // ---- Hints -------------------------------------------------------------

  // Bring near, step by step, what a change of order `id` and what an order at
  // `price` will touch. Anything may be asked for.
  void PrefetchId(OrderId id) const { ids_.PrefetchAny(id); }
  void PrefetchOrder(OrderId id) const {
    __builtin_prefetch(&orders_[ids_.Find(id)], 1);
  }
  void PrefetchPrice(InstrumentId instrument, Side side, Ticks price) const;
  void PrefetchLevel(InstrumentId instrument, Side side, Ticks price) const;

  // ---- What rests --------------------------------------------------------

  bool Rests(OrderId id) const { return ids_.Find(id) != 0; }
  std::optional<RestingOrder> Find(OrderId id) const;

  std::optional<Ticks> BestPrice(InstrumentId instrument, Side side) const;
  // The level at `price`; its count is zero if nothing rests there.
  PriceLevel LevelAt(InstrumentId instrument, Side side, Ticks price) const;
  // Calls `fn(const PriceLevel&)` from the best level on, at most `count_max`
  // times.
  template <typename Fn>
  void ForEachLevel(InstrumentId instrument, Side side, int64_t count_max,
                    Fn&& fn) const;
  // Calls `fn(const RestingOrder&)` in priority order. Adding the orders of
  // both sides in this order to an empty book gives an equal book.
  template <typename Fn>
  void ForEachOrder(InstrumentId instrument, Side side, Fn&& fn) const;
  // The lowest `count_max` ids above `after` of the orders that `owner` has in
  // `instrument`, rising, into `ids`. Looks at every order of the book: a
  // caller that needs it often keeps lists of its own.
  void CollectOwned(InstrumentId instrument, Owner owner, OrderId after,
                    int64_t count_max, std::vector<OrderId>& ids) const;

  int64_t order_count() const { return orders_.live_count(); }
  int64_t order_count(InstrumentId instrument, Side side) const;
  int64_t level_count() const { return levels_.live_count(); }
  // One above the highest instrument that ever had an order.
  InstrumentId instrument_end() const {
    return InstrumentId(static_cast<int64_t>(books_.size()));
  }
  // Memory held, in use or not.
  int64_t bytes() const;
  // Pages of the id table in use: bounded by the live orders.
  int64_t id_page_count() const { return ids_.page_count(); }

 private:
  template <typename ScreenT>
  friend class ScreenedMatch;

  struct Order {
    OrderId id;
    uint32_t next;  // Behind it in the level, or 0.
    uint32_t prev;  // Before it in the level, or 0.
    uint32_t level;
    uint32_t price;
    uint32_t quantity;
    Owner owner;
  };
  static_assert(sizeof(Order) == 32);

  struct Level {
    uint64_t quantity;
    uint32_t next;  // For the pool.
    uint32_t head;
    uint32_t tail;
    uint32_t count;
    uint32_t price;
    uint32_t book_side;  // Instrument times two, plus the side.
  };
  static_assert(sizeof(Level) == 32);

  struct Book {
    std::array<Ladder, 2> sides;
  };

  // Starts an empty outcome.
  static void Begin(const Taker& taker, const Limits& limits,
                    Outcome& outcome) {
    const int64_t limit = taker.limit.value();
    const int64_t quantity = taker.quantity.value();
    if (limit < 1 || limit > kTicksMax || quantity < 1 || quantity > kLotsMax ||
        limits.steps_max < 1) {
      StopOnTaker(taker, limits);
    }
    outcome.steps.clear();
    outcome.traded = Quantity();
    outcome.decremented = Quantity();
    outcome.remaining = taker.quantity;
    outcome.ending = Ending::kDone;
    outcome.cause = Cause::kNone;
    outcome.screen_reason = 0;
  }
  // Failed checks, out of line so that the paths that pass stay short.
  [[noreturn]] static void StopOnTaker(const Taker& taker,
                                       const Limits& limits);
  [[noreturn]] static void StopOnMissing(OrderId id);
  [[noreturn]] static void StopOnOrder(const RestingOrder& order);
  [[noreturn]] static void StopOnChange(const Order& order, Quantity quantity);
  static void EndWithRest(const Taker& taker, Outcome& outcome) {
    const bool rests = taker.time_in_force == TimeInForce::kResting;
    outcome.ending = rests ? Ending::kRests : Ending::kCancelled;
    outcome.cause = rests ? Cause::kNone : Cause::kImmediateOrCancel;
  }
  bool CanFill(const Ladder& makers, const Taker& taker) const;
  // What `taker` does when it meets a maker at its limit or better, or must.
  void Cross(const Ladder& makers, uint32_t limit, const Taker& taker,
             const Limits& limits, Outcome& outcome) const;
  // Fills `taker` from `at`, which it crosses, up to key `limit`.
  void Match(const Ladder& makers, Ladder::Cursor at, uint32_t limit,
             const Taker& taker, const Limits& limits, Outcome& outcome) const;
  static void Refuse(Cause cause, Outcome& outcome);

  // The ladder of one side; an empty one for an unknown instrument.
  const Ladder& LadderOf(InstrumentId instrument, Side side) const {
    const auto index = static_cast<uint64_t>(instrument.value());
    if (index >= books_.size()) return no_orders_;
    return books_[index].sides[static_cast<size_t>(side)];
  }
  Ladder& LadderOf(const Level& level) {
    return books_[level.book_side / 2].sides[level.book_side % 2];
  }
  uint32_t SlotOf(OrderId id) const {
    const uint32_t slot = ids_.Find(id);
    if (slot == 0) StopOnMissing(id);
    return slot;
  }
  RestingOrder View(const Order& order, const Level& level) const {
    return {order.id,
            InstrumentId(level.book_side / 2),
            static_cast<Side>(level.book_side % 2),
            Ticks(order.price),
            Quantity(order.quantity),
            order.owner};
  }
  static PriceLevel View(const Level& level) {
    return {Ticks(level.price), Quantity(static_cast<int64_t>(level.quantity)),
            level.count};
  }
  uint32_t MakeLevel(Ladder& ladder, const RestingOrder& order, uint32_t key);
  void GrowBooks(InstrumentId instrument);
  // Takes the order in `slot` off; the level's quantity no longer counts it.
  void Unlink(uint32_t slot, const Order& order, Level& level);

  Pool<Order> orders_;
  Pool<Level> levels_;
  IdTable ids_;
  std::vector<Book> books_;  // By instrument; 0 unused.
  OrderId last_order_id_;
  const Ladder no_orders_;
};

template <typename Fn>
void BookSet::ForEachLevel(InstrumentId instrument, Side side,
                           int64_t count_max, Fn&& fn) const {
  const Ladder& ladder = LadderOf(instrument, side);
  for (Ladder::Cursor at = ladder.First(); at.level != 0 && count_max > 0;
       at = ladder.Next(at), --count_max) {
    fn(View(levels_[at.level]));
  }
}

template <typename Fn>
void BookSet::ForEachOrder(InstrumentId instrument, Side side, Fn&& fn) const {
  const Ladder& ladder = LadderOf(instrument, side);
  for (Ladder::Cursor at = ladder.First(); at.level != 0;
       at = ladder.Next(at)) {
    const Level& level = levels_[at.level];
    for (uint32_t slot = level.head; slot != 0; slot = orders_[slot].next) {
      fn(View(orders_[slot], level));
    }
  }
}

}  // namespace luheng::matching

#include "matching/book/book_set_inl.h"

#endif  // LUHENG_MATCHING_BOOK_BOOK_SET_H_
