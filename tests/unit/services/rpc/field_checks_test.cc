// Each check against values that pass and values that do not.
#include "services/rpc/field_checks.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "luheng/registry/v1/registry.pb.h"

namespace luheng::rpc {
namespace {

using Check = std::function<void(FieldChecks&)>;

struct CheckCase {
  const char* name;
  Check check;
  // The rule that is broken; empty if none is.
  std::string rule;
};

class FieldChecksTest : public ::testing::TestWithParam<CheckCase> {};

TEST_P(FieldChecksTest, NotesWhatIsBroken) {
  FieldChecks checks;
  GetParam().check(checks);
  if (GetParam().rule.empty()) {
    EXPECT_TRUE(checks.ok()) << checks.violations()[0].rule;
    return;
  }
  ASSERT_EQ(checks.violations().size(), 1u);
  EXPECT_EQ(checks.violations()[0].field, "f");
  EXPECT_EQ(checks.violations()[0].rule, GetParam().rule);
}

constexpr char kUuid[] = "123e4567-e89b-12d3-a456-426614174000";
const auto* const kKinds = registry::v1::HolderKind_descriptor();

#define CHECK_OF(call) [](FieldChecks& c) { c.call; }
const CheckCase kCheckCases[] = {
    {"RangeLow", CHECK_OF(Range("f", 0, 1, 5)), "from 1 to 5"},
    {"RangeMin", CHECK_OF(Range("f", 1, 1, 5)), ""},
    {"RangeMax", CHECK_OF(Range("f", 5, 1, 5)), ""},
    {"RangeHigh", CHECK_OF(Range("f", 6, 1, 5)), "from 1 to 5"},
    {"RangeOpen", CHECK_OF(Range("f", -1, 0, INT64_MAX)), "at least 0"},
    {"TextCountsCharacters", CHECK_OF(Text("f", "神池县", 1, 3)), ""},
    {"TextTooLong", CHECK_OF(Text("f", "神池县人", 1, 3)), "1 to 3 characters"},
    {"TextMissing", CHECK_OF(Text("f", "", 1, 3)), "present"},
    {"TextMayBeEmpty", CHECK_OF(Text("f", "", 0, 3)), ""},
    {"TextNotUtf8", CHECK_OF(Text("f", "\xC0\xAF", 1, 3)), "1 to 3 characters"},
    {"TextSurrogate", CHECK_OF(Text("f", "\xED\xA0\x80", 1, 3)),
     "1 to 3 characters"},
    {"TextControl", CHECK_OF(Text("f", "a\nb", 1, 3)), "1 to 3 characters"},
    {"DigestShort", CHECK_OF(Sha256("f", "abc")), "32 bytes"},
    {"DigestMissing", CHECK_OF(Sha256("f", "")), "present"},
    {"EnumKnown", CHECK_OF(Enum("f", 2, kKinds)), ""},
    {"EnumZero", CHECK_OF(Enum("f", 0, kKinds)), "present"},
    {"EnumOptional", CHECK_OF(Enum("f", 0, kKinds, Presence::kOptional)), ""},
    {"EnumUnknown", CHECK_OF(Enum("f", 99, kKinds)), "a known value"},
    {"Holder", CHECK_OF(Holder("f", "holders/17")), ""},
    {"HolderMissing", CHECK_OF(Holder("f", "")), "present"},
    {"HolderOptional", CHECK_OF(Holder("f", "", Presence::kOptional)), ""},
    {"HolderZero", CHECK_OF(Holder("f", "holders/0")),
     "a name like holders/17"},
    {"HolderPadded", CHECK_OF(Holder("f", "holders/017")),
     "a name like holders/17"},
    {"HolderSigned", CHECK_OF(Holder("f", "holders/+1")),
     "a name like holders/17"},
    {"HolderTooLarge", CHECK_OF(Holder("f", "holders/9223372036854775808")),
     "a name like holders/17"},
    {"HolderOfOther", CHECK_OF(Holder("f", "users/17")),
     "a name like holders/17"},
    {"Order", CHECK_OF(Order("f", "holders/1/orders/2")), ""},
    {"OrderShort", CHECK_OF(Order("f", "holders/1/orders")),
     "a name like holders/17/orders/4711"},
    {"OrderLong", CHECK_OF(Order("f", "holders/1/orders/2/3")),
     "a name like holders/17/orders/4711"},
    {"OrderOfNobody", CHECK_OF(Order("f", "holders/x/orders/2")),
     "a name like holders/17/orders/4711"},
    {"User", CHECK_OF(User("f", "users/zhang.wei-2")), ""},
    {"UserUpper", CHECK_OF(User("f", "users/Zhang")),
     "a name like users/zhang.wei"},
    {"Instrument", CHECK_OF(Instrument("f", "instruments/SO2-2017")), ""},
    {"InstrumentLower", CHECK_OF(Instrument("f", "instruments/cea")),
     "a name like instruments/CEA"},
    {"Asset", CHECK_OF(Asset("f", "assets/CNY")), ""},
    {"ClientOrderId", CHECK_OF(ClientOrderId("f", "A-1_b")), ""},
    {"ClientOrderIdLong", CHECK_OF(ClientOrderId("f", std::string(37, 'a'))),
     "a code like A-20221021_001"},
    {"ClientOrderIdSpace", CHECK_OF(ClientOrderId("f", "a b")),
     "a code like A-20221021_001"},
    {"County", CHECK_OF(CountyCode("f", "140927")), ""},
    {"CountyShort", CHECK_OF(CountyCode("f", "14092")), "a code like 140927"},
    {"RequestId", CHECK_OF(RequestId("f", kUuid)), ""},
    {"RequestIdMissing", CHECK_OF(RequestId("f", "")), "present"},
    {"RequestIdOther", CHECK_OF(RequestId("f", "1")), "a UUID"},
    {"RequestIdZero",
     CHECK_OF(RequestId("f", "00000000-0000-0000-0000-000000000000")),
     "a UUID"},
    {"Date", CHECK_OF(DateText("f", "2022-10-21")), ""},
    {"DateWrong", CHECK_OF(DateText("f", "2022-02-30")),
     "a date like 2022-10-21"},
    {"PageSize", CHECK_OF(PageSize("f", 5000)), ""},
    {"PageSizeNegative", CHECK_OF(PageSize("f", -1)), "at least 0"},
};
#undef CHECK_OF

INSTANTIATE_TEST_SUITE_P(All, FieldChecksTest, ::testing::ValuesIn(kCheckCases),
                         [](const auto& test) { return test.param.name; });

TEST(FieldChecksValuesTest, ReturnsWhatItParsed) {
  FieldChecks check;
  EXPECT_EQ(check.Holder("f", "holders/17"), HolderId(17));
  EXPECT_EQ(check.Order("f", "holders/1/orders/4711"), OrderId(4711));
  EXPECT_EQ(check.User("f", "users/li"), "li");
  EXPECT_EQ(check.Instrument("f", "instruments/CEA"), "CEA");
  EXPECT_EQ(FormatUuid(check.RequestId("f", kUuid)), kUuid);
  EXPECT_EQ(check.DateText("f", "2022-10-21"), MakeDate(2022, 10, 21));
  google::protobuf::Timestamp time;
  time.set_seconds(5);
  time.set_nanos(7);
  EXPECT_EQ(check.Timestamp("f", true, time), Stamp(5'000'000'007));
  time.set_nanos(-1);
  EXPECT_TRUE(check.ok());
  EXPECT_EQ(check.Timestamp("f", true, time), std::nullopt);
  EXPECT_FALSE(check.ok());
}

TEST(FieldChecksValuesTest, LongAndOddValuesAreShortened) {
  FieldChecks check;
  check.Violate("f", absl::StrCat(std::string(500, 'x'), "\n"), "short");
  EXPECT_LT(check.violations()[0].value.size(), 100u);
  check.Violate("f", "a\n\xFF", "plain");
  EXPECT_EQ(check.violations()[1].value, "a??");
}

TEST(PageSizeTest, IsCoerced) {
  EXPECT_EQ(CoercePageSize(0), 50);
  EXPECT_EQ(CoercePageSize(1), 1);
  EXPECT_EQ(CoercePageSize(1000), 1000);
  EXPECT_EQ(CoercePageSize(1001), 1000);
}

}  // namespace
}  // namespace luheng::rpc
