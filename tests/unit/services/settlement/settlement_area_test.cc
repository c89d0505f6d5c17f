// Assets, units and cash: which movements are made, which are refused, and
// that what was issued can be read off the books.
#include "services/settlement/settlement_area.h"

#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "services/core/names.h"
#include "tests/testing/area_runner.h"

namespace luheng::settlement {
namespace {

using core::v1::Reason;

constexpr HolderId kActive = HolderId(3);
constexpr HolderId kOther = HolderId(4);
constexpr HolderId kSuspended = HolderId(5);

class FixedHolders : public core::HolderDirectory {
 public:
  bool Exists(HolderId holder) const override {
    return holder >= kSystemHolder && holder <= kSuspended;
  }
  bool IsActive(HolderId holder) const override {
    return holder == kActive || holder == kOther;
  }
  HolderId BeneficialOwner(HolderId holder, Date) const override {
    return holder;
  }
  HolderId FindByCode(absl::string_view) const override { return HolderId(); }
  std::string DisplayName(HolderId) const override { return ""; }
};

class Fixture {
 public:
  Fixture()
      : area_(accounts_, holders_),
        runner_(area_, accounts_, StampAt(MakeDate(2022, 10, 21), 0)) {
    runner_.Genesis(area_, core::GenesisConfig());
    Define("CEA", v1::ASSET_KIND_CARBON);
  }

  core::Outcome Run(int type, const google::protobuf::Message& body) {
    return runner_.Run(type, body, UserId(1), HolderId(2));
  }
  core::Outcome Define(const std::string& symbol, v1::AssetKind kind) {
    v1::DefineAssetRequest request;
    request.mutable_asset()->set_symbol(symbol);
    request.mutable_asset()->set_kind(kind);
    request.mutable_asset()->set_display_name("资产");
    request.mutable_asset()->set_unit("kg");
    return Run(v1::COMMAND_TYPE_DEFINE_ASSET, request);
  }
  core::Outcome Issue(HolderId holder, const std::string& asset,
                      int64_t amount) {
    v1::IssueUnitsRequest request;
    request.set_holder(core::HolderName(holder));
    request.set_asset("assets/" + asset);
    request.set_amount(amount);
    request.set_basis("test");
    return Run(v1::COMMAND_TYPE_ISSUE_UNITS, request);
  }
  core::Outcome Retire(HolderId holder, const std::string& asset,
                       int64_t amount) {
    v1::RetireUnitsRequest request;
    request.set_holder(core::HolderName(holder));
    request.set_asset("assets/" + asset);
    request.set_amount(amount);
    request.set_basis("test");
    return Run(v1::COMMAND_TYPE_RETIRE_UNITS, request);
  }
  core::Outcome Deposit(HolderId holder, int64_t amount,
                        const std::string& reference) {
    v1::DepositRequest request;
    request.set_holder(core::HolderName(holder));
    request.set_amount_minor(amount);
    request.set_bank_reference(reference);
    return Run(v1::COMMAND_TYPE_DEPOSIT, request);
  }
  core::Outcome Withdraw(HolderId holder, int64_t amount,
                         const std::string& reference) {
    v1::WithdrawRequest request;
    request.set_holder(core::HolderName(holder));
    request.set_amount_minor(amount);
    request.set_bank_reference(reference);
    return Run(v1::COMMAND_TYPE_WITHDRAW, request);
  }
  int64_t Get(HolderId holder, AssetId asset, Purpose purpose) const {
    return accounts_.Get(holder, asset, purpose);
  }

  Accounts accounts_;
  FixedHolders holders_;
  SettlementArea area_;
  luheng::testing::AreaRunner runner_;
};

constexpr AssetId kCny = core::AssetDirectory::kCurrency;
constexpr AssetId kCea = AssetId(2);
constexpr int64_t kTooMuch = kAmountMax + 1;

TEST(AssetsTest, GenesisDefinesTheCurrency) {
  Fixture fixture;
  EXPECT_EQ(fixture.area_.FindAsset("CNY"), kCny);
  EXPECT_TRUE(fixture.area_.IsCurrency(kCny));
  EXPECT_EQ(fixture.area_.FindAsset("CEA"), kCea);
  EXPECT_FALSE(fixture.area_.IsCurrency(kCea));
  EXPECT_EQ(fixture.area_.AssetSymbol(kCea), "CEA");
  EXPECT_EQ(fixture.area_.AssetSymbol(AssetId(3)), "");
  EXPECT_FALSE(fixture.area_.FindAsset("NONE"));
}

struct DefineCase {
  const char* name;
  Reason reason;
  const char* symbol;
  v1::AssetKind kind;
};

class DefineAssetTest : public ::testing::TestWithParam<DefineCase> {};

TEST_P(DefineAssetTest, RefusesTheLowestBrokenRule) {
  Fixture fixture;
  const core::Outcome outcome =
      fixture.Define(GetParam().symbol, GetParam().kind);
  EXPECT_EQ(outcome.reason, GetParam().reason)
      << core::v1::Reason_Name(outcome.reason);
}

constexpr auto kWater = v1::ASSET_KIND_WATER;
constexpr auto kCurrencyKind = v1::ASSET_KIND_CURRENCY;
const DefineCase kDefineCases[] = {
    {"Accepted", Reason::REASON_UNSPECIFIED, "WR-2025", kWater},
    {"LowerCase", Reason::REASON_INVALID_FIELD, "cny", kCurrencyKind},
    {"Empty", Reason::REASON_INVALID_FIELD, "", kWater},
    {"TooLong", Reason::REASON_INVALID_FIELD,
     "A23456789012345678901234567890123", kWater},
    {"NoKind", Reason::REASON_INVALID_FIELD, "CNY", v1::ASSET_KIND_UNSPECIFIED},
    {"Taken", Reason::REASON_SYMBOL_EXISTS, "CNY", kCurrencyKind},
    {"SecondCurrency", Reason::REASON_ASSET_OPERATION_INVALID, "USD",
     kCurrencyKind},
};
INSTANTIATE_TEST_SUITE_P(Rows, DefineAssetTest,
                         ::testing::ValuesIn(kDefineCases),
                         [](const auto& row) { return row.param.name; });

struct UnitsCase {
  const char* name;
  Reason issue;
  Reason retire;
  HolderId holder;
  const char* asset;
  int64_t amount;
};

class UnitsTest : public ::testing::TestWithParam<UnitsCase> {};

// The active holder has 100 CEA.
TEST_P(UnitsTest, RefusesTheLowestBrokenRule) {
  const UnitsCase& row = GetParam();
  for (bool issue : {true, false}) {
    Fixture fixture;
    ASSERT_TRUE(fixture.Issue(kActive, "CEA", 100).accepted());
    const core::Outcome outcome =
        issue ? fixture.Issue(row.holder, row.asset, row.amount)
              : fixture.Retire(row.holder, row.asset, row.amount);
    EXPECT_EQ(outcome.reason, issue ? row.issue : row.retire)
        << core::v1::Reason_Name(outcome.reason);
    const bool moved = outcome.accepted();
    EXPECT_EQ(fixture.Get(kActive, kCea, Purpose::kAvailable),
              100 + (moved ? (issue ? row.amount : -row.amount) : 0));
  }
}

const UnitsCase kUnitsCases[] = {
    {"Accepted", Reason::REASON_UNSPECIFIED, Reason::REASON_UNSPECIFIED,
     kActive, "CEA", 100},
    {"UnknownHolder", Reason::REASON_HOLDER_UNKNOWN,
     Reason::REASON_HOLDER_UNKNOWN, HolderId(99), "NONE", kTooMuch},
    {"SuspendedHolder", Reason::REASON_HOLDER_NOT_ACTIVE,
     Reason::REASON_HOLDER_NOT_ACTIVE, kSuspended, "NONE", kTooMuch},
    {"SystemHolder", Reason::REASON_HOLDER_NOT_ACTIVE,
     Reason::REASON_HOLDER_NOT_ACTIVE, kSystemHolder, "NONE", kTooMuch},
    {"UnknownAsset", Reason::REASON_ASSET_UNKNOWN, Reason::REASON_ASSET_UNKNOWN,
     kActive, "NONE", kTooMuch},
    {"TooMuch", Reason::REASON_AMOUNT_OUT_OF_RANGE,
     Reason::REASON_AMOUNT_OUT_OF_RANGE, kActive, "CNY", kTooMuch},
    {"Nothing", Reason::REASON_AMOUNT_OUT_OF_RANGE,
     Reason::REASON_AMOUNT_OUT_OF_RANGE, kActive, "CEA", 0},
    {"LessThanNothing", Reason::REASON_AMOUNT_OUT_OF_RANGE,
     Reason::REASON_AMOUNT_OUT_OF_RANGE, kActive, "CEA", -1},
    {"Currency", Reason::REASON_ASSET_OPERATION_INVALID,
     Reason::REASON_ASSET_OPERATION_INVALID, kActive, "CNY", kAmountMax},
    {"MoreThanHeld", Reason::REASON_UNSPECIFIED,
     Reason::REASON_INSUFFICIENT_BALANCE, kActive, "CEA", 101},
};
INSTANTIATE_TEST_SUITE_P(Rows, UnitsTest, ::testing::ValuesIn(kUnitsCases),
                         [](const auto& row) { return row.param.name; });

struct CashCase {
  const char* name;
  Reason deposit;
  Reason withdraw;
  HolderId holder;
  int64_t amount;
  const char* reference;
};

class CashTest : public ::testing::TestWithParam<CashCase> {};

// The active holder has 500 fen that came in under reference R1.
TEST_P(CashTest, RefusesTheLowestBrokenRule) {
  const CashCase& row = GetParam();
  for (bool deposit : {true, false}) {
    Fixture fixture;
    ASSERT_TRUE(fixture.Deposit(kActive, 500, "R1").accepted());
    const core::Outcome outcome =
        deposit ? fixture.Deposit(row.holder, row.amount, row.reference)
                : fixture.Withdraw(row.holder, row.amount, row.reference);
    EXPECT_EQ(outcome.reason, deposit ? row.deposit : row.withdraw)
        << core::v1::Reason_Name(outcome.reason);
    const int64_t change = outcome.accepted() ? row.amount : 0;
    EXPECT_EQ(fixture.Get(kActive, kCny, Purpose::kAvailable),
              500 + (deposit ? change : -change));
    EXPECT_EQ(fixture.Get(kSystemHolder, kCny, Purpose::kBank),
              -500 - (deposit ? change : -change));
  }
}

const CashCase kCashCases[] = {
    {"Accepted", Reason::REASON_UNSPECIFIED, Reason::REASON_UNSPECIFIED,
     kActive, 500, "R2"},
    {"UnknownHolder", Reason::REASON_HOLDER_UNKNOWN,
     Reason::REASON_HOLDER_UNKNOWN, HolderId(99), 0, "R1"},
    {"SuspendedHolder", Reason::REASON_HOLDER_NOT_ACTIVE,
     Reason::REASON_HOLDER_NOT_ACTIVE, kSuspended, 0, "R1"},
    {"Nothing", Reason::REASON_AMOUNT_OUT_OF_RANGE,
     Reason::REASON_AMOUNT_OUT_OF_RANGE, kActive, 0, "R1"},
    {"TooMuch", Reason::REASON_AMOUNT_OUT_OF_RANGE,
     Reason::REASON_AMOUNT_OUT_OF_RANGE, kActive, kTooMuch, "R1"},
    {"MoreThanHeld", Reason::REASON_BANK_REFERENCE_REUSED,
     Reason::REASON_INSUFFICIENT_BALANCE, kActive, 501, "R1"},
    {"ReferenceUsed", Reason::REASON_BANK_REFERENCE_REUSED,
     Reason::REASON_BANK_REFERENCE_REUSED, kActive, 1, "R1"},
};
INSTANTIATE_TEST_SUITE_P(Rows, CashTest, ::testing::ValuesIn(kCashCases),
                         [](const auto& row) { return row.param.name; });

TEST(BalancesTest, SumThatDoesNotFitIsRefused) {
  Fixture fixture;
  const int64_t most = std::numeric_limits<int64_t>::max();
  fixture.accounts_.Post(kActive, kCny, Purpose::kAvailable, most - 10);
  EXPECT_EQ(fixture.Deposit(kActive, 11, "R1").reason,
            Reason::REASON_BALANCE_OVERFLOW);
  EXPECT_TRUE(fixture.Deposit(kActive, 10, "R1").accepted());
  // The other side counts too.
  fixture.accounts_.Post(kSystemHolder, kCea, Purpose::kIssuance, -most);
  EXPECT_EQ(fixture.Issue(kOther, "CEA", 2).reason,
            Reason::REASON_BALANCE_OVERFLOW);
}

TEST(BalancesTest, RefusalNamesWhatIsMissing) {
  Fixture fixture;
  ASSERT_TRUE(fixture.Deposit(kActive, 500, "R1").accepted());
  const core::Outcome outcome = fixture.Withdraw(kActive, 501, "R2");
  const core::Refusal::Details expected = {{"needed_minor", "501"},
                                           {"available_minor", "500"}};
  EXPECT_EQ(outcome.details, expected);
}

// Random issues and retirements: at every step what was issued is what holders
// have and what was retired, and the books sum to zero.
TEST(BalancesTest, IssuedIsHeldAndRetired) {
  const uint32_t seed = 20221021;
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  Fixture fixture;
  int64_t issued = 0;
  int64_t retired = 0;
  for (int step = 0; step < 2000; ++step) {
    const HolderId holder = random() % 2 == 0 ? kActive : kOther;
    const auto amount = static_cast<int64_t>(random() % 1000);
    if (random() % 2 == 0) {
      if (fixture.Issue(holder, "CEA", amount).accepted()) issued += amount;
    } else {
      if (fixture.Retire(holder, "CEA", amount).accepted()) retired += amount;
    }
    const int64_t held = fixture.Get(kActive, kCea, Purpose::kAvailable) +
                         fixture.Get(kOther, kCea, Purpose::kAvailable);
    ASSERT_EQ(-fixture.Get(kSystemHolder, kCea, Purpose::kIssuance), issued);
    ASSERT_EQ(fixture.Get(kSystemHolder, kCea, Purpose::kRetired), retired);
    ASSERT_EQ(issued, held + retired);
  }
  EXPECT_GT(retired, 0);
}

TEST(StateTest, LoadedStateIsEqual) {
  Fixture fixture;
  ASSERT_TRUE(fixture.Define("WR-2025", kWater).accepted());
  ASSERT_TRUE(fixture.Deposit(kActive, 500, "R1").accepted());
  ASSERT_TRUE(fixture.Withdraw(kActive, 100, "R2").accepted());
  const std::string bytes = luheng::testing::SavedState(fixture.area_);
  SettlementArea loaded(fixture.accounts_, fixture.holders_);
  core::StateReader reader(bytes);
  ASSERT_TRUE(loaded.Load(reader).ok()) << reader.status();
  EXPECT_EQ(luheng::testing::SavedState(loaded), bytes);
  EXPECT_EQ(loaded.FindAsset("WR-2025"), AssetId(3));
  for (size_t size = 0; size < bytes.size(); ++size) {
    SettlementArea part(fixture.accounts_, fixture.holders_);
    core::StateReader truncated(absl::string_view(bytes).substr(0, size));
    EXPECT_FALSE(part.Load(truncated).ok()) << size;
  }
}

}  // namespace
}  // namespace luheng::settlement
