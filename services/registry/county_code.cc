#include "services/registry/county_code.h"

#include "absl/strings/str_format.h"

namespace luheng::registry {
namespace {

constexpr int64_t kProvince = 10'000;
constexpr int64_t kPrefecture = 100;

// First two digits of GB/T 2260: north, north-east, east, centre and south,
// south-west, north-west, Taiwan, Hong Kong and Macao.
bool IsProvince(int64_t number) {
  return (number >= 11 && number <= 15) || (number >= 21 && number <= 23) ||
         (number >= 31 && number <= 37) || (number >= 41 && number <= 46) ||
         (number >= 50 && number <= 54) || (number >= 61 && number <= 65) ||
         number == 71 || number == 81 || number == 82;
}

}  // namespace

bool IsCountyCode(int64_t code) {
  if (!IsProvince(code / kProvince)) return false;
  const bool has_prefecture = code % kProvince / kPrefecture != 0;
  return has_prefecture || code % kPrefecture == 0;
}

int64_t ParseCountyCode(absl::string_view text) {
  if (text.size() != 6) return 0;
  int64_t code = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return 0;
    code = code * 10 + (c - '0');
  }
  return IsCountyCode(code) ? code : 0;
}

std::string FormatCountyCode(int64_t code) {
  return code == 0 ? "" : absl::StrFormat("%06d", code);
}

bool CountyCovers(int64_t outer, int64_t inner) {
  if (outer % kProvince == 0) return outer / kProvince == inner / kProvince;
  if (outer % kPrefecture == 0) {
    return outer / kPrefecture == inner / kPrefecture;
  }
  return outer == inner;
}

}  // namespace luheng::registry
