// Goal: a receipt from a running node holds for whoever has nothing but it and
// a policy, says no more than its holder may know, and is worth nothing once a
// byte of it is changed; and a node whose journal was exchanged does not sign.
// Method: the real process over mutual TLS; receipts are checked by the
// client's library without it.
#include "clients/lib/receipt.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "luheng/ledger/v1/ledger.grpc.pb.h"
#include "luheng/market/v1/market.grpc.pb.h"
#include "tests/testing/api_market.h"
#include "tests/testing/node_process.h"

namespace luheng::testing {
namespace {

using ledger::v1::LedgerService;
using market::v1::OrderService;
namespace mv1 = market::v1;

constexpr int64_t kHolderOfT1 = 3;
constexpr int64_t kHolderOfT2 = 4;

class ReceiptTest : public ::testing::Test {
 protected:
  ReceiptTest() {
    Start();
    market_.Open({"t1", "t2"});
  }
  void Start() {
    node_ = std::make_unique<NodeProcess>(LUHENGD, market_.Arguments());
    const int port = node_->AwaitPort();
    ASSERT_NE(port, 0) << node_->output();
    market_.SetPort(port);
  }
  void Stop() {
    node_->Send(SIGTERM);
    ASSERT_EQ(node_->AwaitEnd(), 0) << node_->output();
    node_.reset();
  }
  // The entry in which t2 buys what t1 sells.
  int64_t Trade(const std::string& id) {
    mv1::PlaceOrderResponse response;
    for (const auto& [user, side] :
         {std::pair{"t1", mv1::SIDE_SELL}, {"t2", mv1::SIDE_BUY}}) {
      const grpc::Status status =
          market_.Call(user, &OrderService::Stub::PlaceOrder,
                       ApiMarket::Order(side, 1000, 5, id), &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
    }
    return response.order().entry();
  }
  grpc::Status GetReceipt(const std::string& user, int64_t entry,
                          ledger::v1::GetReceiptResponse& response) {
    ledger::v1::GetReceiptRequest request;
    request.set_name(absl::StrCat("entries/", entry));
    return market_.Call(user, &LedgerService::Stub::GetReceipt, request,
                        &response);
  }
  std::string Receipt(const std::string& user, int64_t entry) {
    ledger::v1::GetReceiptResponse response;
    const grpc::Status status = GetReceipt(user, entry, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    policy_ = absl::StrCat("log ", response.verifier_key(), "\nquorum none\n");
    return response.receipt();
  }
  absl::StatusOr<client::Receipt> Verify(const std::string& receipt) {
    return client::VerifyReceipt(receipt, *TrustPolicy::Parse(policy_));
  }

  ApiMarket market_;
  std::unique_ptr<NodeProcess> node_;
  std::string policy_;
};

TEST_F(ReceiptTest, HoldsWithoutTheNodeAndShowsOnlyItsHoldersParts) {
  const int64_t entry = Trade("a");
  const std::string of_t1 = Receipt("t1", entry);
  const std::string of_t2 = Receipt("t2", entry);
  Stop();
  for (const auto& [bytes, mine, other] :
       {std::tuple{of_t1, kHolderOfT1, kHolderOfT2},
        {of_t2, kHolderOfT2, kHolderOfT1}}) {
    const auto receipt = Verify(bytes);
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    EXPECT_EQ(receipt->entry, entry);
    // The other trader's part and the fees stay closed.
    EXPECT_EQ(receipt->part_count, 4);
    EXPECT_EQ(receipt->parts.size(), 2u);
    bool has_mine = false;
    for (const client::Receipt::Part& part : receipt->parts) {
      EXPECT_NE(part.content.audience(), other);
      has_mine |= part.content.audience() == mine;
    }
    EXPECT_TRUE(has_mine);
  }
}

TEST_F(ReceiptTest, IsWorthNothingOnceAnythingIsChanged) {
  const std::string bytes = Receipt("t1", Trade("a"));
  ASSERT_TRUE(Verify(bytes).ok()) << Verify(bytes).status();
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(Verify(changed).ok()) << "byte " << i << " of\n" << bytes;
  }
}

TEST_F(ReceiptTest, OutlivesTheNode) {
  const int64_t entry = Trade("a");
  const std::string before = Receipt("t1", entry);
  const std::string policy = policy_;
  Stop();
  Start();
  Trade("b");
  const std::string after = Receipt("t1", entry);
  EXPECT_EQ(policy_, policy) << "the ledger's key is kept";
  EXPECT_TRUE(Verify(before).ok()) << Verify(before).status();
  EXPECT_TRUE(Verify(after).ok()) << Verify(after).status();
}

TEST_F(ReceiptTest, ANodeWhoseJournalWasExchangedDoesNotStart) {
  Receipt("t1", Trade("a"));
  Stop();
  for (const char* part : {"journal", "snapshots", "views", "vault"}) {
    std::filesystem::remove_all(market_.Path(absl::StrCat("data/", part)));
  }
  NodeProcess node(LUHENGD, market_.Arguments());
  EXPECT_EQ(node.AwaitEnd(), 1);
  EXPECT_TRUE(node.AwaitOutput("fork")) << node.output();
}

TEST_F(ReceiptTest, IsNotThereBeyondTheEnd) {
  ledger::v1::GetReceiptResponse response;
  const grpc::Status status = GetReceipt("t1", 1'000'000, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(ReasonOf(status), "BEYOND_END");
}

}  // namespace
}  // namespace luheng::testing
