#include "services/registry/credit_code.h"

namespace luheng::registry {
namespace {

// A character's value is its position here.
constexpr absl::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr int kModulus = 31;
constexpr size_t kCodeChars = 18;
constexpr size_t kRegionBegin = 2;
constexpr size_t kRegionEnd = 8;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<char> CreditCodeCheck(absl::string_view first17) {
  if (first17.size() != kCodeChars - 1) return std::nullopt;
  int sum = 0;
  int weight = 1;  // 3^i mod 31
  for (char c : first17) {
    const size_t value = kAlphabet.find(c);
    if (value == absl::string_view::npos) return std::nullopt;
    sum = (sum + static_cast<int>(value) * weight) % kModulus;
    weight = weight * 3 % kModulus;
  }
  return kAlphabet[static_cast<size_t>((kModulus - sum) % kModulus)];
}

bool IsCreditCode(absl::string_view code) {
  if (code.size() != kCodeChars) return false;
  for (size_t i = kRegionBegin; i < kRegionEnd; ++i) {
    if (!IsDigit(code[i])) return false;
  }
  return CreditCodeCheck(code.substr(0, kCodeChars - 1)) == code.back();
}

}  // namespace luheng::registry
