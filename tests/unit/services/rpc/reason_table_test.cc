// The table of reasons against the enum, and its texts in both languages.
#include "services/rpc/reason_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"

namespace luheng::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ReasonTableTest, EveryReasonHasOneRowInOrder) {
  const auto* descriptor = core::v1::Reason_descriptor();
  ASSERT_EQ(static_cast<int>(ReasonRows().size()),
            descriptor->value_count() - 1);
  for (int i = 1; i < descriptor->value_count(); ++i) {
    EXPECT_EQ(ReasonRows()[static_cast<size_t>(i - 1)].reason,
              descriptor->value(i)->number())
        << descriptor->value(i)->name();
  }
}

// Values outside of brackets would be missing in some answers.
void ExpectWellFormed(absl::string_view text) {
  bool inside = false;
  bool naming = false;
  for (const char c : text) {
    if (c == '[' || c == ']') {
      EXPECT_EQ(inside, c == ']') << text;
      inside = c == '[';
    } else if (c == '{' || c == '}') {
      EXPECT_TRUE(inside) << text;
      EXPECT_EQ(naming, c == '}') << text;
      naming = c == '{';
    }
  }
  EXPECT_FALSE(inside || naming) << text;
}

TEST(ReasonTableTest, TextsAreWellFormedAndNameTheSameValues) {
  for (const ReasonRow& row : ReasonRows()) {
    SCOPED_TRACE(ReasonName(row.reason));
    ExpectWellFormed(row.english);
    ExpectWellFormed(row.chinese);
    EXPECT_EQ(KeysOf(row.english), KeysOf(row.chinese));
    EXPECT_TRUE(absl::EndsWith(row.chinese, "。") ||
                absl::EndsWith(row.chinese, "]"));
    for (const char* text : {row.english, row.chinese}) {
      const std::string bare =
          RenderText(text, {}, ValueStyle::kPeople, Locale::kChinese);
      EXPECT_THAT(bare, Not(HasSubstr("[")));
      EXPECT_GT(bare.size(), 10u);
    }
  }
}

TEST(ReasonTableTest, WhatCanBeRepeatedSaysWhen) {
  for (const ReasonRow& row : ReasonRows()) {
    const bool repeatable = row.code == grpc::StatusCode::UNAVAILABLE ||
                            (row.code == grpc::StatusCode::RESOURCE_EXHAUSTED &&
                             row.reason != Reason::REASON_MESSAGE_TOO_LARGE);
    EXPECT_EQ(row.retry_ms > 0, repeatable) << ReasonName(row.reason);
    EXPECT_NE(row.code, grpc::StatusCode::UNKNOWN);
    EXPECT_NE(row.code, grpc::StatusCode::OK);
  }
}

struct RenderCase {
  const char* name;
  Reason reason;
  Details details;
  const char* chinese;
  const char* english;
};

class RenderTest : public ::testing::TestWithParam<RenderCase> {};

TEST_P(RenderTest, ReadsWell) {
  const RenderCase& test = GetParam();
  const ReasonRow& row = RowOf(test.reason);
  EXPECT_EQ(RenderText(row.chinese, test.details, ValueStyle::kPeople,
                       Locale::kChinese),
            test.chinese);
  EXPECT_EQ(RenderText(row.english, test.details, ValueStyle::kPeople,
                       Locale::kEnglish),
            test.english);
}

const RenderCase kRenderCases[] = {
    {"WithoutValues",
     Reason::REASON_PRICE_NOT_ON_TICK,
     {},
     "委托价格不是最小变动价位的整数倍。",
     "The price is not a whole multiple of the tick."},
    {"PricesInYuan",
     Reason::REASON_PRICE_NOT_ON_TICK,
     {{"field", "order.price_minor_per_lot"},
      {"value", "5805"},
      {"rule", "a multiple of 10"}},
     "委托价格不是最小变动价位的整数倍。您填写的价格为 58.05，应为 0.10 "
     "的整数倍。",
     "The price is not a whole multiple of the tick. You gave price 58.05; it "
     "must be a multiple of 0.10."},
    {"QuantitiesInThousands",
     Reason::REASON_QUANTITY_OUT_OF_RANGE,
     {{"field", "quantity_lots"}, {"value", "100001"}, {"rule", "1 to 100000"}},
     "委托数量超出单笔范围。您填写的数量为 100,001，应为 1 至 100,000。",
     "The quantity is not within the limits of one order. You gave quantity "
     "100,001; it must be 1 to 100,000."},
    {"CashInYuan",
     Reason::REASON_INSUFFICIENT_CASH,
     {{"needed_minor", "321700000"}, {"available_minor", "-5"}},
     "可用资金不足：需要 3,217,000.00 元，可用 -0.05 元。",
     "Not enough available cash: needed 3,217,000.00 yuan, available -0.05 "
     "yuan."},
    {"OneOfTwoValuesIsNone",
     Reason::REASON_INSUFFICIENT_CASH,
     {{"needed_minor", "321700000"}},
     "可用资金不足。",
     "Not enough available cash."},
    {"TimesAreLocal",
     Reason::REASON_CLOCK_BACKWARD,
     {{"now_ns", "1666314000000000000"}},
     "时间不可回拨，系统当前时间为 2022-10-21 09:00:00。",
     "Time cannot go back; the node's time is 2022-10-21 09:00:00 (UTC+8)."},
    {"IdsAreNotCounted",
     Reason::REASON_ORDER_CLOSED,
     {{"order", "1234567"}},
     "该委托（1234567）已成交、撤销或过期。",
     "The order 1234567 is filled, cancelled or expired already."},
};

INSTANTIATE_TEST_SUITE_P(All, RenderTest, ::testing::ValuesIn(kRenderCases),
                         [](const auto& test) { return test.param.name; });

TEST(RuleTextTest, UnknownWordsStay) {
  EXPECT_EQ(RuleText("odd", "n", ValueStyle::kPeople, Locale::kChinese),
            "应满足：odd");
  EXPECT_EQ(RuleText("odd", "n", ValueStyle::kPeople, Locale::kEnglish), "odd");
}

TEST(RuleTextTest, ValuesMayHoldTheFormsOwnLetters) {
  EXPECT_EQ(
      RuleText("one of A, B", "mode", ValueStyle::kPeople, Locale::kChinese),
      "应为下列之一：A, B");
}

}  // namespace
}  // namespace luheng::rpc
