#include "tests/bench/map_book.h"

namespace luheng::bench {
namespace {

template <typename Levels>
void CountLevels(const Levels& levels, StreamResult& result) {
  for (const auto& [price, queue] : levels) {
    for (const MapBook::Order& order : queue) {
      ++result.resting_count;
      result.resting_lots += order.quantity;
    }
  }
}

template <typename Levels, typename Position>
void EraseAt(Levels& levels, uint32_t price, Position position) {
  const auto level = levels.find(price);
  level->second.erase(position);
  if (level->second.empty()) levels.erase(level);
}

}  // namespace

void MapBook::Rest(const Order& order) {
  Book& book = books_[order.instrument];
  Queue& queue = order.side == matching::Side::kBuy ? book.bids[order.price]
                                                    : book.asks[order.price];
  queue.push_back(order);
  places_[order.id] = {--queue.end(), true};
}

void MapBook::TakeOff(uint64_t id) {
  Place& place = places_[id];
  const uint32_t price = place.order->price;
  Book& book = books_[place.order->instrument];
  if (place.order->side == matching::Side::kBuy) {
    EraseAt(book.bids, price, place.order);
  } else {
    EraseAt(book.asks, price, place.order);
  }
  place.rests = false;
}

void MapBook::CountResting(StreamResult& result) const {
  for (const Book& book : books_) {
    CountLevels(book.bids, result);
    CountLevels(book.asks, result);
  }
}

}  // namespace luheng::bench
