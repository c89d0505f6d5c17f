// Amounts of the market: whole lots, prices in minor units per lot, and money.
// Three classes over int64_t that do not mix. Listed limits (kLotsMax,
// kPriceMinorMax) keep price times quantity within int64_t.
#ifndef LUHENG_LEDGER_BASE_AMOUNT_H_
#define LUHENG_LEDGER_BASE_AMOUNT_H_

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <ostream>

#include "ledger/base/checked.h"

namespace luheng {

// One integer amount of the kind `Tag`: explicit, ordered, without operators
// that could overflow.
template <typename Tag>
class Amount {
 public:
  constexpr Amount() = default;
  constexpr explicit Amount(int64_t value) : value_(value) {}

  constexpr int64_t value() const { return value_; }
  friend constexpr auto operator<=>(Amount, Amount) = default;
  friend std::ostream& operator<<(std::ostream& out, Amount amount) {
    return out << amount.value_;
  }

 private:
  int64_t value_ = 0;
};

// Whole lots of an instrument, 0 to kLotsMax.
using Quantity = Amount<struct QuantityTag>;
// Minor currency units (fen) per lot, 1 to kPriceMinorMax.
using Price = Amount<struct PriceTag>;
// Minor currency units (fen) of one currency, any sign.
using Money = Amount<struct MoneyTag>;

// Largest quantity of one order, in lots.
inline constexpr int64_t kLotsMax = 1'000'000'000;
// Highest price, in minor units per lot.
inline constexpr int64_t kPriceMinorMax = 1'000'000'000;
static_assert(kLotsMax <= std::numeric_limits<int64_t>::max() / kPriceMinorMax,
              "price times quantity must fit in int64_t");

template <typename Tag>
constexpr std::optional<Amount<Tag>> CheckedAdd(Amount<Tag> a, Amount<Tag> b) {
  const auto sum = CheckedAdd(a.value(), b.value());
  if (!sum) return std::nullopt;
  return Amount<Tag>(*sum);
}

template <typename Tag>
constexpr std::optional<Amount<Tag>> CheckedSub(Amount<Tag> a, Amount<Tag> b) {
  const auto difference = CheckedSub(a.value(), b.value());
  if (!difference) return std::nullopt;
  return Amount<Tag>(*difference);
}

// Price times quantity, in minor units; nothing if it does not fit.
constexpr std::optional<Money> Notional(Price price, Quantity quantity) {
  const auto product = CheckedMul(price.value(), quantity.value());
  if (!product) return std::nullopt;
  return Money(*product);
}

}  // namespace luheng

#endif  // LUHENG_LEDGER_BASE_AMOUNT_H_
