// Goal: the offices' services (registry, vault, settlement) answer over the
// wire as their protos say: good calls, bad fields by name, denied roles,
// pages, and requests that come twice. Method: the real process over mutual
// TLS; the rules behind the services are tested one by one in tests/unit.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "luheng/registry/v1/registry.grpc.pb.h"
#include "luheng/settlement/v1/settlement.grpc.pb.h"
#include "tests/testing/api_market.h"
#include "tests/testing/node_process.h"
#include "tests/testing/test_world.h"

namespace luheng::testing {
namespace {

using grpc::Status;
using grpc::StatusCode;
using registry::v1::RegistryService;
using registry::v1::VaultService;
using settlement::v1::SettlementService;
namespace rv1 = registry::v1;
namespace sv1 = settlement::v1;

// The fields that a refusal names, in its order.
std::vector<std::string> FieldsOf(const Status& status) {
  google::rpc::Status full;
  full.ParseFromString(status.error_details());
  google::rpc::BadRequest bad;
  std::vector<std::string> fields;
  for (const auto& detail : full.details()) {
    if (!detail.UnpackTo(&bad)) continue;
    for (const auto& violation : bad.field_violations()) {
      fields.push_back(violation.field());
    }
  }
  return fields;
}

std::string Uuid(int number) {
  return absl::StrCat("00000000-0000-4000-8000-00000000000", number);
}

class OfficeRpcTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    market = new ApiMarket;
    node = new NodeProcess(LUHENGD, market->Arguments());
    const int port = node->AwaitPort();
    ASSERT_NE(port, 0) << node->output();
    market->SetPort(port);
    market->Open({"t1", "t2"});
  }
  static void TearDownTestSuite() {
    node->Send(SIGTERM);
    EXPECT_EQ(node->AwaitEnd(), 0) << node->output();
    delete node;
    delete market;
  }

  template <typename Method, typename Request, typename Response>
  Status Call(const std::string& user, Method method, const Request& request,
              Response& response) {
    return market->Call(user, method, request, &response);
  }
  // The call's refusal, with code, reason and the one field that it names.
  template <typename Method, typename Request>
  void ExpectBadField(const std::string& user, Method method,
                      const Request& request, const std::string& field) {
    const Status status = market->Call(user, method, request);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT)
        << status.error_message();
    EXPECT_THAT(FieldsOf(status), ::testing::ElementsAre(field))
        << request.ShortDebugString();
  }
  template <typename Method, typename Request>
  void ExpectDenied(const std::string& user, Method method,
                    const Request& request) {
    const Status status = market->Call(user, method, request);
    EXPECT_EQ(status.error_code(), StatusCode::PERMISSION_DENIED)
        << user << " " << request.ShortDebugString();
  }
  // All rows of a list in pages of `size`, each of which must be full.
  template <typename Response, typename Method, typename Request, typename Rows>
  std::vector<std::string> Walk(const std::string& user, Method method,
                                Request request, int size, Rows rows) {
    std::vector<std::string> names;
    request.set_page_size(size);
    while (true) {
      Response response;
      const Status status = Call(user, method, request, response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const auto& row : rows(response)) names.push_back(row);
      if (response.next_page_token().empty() || !status.ok()) return names;
      EXPECT_EQ(rows(response).size(), static_cast<size_t>(size));
      request.set_page_token(response.next_page_token());
    }
  }

  static ApiMarket* market;
  static NodeProcess* node;
};
ApiMarket* OfficeRpcTest::market = nullptr;
NodeProcess* OfficeRpcTest::node = nullptr;

// ---- Registry ---------------------------------------------------------------

TEST_F(OfficeRpcTest, HoldersAndUsersAreFound) {
  rv1::GetHolderRequest request;
  request.set_name("holders/3");
  rv1::GetHolderResponse holder;
  ASSERT_TRUE(
      Call("t1", &RegistryService::Stub::GetHolder, request, holder).ok());
  EXPECT_EQ(holder.holder().name(), "holders/3");
  rv1::GetCallerResponse caller;
  ASSERT_TRUE(Call("t1", &RegistryService::Stub::GetCaller,
                   rv1::GetCallerRequest(), caller)
                  .ok());
  EXPECT_EQ(caller.holder().name(), "holders/3");
  rv1::GetUserRequest user;
  user.set_name(caller.user().name());
  rv1::GetUserResponse found;
  ASSERT_TRUE(Call("t1", &RegistryService::Stub::GetUser, user, found).ok());
  EXPECT_EQ(found.user().name(), caller.user().name());
}

TEST_F(OfficeRpcTest, ListsPageWithoutLossAndTokensAreOfOneRequest) {
  const auto holders = [](const rv1::ListHoldersResponse& response) {
    std::vector<std::string> names;
    for (const auto& row : response.holders()) names.push_back(row.name());
    return names;
  };
  const auto by_one = Walk<rv1::ListHoldersResponse>(
      "supervisor", &RegistryService::Stub::ListHolders,
      rv1::ListHoldersRequest(), 1, holders);
  const auto at_once = Walk<rv1::ListHoldersResponse>(
      "supervisor", &RegistryService::Stub::ListHolders,
      rv1::ListHoldersRequest(), 1000, holders);
  EXPECT_GE(at_once.size(), 3u);
  EXPECT_EQ(by_one, at_once);
  EXPECT_EQ(std::set(by_one.begin(), by_one.end()).size(), by_one.size());

  rv1::ListHoldersRequest first;
  first.set_page_size(1);
  rv1::ListHoldersResponse page;
  ASSERT_TRUE(
      Call("supervisor", &RegistryService::Stub::ListHolders, first, page)
          .ok());
  rv1::ListUsersRequest other;
  other.set_page_token(page.next_page_token());
  const Status status =
      market->Call("supervisor", &RegistryService::Stub::ListUsers, other);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "PAGE_TOKEN_INVALID");
}

TEST_F(OfficeRpcTest, RegistryNamesTheBadField) {
  rv1::GetHolderRequest holder;
  holder.set_name("holder/3");
  ExpectBadField("t1", &RegistryService::Stub::GetHolder, holder, "name");
  rv1::GetUserRequest user;
  user.set_name("t1");
  ExpectBadField("t1", &RegistryService::Stub::GetUser, user, "name");
  rv1::SetHolderStateRequest state;
  state.set_name("holders/3");
  state.set_state(rv1::HOLDER_STATE_SUSPENDED);
  ExpectBadField("registrar", &RegistryService::Stub::SetHolderState, state,
                 "reason");
  rv1::OpenHolderRequest open = EnterpriseRequest(9);
  open.mutable_holder()->set_code("91140000MA0H00000X");
  const Status status =
      market->Call("registrar", &RegistryService::Stub::OpenHolder, open);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT)
      << status.error_message();
  rv1::RevokeRoleRequest revoke;
  revoke.set_user("users/nobody-at-all");
  revoke.mutable_role()->set_role(rv1::ROLE_TRADER);
  EXPECT_FALSE(
      market->Call("admin", &RegistryService::Stub::RevokeRole, revoke).ok());
}

TEST_F(OfficeRpcTest, TradersAreNoRegistrars) {
  ExpectDenied("t1", &RegistryService::Stub::OpenHolder, EnterpriseRequest(8));
  rv1::SetHolderStateRequest state;
  state.set_name("holders/3");
  state.set_state(rv1::HOLDER_STATE_SUSPENDED);
  state.set_reason("none");
  ExpectDenied("t1", &RegistryService::Stub::SetHolderState, state);
  rv1::GrantRoleRequest grant;
  grant.set_user("users/t1");
  grant.mutable_role()->set_role(rv1::ROLE_REGISTRAR);
  ExpectDenied("t1", &RegistryService::Stub::GrantRole, grant);
}

// ---- Vault ------------------------------------------------------------------

TEST_F(OfficeRpcTest, ARecordIsStoredOnceMaskedAndErased) {
  rv1::PutRecordRequest put;
  put.set_person_name("张三");
  put.set_bank_account("6222020200112233445");
  put.set_note("经办人");
  put.set_request_id(Uuid(1));
  rv1::PutRecordResponse stored;
  ASSERT_TRUE(
      Call("registrar", &VaultService::Stub::PutRecord, put, stored).ok());
  rv1::PutRecordResponse again;
  ASSERT_TRUE(
      Call("registrar", &VaultService::Stub::PutRecord, put, again).ok());
  EXPECT_EQ(again.record(), stored.record());
  EXPECT_EQ(again.entry(), stored.entry());

  rv1::GetRecordRequest get;
  get.set_record(stored.record());
  rv1::GetRecordResponse shown;
  ASSERT_TRUE(
      Call("registrar", &VaultService::Stub::GetRecord, get, shown).ok());
  EXPECT_EQ(shown.person_name(), "张三");
  EXPECT_EQ(shown.bank_account(), "6222020200112233445");
  rv1::GetRecordResponse masked;
  const Status other = Call("t1", &VaultService::Stub::GetRecord, get, masked);
  EXPECT_TRUE(!other.ok() || masked.bank_account() != shown.bank_account());

  rv1::EraseRecordRequest erase;
  erase.set_record(stored.record());
  ExpectBadField("registrar", &VaultService::Stub::EraseRecord, erase,
                 "reason");
  erase.set_reason("本人要求");
  market->Approved("registrar", &VaultService::Stub::EraseRecord, erase,
                   {"reviewer"});
  Status gone;
  do {
    // The views erase it right behind the entry.
    gone = Call("registrar", &VaultService::Stub::GetRecord, get, shown);
  } while (gone.ok());
  EXPECT_EQ(gone.error_code(), StatusCode::NOT_FOUND) << gone.error_message();
}

TEST_F(OfficeRpcTest, VaultNamesTheBadFieldAndDeniesTraders) {
  rv1::PutRecordRequest put;
  ExpectBadField("registrar", &VaultService::Stub::PutRecord, put,
                 "person_name");
  put.set_person_name("李四");
  put.set_identity_number("110105194912310021");
  ExpectBadField("registrar", &VaultService::Stub::PutRecord, put,
                 "identity_number");
  put.clear_identity_number();
  ExpectDenied("t1", &VaultService::Stub::PutRecord, put);
  rv1::GetRecordRequest get;
  get.set_record("not hex");
  ExpectBadField("registrar", &VaultService::Stub::GetRecord, get, "record");
}

// ---- Settlement -------------------------------------------------------------

TEST_F(OfficeRpcTest, BalancesStatementsAndTrialBalanceAgree) {
  sv1::ListBalancesRequest request;
  request.set_holder("holders/3");
  sv1::ListBalancesResponse balances;
  ASSERT_TRUE(
      Call("t1", &SettlementService::Stub::ListBalances, request, balances)
          .ok());
  EXPECT_EQ(balances.balances_size(), 2);
  const auto assets = [](const sv1::ListBalancesResponse& response) {
    std::vector<std::string> names;
    for (const auto& row : response.balances()) names.push_back(row.asset());
    return names;
  };
  EXPECT_EQ(
      Walk<sv1::ListBalancesResponse>(
          "t1", &SettlementService::Stub::ListBalances, request, 1, assets),
      assets(balances));
  sv1::ListStatementLinesRequest lines;
  lines.set_holder("holders/3");
  lines.set_asset("assets/CNY");
  lines.set_min_entry(balances.as_of_entry());
  sv1::ListStatementLinesResponse statement;
  ASSERT_TRUE(
      Call("t1", &SettlementService::Stub::ListStatementLines, lines, statement)
          .ok());
  EXPECT_EQ(statement.lines_size(), 1);
  sv1::GetTrialBalanceResponse trial;
  ASSERT_TRUE(Call("supervisor", &SettlementService::Stub::GetTrialBalance,
                   sv1::GetTrialBalanceRequest(), trial)
                  .ok());
  for (const auto& line : trial.lines()) {
    EXPECT_EQ(line.debit() + line.credit(), 0) << line.asset();
    EXPECT_GT(line.debit(), 0) << line.asset();
  }
}

TEST_F(OfficeRpcTest, ADepositThatComesTwiceIsOneProposal) {
  sv1::DepositRequest deposit;
  deposit.set_holder("holders/3");
  deposit.set_amount_minor(100);
  deposit.set_bank_reference("twice");
  deposit.set_request_id(Uuid(2));
  sv1::DepositResponse first;
  sv1::DepositResponse second;
  ASSERT_TRUE(
      Call("cashier", &SettlementService::Stub::Deposit, deposit, first).ok());
  ASSERT_TRUE(
      Call("cashier", &SettlementService::Stub::Deposit, deposit, second).ok());
  EXPECT_FALSE(first.pending().proposal().empty());
  EXPECT_EQ(second.pending().proposal(), first.pending().proposal());
  deposit.set_amount_minor(101);
  const Status reused =
      market->Call("cashier", &SettlementService::Stub::Deposit, deposit);
  EXPECT_EQ(ReasonOf(reused), "REQUEST_ID_REUSED") << reused.error_message();
}

TEST_F(OfficeRpcTest, SettlementNamesTheBadField) {
  sv1::DepositRequest deposit;
  deposit.set_holder("holders/3");
  deposit.set_bank_reference("r");
  for (const int64_t amount : {0, -1}) {
    deposit.set_amount_minor(amount);
    ExpectBadField("cashier", &SettlementService::Stub::Deposit, deposit,
                   "amount_minor");
  }
  sv1::WithdrawRequest withdraw;
  withdraw.set_holder("somebody");
  withdraw.set_amount_minor(1);
  withdraw.set_bank_reference("r");
  ExpectBadField("cashier", &SettlementService::Stub::Withdraw, withdraw,
                 "holder");
  sv1::IssueUnitsRequest issue;
  issue.set_holder("holders/3");
  issue.set_asset("assets/CEA");
  issue.set_amount(5);
  ExpectBadField("registrar", &SettlementService::Stub::IssueUnits, issue,
                 "basis");
  sv1::ListBalancesRequest balances;
  balances.set_holder("holders/x");
  ExpectBadField("t1", &SettlementService::Stub::ListBalances, balances,
                 "holder");
}

TEST_F(OfficeRpcTest, NobodyActsOutsideTheirOffice) {
  sv1::DepositRequest deposit;
  deposit.set_holder("holders/3");
  deposit.set_amount_minor(100);
  deposit.set_bank_reference("mine");
  ExpectDenied("t1", &SettlementService::Stub::Deposit, deposit);
  ExpectDenied("registrar", &SettlementService::Stub::Deposit, deposit);
  sv1::IssueUnitsRequest issue;
  issue.set_holder("holders/3");
  issue.set_asset("assets/CEA");
  issue.set_amount(5);
  issue.set_basis("mine");
  ExpectDenied("cashier", &SettlementService::Stub::IssueUnits, issue);
  sv1::ListBalancesRequest balances;
  balances.set_holder("holders/4");
  sv1::ListBalancesResponse unused;
  EXPECT_FALSE(
      Call("t1", &SettlementService::Stub::ListBalances, balances, unused)
          .ok());
  ExpectDenied("t1", &SettlementService::Stub::GetTrialBalance,
               sv1::GetTrialBalanceRequest());
}

}  // namespace
}  // namespace luheng::testing
