// The references that the production book is measured against: one std::map of
// prices for each side, a std::list at each price, a flat table from order id
// to list position. Two of them, alike but for where an order is kept:
//   HeapMapBook  by itself on the heap, its address in the list. This is how
//   the
//                matcher is made that the stream's public figures come from, so
//                the budgets are ratios to it.
//   ListMapBook  in the list's node: one allocation and one cache miss less. A
//                stricter reference, shown beside the other.
#ifndef LUHENG_TESTS_BENCH_MAP_BOOK_H_
#define LUHENG_TESTS_BENCH_MAP_BOOK_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <vector>

#include "tests/bench/order_stream.h"

namespace luheng::bench {

struct MapOrder {
  uint64_t id;
  uint32_t instrument;
  uint32_t price;
  uint32_t quantity;
  uint32_t account;
  matching::Side side;
};

// Where a MapBook keeps an order: what its lists hold.
struct OnHeap {
  using Item = MapOrder*;
  static Item Make(const MapOrder& order) { return new MapOrder(order); }
  static MapOrder& Get(Item item) { return *item; }
  static void Drop(Item item) { delete item; }
};
struct InList {
  using Item = MapOrder;
  static Item Make(const MapOrder& order) { return order; }
  static MapOrder& Get(Item& item) { return item; }
  static void Drop(const Item&) {}
};

// All books of one stream. A sink hears of every order, fill and release:
//   void OnOrder(const Command& command);
//   void OnFill(const Command& taker, uint64_t maker, uint32_t maker_account,
//               uint32_t price, uint32_t lots);
//   void OnRelease(uint64_t id, uint32_t instrument, matching::Side side,
//                  uint32_t account, uint32_t price, uint32_t lots);
//       `lots` of an order are open no longer, without a trade.
template <typename Storage>
class MapBook {
 public:
  using Order = MapOrder;

  // Makes the tables for that many instruments and ids at once.
  MapBook(uint32_t instrument_count, uint64_t order_id_max)
      : books_(instrument_count + 1), places_(order_id_max + 1) {}
  ~MapBook() {
    for (Place& place : places_) {
      if (place.rests) Storage::Drop(*place.item);
    }
  }
  MapBook(const MapBook&) = delete;
  MapBook& operator=(const MapBook&) = delete;

  template <typename Sink>
  void Run(const Command& command, Sink& sink) {
    switch (command.operation) {
      case Operation::kNew:
        return Submit(command, sink);
      case Operation::kCancel:
        return Cancel(command.id, sink);
      case Operation::kModify:
        return Modify(command, sink);
    }
  }

  // The resting order `id`, or null.
  const Order* Find(uint64_t id) const {
    const Place& place = places_[id];
    return place.rests ? &Storage::Get(*place.item) : nullptr;
  }
  // The best price of a side, or 0.
  uint32_t Best(uint32_t instrument, matching::Side side) const {
    const Book& book = books_[instrument];
    if (side == matching::Side::kBuy) {
      return book.bids.empty() ? 0 : book.bids.begin()->first;
    }
    return book.asks.empty() ? 0 : book.asks.begin()->first;
  }
  // Adds up what rests.
  void CountResting(StreamResult& result);

 private:
  using Queue = std::list<typename Storage::Item>;
  struct Book {
    std::map<uint32_t, Queue, std::greater<uint32_t>> bids;
    std::map<uint32_t, Queue> asks;
  };
  struct Place {
    typename Queue::iterator item;
    bool rests = false;
  };

  template <typename Sink>
  void Submit(const Command& command, Sink& sink) {
    sink.OnOrder(command);
    Book& book = books_[command.instrument];
    const uint32_t left =
        command.side == matching::Side::kBuy
            ? Match(command, book.asks, std::less_equal<uint32_t>(), sink)
            : Match(command, book.bids, std::greater_equal<uint32_t>(), sink);
    if (left == 0) return;
    if (command.immediate) {
      sink.OnRelease(command.id, command.instrument, command.side,
                     command.account, command.price, left);
      return;
    }
    Rest({command.id, command.instrument, command.price, left, command.account,
          command.side});
  }

  template <typename Makers, typename Reaches, typename Sink>
  uint32_t Match(const Command& taker, Makers& makers, Reaches reaches,
                 Sink& sink) {
    uint32_t left = taker.quantity;
    while (left > 0 && !makers.empty()) {
      const auto level = makers.begin();
      if (!reaches(level->first, taker.price)) break;
      Queue& queue = level->second;
      while (left > 0 && !queue.empty()) {
        Order& maker = Storage::Get(queue.front());
        const uint32_t lots = std::min(left, maker.quantity);
        sink.OnFill(taker, maker.id, maker.account, maker.price, lots);
        left -= lots;
        maker.quantity -= lots;
        if (maker.quantity > 0) break;
        places_[maker.id].rests = false;
        Storage::Drop(queue.front());
        queue.pop_front();
      }
      if (queue.empty()) makers.erase(level);
    }
    return left;
  }

  template <typename Sink>
  void Cancel(uint64_t id, Sink& sink) {
    if (!places_[id].rests) return;
    const Order& order = Storage::Get(*places_[id].item);
    sink.OnRelease(id, order.instrument, order.side, order.account, order.price,
                   order.quantity);
    TakeOff(id);
  }

  template <typename Sink>
  void Modify(const Command& command, Sink& sink) {
    if (!places_[command.id].rests) return;
    Order order = Storage::Get(*places_[command.id].item);
    sink.OnRelease(order.id, order.instrument, order.side, order.account,
                   order.price, order.quantity);
    TakeOff(order.id);
    order.price = command.price;
    order.quantity = command.quantity;
    sink.OnOrder(command);
    Rest(order);
  }

  void Rest(const Order& order);
  void TakeOff(uint64_t id);

  std::vector<Book> books_;    // By instrument; 0 unused.
  std::vector<Place> places_;  // By order id.
};

using HeapMapBook = MapBook<OnHeap>;
using ListMapBook = MapBook<InList>;
extern template class MapBook<OnHeap>;
extern template class MapBook<InList>;

}  // namespace luheng::bench

#endif  // LUHENG_TESTS_BENCH_MAP_BOOK_H_
