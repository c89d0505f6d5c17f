// Money, quantities, times and names: what is typed and what is shown.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "clients/cli/csv.h"
#include "clients/cli/format.h"
#include "clients/cli/parse.h"
#include "clients/cli/protos.h"
#include "clients/cli/suggest.h"
#include "clients/cli/width.h"

namespace luheng::cli {
namespace {

struct YuanCase {
  const char* typed;
  int64_t fen;
};

TEST(ParseYuanTest, IsExact) {
  for (const YuanCase& row :
       {YuanCase{"0", 0}, YuanCase{"58", 5800}, YuanCase{"58.5", 5850},
        YuanCase{"58.50", 5850}, YuanCase{"0.01", 1}, YuanCase{"007.07", 707},
        YuanCase{"3,217,000.00", 321'700'000},
        YuanCase{"92233720368547758.07", INT64_MAX}}) {
    EXPECT_EQ(ParseYuan(row.typed), row.fen) << row.typed;
  }
}

TEST(ParseYuanTest, RefusesWhatIsNotExactOrNotClear) {
  for (const char* typed : {"",
                            ".",
                            ".5",
                            "5.",
                            "58.505",
                            "-1",
                            "+1",
                            " 1",
                            "1 ",
                            "1e3",
                            "0x10",
                            "1,00",
                            "1,0000",
                            ",100",
                            "1,,000",
                            "12,34,567",
                            "58.5元",
                            "½",
                            "１２",
                            "58..5",
                            "1.2.3",
                            "1.,5",
                            "92233720368547758.08",
                            "99999999999999999999",
                            "nan",
                            "inf",
                            "58,50"}) {
    EXPECT_FALSE(ParseYuan(typed).has_value()) << typed;
  }
}

TEST(ParseAmountTest, CutsTheUnitOff) {
  EXPECT_EQ(ParseAmount("1,000t")->value, 1000);
  EXPECT_EQ(ParseAmount("1,000t")->unit, "t");
  EXPECT_EQ(ParseAmount("5 m3")->unit, "m3");
  EXPECT_EQ(ParseAmount("7")->unit, "");
  for (const char* typed :
       {"", "t", "10 5t", "1000 ,000 t", "10.5t", "-3t", "1,0t"}) {
    EXPECT_FALSE(ParseAmount(typed).has_value()) << typed;
  }
}

TEST(ParseTimeTest, ReadsShanghaiAndOwnOffsets) {
  EXPECT_EQ(ParseTime("2022-10-21 09:30")->seconds(), 1666315800);
  EXPECT_EQ(ParseTime("2022-10-21 09:30:00")->seconds(), 1666315800);
  EXPECT_EQ(ParseTime("2022-10-21T01:30:00Z")->seconds(), 1666315800);
  EXPECT_EQ(ParseTime("2022-10-21")->seconds(), 1666281600);
  for (const char* typed :
       {"", "21.10.2022", "2022-13-01", "soon", "1960-01-01",
        "2022-10-21 25:00", "9999-12-31", "infinite-future", "infinite-past"}) {
    EXPECT_FALSE(ParseTime(typed).has_value()) << typed;
  }
}

TEST(ParseDigestTest, WantsThirtyTwoBytesOfHex) {
  EXPECT_EQ(ParseDigest(std::string(64, 'a'))->size(), 32u);
  EXPECT_FALSE(ParseDigest(std::string(63, 'a')).has_value());
  EXPECT_FALSE(ParseDigest(std::string(64, 'g')).has_value());
}

TEST(ParseEnumTest, TakesWordsInAnyCaseButNotUnspecified) {
  const auto* type = mv1::SelfTradePrevention_descriptor();
  EXPECT_EQ(ParseEnumNumber(type, "cancel-both"), 3);
  EXPECT_EQ(ParseEnumNumber(type, "CANCEL_BOTH"), 3);
  EXPECT_FALSE(ParseEnumNumber(type, "unspecified").has_value());
  EXPECT_FALSE(ParseEnumNumber(type, "both").has_value());
  EXPECT_EQ(EnumChoices(mv1::Side_descriptor()), "buy, sell");
  EXPECT_EQ(EnumWord(type, 3), "cancel-both");
  EXPECT_EQ(EnumWord(type, 77), "77");
}

TEST(NamesTest, AddTheCollectionWhereItIsMissing) {
  EXPECT_EQ(ResourceName("instruments", "CEA"), "instruments/CEA");
  EXPECT_EQ(ResourceName("instruments", "instruments/CEA"), "instruments/CEA");
  EXPECT_EQ(ResourceName("instruments", ""), "");
  EXPECT_EQ(LastPart("holders/5/orders/17"), "17");
}

TEST(NamesTest, SixDigitsAreACountyUnlessTheNameSaysHolder) {
  EXPECT_EQ(HolderFormOf("5"), HolderForm::kName);
  EXPECT_EQ(HolderFormOf("1409270"), HolderForm::kName);
  EXPECT_EQ(HolderFormOf("holders/140927"), HolderForm::kName);
  EXPECT_EQ(HolderFormOf("140927"), HolderForm::kCode);
  EXPECT_EQ(HolderFormOf("91140927MA0ABCD1XT"), HolderForm::kCode);
  EXPECT_EQ(HolderFormOf("123456789012345678"), HolderForm::kCode);
}

TEST(FormatTest, ShowsYuanWithSeparators) {
  EXPECT_EQ(FormatYuan(321'700'000), "3,217,000.00");
  EXPECT_EQ(FormatYuan(5), "0.05");
  EXPECT_EQ(FormatYuan(-5), "-0.05");
  EXPECT_EQ(FormatYuan(-123'456), "-1,234.56");
  EXPECT_EQ(PlainYuan(-123'456), "-1234.56");
  EXPECT_EQ(FormatYuan(INT64_MIN), "-92,233,720,368,547,758.08");
  EXPECT_EQ(WithSeparators(999), "999");
  EXPECT_EQ(WithSeparators(1000), "1,000");
}

TEST(FormatTest, ShowsRatesAndTimes) {
  EXPECT_EQ(FormatPpm(7'500), "0.75%");
  EXPECT_EQ(FormatPpm(100'000), "10%");
  EXPECT_EQ(FormatPpm(0), "0%");
  google::protobuf::Timestamp time;
  EXPECT_EQ(FormatTime(time), "");
  time.set_seconds(1666315800);
  EXPECT_EQ(FormatTime(time), "2022-10-21 09:30:00.000");
}

TEST(WidthTest, CountsChineseAsTwo) {
  EXPECT_EQ(DisplayWidth("CEA"), 3);
  EXPECT_EQ(DisplayWidth("水权"), 4);
  EXPECT_EQ(DisplayWidth("价格(元)"), 8);
  EXPECT_EQ(DisplayWidth("e\xcc\x81"), 1);  // An accent combines.
  EXPECT_EQ(DisplayWidth("\xff"), 1);       // No UTF-8.
  EXPECT_EQ(Pad("水", 4, Align::kLeft), "水  ");
  EXPECT_EQ(Pad("水", 4, Align::kRight), "  水");
  EXPECT_EQ(Pad("水权", 2, Align::kLeft), "水权");
}

TEST(PrintableTest, LetsNoDataMoveTheCursor) {
  EXPECT_EQ(Printable("a\x1b[2Jb\nc"), "a [2Jb c");
  EXPECT_EQ(Printable("\xe2\x80\xae"
                      "abc"),
            " abc");  // Right-to-left override.
  EXPECT_EQ(Printable("神池县\xff"), "神池县?");
}

TEST(CsvTest, QuotesAsTheStandardSays) {
  EXPECT_EQ(CsvField("plain"), "plain");
  EXPECT_EQ(CsvField("a,b"), "\"a,b\"");
  EXPECT_EQ(CsvField("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(CsvField("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(CsvField("a\tb"), "\"a\tb\"");
  EXPECT_EQ(CsvRecord({"a", "", "c"}), "a,,c\r\n");
}

TEST(CsvTest, LetsNoSpreadsheetRunAField) {
  for (const char* field :
       {"=1+1", "+1", "-1+1", "@SUM(A1)", "-", "-.5", "-1.2.3"}) {
    EXPECT_EQ(CsvField(field)[0], '\'') << field;
  }
  EXPECT_EQ(CsvField("=A1,B1"), "\"'=A1,B1\"");
  EXPECT_EQ(CsvField("\tx"), "\"'\tx\"");
  for (const char* field : {"-5.00", "5", "0.5", "-92233720368547758.08"}) {
    EXPECT_EQ(CsvField(field), field);
  }
}

TEST(SuggestTest, CountsInsertDropChangeAndSwap) {
  EXPECT_EQ(EditDistance("order", "order"), 0);
  EXPECT_EQ(EditDistance("ordr", "order"), 1);
  EXPECT_EQ(EditDistance("odrer", "order"), 1);
  EXPECT_EQ(EditDistance("", "abc"), 3);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
}

TEST(SuggestTest, TakesOnlyWhatIsNear) {
  const std::vector<std::string> words = {"order", "holder", "user"};
  EXPECT_EQ(Nearest("ordr", words), "order");
  EXPECT_EQ(Nearest("hodler", words), "holder");
  EXPECT_EQ(Nearest("xyz", words), "");
}

}  // namespace
}  // namespace luheng::cli
