// Numbers in the C2SP formats: decimal digits, no sign, no leading zeros.
#ifndef LUHENG_LEDGER_MERKLE_DECIMAL_H_
#define LUHENG_LEDGER_MERKLE_DECIMAL_H_

#include <cstdint>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace luheng {

// The number from 0 to 2^63 - 1, or nothing unless `text` is exactly how it is
// written.
inline std::optional<int64_t> ParseDecimal(absl::string_view text) {
  int64_t value = 0;
  if (!absl::SimpleAtoi(text, &value) || value < 0) return std::nullopt;
  if (absl::StrCat(value) != text) return std::nullopt;
  return value;
}

}  // namespace luheng

#endif  // LUHENG_LEDGER_MERKLE_DECIMAL_H_
