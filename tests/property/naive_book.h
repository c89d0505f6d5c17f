// A book that is obviously right: maps of lists, searched from the front, one
// rule after the other, the whole order at once. The oracle for matching/book.
#ifndef LUHENG_TESTS_PROPERTY_NAIVE_BOOK_H_
#define LUHENG_TESTS_PROPERTY_NAIVE_BOOK_H_

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <vector>

#include "matching/book/types.h"

namespace luheng::property {

// What a screen says about `maker`, of which `quantity` could trade, given
// what the taker has traded with each maker so far.
using Allow = std::function<matching::Verdict(
    const matching::RestingOrder& maker, Quantity quantity)>;
using Take =
    std::function<void(const matching::RestingOrder& maker, Quantity quantity)>;

class NaiveBook {
 public:
  using Queue = std::list<matching::RestingOrder>;
  // By price; both sides rise.
  using Levels = std::map<int64_t, Queue>;

  // Carries out `taker` under the screen and returns what happened, in pieces
  // of any number of steps.
  matching::Outcome Execute(const matching::Taker& taker, int32_t skips_max,
                            const Allow& allow, const Take& take);

  void Add(const matching::RestingOrder& order);
  // False if it does not rest.
  bool Remove(OrderId id);
  // The resting order, or null.
  matching::RestingOrder* Find(OrderId id);

  const Levels& levels(InstrumentId instrument, matching::Side side) {
    return levels_[{instrument.value(), side}];
  }
  // All orders of a side in priority order.
  std::vector<matching::RestingOrder> Orders(InstrumentId instrument,
                                             matching::Side side);
  std::vector<OrderId> Ids() const;

 private:
  std::map<std::pair<int64_t, matching::Side>, Levels> levels_;
};

}  // namespace luheng::property

#endif  // LUHENG_TESTS_PROPERTY_NAIVE_BOOK_H_
