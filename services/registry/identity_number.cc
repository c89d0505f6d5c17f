#include "services/registry/identity_number.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/base/stamp.h"

namespace luheng::registry {
namespace {

constexpr size_t kNumberChars = 18;
constexpr size_t kBirthBegin = 6;
constexpr int kModulus = 11;

}  // namespace

std::optional<char> IdentityNumberCheck(absl::string_view first17) {
  if (first17.size() != kNumberChars - 1) return std::nullopt;
  int product = 0;
  for (char c : first17) {
    if (c < '0' || c > '9') return std::nullopt;
    product = (product + (c - '0')) * 2 % kModulus;
  }
  const int check = (kModulus + 1 - product) % kModulus;
  return check == 10 ? 'X' : static_cast<char>('0' + check);
}

bool IsIdentityNumber(absl::string_view number) {
  if (number.size() != kNumberChars) return false;
  if (IdentityNumberCheck(number.substr(0, kNumberChars - 1)) !=
      number.back()) {
    return false;
  }
  const absl::string_view birth = number.substr(kBirthBegin, 8);
  const std::string date = absl::StrCat(
      birth.substr(0, 4), "-", birth.substr(4, 2), "-", birth.substr(6, 2));
  return (birth[0] == '1' || birth[0] == '2') && ParseDate(date).has_value();
}

std::string MaskAllBut(absl::string_view text, size_t shown) {
  const size_t hidden = text.size() - std::min(shown, text.size());
  return absl::StrCat(std::string(hidden, '*'), text.substr(hidden));
}

}  // namespace luheng::registry
