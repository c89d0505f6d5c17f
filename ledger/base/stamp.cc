#include "ledger/base/stamp.h"

#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"

namespace luheng {
namespace {

constexpr absl::CivilDay kEpochDay(1970, 1, 1);

// All parts of `text` as numbers, or nothing if one is not plain digits, at
// most four.
std::optional<std::vector<int64_t>> Numbers(absl::string_view text,
                                            char separator) {
  std::vector<int64_t> numbers;
  for (absl::string_view part : absl::StrSplit(text, separator)) {
    int64_t number = 0;
    if (part.size() > 4 || !absl::c_all_of(part, absl::ascii_isdigit) ||
        !absl::SimpleAtoi(part, &number)) {
      return std::nullopt;
    }
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

Date MakeDate(int64_t year, int64_t month, int64_t day) {
  return Date(absl::CivilDay(year, month, day) - kEpochDay);
}

std::string FormatDate(Date date) {
  const absl::CivilDay day = kEpochDay + date.value();
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

std::optional<Date> ParseDate(absl::string_view text) {
  const auto parts = Numbers(text, '-');
  if (!parts || parts->size() != 3) return std::nullopt;
  const Date date = MakeDate((*parts)[0], (*parts)[1], (*parts)[2]);
  // A day that does not exist (30 February) comes back normalized.
  if (FormatDate(date) != text) return std::nullopt;
  return date;
}

std::string FormatStamp(Stamp stamp) {
  const int64_t nanos = NanosOfDay(stamp);
  const int64_t seconds = nanos / kNanosPerSecond;
  return absl::StrFormat(
      "%sT%02d:%02d:%02d.%09d+08:00", FormatDate(DateOf(stamp)), seconds / 3600,
      seconds / 60 % 60, seconds % 60, nanos % kNanosPerSecond);
}

std::optional<int64_t> ParseTimeOfDay(absl::string_view text) {
  const auto parts = Numbers(text, ':');
  if (!parts || (text.size() != 5 && text.size() != 8) || text[2] != ':' ||
      (text.size() == 8 && text[5] != ':') ||
      parts->size() != (text.size() + 1) / 3) {
    return std::nullopt;
  }
  const int64_t seconds = parts->size() == 3 ? (*parts)[2] : 0;
  if ((*parts)[0] > 23 || (*parts)[1] > 59 || seconds > 59) return std::nullopt;
  return ((*parts)[0] * 3600 + (*parts)[1] * 60 + seconds) * kNanosPerSecond;
}

}  // namespace luheng
