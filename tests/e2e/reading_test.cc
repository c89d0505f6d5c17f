// Goal: what happened is found again: entries by what they are about, books as
// they were, statements over a range; and nobody finds out by a search what is
// not shown to them. Method: the real process over mutual TLS, a few orders of
// two traders.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "luheng/ledger/v1/ledger.grpc.pb.h"
#include "luheng/market/v1/market.grpc.pb.h"
#include "luheng/settlement/v1/settlement.grpc.pb.h"
#include "tests/testing/api_market.h"
#include "tests/testing/node_process.h"

namespace luheng::testing {
namespace {

using ledger::v1::EntryFilter;
using ledger::v1::LedgerService;
using market::v1::OrderService;
using settlement::v1::SettlementService;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
namespace mv1 = market::v1;
namespace lv1 = ledger::v1;
namespace sv1 = settlement::v1;

constexpr char kOfT1[] = "holders/3";
constexpr char kOfT2[] = "holders/4";

class ReadingTest : public ::testing::Test {
 protected:
  // t1 sells 5, t2 buys 2 of them, an order of t2 is refused, t1 cancels.
  ReadingTest() {
    node_ = std::make_unique<NodeProcess>(LUHENGD, market_.Arguments());
    const int port = node_->AwaitPort();
    EXPECT_NE(port, 0) << node_->output();
    market_.SetPort(port);
    market_.Open({"t1", "t2"});
    mv1::PlaceOrderResponse placed;
    Expect(market_.Call("t1", &OrderService::Stub::PlaceOrder,
                        ApiMarket::Order(mv1::SIDE_SELL, 1000, 5, "s"),
                        &placed));
    sale_ = placed.order().name();
    placed_ = placed.order().entry();
    Expect(market_.Call("t2", &OrderService::Stub::PlaceOrder,
                        ApiMarket::Order(mv1::SIDE_BUY, 1000, 2, "b"),
                        &placed));
    traded_ = placed.order().entry();
    EXPECT_FALSE(market_
                     .Call("t2", &OrderService::Stub::PlaceOrder,
                           ApiMarket::Order(mv1::SIDE_BUY, 1003, 0, "r"))
                     .ok());
    EXPECT_FALSE(
        market_
            .Call("t2", &OrderService::Stub::PlaceOrder,
                  ApiMarket::Order(mv1::SIDE_BUY, 1000, 900'000'000, "q"))
            .ok());
    mv1::CancelOrderRequest cancel;
    cancel.set_name(sale_);
    mv1::CancelOrderResponse cancelled;
    Expect(market_.Call("t1", &OrderService::Stub::CancelOrder, cancel,
                        &cancelled));
  }

  static void Expect(const grpc::Status& status) {
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  // Walks pages of two entries.
  std::vector<lv1::EntryRecord> Find(const std::string& user,
                                     const EntryFilter& filter) {
    std::vector<lv1::EntryRecord> found;
    lv1::ListEntriesRequest request;
    *request.mutable_filter() = filter;
    request.set_page_size(2);
    do {
      lv1::ListEntriesResponse response;
      status_ = market_.Call(user, &LedgerService::Stub::ListEntries, request,
                             &response);
      if (!status_.ok()) return {};
      found.insert(found.end(), response.entries().begin(),
                   response.entries().end());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return found;
  }
  std::vector<std::string> CommandsOf(
      const std::vector<lv1::EntryRecord>& entries) {
    std::vector<std::string> names;
    for (const lv1::EntryRecord& entry : entries) {
      names.push_back(entry.command_name());
    }
    return names;
  }
  std::vector<int64_t> NumbersOf(const std::vector<lv1::EntryRecord>& entries) {
    std::vector<int64_t> numbers;
    for (const lv1::EntryRecord& entry : entries) {
      numbers.push_back(entry.number());
    }
    return numbers;
  }

  // The amount of what `holder` has of `asset` for `purpose` behind `entry`.
  int64_t BalanceAt(const std::string& holder, const std::string& asset,
                    sv1::Purpose purpose, int64_t entry) {
    sv1::ListBalancesRequest request;
    request.set_holder(holder);
    request.set_asset(asset);
    request.set_at_entry(entry);
    sv1::ListBalancesResponse response;
    status_ = market_.Call("supervisor", &SettlementService::Stub::ListBalances,
                           request, &response);
    EXPECT_TRUE(status_.ok()) << status_.error_message();
    EXPECT_EQ(response.as_of_entry(), entry);
    for (const sv1::Balance& balance : response.balances()) {
      if (balance.purpose() == purpose) return balance.amount();
    }
    return 0;
  }

  ApiMarket market_;
  std::unique_ptr<NodeProcess> node_;
  std::string sale_;
  int64_t placed_ = 0;
  int64_t traded_ = 0;
  grpc::Status status_;
};

TEST_F(ReadingTest, TheChainOfAnOrder) {
  EntryFilter filter;
  filter.set_order(sale_);
  filter.set_holder(kOfT1);
  // t1 does not see who took its order, only that it was taken.
  EXPECT_THAT(CommandsOf(Find("t1", filter)),
              ElementsAre("PlaceOrder", "", "CancelOrder"));
  EXPECT_THAT(CommandsOf(Find("supervisor", filter)),
              ElementsAre("PlaceOrder", "PlaceOrder", "CancelOrder"));
  // Under the name of a holder that it does not concern it is not found.
  filter.clear_holder();
  filter.set_order(
      absl::StrCat("holders/2", sale_.substr(sale_.find("/orders/"))));
  EXPECT_THAT(Find("supervisor", filter), IsEmpty());
}

TEST_F(ReadingTest, WhatTheNodeDoesOfItselfIsFound) {
  EntryFilter filter;
  filter.set_command_name("Genesis");
  EXPECT_THAT(NumbersOf(Find("supervisor", filter)), ElementsAre(1));
}

TEST_F(ReadingTest, RefusalsByReason) {
  EntryFilter filter;
  filter.set_refused(true);
  filter.set_user("users/t2");
  const auto refused = Find("t2", filter);
  ASSERT_THAT(refused, Not(IsEmpty()));
  for (const lv1::EntryRecord& entry : refused) {
    EXPECT_EQ(entry.user(), "users/t2");
    EXPECT_FALSE(entry.parts(0).refusal_reason().empty());
  }
  filter.set_refusal_reason(refused.back().parts(0).refusal_reason());
  EXPECT_THAT(NumbersOf(Find("supervisor", filter)),
              Contains(refused.back().number()));
  filter.set_refusal_reason("BANK_REFERENCE_REUSED");
  EXPECT_THAT(Find("supervisor", filter), IsEmpty());
}

TEST_F(ReadingTest, AHolderDoesNotSearchInOthers) {
  EntryFilter filter;
  filter.set_holder(kOfT2);
  Find("t1", filter);
  EXPECT_EQ(ReasonOf(status_), "PERMISSION_DENIED");
  // Without a holder it is its own: what t2 asked is not found through t1.
  filter.clear_holder();
  filter.set_user("users/t2");
  EXPECT_THAT(Find("t1", filter), IsEmpty());
  Expect(status_);
  EXPECT_THAT(NumbersOf(Find("t2", filter)), Contains(traded_));
}

TEST_F(ReadingTest, NamesWhatIsWrongWithAFilter) {
  struct Case {
    const char* reason;
    void (*set)(EntryFilter&);
  };
  const Case cases[] = {
      {"USER_UNKNOWN", [](EntryFilter& f) { f.set_user("users/nobody"); }},
      {"ASSET_UNKNOWN", [](EntryFilter& f) { f.set_asset("assets/NONE"); }},
      {"INSTRUMENT_UNKNOWN",
       [](EntryFilter& f) { f.set_instrument("instruments/NONE"); }},
      {"INVALID_FIELD", [](EntryFilter& f) { f.set_command_name("Fly"); }},
      {"INVALID_FIELD", [](EntryFilter& f) { f.set_refusal_reason("WHY"); }},
      {"INVALID_FIELD", [](EntryFilter& f) { f.set_order("orders/1"); }},
      {"INVALID_FIELD", [](EntryFilter& f) { f.set_by_request_id("1"); }},
  };
  for (const Case& wrong : cases) {
    EntryFilter filter;
    wrong.set(filter);
    Find("supervisor", filter);
    EXPECT_EQ(ReasonOf(status_), wrong.reason) << filter.DebugString();
  }
}

TEST_F(ReadingTest, ATokenIsOfItsFilterOnly) {
  lv1::ListEntriesRequest request;
  request.mutable_filter()->set_holder(kOfT1);
  request.set_page_size(1);
  lv1::ListEntriesResponse response;
  Expect(market_.Call("supervisor", &LedgerService::Stub::ListEntries, request,
                      &response));
  request.set_page_token(response.next_page_token());
  request.mutable_filter()->set_holder(kOfT2);
  EXPECT_EQ(ReasonOf(market_.Call("supervisor",
                                  &LedgerService::Stub::ListEntries, request)),
            "PAGE_TOKEN_INVALID");
}

TEST_F(ReadingTest, BooksAsTheyWere) {
  const std::string cny = "assets/CNY";
  const int64_t before = BalanceAt(kOfT1, cny, sv1::PURPOSE_AVAILABLE, placed_);
  const int64_t after = BalanceAt(kOfT1, cny, sv1::PURPOSE_AVAILABLE, traded_);
  // Two lots for 1000 fen each; what the fee took is less than that.
  EXPECT_GT(after, before);
  EXPECT_LE(after, before + 2000);
  sv1::GetTrialBalanceRequest trial;
  trial.set_at_entry(placed_);
  sv1::GetTrialBalanceResponse sums;
  Expect(market_.Call("supervisor", &SettlementService::Stub::GetTrialBalance,
                      trial, &sums));
  ASSERT_GT(sums.lines_size(), 0);
  for (const sv1::TrialBalanceLine& line : sums.lines()) {
    EXPECT_EQ(line.debit(), -line.credit());
  }
  trial.set_at_entry(1'000'000);
  EXPECT_EQ(
      ReasonOf(market_.Call("supervisor",
                            &SettlementService::Stub::GetTrialBalance, trial)),
      "BEYOND_END");
}

TEST_F(ReadingTest, AStatementOverARangeOfTime) {
  lv1::GetEntryRequest get;
  get.set_name(absl::StrCat("entries/", traded_));
  lv1::GetEntryResponse trade;
  Expect(
      market_.Call("supervisor", &LedgerService::Stub::GetEntry, get, &trade));
  sv1::ListStatementLinesRequest request;
  request.set_holder(kOfT2);
  *request.mutable_start_time() = trade.entry().time();
  sv1::ListStatementLinesResponse since;
  Expect(market_.Call("t2", &SettlementService::Stub::ListStatementLines,
                      request, &since));
  ASSERT_GT(since.lines_size(), 0);
  EXPECT_EQ(since.lines(0).entry(), traded_);
  request.clear_start_time();
  *request.mutable_end_time() = trade.entry().time();
  sv1::ListStatementLinesResponse before;
  Expect(market_.Call("t2", &SettlementService::Stub::ListStatementLines,
                      request, &before));
  for (const sv1::StatementLine& line : before.lines()) {
    EXPECT_LT(line.entry(), traded_);
  }
  request.clear_end_time();
  sv1::ListStatementLinesResponse all;
  Expect(market_.Call("t2", &SettlementService::Stub::ListStatementLines,
                      request, &all));
  EXPECT_EQ(all.lines_size(), since.lines_size() + before.lines_size());
}

TEST_F(ReadingTest, EntriesOfARangeWithoutAFilter) {
  lv1::ListEntriesRequest request;
  request.set_first_entry(placed_);
  request.set_last_entry(traded_);
  lv1::ListEntriesResponse response;
  Expect(market_.Call("t1", &LedgerService::Stub::ListEntries, request,
                      &response));
  EXPECT_EQ(response.entries_size(), traded_ - placed_ + 1);
  EXPECT_TRUE(response.next_page_token().empty());
  EXPECT_GE(response.as_of_entry(), traded_);
  request.set_first_entry(1'000'000);
  request.clear_last_entry();
  EXPECT_EQ(
      ReasonOf(market_.Call("t1", &LedgerService::Stub::ListEntries, request)),
      "BEYOND_END");
}

}  // namespace
}  // namespace luheng::testing
