// `luheng day` without a server: the strict CSV reader, request ids, the
// province's data as committed, and the arithmetic of the reconciliation. A
// wrong figure, fee or balance must not match.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "clients/cli/day_csv.h"
#include "clients/cli/day_data.h"
#include "clients/cli/day_reconcile.h"
#include "clients/cli/day_request_id.h"
#include "ledger/base/digest.h"
#include "tests/testing/temp_directory.h"

namespace luheng::cli {
namespace {

using ::testing::HasSubstr;

// ---- CSV -------------------------------------------------------------------

absl::StatusOr<CsvTable> ParseAb(const std::string& text,
                                 Language language = Language::kEnglish) {
  return CsvTable::Parse(language, "t.csv", text, {"a", "b"});
}

TEST(DayCsvTest, ReadsQuotesMarksLineEndsAndEmptyLines) {
  const auto table = ParseAb(
      "\xef\xbb\xbf"
      "a,b\r\n\"x, \"\"y\"\"\nz\",2\n\n 3 ,\n");
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_EQ(table->row_count(), 2);
  EXPECT_EQ(table->Text(0, "a"), "x, \"y\"\nz");
  EXPECT_EQ(table->Text(0, "b"), "2");
  EXPECT_EQ(table->Text(1, "a"), " 3 ");
  EXPECT_EQ(table->Text(1, "b"), "");
  EXPECT_EQ(table->At(1, "b").line, 5);
  EXPECT_EQ(table->At(1, "b").column, 5);
}

TEST(DayCsvTest, CountsColumnsInCharacters) {
  const auto table = ParseAb("a,b\n山西,x\n");
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->At(0, "b").column, 4);
  EXPECT_THAT(std::string(table->Whole(0, "b").status().message()),
              HasSubstr("t.csv:2:4: b \"x\": must be a whole number"));
}

struct BadCsv {
  const char* name;
  const char* text;
  const char* message;
};

class BadCsvTest : public ::testing::TestWithParam<BadCsv> {};

TEST_P(BadCsvTest, SaysWhere) {
  const auto table = ParseAb(GetParam().text);
  ASSERT_FALSE(table.ok());
  EXPECT_THAT(std::string(table.status().message()),
              HasSubstr(GetParam().message));
  const auto chinese = ParseAb(GetParam().text, Language::kChinese);
  EXPECT_NE(chinese.status().message(), table.status().message());
}

INSTANTIATE_TEST_SUITE_P(
    All, BadCsvTest,
    ::testing::ValuesIn(std::vector<BadCsv>{
        {"Empty", "", "t.csv:1:1: the first line must be a,b"},
        {"OtherHeader", "a,c\n1,2\n", "t.csv:1:1: the first line"},
        {"MoreColumns", "a,b,c\n", "t.csv:1:1: the first line"},
        {"FewerFields", "a,b\n1\n", "t.csv:2:1: 1 fields, expected 2"},
        {"MoreFields", "a,b\n1,2\n1,2,3\n", "t.csv:3:1: 3 fields"},
        {"QuoteInside", "a,b\nx\"y,2\n", "t.csv:2:2: a quote must open"},
        {"AfterQuote", "a,b\n\"x\"y,2\n", "t.csv:2:4: a comma or the end"},
        {"OpenQuote", "a,b\n\"x,2\n", "t.csv:3:1: the quote is not closed"},
        {"Control", "a,b\nx\x01,2\n", "t.csv:2:2: a control character"},
        {"LoneReturn", "a,b\nx\r,2\n", "t.csv:2:2: a control character"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(DayCsvTest, ReadsExactAmountsOnly) {
  const auto table =
      ParseAb("a,b\n42.65,-1\n42.655,1.5\n,99999999999999999999\n");
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(*table->Yuan(0, "a"), 4265);
  EXPECT_FALSE(table->Whole(0, "b").ok());
  EXPECT_THAT(std::string(table->Yuan(1, "a").status().message()),
              HasSubstr("t.csv:3:1: a \"42.655\": must be an amount in yuan"));
  EXPECT_FALSE(table->Whole(1, "b").ok());
  EXPECT_FALSE(table->Required(2, "a").ok());
  EXPECT_FALSE(table->Whole(2, "b").ok());
}

// ---- Request ids -----------------------------------------------------------

TEST(DayRequestIdTest, FollowsFromStepAndBody) {
  const std::string id = DayRequestId("holders/a", "body");
  // Pinned: another derivation would do everything again in old markets.
  EXPECT_EQ(id, "c25f4733-ade4-837a-a954-105448434bc0");
  EXPECT_TRUE(ParseUuid(id).has_value());
  EXPECT_EQ(id[14], '8');
  const std::set<std::string> ids = {
      id, DayRequestId("holders/b", "body"), DayRequestId("holders/a", "bodY"),
      DayRequestId("holders/ab", "ody"), DayRequestId("", "holders/abody")};
  EXPECT_EQ(ids.size(), 5);
}

// ---- Data ------------------------------------------------------------------

class ShanxiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto data = LoadProvince(Language::kEnglish, kFolder);
    ASSERT_TRUE(data.ok()) << data.status();
    data_ = *std::move(data);
  }
  static constexpr char kFolder[] = LUHENG_SOURCE_DIR "/deploy/shanxi";
  ProvinceData data_;
};

TEST_F(ShanxiTest, HasThe18CountiesAndAnEnterpriseInEach) {
  const std::set<std::string> counties = {
      "140927", "140928", "140929", "140930", "140931", "140932",
      "141028", "141029", "141030", "141031", "141032", "141033",
      "141034", "141123", "141124", "141125", "141126", "141129"};
  std::set<std::string> with_holder;
  std::set<std::string> with_enterprise;
  for (const HolderRow& row : data_.holders) {
    const std::string& county = row.holder.county_code();
    if (row.holder.kind() == rv1::HOLDER_KIND_COUNTY &&
        counties.contains(county)) {
      with_holder.insert(row.holder.code());
    }
    if (row.holder.kind() == rv1::HOLDER_KIND_ENTERPRISE) {
      with_enterprise.insert(county);
    }
    ASSERT_EQ(row.holder.documents_size(), 1) << row.key;
    EXPECT_EQ(row.holder.documents(0).sha256().size(), Digest::kSize);
  }
  EXPECT_EQ(with_holder, counties);
  EXPECT_EQ(with_enterprise, counties);
}

TEST_F(ShanxiTest, HasTheSixFloorsOf2017WithTheFeeOnEachSide) {
  std::map<std::string, int64_t> floors;
  for (const mv1::Instrument& instrument : data_.instruments) {
    const mv1::InstrumentRules& rules = instrument.rules();
    for (const int mode : rules.modes()) {
      const bool continuous = mode == mv1::TRADING_MODE_CONTINUOUS;
      EXPECT_EQ(continuous, rules.windows_size() == 2) << instrument.symbol();
    }
    if (rules.band_ppm() == 0 && rules.floor_price_minor_per_lot() > 0) {
      floors[instrument.symbol()] = rules.floor_price_minor_per_lot();
      EXPECT_EQ(rules.buyer_fee_ppm(), 7500);
      EXPECT_EQ(rules.seller_fee_ppm(), 7500);
    }
    if (instrument.symbol() == "CEA") {
      EXPECT_EQ(rules.quantity_lots_max(), 99'999);
      EXPECT_EQ(rules.band_ppm(), 100'000);
      EXPECT_EQ(rules.tick_minor(), 1);
    }
  }
  EXPECT_EQ(floors, (std::map<std::string, int64_t>{{"SO2", 18'000'00},
                                                    {"NOX", 19'000'00},
                                                    {"COD", 29'000'00},
                                                    {"NH3-N", 30'000'00},
                                                    {"IND-DUST", 5'900'00},
                                                    {"SMOKE", 6'000'00}}));
}

TEST_F(ShanxiTest, EveryDayReadsAndExpectsRefusals) {
  ASSERT_EQ(data_.days.size(), 3);
  for (const DayRow& day : data_.days) {
    const auto orders = LoadDay(Language::kEnglish, kFolder, data_, day);
    ASSERT_TRUE(orders.ok()) << orders.status();
    int64_t refused = 0;
    bool unary = false;
    bool stream = false;
    for (const OrderRow& row : *orders) {
      refused += !row.expected_reason.empty();
      (row.by_stream ? stream : unary) = true;
    }
    EXPECT_TRUE(unary && stream) << day.date;
    EXPECT_EQ(refused > 0, day.closes()) << day.date;
  }
  EXPECT_FALSE(data_.days.back().closes());
}

TEST_F(ShanxiTest, SaysWhichOrderIsWrong) {
  const luheng::testing::TempDirectory folder;
  const std::string file = folder.path() + "/orders.csv";
  const std::string header =
      "time,user,instrument,side,price,lots,time_in_force,client_order_id,"
      "channel,expect\n";
  const std::string good =
      "2022-10-21 09:30:00,hequ-trader,CEA,BUY,58.50,1,DAY,A-1,UNARY,\n";
  const auto message_of = [&](const std::string& rows) {
    std::ofstream(file) << header << rows;
    return std::string(
        LoadOrders(Language::kEnglish, file, data_).status().message());
  };
  EXPECT_EQ(message_of(good), "");
  EXPECT_THAT(message_of("2022-10-21,hequ-trader,CEA,BUY,58.50,1,DAY,A-1,"
                         "UNARY,\n"),
              HasSubstr(":2:1: time"));
  EXPECT_THAT(message_of("2022-10-21 09:30:00,nobody,CEA,BUY,58.50,1,DAY,A-1,"
                         "UNARY,\n"),
              HasSubstr(":2:21: user \"nobody\": is not in users.csv"));
  EXPECT_THAT(message_of(good + "2022-10-21 09:29:59,hequ-trader,CEA,BUY,58.50,"
                                "1,DAY,A-2,UNARY,\n"),
              HasSubstr(":3:1: time \"2022-10-21 09:29:59\": is before"));
  EXPECT_THAT(message_of(good + good), HasSubstr("is there twice"));
  EXPECT_THAT(message_of("2022-10-21 09:30:00,hequ-trader,CEA,BUY,58.50,1,DAY,"
                         "A-1,UNARY,NO_SUCH_REASON\n"),
              HasSubstr("is not in reason.proto"));
}

// ---- Reconciliation --------------------------------------------------------

TEST(DayReconcileTest, RoundsMeansAndChangesAsPublished) {
  EXPECT_EQ(MeanMinor(45'317'125, 10'635), 4261);
  EXPECT_EQ(MeanMinor(321'700'000, 55'000), 5849);
  EXPECT_EQ(MeanMinor(3, 2), 2);    // 1.5 up.
  EXPECT_EQ(MeanMinor(29, 20), 1);  // 1.45 down.
  EXPECT_EQ(MeanMinor(INT64_MAX, 1), INT64_MAX);
  EXPECT_EQ(ChangeHundredths(4261, 4265), -9);
  EXPECT_EQ(ChangeHundredths(4265, 4261), 9);
  EXPECT_EQ(ChangeHundredths(100, 100), 0);
  EXPECT_EQ(ChangeHundredths(199, 200), -50);
  EXPECT_EQ(ChangeHundredths(19'999, 20'000), -1);  // -0.005 % away from zero.
}

TEST(DayReconcileTest, CountsADayFromItsTrades) {
  const auto day = FiguresOf(5800, {{5800, 1000}, {5850, 54'000}});
  ASSERT_TRUE(day.has_value());
  EXPECT_EQ(ValueOf(Figure::kVolume, *day), 55'000);
  EXPECT_EQ(ValueOf(Figure::kTurnover, *day), 321'700'000);
  EXPECT_EQ(ValueOf(Figure::kHigh, *day), 5850);
  EXPECT_EQ(ValueOf(Figure::kLow, *day), 5800);
  EXPECT_EQ(ValueOf(Figure::kMean, *day), 5849);
  EXPECT_EQ(ValueOf(Figure::kClose, *day), 5849);
  EXPECT_EQ(ValueOf(Figure::kReference, *day), 5800);
  EXPECT_EQ(day->trade_count, 2);
  EXPECT_NE(*day, *FiguresOf(5800, {{5800, 1001}, {5850, 54'000}}));
  EXPECT_NE(*day, *FiguresOf(5800, {{5850, 54'000}, {5800, 1000}}));

  const auto empty = FiguresOf(4265, {});
  EXPECT_EQ(empty->close_minor, 4265);
  EXPECT_EQ(ValueOf(Figure::kMean, *empty), 0);
  EXPECT_FALSE(FiguresOf(1, {{INT64_MAX, 2}}).has_value());
}

TEST(DayReconcileTest, ReadsFiguresOfEachSort) {
  EXPECT_EQ(ParseFigure(Figure::kChange, "-0.09"), -9);
  EXPECT_EQ(ParseFigure(Figure::kTurnover, "453171.25"), 45'317'125);
  EXPECT_EQ(ParseFigure(Figure::kVolume, "10,635"), 10'635);
  EXPECT_EQ(ParseFigure(Figure::kVolume, "10635.5"), std::nullopt);
  EXPECT_EQ(ParseFigure(Figure::kHigh, "-58.50"), std::nullopt);
  EXPECT_EQ(FormatFigure(Figure::kChange, -9), "-0.09");
}

TEST(DayReconcileTest, RoundsFeesDownAndHoldsUp) {
  // 150 t at 32.05: 0.75 % of 4,807.50 is 36.05625.
  EXPECT_EQ(FeeFloor(480'750, 7'500), 3'605);
  EXPECT_EQ(FeeCeil(480'750, 7'500), 3'606);
  EXPECT_EQ(FeeFloor(640'000, 7'500), 4'800);
  EXPECT_EQ(FeeCeil(640'000, 7'500), 4'800);
}

class RecountTest : public ::testing::Test {
 protected:
  RecountTest() {
    recount_.Units(kSeller, kAsset, 5'000);
    recount_.Cash(kBuyer, 1'000'000);
    recount_.Fill(kSeller, mv1::SIDE_SELL, kAsset, 2'000, 480'750, 3'605);
    recount_.Fill(kBuyer, mv1::SIDE_BUY, kAsset, 2'000, 480'750, 3'605);
    recount_.Hold(kSeller, kAsset, 1'000);
    recount_.Hold(kBuyer, kCurrencyAsset, 100'000);
  }
  static constexpr char kSeller[] = "holders/7";
  static constexpr char kBuyer[] = "holders/8";
  static constexpr char kAsset[] = "assets/FCS";
  Recount recount_;
};

TEST_F(RecountTest, CountsEveryAccount) {
  const std::map<AccountKey, int64_t> expected = {
      {{kSystemHolder, kAsset, "ISSUANCE"}, -5'000},
      {{kSystemHolder, kCurrencyAsset, "BANK"}, -1'000'000},
      {{kSystemHolder, kCurrencyAsset, "FEES"}, 7'210},
      {{kSeller, kAsset, "AVAILABLE"}, 2'000},
      {{kSeller, kAsset, "HELD"}, 1'000},
      {{kSeller, kCurrencyAsset, "AVAILABLE"}, 480'750 - 3'605},
      {{kBuyer, kAsset, "AVAILABLE"}, 2'000},
      {{kBuyer, kCurrencyAsset, "AVAILABLE"},
       1'000'000 - 480'750 - 3'605 - 100'000},
      {{kBuyer, kCurrencyAsset, "HELD"}, 100'000}};
  EXPECT_EQ(recount_.balances(), expected);
  EXPECT_FALSE(recount_.overflowed());
  int64_t cash = 0;
  for (const auto& [key, amount] : recount_.balances()) {
    if (std::get<1>(key) == kCurrencyAsset) cash += amount;
  }
  EXPECT_EQ(cash, 0);
}

TEST_F(RecountTest, AWrongMissingOrExtraAccountDoesNotMatch) {
  const auto wrong_lines = [&](const std::map<AccountKey, int64_t>& ours) {
    int64_t wrong = 0;
    for (const AccountLine& line : CompareAccounts(recount_.balances(), ours)) {
      wrong += !line.matches();
    }
    return wrong;
  };
  std::map<AccountKey, int64_t> ours = recount_.balances();
  EXPECT_EQ(wrong_lines(ours), 0);
  ++ours[{kSystemHolder, kCurrencyAsset, "FEES"}];
  EXPECT_EQ(wrong_lines(ours), 1);
  ours.erase({kBuyer, kAsset, "AVAILABLE"});
  EXPECT_EQ(wrong_lines(ours), 2);
  ours[{"holders/9", kAsset, "AVAILABLE"}] = 1;
  EXPECT_EQ(wrong_lines(ours), 3);
}

TEST_F(RecountTest, AFillWithOneSideLeavesClearing) {
  recount_.Fill(kBuyer, mv1::SIDE_BUY, kAsset, 1, 100, 0);
  EXPECT_TRUE(recount_.balances().contains(
      {kSystemHolder, kCurrencyAsset, "CLEARING"}));
}

TEST_F(RecountTest, TellsOverflow) {
  recount_.Units("holders/9", kAsset, INT64_MAX);
  EXPECT_TRUE(recount_.overflowed());
}

TEST(DayReconcileTest, CountsRefusalsByUserDayAndReason) {
  const RefusedFact tick = {"2021-10-27", "a", "PRICE_NOT_ON_TICK"};
  const RefusedFact band = {"2021-10-27", "a", "PRICE_OUTSIDE_BAND"};
  const auto lines = CompareRefusals({tick, tick, band}, {tick, band, band});
  ASSERT_EQ(lines.size(), 2);
  EXPECT_FALSE(lines[0].matches());
  EXPECT_FALSE(lines[1].matches());
  EXPECT_TRUE(CompareRefusals({tick}, {tick})[0].matches());
  RefusedFact other_day = tick;
  other_day.date = "2022-10-21";
  EXPECT_EQ(CompareRefusals({tick}, {other_day}).size(), 2);
}

}  // namespace
}  // namespace luheng::cli
