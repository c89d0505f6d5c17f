// Users, roles and permissions: what may be granted to whom, and what a role
// then reaches.
#include <set>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "luheng/core/v1/events.pb.h"
#include "luheng/market/v1/events.pb.h"
#include "luheng/settlement/v1/events.pb.h"
#include "services/registry/default_permissions.h"
#include "tests/unit/services/registry/registry_fixture.h"

namespace luheng::registry {
namespace {

using core::Step;
using core::v1::Reason;

constexpr int kPlaceOrder = market::v1::COMMAND_TYPE_PLACE_ORDER;
constexpr int kCancelOrder = market::v1::COMMAND_TYPE_CANCEL_ORDER;
constexpr int kDeposit = settlement::v1::COMMAND_TYPE_DEPOSIT;
constexpr int kIssue = settlement::v1::COMMAND_TYPE_ISSUE_UNITS;

struct AccessCase {
  const char* name;
  v1::Role role;
  const char* county;
  // Of the agency (4, in county 140927) rather than the enterprise (3, same).
  bool agency;
  int command;
  Step step;
  // 0 none, 3 the enterprise, 4 the agency, 5 an enterprise in 141028.
  int64_t target;
  bool allowed;
};

class AccessTest : public ::testing::TestWithParam<AccessCase> {};

TEST_P(AccessTest, RoleReaches) {
  RegistryFixture fixture;
  const HolderId enterprise = fixture.NewHolder(kEnterpriseCode);
  const HolderId agency = fixture.NewHolder(kOtherCode, v1::HOLDER_KIND_AGENCY);
  fixture.NewHolder(kThirdCode, v1::HOLDER_KIND_ENTERPRISE, "141028");
  const AccessCase& row = GetParam();
  ASSERT_TRUE(fixture
                  .Create("user", row.agency ? agency : enterprise,
                          {{row.role, row.county}})
                  .accepted());
  EXPECT_EQ(fixture.area_.Allows(fixture.area_.FindUser("user"), row.command,
                                 row.step, HolderId(row.target)),
            row.allowed);
}

constexpr v1::Role kTrader = v1::ROLE_TRADER;
constexpr v1::Role kCashier = v1::ROLE_CASHIER;
constexpr v1::Role kRegistrar = v1::ROLE_REGISTRAR;
constexpr v1::Role kOperator = v1::ROLE_MARKET_OPERATOR;
const AccessCase kAccessCases[] = {
    {"TraderForItself", kTrader, "", false, kPlaceOrder, Step::kSubmit, 0,
     true},
    {"TraderForItsHolder", kTrader, "", false, kPlaceOrder, Step::kSubmit, 3,
     true},
    {"TraderForAnother", kTrader, "", false, kPlaceOrder, Step::kSubmit, 5,
     false},
    {"TraderOfAgencyForAnother", kTrader, "", true, kPlaceOrder, Step::kSubmit,
     3, false},
    {"TraderIssues", kTrader, "", false, kIssue, Step::kSubmit, 3, false},
    {"ViewerTrades", v1::ROLE_VIEWER, "", false, kPlaceOrder, Step::kSubmit, 0,
     false},
    {"OperatorPlaces", kOperator, "", true, kPlaceOrder, Step::kSubmit, 0,
     false},
    {"OperatorCancelsOthers", kOperator, "", true, kCancelOrder, Step::kSubmit,
     3, true},
    {"CashierOfEnterpriseForItself", kCashier, "", false, kDeposit,
     Step::kSubmit, 3, true},
    {"CashierOfEnterpriseForAnother", kCashier, "", false, kDeposit,
     Step::kSubmit, 5, false},
    {"CashierOfAgencyForAll", kCashier, "", true, kDeposit, Step::kSubmit, 5,
     true},
    {"CashierOfCountyThere", kCashier, "140900", true, kDeposit, Step::kSubmit,
     3, true},
    {"CashierOfCountyElsewhere", kCashier, "140900", true, kDeposit,
     Step::kSubmit, 5, false},
    {"CashierApproves", kCashier, "", true, kDeposit, Step::kApprove, 3, false},
    {"CheckerChecks", v1::ROLE_CASH_CHECKER, "", true, kDeposit, Step::kCheck,
     3, true},
    {"CheckerApproves", v1::ROLE_CASH_CHECKER, "", true, kDeposit,
     Step::kApprove, 3, false},
    {"ApproverApproves", v1::ROLE_CASH_APPROVER, "", true, kDeposit,
     Step::kApprove, 5, true},
    {"RegistrarIssues", kRegistrar, "", true, kIssue, Step::kSubmit, 5, true},
    {"RegistrarApproves", kRegistrar, "", true, kIssue, Step::kApprove, 5,
     false},
    {"RegistrarOfCountyOpens", kRegistrar, "140927", true,
     v1::COMMAND_TYPE_OPEN_HOLDER, Step::kSubmit, 0, true},
    {"RegistrarOfCountyDefines", kRegistrar, "140927", true,
     settlement::v1::COMMAND_TYPE_DEFINE_ASSET, Step::kSubmit, 0, false},
    {"ApproverOfCountyApprovesOpening", v1::ROLE_REGISTRAR_APPROVER, "140927",
     true, v1::COMMAND_TYPE_OPEN_HOLDER, Step::kApprove, 0, false},
    {"SupervisorActs", v1::ROLE_SUPERVISOR, "", true, kCancelOrder,
     Step::kSubmit, 3, false},
    {"SystemAdminGrants", v1::ROLE_SYSTEM_ADMIN, "", true,
     v1::COMMAND_TYPE_GRANT_ROLE, Step::kSubmit, 0, false},
    {"SystemAdminApprovesGrants", v1::ROLE_SYSTEM_ADMIN, "", true,
     v1::COMMAND_TYPE_GRANT_ROLE, Step::kApprove, 0, true},
    {"UnknownCommand", v1::ROLE_SYSTEM_ADMIN, "", true, 1999, Step::kSubmit, 0,
     false},
    {"CommandOutOfRange", v1::ROLE_SYSTEM_ADMIN, "", true, 99999, Step::kSubmit,
     0, false},
};
INSTANTIATE_TEST_SUITE_P(Rows, AccessTest, ::testing::ValuesIn(kAccessCases),
                         [](const auto& row) { return row.param.name; });

struct ReadCase {
  const char* name;
  v1::Role role;
  const char* county;
  bool agency;
  int64_t target;
  bool allowed;
  bool all;
};

class MayReadTest : public ::testing::TestWithParam<ReadCase> {};

TEST_P(MayReadTest, RoleReads) {
  RegistryFixture fixture;
  const HolderId enterprise = fixture.NewHolder(kEnterpriseCode);
  const HolderId agency = fixture.NewHolder(kOtherCode, v1::HOLDER_KIND_AGENCY);
  fixture.NewHolder(kThirdCode, v1::HOLDER_KIND_ENTERPRISE, "141028");
  const ReadCase& row = GetParam();
  ASSERT_TRUE(fixture
                  .Create("user", row.agency ? agency : enterprise,
                          {{row.role, row.county}})
                  .accepted());
  const UserId user = fixture.area_.FindUser("user");
  EXPECT_EQ(fixture.area_.MayRead(user, HolderId(row.target)), row.allowed);
  EXPECT_EQ(fixture.area_.MayReadAll(user), row.all);
}

const ReadCase kReadCases[] = {
    {"OwnHolder", v1::ROLE_VIEWER, "", false, 3, true, false},
    {"AnothersHolder", v1::ROLE_VIEWER, "", false, 4, false, false},
    {"TraderOfAgency", kTrader, "", true, 3, false, false},
    {"Supervisor", v1::ROLE_SUPERVISOR, "", true, 5, true, true},
    {"SupervisorReadsTheSystem", v1::ROLE_SUPERVISOR, "", true, 1, true, true},
    {"SupervisorOfCounty", v1::ROLE_SUPERVISOR, "140900", true, 3, true, false},
    {"SupervisorOfCountyElsewhere", v1::ROLE_SUPERVISOR, "140900", true, 5,
     false, false},
    {"SupervisorOfProvinceReadsTheSystem", v1::ROLE_SUPERVISOR, "140000", true,
     1, false, false},
    {"AuditAdmin", v1::ROLE_AUDIT_ADMIN, "", true, 5, true, true},
    {"SecurityAdmin", v1::ROLE_SECURITY_ADMIN, "", true, 5, false, false},
    {"Registrar", kRegistrar, "", true, 5, true, false},
    {"UnknownHolder", v1::ROLE_SUPERVISOR, "140900", true, 99, false, false},
};
INSTANTIATE_TEST_SUITE_P(Rows, MayReadTest, ::testing::ValuesIn(kReadCases),
                         [](const auto& row) { return row.param.name; });

struct GrantCase {
  const char* name;
  Reason reason;
  const char* user;
  v1::Role role;
  const char* county;
};

class GrantTest : public ::testing::TestWithParam<GrantCase> {};

// `trader` is of an enterprise and has TRADER; `local` is of the operator.
TEST_P(GrantTest, RefusesTheLowestBrokenRule) {
  RegistryFixture fixture;
  const HolderId enterprise = fixture.NewHolder(kEnterpriseCode);
  ASSERT_TRUE(fixture.Create("trader", enterprise, {{kTrader, ""}}).accepted());
  ASSERT_TRUE(fixture.Create("local", kOperatorHolder).accepted());
  const core::Outcome outcome =
      fixture.Grant(GetParam().user, GetParam().role, GetParam().county);
  EXPECT_EQ(outcome.reason, GetParam().reason)
      << core::v1::Reason_Name(outcome.reason);
}

const GrantCase kGrantCases[] = {
    {"Operators", Reason::REASON_UNSPECIFIED, "local", kRegistrar, "140927"},
    {"Own", Reason::REASON_UNSPECIFIED, "trader", kCashier, ""},
    {"NoSuchCounty", Reason::REASON_COUNTY_CODE_INVALID, "nobody", kRegistrar,
     "999999"},
    {"CountyOfOwnStaff", Reason::REASON_COUNTY_CODE_INVALID, "trader", kTrader,
     "140927"},
    {"UnknownUser", Reason::REASON_USER_UNKNOWN, "nobody", kRegistrar, ""},
    {"GrantedAlready", Reason::REASON_ROLE_STATE_INVALID, "trader", kTrader,
     ""},
    {"OperatorsRoleForEnterprise", Reason::REASON_ROLE_NOT_OPEN, "trader",
     v1::ROLE_CASH_APPROVER, ""},
    {"NoRole", Reason::REASON_ROLE_NOT_OPEN, "local", v1::ROLE_UNSPECIFIED, ""},
    {"NumberThatIsNoRole", Reason::REASON_ROLE_NOT_OPEN, "local",
     static_cast<v1::Role>(99), ""},
};
INSTANTIATE_TEST_SUITE_P(Rows, GrantTest, ::testing::ValuesIn(kGrantCases),
                         [](const auto& row) { return row.param.name; });

struct UserCase {
  const char* name;
  Reason reason;
  const char* user;
  int64_t holder;
  v1::Role role;
  const char* county;
};

class CreateUserTest : public ::testing::TestWithParam<UserCase> {};

// Holder 3 is an enterprise, 4 is closed.
TEST_P(CreateUserTest, RefusesTheLowestBrokenRule) {
  RegistryFixture fixture;
  fixture.NewHolder(kEnterpriseCode);
  ASSERT_TRUE(
      fixture.SetState(fixture.NewHolder(kOtherCode), v1::HOLDER_STATE_CLOSED)
          .accepted());
  const UserCase& row = GetParam();
  const core::Outcome outcome =
      fixture.Create(row.user, HolderId(row.holder), {{row.role, row.county}});
  EXPECT_EQ(outcome.reason, row.reason)
      << core::v1::Reason_Name(outcome.reason);
}

constexpr v1::Role kAuditor = v1::ROLE_AUDIT_ADMIN;
const UserCase kUserCases[] = {
    {"Accepted", Reason::REASON_UNSPECIFIED, "a", 3, kTrader, ""},
    {"EmptyName", Reason::REASON_INVALID_FIELD, "", 99, kAuditor, "x"},
    {"UpperCase", Reason::REASON_INVALID_FIELD, "Trader", 3, kTrader, ""},
    {"BeginsWithDigit", Reason::REASON_INVALID_FIELD, "1st", 3, kTrader, ""},
    {"Underscore", Reason::REASON_INVALID_FIELD, "a_b", 3, kTrader, ""},
    {"TooLong", Reason::REASON_INVALID_FIELD,
     "a23456789012345678901234567890123456789012345678901234567890123456", 3,
     kTrader, ""},
    {"UnknownHolder", Reason::REASON_HOLDER_UNKNOWN, "admin.one", 99, kAuditor,
     "x"},
    {"ClosedHolder", Reason::REASON_HOLDER_NOT_ACTIVE, "admin.one", 4, kAuditor,
     "x"},
    {"SystemHolder", Reason::REASON_HOLDER_NOT_ACTIVE, "admin.one", 1, kAuditor,
     "x"},
    {"NoSuchCounty", Reason::REASON_COUNTY_CODE_INVALID, "admin.one", 3,
     kAuditor, "x"},
    {"NameTaken", Reason::REASON_USER_EXISTS, "admin.one", 3, kAuditor, ""},
    {"RoleOfTheOperator", Reason::REASON_ROLE_NOT_OPEN, "b", 3, kAuditor, ""},
};
INSTANTIATE_TEST_SUITE_P(Rows, CreateUserTest, ::testing::ValuesIn(kUserCases),
                         [](const auto& row) { return row.param.name; });

TEST(UsersTest, CreatingWithTheSameRoleTwiceIsRefused) {
  RegistryFixture fixture;
  const HolderId holder = fixture.NewHolder(kEnterpriseCode);
  EXPECT_EQ(
      fixture.Create("twice", holder, {{kTrader, ""}, {kTrader, ""}}).reason,
      Reason::REASON_ROLE_STATE_INVALID);
}

TEST(UsersTest, RevokedRoleIsGoneAndCanBeGrantedAgain) {
  RegistryFixture fixture;
  const HolderId holder = fixture.NewHolder(kEnterpriseCode);
  ASSERT_TRUE(fixture.Create("trader", holder, {{kTrader, ""}}).accepted());
  const UserId user = fixture.area_.FindUser("trader");
  EXPECT_TRUE(fixture.area_.Allows(user, kPlaceOrder, Step::kSubmit, holder));
  ASSERT_TRUE(fixture.Revoke("trader", kTrader).accepted());
  EXPECT_FALSE(fixture.area_.Allows(user, kPlaceOrder, Step::kSubmit, holder));
  EXPECT_EQ(fixture.Revoke("trader", kTrader).reason,
            Reason::REASON_ROLE_STATE_INVALID);
  EXPECT_EQ(fixture.Revoke("nobody", kTrader).reason,
            Reason::REASON_USER_UNKNOWN);
  ASSERT_TRUE(fixture.Grant("trader", kTrader).accepted());
  EXPECT_TRUE(fixture.area_.Allows(user, kPlaceOrder, Step::kSubmit, holder));
}

TEST(UsersTest, MalformedCountyDoesNotRevokeTheUnlimitedRole) {
  RegistryFixture fixture;
  EXPECT_EQ(fixture.Revoke("admin.one", v1::ROLE_SECURITY_ADMIN, "14").reason,
            Reason::REASON_ROLE_STATE_INVALID);
}

core::Outcome SetUserState(RegistryFixture& fixture, const std::string& user,
                           v1::UserState state) {
  v1::SetUserStateRequest request;
  request.set_name("users/" + user);
  request.set_state(state);
  return fixture.Run(v1::COMMAND_TYPE_SET_USER_STATE, request);
}

TEST(UsersTest, LastSecurityAdministratorStays) {
  RegistryFixture fixture;
  ASSERT_TRUE(fixture.Revoke("admin.two", v1::ROLE_SECURITY_ADMIN).accepted());
  EXPECT_EQ(fixture.Revoke("admin.one", v1::ROLE_SECURITY_ADMIN).reason,
            Reason::REASON_LAST_ADMINISTRATOR);
  EXPECT_EQ(SetUserState(fixture, "admin.one", v1::USER_STATE_SUSPENDED).reason,
            Reason::REASON_LAST_ADMINISTRATOR);
  // One that is limited to a county or suspended does not count.
  ASSERT_TRUE(
      fixture.Grant("admin.two", v1::ROLE_SECURITY_ADMIN, "140927").accepted());
  EXPECT_EQ(fixture.Revoke("admin.one", v1::ROLE_SECURITY_ADMIN).reason,
            Reason::REASON_LAST_ADMINISTRATOR);
  ASSERT_TRUE(fixture.Grant("admin.two", v1::ROLE_SECURITY_ADMIN).accepted());
  ASSERT_TRUE(
      SetUserState(fixture, "admin.two", v1::USER_STATE_SUSPENDED).accepted());
  EXPECT_EQ(fixture.Revoke("admin.one", v1::ROLE_SECURITY_ADMIN).reason,
            Reason::REASON_LAST_ADMINISTRATOR);
  ASSERT_TRUE(
      SetUserState(fixture, "admin.two", v1::USER_STATE_ACTIVE).accepted());
  EXPECT_TRUE(fixture.Revoke("admin.one", v1::ROLE_SECURITY_ADMIN).accepted());
}

TEST(UsersTest, SuspendedUserAndUserOfAClosedHolderAreNotActive) {
  RegistryFixture fixture;
  const HolderId holder = fixture.NewHolder(kEnterpriseCode);
  ASSERT_TRUE(fixture.Create("trader", holder, {{kTrader, ""}}).accepted());
  const UserId user = fixture.area_.FindUser("trader");
  EXPECT_TRUE(fixture.area_.IsActive(user));
  ASSERT_TRUE(
      SetUserState(fixture, "trader", v1::USER_STATE_SUSPENDED).accepted());
  EXPECT_FALSE(fixture.area_.IsActive(user));
  EXPECT_EQ(SetUserState(fixture, "trader", v1::USER_STATE_SUSPENDED).reason,
            Reason::REASON_USER_STATE_INVALID);
  ASSERT_TRUE(
      SetUserState(fixture, "trader", v1::USER_STATE_ACTIVE).accepted());
  ASSERT_TRUE(fixture.SetState(holder, v1::HOLDER_STATE_SUSPENDED).accepted());
  EXPECT_TRUE(fixture.area_.IsActive(user));
  ASSERT_TRUE(fixture.SetState(holder, v1::HOLDER_STATE_CLOSED).accepted());
  EXPECT_FALSE(fixture.area_.IsActive(user));
  EXPECT_FALSE(fixture.area_.IsActive(UserId(99)));
}

core::Outcome SetPermission(RegistryFixture& fixture, v1::Role role,
                            int64_t command, v1::Step step, bool allowed) {
  v1::SetPermissionRequest request;
  request.set_role(role);
  request.set_command(command);
  request.set_step(step);
  request.set_allowed(allowed);
  return fixture.Run(v1::COMMAND_TYPE_SET_PERMISSION, request);
}

TEST(PermissionsTest, SetPermissionChangesTheMatrix) {
  RegistryFixture fixture;
  const HolderId holder = fixture.NewHolder(kEnterpriseCode);
  ASSERT_TRUE(fixture.Create("trader", holder, {{kTrader, ""}}).accepted());
  const UserId user = fixture.area_.FindUser("trader");
  ASSERT_TRUE(
      SetPermission(fixture, kTrader, kPlaceOrder, v1::STEP_SUBMIT, false)
          .accepted());
  EXPECT_FALSE(fixture.area_.Allows(user, kPlaceOrder, Step::kSubmit, holder));
  ASSERT_TRUE(
      SetPermission(fixture, kTrader, kPlaceOrder, v1::STEP_SUBMIT, true)
          .accepted());
  EXPECT_TRUE(fixture.area_.Allows(user, kPlaceOrder, Step::kSubmit, holder));
}

TEST(PermissionsTest, RefusesWhatIsNoPermission) {
  RegistryFixture fixture;
  for (const core::Outcome& outcome :
       {SetPermission(fixture, v1::ROLE_UNSPECIFIED, 1, v1::STEP_SUBMIT, true),
        SetPermission(fixture, kTrader, 0, v1::STEP_SUBMIT, true),
        SetPermission(fixture, kTrader, 2000, v1::STEP_SUBMIT, true),
        SetPermission(fixture, kTrader, 1, v1::STEP_UNSPECIFIED, true)}) {
    EXPECT_EQ(outcome.reason, Reason::REASON_INVALID_FIELD);
  }
}

TEST(PermissionsTest, NobodyCanLockEverybodyOut) {
  RegistryFixture fixture;
  for (int command :
       {v1::COMMAND_TYPE_SET_PERMISSION, v1::COMMAND_TYPE_GRANT_ROLE}) {
    EXPECT_EQ(SetPermission(fixture, v1::ROLE_SECURITY_ADMIN, command,
                            v1::STEP_SUBMIT, false)
                  .reason,
              Reason::REASON_LAST_ADMINISTRATOR);
  }
}

// The operator mints nothing alone: no role both submits and approves what
// moves units or cash, opens holders or sets the market's rules.
TEST(PermissionsTest, DefaultsSeparateSubmittingFromApproving) {
  std::set<std::pair<int64_t, int64_t>> submits;
  for (const v1::PermissionSet& row : DefaultPermissions()) {
    if (row.step() == v1::STEP_SUBMIT) {
      submits.emplace(row.command(), row.role());
    }
  }
  for (const v1::PermissionSet& row : DefaultPermissions()) {
    const bool administration = row.role() == v1::ROLE_SYSTEM_ADMIN ||
                                row.role() == v1::ROLE_SECURITY_ADMIN;
    if (row.step() == v1::STEP_SUBMIT || administration) continue;
    EXPECT_FALSE(submits.contains({row.command(), row.role()}))
        << row.ShortDebugString();
  }
}

TEST(StateTest, LoadedStateIsEqualAndAnswersAlike) {
  RegistryFixture fixture;
  const HolderId a = fixture.NewHolder(kEnterpriseCode);
  const HolderId b = fixture.NewHolder(kOtherCode);
  ASSERT_TRUE(fixture.Control(a, b, "2022-01-01", "2022-12-31").accepted());
  ASSERT_TRUE(fixture.Control(a, b, "2023-06-01").accepted());
  ASSERT_TRUE(fixture.Create("trader", a, {{kTrader, ""}}).accepted());
  ASSERT_TRUE(
      fixture.Grant("registrar", v1::ROLE_SUPERVISOR, "140927").accepted());
  ASSERT_TRUE(fixture.Store('r').accepted());
  v1::EraseRecordRequest erase;
  erase.set_record(ToHex(std::string(16, 'r')));
  ASSERT_TRUE(fixture.Run(v1::COMMAND_TYPE_ERASE_RECORD, erase).accepted());

  const std::string bytes = luheng::testing::SavedState(fixture.area_);
  RegistryArea loaded(fixture.accounts_);
  core::StateReader reader(bytes);
  ASSERT_TRUE(loaded.Load(reader).ok()) << reader.status();
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(luheng::testing::SavedState(loaded), bytes);
  EXPECT_EQ(loaded.FindByCode(kOtherCode), b);
  EXPECT_EQ(loaded.BeneficialOwner(a, MakeDate(2022, 6, 1)), b);
  EXPECT_TRUE(
      loaded.Allows(loaded.FindUser("trader"), kPlaceOrder, Step::kSubmit, a));
  EXPECT_FALSE(
      loaded.Allows(loaded.FindUser("trader"), kPlaceOrder, Step::kSubmit, b));
}

TEST(StateTest, EveryTruncationIsDataLoss) {
  RegistryFixture fixture;
  fixture.NewHolder(kEnterpriseCode);
  ASSERT_TRUE(fixture.Store('r').accepted());
  const std::string bytes = luheng::testing::SavedState(fixture.area_);
  for (size_t size = 0; size < bytes.size(); size += 7) {
    RegistryArea loaded(fixture.accounts_);
    core::StateReader reader(absl::string_view(bytes).substr(0, size));
    EXPECT_EQ(loaded.Load(reader).code(), absl::StatusCode::kDataLoss) << size;
  }
}

}  // namespace
}  // namespace luheng::registry
