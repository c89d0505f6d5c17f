#include "tests/bench/map_book.h"

namespace luheng::bench {
namespace {

template <typename Storage, typename Levels>
void CountLevels(Levels& levels, StreamResult& result) {
  for (auto& [price, queue] : levels) {
    for (auto& item : queue) {
      ++result.resting_count;
      result.resting_lots += Storage::Get(item).quantity;
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

template <typename Storage>
void MapBook<Storage>::Rest(const Order& order) {
  Book& book = books_[order.instrument];
  Queue& queue = order.side == matching::Side::kBuy ? book.bids[order.price]
                                                    : book.asks[order.price];
  queue.push_back(Storage::Make(order));
  places_[order.id] = {--queue.end(), true};
}

template <typename Storage>
void MapBook<Storage>::TakeOff(uint64_t id) {
  Place& place = places_[id];
  const Order& order = Storage::Get(*place.item);
  const uint32_t price = order.price;
  const bool buy = order.side == matching::Side::kBuy;
  Book& book = books_[order.instrument];
  Storage::Drop(*place.item);
  if (buy) {
    EraseAt(book.bids, price, place.item);
  } else {
    EraseAt(book.asks, price, place.item);
  }
  place.rests = false;
}

template <typename Storage>
void MapBook<Storage>::CountResting(StreamResult& result) {
  for (Book& book : books_) {
    CountLevels<Storage>(book.bids, result);
    CountLevels<Storage>(book.asks, result);
  }
}

template class MapBook<OnHeap>;
template class MapBook<InList>;

}  // namespace luheng::bench
