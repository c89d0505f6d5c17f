// Holders: who may be opened, which states follow each other, who controls
// whom. Rejection rows break the named rule and every one of higher number
// that can be broken with it, which proves the order.
#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "ledger/entry/entry.h"
#include "tests/unit/services/registry/registry_fixture.h"

namespace luheng::registry {
namespace {

using core::v1::Reason;

struct OpenCase {
  const char* name;
  Reason reason;
  std::function<void(v1::Holder&)> change;
};

class OpenHolderTest : public ::testing::TestWithParam<OpenCase> {};

TEST_P(OpenHolderTest, RefusesTheLowestBrokenRule) {
  RegistryFixture fixture;
  ASSERT_TRUE(fixture.NewHolder(kEnterpriseCode));
  v1::Holder holder = Enterprise(kOtherCode);
  GetParam().change(holder);
  v1::OpenHolderRequest request;
  *request.mutable_holder() = holder;
  const core::Outcome outcome =
      fixture.Try(v1::COMMAND_TYPE_OPEN_HOLDER, request, fixture.Registrar());
  EXPECT_EQ(outcome.reason, GetParam().reason)
      << core::v1::Reason_Name(outcome.reason);
}

void BreakDocuments(v1::Holder& holder) { holder.clear_documents(); }
void BreakKind(v1::Holder& holder) {
  holder.set_vault_record("00");
  BreakDocuments(holder);
}
void BreakCounty(v1::Holder& holder) {
  holder.set_county_code("999999");
  BreakKind(holder);
}
void BreakCode(v1::Holder& holder) {
  holder.set_code("91140927MA0ABCD1XU");
  BreakCounty(holder);
}

const OpenCase kOpenCases[] = {
    {"Accepted", Reason::REASON_UNSPECIFIED, [](v1::Holder&) {}},
    {"CodeTaken", Reason::REASON_HOLDER_EXISTS,
     [](v1::Holder& h) {
       BreakCounty(h);
       h.set_code(kEnterpriseCode);
     }},
    {"WrongCheckDigit", Reason::REASON_CREDIT_CODE_INVALID, BreakCode},
    {"EnterpriseUnderCountyCode", Reason::REASON_CREDIT_CODE_INVALID,
     [](v1::Holder& h) { h.set_code("140927"); }},
    {"NoSuchProvince", Reason::REASON_COUNTY_CODE_INVALID, BreakCounty},
    {"CountyUnderCreditCode", Reason::REASON_COUNTY_CODE_INVALID,
     [](v1::Holder& h) { h.set_kind(v1::HOLDER_KIND_COUNTY); }},
    {"CountyUnderAnothersCode", Reason::REASON_COUNTY_CODE_INVALID,
     [](v1::Holder& h) {
       h.set_kind(v1::HOLDER_KIND_COUNTY);
       h.set_code("140928");
     }},
    {"County", Reason::REASON_UNSPECIFIED,
     [](v1::Holder& h) {
       h.set_kind(v1::HOLDER_KIND_COUNTY);
       h.set_code("140927");
     }},
    {"EnterpriseWithVaultRecord", Reason::REASON_HOLDER_KIND_INVALID,
     BreakKind},
    {"System", Reason::REASON_HOLDER_KIND_INVALID,
     [](v1::Holder& h) {
       h.set_kind(v1::HOLDER_KIND_SYSTEM);
       BreakDocuments(h);
     }},
    {"NoKind", Reason::REASON_HOLDER_KIND_INVALID,
     [](v1::Holder& h) { h.set_kind(v1::HOLDER_KIND_UNSPECIFIED); }},
    {"PersonWithCode", Reason::REASON_HOLDER_KIND_INVALID,
     [](v1::Holder& h) { h.set_kind(v1::HOLDER_KIND_PERSON); }},
    {"PersonWithPublicName", Reason::REASON_HOLDER_KIND_INVALID,
     [](v1::Holder& h) {
       h.set_kind(v1::HOLDER_KIND_PERSON);
       h.clear_code();
     }},
    {"NoDocuments", Reason::REASON_DOCUMENT_REQUIRED, BreakDocuments},
    {"ShortDigest", Reason::REASON_DOCUMENT_REQUIRED,
     [](v1::Holder& h) { h.mutable_documents(0)->set_sha256("short"); }},
    {"PersonWithoutRecord", Reason::REASON_VAULT_RECORD_UNKNOWN,
     [](v1::Holder& h) {
       h.set_kind(v1::HOLDER_KIND_PERSON);
       h.clear_code();
       h.clear_display_name();
     }},
};
INSTANTIATE_TEST_SUITE_P(Rows, OpenHolderTest, ::testing::ValuesIn(kOpenCases),
                         [](const auto& row) { return row.param.name; });

TEST(HoldersTest, GenesisOpensSystemAndOperator) {
  RegistryFixture fixture;
  EXPECT_EQ(fixture.area_.DisplayName(kSystemHolder), "绿衡");
  EXPECT_EQ(fixture.area_.FindByCode(kOperatorCode), kOperatorHolder);
  EXPECT_TRUE(fixture.area_.IsActive(kOperatorHolder));
  EXPECT_TRUE(fixture.area_.Exists(kSystemHolder));
  EXPECT_FALSE(fixture.area_.IsActive(kSystemHolder));
  EXPECT_FALSE(fixture.area_.Exists(HolderId(3)));
  EXPECT_FALSE(fixture.area_.Exists(HolderId()));
}

TEST(HoldersTest, AnswersWithTheHolder) {
  RegistryFixture fixture;
  const core::Outcome outcome = fixture.Open(Enterprise(), fixture.Registrar());
  v1::OpenHolderResponse response;
  ASSERT_TRUE(response.ParseFromString(outcome.answer));
  EXPECT_EQ(response.holder().name(), "holders/3");
  EXPECT_EQ(response.holder().state(), v1::HOLDER_STATE_ACTIVE);
  EXPECT_EQ(response.holder().county_code(), "140927");
  EXPECT_EQ(response.holder().documents(0).sha256(), std::string(32, 'd'));
  EXPECT_EQ(response.entry(), fixture.runner_.applied().number().value());
  EXPECT_EQ(fixture.area_.FindByCode(kEnterpriseCode), HolderId(3));
}

TEST(HoldersTest, PersonIsOpenedOnAStoredRecordOfNobodyElse) {
  RegistryFixture fixture;
  ASSERT_TRUE(fixture.Store('r').accepted());
  v1::Holder person = HolderOf(v1::HOLDER_KIND_PERSON, "", "140927");
  person.set_vault_record(ToHex(std::string(16, 'r')));
  EXPECT_TRUE(fixture.Open(person, fixture.Registrar()).accepted());
  EXPECT_EQ(fixture.Open(person, fixture.Registrar()).reason,
            Reason::REASON_VAULT_RECORD_UNKNOWN);
}

TEST(HoldersTest, PersonIsNotOpenedOnAnErasedRecord) {
  RegistryFixture fixture;
  ASSERT_TRUE(fixture.Store('r').accepted());
  v1::EraseRecordRequest erase;
  erase.set_record(ToHex(std::string(16, 'r')));
  ASSERT_TRUE(fixture.Run(v1::COMMAND_TYPE_ERASE_RECORD, erase).accepted());
  v1::Holder person = HolderOf(v1::HOLDER_KIND_PERSON, "", "140927");
  person.set_vault_record(ToHex(std::string(16, 'r')));
  EXPECT_EQ(fixture.Open(person, fixture.Registrar()).reason,
            Reason::REASON_VAULT_RECORD_UNKNOWN);
  EXPECT_EQ(fixture.Run(v1::COMMAND_TYPE_ERASE_RECORD, erase).reason,
            Reason::REASON_VAULT_RECORD_UNKNOWN);
}

TEST(HoldersTest, RegistrarOfACountyOpensOnlyThere) {
  RegistryFixture fixture;
  fixture.Create("local", kOperatorHolder, {{v1::ROLE_REGISTRAR, "140900"}});
  const UserId local = fixture.area_.FindUser("local");
  v1::Holder elsewhere = Enterprise();
  elsewhere.set_county_code("141028");
  EXPECT_EQ(fixture.Open(elsewhere, local).reason,
            Reason::REASON_PERMISSION_DENIED);
  EXPECT_TRUE(fixture.Open(Enterprise(), local).accepted());
}

struct StateCase {
  const char* name;
  v1::HolderState from;
  v1::HolderState to;
  bool accepted;
};

class HolderStateTest : public ::testing::TestWithParam<StateCase> {};

TEST_P(HolderStateTest, FollowsTheLifeCycle) {
  RegistryFixture fixture;
  const HolderId holder = fixture.NewHolder(kEnterpriseCode);
  if (GetParam().from != v1::HOLDER_STATE_ACTIVE) {
    ASSERT_TRUE(fixture.SetState(holder, GetParam().from).accepted());
  }
  const core::Outcome outcome = fixture.SetState(holder, GetParam().to);
  EXPECT_EQ(outcome.reason, GetParam().accepted
                                ? Reason::REASON_UNSPECIFIED
                                : Reason::REASON_HOLDER_STATE_INVALID);
  const auto now = fixture.area_.holders().Find(holder)->state;
  EXPECT_EQ(now, GetParam().accepted ? GetParam().to : GetParam().from);
  EXPECT_EQ(fixture.area_.IsActive(holder), now == v1::HOLDER_STATE_ACTIVE);
}

constexpr auto kActive = v1::HOLDER_STATE_ACTIVE;
constexpr auto kSuspended = v1::HOLDER_STATE_SUSPENDED;
constexpr auto kClosed = v1::HOLDER_STATE_CLOSED;
const StateCase kStateCases[] = {
    {"Suspend", kActive, kSuspended, true},
    {"Resume", kSuspended, kActive, true},
    {"Close", kActive, kClosed, true},
    {"CloseSuspended", kSuspended, kClosed, true},
    {"ActiveAgain", kActive, kActive, false},
    {"SuspendAgain", kSuspended, kSuspended, false},
    {"ReopenClosed", kClosed, kActive, false},
    {"SuspendClosed", kClosed, kSuspended, false},
    {"CloseAgain", kClosed, kClosed, false},
    {"NoState", kActive, v1::HOLDER_STATE_UNSPECIFIED, false},
};
INSTANTIATE_TEST_SUITE_P(Rows, HolderStateTest,
                         ::testing::ValuesIn(kStateCases),
                         [](const auto& row) { return row.param.name; });

TEST(HolderStateTest, OwnHoldersOfTheNodeStayAsTheyAre) {
  RegistryFixture fixture;
  EXPECT_EQ(fixture.SetState(kSystemHolder, kSuspended).reason,
            Reason::REASON_HOLDER_STATE_INVALID);
  EXPECT_EQ(fixture.SetState(kOperatorHolder, kClosed).reason,
            Reason::REASON_HOLDER_STATE_INVALID);
  EXPECT_EQ(fixture.SetState(HolderId(99), kClosed).reason,
            Reason::REASON_HOLDER_UNKNOWN);
}

TEST(HolderStateTest, ClosingNeedsEmptyAccounts) {
  RegistryFixture fixture;
  const HolderId holder = fixture.NewHolder(kEnterpriseCode);
  fixture.accounts_.Post(holder, AssetId(1), Purpose::kHeld, 1);
  EXPECT_EQ(fixture.SetState(holder, kClosed).reason,
            Reason::REASON_HOLDER_NOT_EMPTY);
  fixture.accounts_.Post(holder, AssetId(1), Purpose::kHeld, -1);
  EXPECT_TRUE(fixture.SetState(holder, kClosed).accepted());
}

class FixedUsage : public core::HolderUsage {
 public:
  explicit FixedUsage(HolderId holder) : holder_(holder) {}
  bool InUse(HolderId holder) const override { return holder == holder_; }
  void DraftEndOfUse(HolderId, Entry&) const override {}

 private:
  HolderId holder_;
};

TEST(HolderStateTest, ClosingNeedsNothingOpenElsewhere) {
  RegistryFixture fixture;
  const HolderId holder = fixture.NewHolder(kEnterpriseCode);
  const FixedUsage usage(holder);
  fixture.area_.SetHolderUsage(&usage);
  EXPECT_EQ(fixture.SetState(holder, kClosed).reason,
            Reason::REASON_HOLDER_NOT_EMPTY);
  EXPECT_TRUE(fixture.SetState(holder, kSuspended).accepted());
}

TEST(HolderStateTest, ReasonStandsInTheHoldersPartOnly) {
  RegistryFixture fixture;
  const HolderId holder = fixture.NewHolder(kEnterpriseCode);
  ASSERT_TRUE(fixture.SetState(holder, kSuspended).accepted());
  const EntryView view = fixture.runner_.applied().view();
  ASSERT_EQ(view.parts.size(), 1u);
  EXPECT_EQ(view.parts[0]->audience(), holder.value());
}

// ---- Control groups -------------------------------------------------------

Date Day(const char* text) { return *ParseDate(text); }

class ControlTest : public ::testing::Test {
 protected:
  ControlTest() {
    a_ = fixture_.NewHolder(kEnterpriseCode);
    b_ = fixture_.NewHolder(kOtherCode);
    c_ = fixture_.NewHolder(kThirdCode);
  }
  HolderId Owner(HolderId holder, const char* day) {
    return fixture_.area_.BeneficialOwner(holder, Day(day));
  }

  RegistryFixture fixture_;
  HolderId a_, b_, c_;
};

TEST_F(ControlTest, HolderOwnsItselfWithoutSpans) {
  EXPECT_EQ(Owner(a_, "2022-10-21"), a_);
}

TEST_F(ControlTest, HoldsOnBothEndDaysAndNotBeyond) {
  ASSERT_TRUE(fixture_.Control(a_, b_, "2022-01-10", "2022-01-20").accepted());
  EXPECT_EQ(Owner(a_, "2022-01-09"), a_);
  EXPECT_EQ(Owner(a_, "2022-01-10"), b_);
  EXPECT_EQ(Owner(a_, "2022-01-20"), b_);
  EXPECT_EQ(Owner(a_, "2022-01-21"), a_);
}

TEST_F(ControlTest, FollowsChainsOnEachDate) {
  ASSERT_TRUE(fixture_.Control(a_, b_, "2022-01-01").accepted());
  ASSERT_TRUE(fixture_.Control(b_, c_, "2022-06-01", "2022-06-30").accepted());
  EXPECT_EQ(Owner(a_, "2022-05-31"), b_);
  EXPECT_EQ(Owner(a_, "2022-06-01"), c_);
  EXPECT_EQ(Owner(a_, "2022-07-01"), b_);
  EXPECT_EQ(Owner(c_, "2022-06-01"), c_);
}

TEST_F(ControlTest, OverlapIsRefused) {
  ASSERT_TRUE(fixture_.Control(a_, b_, "2022-01-10", "2022-01-20").accepted());
  for (const auto& [from, to] :
       {std::pair("2022-01-20", ""), std::pair("2022-01-01", "2022-01-10"),
        std::pair("2022-01-12", "2022-01-13"), std::pair("2021-01-01", "")}) {
    EXPECT_EQ(fixture_.Control(a_, c_, from, to).reason,
              Reason::REASON_CONTROL_GROUP_OVERLAP)
        << from << " to " << to;
  }
  EXPECT_TRUE(fixture_.Control(a_, c_, "2022-01-21").accepted());
  EXPECT_TRUE(fixture_.Control(a_, c_, "2022-01-01", "2022-01-09").accepted());
}

TEST_F(ControlTest, SameOwnerAndFirstDayReplacesTheSpan) {
  ASSERT_TRUE(fixture_.Control(a_, b_, "2022-01-10").accepted());
  ASSERT_TRUE(fixture_.Control(a_, b_, "2022-01-10", "2022-01-20").accepted());
  EXPECT_EQ(Owner(a_, "2022-01-21"), a_);
  EXPECT_TRUE(fixture_.Control(a_, c_, "2022-01-21").accepted());
  // Open-ended again, it would run into the other one.
  EXPECT_EQ(fixture_.Control(a_, b_, "2022-01-10").reason,
            Reason::REASON_CONTROL_GROUP_OVERLAP);
}

TEST_F(ControlTest, CircleIsRefusedOnlyIfItHoldsOnSomeDate) {
  EXPECT_EQ(fixture_.Control(a_, a_, "2022-01-01").reason,
            Reason::REASON_CONTROL_GROUP_CIRCLE);
  ASSERT_TRUE(fixture_.Control(a_, b_, "2022-01-01", "2022-03-31").accepted());
  ASSERT_TRUE(fixture_.Control(b_, c_, "2022-03-01", "2022-06-30").accepted());
  EXPECT_EQ(fixture_.Control(c_, a_, "2022-03-31", "2022-04-30").reason,
            Reason::REASON_CONTROL_GROUP_CIRCLE);
  EXPECT_TRUE(fixture_.Control(c_, a_, "2022-04-01", "2022-04-30").accepted());
  EXPECT_EQ(Owner(b_, "2022-04-15"), a_);
}

struct ControlCase {
  const char* name;
  Reason reason;
  int64_t holder;
  int64_t owner;
  const char* from;
  const char* to;
};

class ControlRefusalTest : public ::testing::TestWithParam<ControlCase> {};

// Holder 3 is controlled by 4 in January 2022; 5 is closed.
TEST_P(ControlRefusalTest, RefusesTheLowestBrokenRule) {
  RegistryFixture fixture;
  const HolderId a = fixture.NewHolder(kEnterpriseCode);
  const HolderId b = fixture.NewHolder(kOtherCode);
  const HolderId c = fixture.NewHolder(kThirdCode);
  ASSERT_TRUE(fixture.Control(a, b, "2022-01-01", "2022-01-31").accepted());
  ASSERT_TRUE(fixture.SetState(c, kClosed).accepted());
  const core::Outcome outcome =
      fixture.Control(HolderId(GetParam().holder), HolderId(GetParam().owner),
                      GetParam().from, GetParam().to);
  EXPECT_EQ(outcome.reason, GetParam().reason)
      << core::v1::Reason_Name(outcome.reason);
}

const ControlCase kControlCases[] = {
    {"NoDate", Reason::REASON_INVALID_FIELD, 99, 99, "2022-13-01", "x"},
    {"UnknownHolder", Reason::REASON_HOLDER_UNKNOWN, 99, 5, "2022-01-20",
     "2022-01-10"},
    {"UnknownOwner", Reason::REASON_HOLDER_UNKNOWN, 5, 99, "2022-01-20",
     "2022-01-10"},
    {"ClosedOwner", Reason::REASON_HOLDER_NOT_ACTIVE, 3, 5, "2022-01-20",
     "2022-01-10"},
    {"SystemOwner", Reason::REASON_HOLDER_NOT_ACTIVE, 3, 1, "2022-01-20",
     "2022-01-10"},
    {"Overlap", Reason::REASON_CONTROL_GROUP_OVERLAP, 3, 3, "2022-01-20",
     "2022-01-10"},
    {"EndsBeforeItBegins", Reason::REASON_EFFECTIVE_DATE_INVALID, 3, 3,
     "2022-02-20", "2022-02-10"},
    {"Circle", Reason::REASON_CONTROL_GROUP_CIRCLE, 3, 3, "2022-02-10",
     "2022-02-20"},
};
INSTANTIATE_TEST_SUITE_P(Rows, ControlRefusalTest,
                         ::testing::ValuesIn(kControlCases),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace luheng::registry
