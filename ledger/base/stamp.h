// Time as the sequencer stamps it, and the civil dates of the market. A stamp
// is nanoseconds since 1970-01-01T00:00:00Z. Dates and times of day are those
// of Asia/Shanghai, which has been UTC+8 without daylight saving since 1992.
#ifndef LUHENG_LEDGER_BASE_STAMP_H_
#define LUHENG_LEDGER_BASE_STAMP_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "ledger/base/amount.h"

namespace luheng {

// Nanoseconds since the Unix epoch, UTC. Never goes back within a journal.
using Stamp = Amount<struct StampTag>;
// Days since 1970-01-01 in Asia/Shanghai.
using Date = Amount<struct DateTag>;

inline constexpr int64_t kNanosPerSecond = 1'000'000'000;
inline constexpr int64_t kNanosPerMinute = 60 * kNanosPerSecond;
inline constexpr int64_t kNanosPerDay = 86'400 * kNanosPerSecond;
// Asia/Shanghai's offset from UTC.
inline constexpr int64_t kShanghaiOffsetNanos = 8 * 3'600 * kNanosPerSecond;

// Nanoseconds since the Unix epoch as Asia/Shanghai's clocks count them; beyond
// the range of a stamp for its last eight hours. Requires stamp >= 1970-01-01.
constexpr uint64_t ShanghaiNanos(Stamp stamp) {
  return static_cast<uint64_t>(stamp.value()) +
         static_cast<uint64_t>(kShanghaiOffsetNanos);
}

// The date in Asia/Shanghai at `stamp`. Requires stamp >= 1970-01-01.
constexpr Date DateOf(Stamp stamp) {
  return Date(static_cast<int64_t>(ShanghaiNanos(stamp) / kNanosPerDay));
}

// Nanoseconds since midnight in Asia/Shanghai, 0 to kNanosPerDay - 1. Requires
// stamp >= 1970-01-01.
constexpr int64_t NanosOfDay(Stamp stamp) {
  return static_cast<int64_t>(ShanghaiNanos(stamp) % kNanosPerDay);
}

// The stamp of `nanos_of_day` on `date` in Asia/Shanghai.
constexpr Stamp StampAt(Date date, int64_t nanos_of_day) {
  return Stamp(date.value() * kNanosPerDay + nanos_of_day -
               kShanghaiOffsetNanos);
}

// 1 (Monday) to 7 (Sunday).
constexpr int WeekdayOf(Date date) {
  return static_cast<int>((date.value() + 3) % 7) + 1;
}

// `year`-`month`-`day` of the proleptic Gregorian calendar as a date.
Date MakeDate(int64_t year, int64_t month, int64_t day);
// "2022-10-21".
std::string FormatDate(Date date);
// The date that "2022-10-21" spells, or nothing.
std::optional<Date> ParseDate(absl::string_view text);
// "2022-10-21T09:30:00.000000000+08:00".
std::string FormatStamp(Stamp stamp);
// Nanoseconds of day that "09:30" or "09:30:15" spells, or nothing.
std::optional<int64_t> ParseTimeOfDay(absl::string_view text);

}  // namespace luheng

#endif  // LUHENG_LEDGER_BASE_STAMP_H_
