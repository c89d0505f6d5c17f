// Goal: money, quantities, dates, times and digests that people type have one
// exact meaning or none.
//
// Method: the input is read as each of them. What is accepted is written in its
// plain form, which must read back as the same; for amounts, a slow reading of
// the digits, in 128 bits, is the oracle.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/format.h"
#include "clients/cli/parse.h"
#include "ledger/base/check.h"
#include "ledger/base/checked.h"
#include "ledger/base/digest.h"
#include "ledger/base/stamp.h"
#include "tests/testing/fuzz_input.h"

namespace luheng::cli {
namespace {

// The number that the digits of `text` spell, with two decimals, in 128 bits;
// what stands between them is not looked at.
absl::int128 Spelled(absl::string_view text) {
  absl::int128 value = 0;
  int decimals = -1;
  for (char c : text) {
    if (c == '.') decimals = 0;
    if (c < '0' || c > '9') continue;
    if (value > absl::int128(1) << 90) return -1;  // Fits nowhere.
    value = value * 10 + (c - '0');
    if (decimals >= 0) ++decimals;
  }
  for (int i = decimals < 0 ? 0 : decimals; i < 2; ++i) value *= 10;
  return value;
}

void CheckAmounts(absl::string_view text) {
  if (const auto fen = ParseYuan(text)) {
    LUHENG_CHECK(*fen >= 0 && Spelled(text) == *fen) << text;
    LUHENG_CHECK(ParseYuan(PlainYuan(*fen)) == fen) << text;
    LUHENG_CHECK(ParseYuan(FormatYuan(*fen)) == fen) << text;
  }
  if (const auto whole = ParseWhole(text)) {
    LUHENG_CHECK(*whole >= 0 && Spelled(text) == absl::int128(*whole) * 100)
        << text;
    LUHENG_CHECK(ParseWhole(WithSeparators(*whole)) == whole) << text;
  }
  if (const auto amount = ParseAmount(text)) {
    const auto again = ParseAmount(absl::StrCat(amount->value, amount->unit));
    LUHENG_CHECK(
        amount->unit.empty() ||
        !absl::ascii_isdigit(static_cast<unsigned char>(amount->unit.front())))
        << text;
    LUHENG_CHECK(again && again->value == amount->value &&
                 again->unit == amount->unit)
        << text;
  }
}

void CheckTimes(absl::string_view text) {
  if (const auto date = ParseDate(text)) {
    LUHENG_CHECK(FormatDate(*date) == text) << text;
  }
  if (const auto nanos = ParseTimeOfDay(text)) {
    const int64_t seconds = *nanos / kNanosPerSecond;
    const std::string plain = absl::StrFormat("%02d:%02d:%02d", seconds / 3600,
                                              seconds / 60 % 60, seconds % 60);
    LUHENG_CHECK(text == plain || absl::StrCat(text, ":00") == plain) << text;
  }
  if (const auto time = ParseTime(text)) {
    // What is accepted can be a stamp, exactly.
    const auto nanos = CheckedMul(time->seconds(), kNanosPerSecond);
    LUHENG_CHECK(nanos && CheckedAdd(*nanos, time->nanos())) << text;
    LUHENG_CHECK(time->nanos() >= 0 && time->nanos() < kNanosPerSecond);
    const std::string plain = FormatStamp(Stamp(*nanos + time->nanos()));
    const auto again = ParseTime(plain);
    LUHENG_CHECK(again && again->seconds() == time->seconds() &&
                 again->nanos() == time->nanos())
        << text << " is " << plain;
    LUHENG_CHECK(text.size() < 4 || text[4] != '-' ||
                 plain.substr(0, 2) == text.substr(0, 2) ||
                 plain.substr(2, 2) == "00" || plain.substr(2, 2) == "99")
        << text << " became " << plain;
  }
}

void CheckBytes(absl::string_view text) {
  if (const auto raw = FromHex(text)) {
    LUHENG_CHECK(ToHex(*raw) == absl::AsciiStrToLower(text)) << text;
  }
  if (const auto id = ParseUuid(text)) {
    LUHENG_CHECK(FormatUuid(*id) == absl::AsciiStrToLower(text)) << text;
  }
  if (const auto digest = ParseDigest(text)) {
    LUHENG_CHECK(digest == FromHex(text) && digest->size() == Digest::kSize);
  }
}

}  // namespace
}  // namespace luheng::cli

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text = luheng::testing::FuzzText(data, size);
  luheng::cli::CheckAmounts(text);
  luheng::cli::CheckTimes(text);
  luheng::cli::CheckBytes(text);
  return 0;
}
