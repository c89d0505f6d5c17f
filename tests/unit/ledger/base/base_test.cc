// The vocabulary: arithmetic that says when it does not fit, dates of the
// market, and the spellings of ids.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "ledger/base/amount.h"
#include "ledger/base/checked.h"
#include "ledger/base/digest.h"
#include "ledger/base/endian.h"
#include "ledger/base/stamp.h"

namespace luheng {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr std::optional<int64_t> kNone = std::nullopt;

TEST(CheckedTest, SaysWhenTheResultDoesNotFit) {
  struct Row {
    const char* name;
    std::optional<int64_t> got;
    std::optional<int64_t> want;
  };
  const Row rows[] = {
      {"Add", CheckedAdd(2, 3), 5},
      {"AddToTheTop", CheckedAdd(kMax - 1, 1), kMax},
      {"AddOverTheTop", CheckedAdd(kMax, 1), kNone},
      {"AddUnderTheBottom", CheckedAdd(kMin, -1), kNone},
      {"Sub", CheckedSub(2, 3), -1},
      {"SubTheSmallest", CheckedSub(0, kMin), kNone},
      {"SubToTheBottom", CheckedSub(-1, kMax), kMin},
      {"Mul", CheckedMul(-4, 5), -20},
      {"MulOverTheTop", CheckedMul(kMax / 2 + 1, 2), kNone},
      {"MulTheSmallestByMinusOne", CheckedMul(kMin, -1), kNone},
      {"FloorRoundsDown", MulDivFloor(7, 3, 2), 10},
      {"CeilRoundsUp", MulDivCeil(7, 3, 2), 11},
      {"CeilOfWhole", MulDivCeil(8, 3, 2), 12},
      {"CeilOfZero", MulDivCeil(0, 3, 2), 0},
      {"ProductMayPass64Bits", MulDivFloor(kMax, kMax, kMax), kMax},
      {"QuotientMayNot", MulDivFloor(kMax, 3, 2), kNone},
      {"CeilMayNotEither", MulDivCeil(kMax, kMax, kMax - 1), kNone},
      {"Exact", DivExact(-12, 4), -3},
      {"NotExact", DivExact(13, 4), kNone},
      {"ByZero", DivExact(13, 0), kNone},
      {"ByMinusOne", DivExact(13, -1), -13},
      {"TheSmallestByMinusOne", DivExact(kMin, -1), kNone},
  };
  for (const Row& row : rows) EXPECT_EQ(row.got, row.want) << row.name;
}

TEST(AmountTest, ListedLimitsKeepTheNotionalWhole) {
  EXPECT_EQ(Notional(Price(kPriceMinorMax), Quantity(kLotsMax)),
            Money(1'000'000'000'000'000'000));
  EXPECT_EQ(Notional(Price(kMax), Quantity(2)), std::nullopt);
  EXPECT_EQ(CheckedAdd(Money(kMax), Money(1)), std::nullopt);
  EXPECT_EQ(CheckedSub(Money(1), Money(3)), Money(-2));
  EXPECT_LT(Price(3), Price(4));
}

TEST(DateTest, DaysOfTheGregorianCalendar) {
  struct Row {
    const char* text;
    int64_t days;
    int weekday;
  };
  const Row rows[] = {
      {"1970-01-01", 0, 4},      {"1970-01-02", 1, 5},
      {"2000-02-29", 11'016, 2}, {"2022-10-21", 19'286, 5},
      {"2024-02-29", 19'782, 4}, {"2026-03-02", 20'514, 1},
      {"2100-03-01", 47'541, 1},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(ParseDate(row.text), Date(row.days)) << row.text;
    EXPECT_EQ(FormatDate(Date(row.days)), row.text);
    EXPECT_EQ(WeekdayOf(Date(row.days)), row.weekday) << row.text;
  }
  for (const char* text :
       {"", "2022-10", "2022-10-21-01", "2022-02-30", "2023-02-29",
        "2100-02-29", "2022-13-01", "2022-00-01", "2022-1-1", "22-10-21",
        "2022/10/21", " 2022-10-21", "2022-10-21 ", "2022- 1-21", "-2022-10-21",
        "99999999999999999999-01-01", "2022-10-2x"}) {
    EXPECT_EQ(ParseDate(text), std::nullopt) << text;
  }
}

// The day of the market begins at 16:00 UTC of the day before.
TEST(StampTest, TheDayIsShanghais) {
  const Date date = MakeDate(2022, 10, 21);
  const Stamp midnight = StampAt(date, 0);
  EXPECT_EQ(DateOf(midnight), date);
  EXPECT_EQ(DateOf(Stamp(midnight.value() - 1)), Date(date.value() - 1));
  EXPECT_EQ(NanosOfDay(Stamp(midnight.value() - 1)), kNanosPerDay - 1);
  EXPECT_EQ(FormatStamp(StampAt(date, *ParseTimeOfDay("09:30:05") + 7)),
            "2022-10-21T09:30:05.000000007+08:00");
}

TEST(StampTest, TimesOfDayAreReadStrictly) {
  EXPECT_EQ(ParseTimeOfDay("00:00"), 0);
  EXPECT_EQ(ParseTimeOfDay("09:30"), 34'200 * kNanosPerSecond);
  EXPECT_EQ(ParseTimeOfDay("23:59:59"), kNanosPerDay - kNanosPerSecond);
  for (const char* text :
       {"", "9:30", "09:5", "24:00", "09:60", "09:30:60", "09:30:00:00",
        "+9:30", "-9:30", " 9:30", "09: 5", "0930", "09:30 ", "009:3",
        "09:30:5", "0:0:0:0", "09:3:015"}) {
    EXPECT_EQ(ParseTimeOfDay(text), std::nullopt) << text;
  }
}

TEST(DigestTest, HexAndUuids) {
  EXPECT_EQ(ToHex("\x01\xab"), "01ab");
  EXPECT_EQ(FromHex("01AB"), "\x01\xab");
  EXPECT_EQ(FromHex("01a"), std::nullopt);
  EXPECT_EQ(FromHex("0g"), std::nullopt);
  EXPECT_EQ(FromHex(" 1"), std::nullopt);
  const std::string text = "123e4567-e89b-42d3-a456-426614174000";
  const auto id = ParseUuid(text);
  ASSERT_TRUE(id.has_value());
  EXPECT_EQ(FormatUuid(*id), text);
  EXPECT_EQ(ParseUuid("123E4567-E89B-42D3-A456-426614174000"), id);
  for (const char* bad : {"", "123e4567e89b42d3a456426614174000",
                          "123e4567-e89b-42d3-a456-42661417400",
                          "123e4567-e89b-42d3-a456-4266141740000",
                          "123e4567-e89b-42d3a-456-426614174000",
                          "123e4567-e89b-42d3-a456-42661417400g"}) {
    EXPECT_EQ(ParseUuid(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(Digest::From("short"), std::nullopt);
  EXPECT_TRUE(Digest().is_zero());
}

TEST(EndianTest, KeysSortAsNumbers) {
  std::string small;
  std::string large;
  AppendBigEndian64(255, small);
  AppendBigEndian64(256, large);
  EXPECT_LT(small, large);
  EXPECT_EQ(LoadBigEndian64(large.data()), 256u);
}

}  // namespace
}  // namespace luheng
