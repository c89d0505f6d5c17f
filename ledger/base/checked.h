// Checked integer arithmetic. Sums and products of money and rights go through
// these functions: an operation that does not fit says so. Divisions name their
// rounding; the caller says who keeps the remainder.
#ifndef LUHENG_LEDGER_BASE_CHECKED_H_
#define LUHENG_LEDGER_BASE_CHECKED_H_

#include <cstdint>
#include <limits>
#include <optional>

#include "absl/numeric/int128.h"

namespace luheng {

// a + b, or nothing if the result is outside int64_t.
constexpr std::optional<int64_t> CheckedAdd(int64_t a, int64_t b) {
  int64_t result = 0;
  if (__builtin_add_overflow(a, b, &result)) return std::nullopt;
  return result;
}

// a - b, or nothing if the result is outside int64_t.
constexpr std::optional<int64_t> CheckedSub(int64_t a, int64_t b) {
  int64_t result = 0;
  if (__builtin_sub_overflow(a, b, &result)) return std::nullopt;
  return result;
}

// a * b, or nothing if the result is outside int64_t.
constexpr std::optional<int64_t> CheckedMul(int64_t a, int64_t b) {
  int64_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}

// `value` as int64_t, or nothing if it does not fit.
inline std::optional<int64_t> ToInt64(absl::int128 value) {
  if (value > std::numeric_limits<int64_t>::max() ||
      value < std::numeric_limits<int64_t>::min()) {
    return std::nullopt;
  }
  return static_cast<int64_t>(value);
}

// floor(a * b / divisor). Requires a, b >= 0 and divisor > 0. Nothing if the
// quotient is outside int64_t; the product itself never overflows.
inline std::optional<int64_t> MulDivFloor(int64_t a, int64_t b,
                                          int64_t divisor) {
  return ToInt64(absl::int128(a) * b / divisor);
}

// ceil(a * b / divisor). Same requirements as MulDivFloor.
inline std::optional<int64_t> MulDivCeil(int64_t a, int64_t b,
                                         int64_t divisor) {
  return ToInt64((absl::int128(a) * b + divisor - 1) / divisor);
}

// a / b if b divides a without remainder and the quotient fits, else nothing.
constexpr std::optional<int64_t> DivExact(int64_t a, int64_t b) {
  if (b == -1) return CheckedSub(0, a);
  if (b == 0 || a % b != 0) return std::nullopt;
  return a / b;
}

}  // namespace luheng

#endif  // LUHENG_LEDGER_BASE_CHECKED_H_
