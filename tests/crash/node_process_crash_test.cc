// Goal: a real luhengd that is killed, or whose clients are cut off, at any
// moment under a stream of orders keeps what it acknowledged and does nothing
// twice. Method: kill -9 after a random number of answers while more orders are
// on the way, and a proxy that cuts a TLS connection within a batch; then the
// same session sends the same orders again and every order is counted.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "luheng/market/v1/market.grpc.pb.h"
#include "luheng/settlement/v1/settlement.grpc.pb.h"
#include "tests/testing/api_market.h"
#include "tests/testing/cutting_proxy.h"
#include "tests/testing/node_process.h"

namespace luheng::testing {
namespace {

using grpc::ClientContext;
using grpc::Status;
using market::v1::OrderService;
using settlement::v1::SettlementService;
namespace mv1 = market::v1;
namespace sv1 = settlement::v1;

using OrderCalls = grpc::ClientReaderWriter<mv1::StreamOrdersRequest,
                                            mv1::StreamOrdersResponse>;

class NodeProcessCrashTest : public ::testing::Test {
 protected:
  void Start() {
    node_.reset();
    node_ = std::make_unique<NodeProcess>(LUHENGD, market_.Arguments());
    const int port = node_->AwaitPort();
    ASSERT_NE(port, 0) << node_->output();
    market_.SetPort(port);
  }

  // Every order of t1 by its client's id; none may stand twice.
  std::map<std::string, std::string> ListOrders() {
    std::map<std::string, std::string> orders;
    mv1::ListOrdersRequest request;
    request.set_page_size(1000);
    while (true) {
      mv1::ListOrdersResponse response;
      const Status status = market_.Call("t1", &OrderService::Stub::ListOrders,
                                         request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const mv1::Order& order : response.orders()) {
        EXPECT_TRUE(
            orders.emplace(order.client_order_id(), order.name()).second)
            << order.client_order_id() << " stands twice";
      }
      if (response.next_page_token().empty()) return orders;
      request.set_page_token(response.next_page_token());
    }
  }
  // Units of t1 that its open orders hold.
  int64_t HeldUnits() {
    sv1::ListBalancesRequest request;
    request.set_holder("holders/3");
    request.set_asset("assets/CEA");
    sv1::ListBalancesResponse response;
    const Status status = market_.Call(
        "t1", &SettlementService::Stub::ListBalances, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const sv1::Balance& balance : response.balances()) {
      if (balance.purpose() == sv1::PURPOSE_HELD) return balance.amount();
    }
    return 0;
  }

  ApiMarket market_;
  std::unique_ptr<NodeProcess> node_;
};

// What was answered: sequence to order.
using Answered = std::map<int64_t, int64_t>;

class KilledTest : public NodeProcessCrashTest {
 protected:
  static constexpr int kBatch = 20;

  // Notes the results of one answer; those known already must be the same.
  void Note(const mv1::StreamOrdersResponse& answer) {
    for (int i = 0; i < answer.results_size(); ++i) {
      const mv1::OrderResult& result = answer.results(i);
      EXPECT_EQ(result.reason(), 0);
      const int64_t sequence = answer.first_sequence() + i;
      const auto [it, inserted] = answered_.emplace(sequence, result.order());
      EXPECT_EQ(it->second, result.order()) << "sequence " << sequence;
      if (!inserted) {
        EXPECT_TRUE(result.duplicate()) << sequence;
      }
    }
  }

  // Streams batches, kills the node after `answers` of them, and takes what is
  // still answered.
  void StreamAndKill(int64_t answers) {
    OrderService::Stub stub(market_.As("t1"));
    ClientContext context;
    const std::unique_ptr<OrderCalls> stream = stub.StreamOrders(&context);
    // The last ones again, answered or not.
    int64_t next = std::max<int64_t>(
        1,
        (answered_.empty() ? 0 : answered_.rbegin()->first) + 1 - 3 * kBatch);
    ASSERT_TRUE(stream->Write(ApiMarket::Batch(next, 0)));
    mv1::StreamOrdersResponse answer;
    ASSERT_TRUE(stream->Read(&answer));
    if (!answered_.empty()) {
      EXPECT_GE(answer.last_sequence(), answered_.rbegin()->first)
          << "an acknowledged order is lost";
    }
    int64_t on_the_way = 0;
    for (int64_t i = 0;; ++i) {
      for (; on_the_way < 6; ++on_the_way) {
        if (!stream->Write(ApiMarket::Batch(next, kBatch))) break;
        next += kBatch;
      }
      if (i == answers) node_->Send(SIGKILL);
      if (!stream->Read(&answer)) break;
      Note(answer);
      --on_the_way;
    }
    stream->Finish();
    EXPECT_EQ(node_->AwaitEnd(), -SIGKILL);
  }

  Answered answered_;
};

TEST_F(KilledTest, UnderAStreamOfOrdersNothingAcknowledgedIsLostOrTwice) {
  const char* const given = std::getenv("LUHENG_SEED");
  const uint32_t seed =
      given != nullptr ? static_cast<uint32_t>(std::strtoul(given, nullptr, 10))
                       : std::random_device()();
  SCOPED_TRACE(absl::StrCat("LUHENG_SEED=", seed));
  std::mt19937 random(seed);
  Start();
  market_.Open({"t1"});
  for (int round = 0; round < 6 && !HasFailure(); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    // A command with a request id, to be sent again.
    sv1::DepositRequest deposit;
    deposit.set_holder("holders/3");
    deposit.set_amount_minor(100);
    deposit.set_bank_reference(absl::StrCat("round-", round));
    client::FillRequestId(deposit);
    sv1::DepositResponse first;
    ASSERT_TRUE(
        market_
            .Call("cashier", &SettlementService::Stub::Deposit, deposit, &first)
            .ok());
    StreamAndKill(random() % 40);
    Start();
    sv1::DepositResponse second;
    ASSERT_TRUE(market_
                    .Call("cashier", &SettlementService::Stub::Deposit, deposit,
                          &second)
                    .ok());
    EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
    const auto orders = ListOrders();
    for (const auto& [sequence, order] : answered_) {
      const auto it = orders.find(absl::StrCat("s-", sequence));
      ASSERT_TRUE(it != orders.end()) << "sequence " << sequence << " is lost";
      EXPECT_EQ(it->second, absl::StrCat("holders/3/orders/", order));
    }
    EXPECT_EQ(HeldUnits(), static_cast<int64_t>(orders.size()));
  }
  EXPECT_GT(answered_.size(), 0u);
}

class CutTest : public NodeProcessCrashTest {
 protected:
  // A stream through the proxy, its session open.
  struct Cut {
    std::unique_ptr<OrderService::Stub> stub;
    ClientContext context;
    std::unique_ptr<OrderCalls> stream;
  };
  std::unique_ptr<Cut> OpenStream(const std::string& address,
                                  int64_t last_sequence) {
    auto cut = std::make_unique<Cut>();
    cut->stub = OrderService::NewStub(market_.ChannelTo(address, "t1"));
    cut->stream = cut->stub->StreamOrders(&cut->context);
    EXPECT_TRUE(cut->stream->Write(ApiMarket::Batch(last_sequence + 1, 0)));
    mv1::StreamOrdersResponse answer;
    EXPECT_TRUE(cut->stream->Read(&answer));
    EXPECT_EQ(answer.last_sequence(), last_sequence);
    return cut;
  }
  // Sends a batch; its answer.
  static mv1::StreamOrdersResponse Send(OrderCalls& stream, int64_t sequence,
                                        int count) {
    mv1::StreamOrdersResponse answer;
    EXPECT_TRUE(stream.Write(ApiMarket::Batch(sequence, count)));
    EXPECT_TRUE(stream.Read(&answer));
    EXPECT_EQ(answer.results_size(), count);
    return answer;
  }
};

TEST_F(CutTest, ABatchThatArrivedInPartIsNotDecided) {
  Start();
  market_.Open({"t1"});
  CuttingProxy proxy(market_.address());
  {
    const auto cut = OpenStream(proxy.address(), 0);
    Send(*cut->stream, 1, 100);
    // A batch of 1,000 orders is about 30 kB, two TLS records: one arrives.
    proxy.CutAfter(18'000);
    cut->stream->Write(ApiMarket::Batch(101, 1000));
    mv1::StreamOrdersResponse answer;
    EXPECT_FALSE(cut->stream->Read(&answer));
    EXPECT_FALSE(cut->stream->Finish().ok());
  }
  const auto again = OpenStream(market_.address(), 100);
  EXPECT_EQ(ListOrders().size(), 100u);
  const auto answer = Send(*again->stream, 101, 1000);
  for (const mv1::OrderResult& result : answer.results()) {
    EXPECT_EQ(result.reason(), 0);
    EXPECT_FALSE(result.duplicate());
  }
  EXPECT_EQ(ListOrders().size(), 1100u);
  EXPECT_EQ(HeldUnits(), 1100);
}

TEST_F(CutTest, ABatchWhoseAnswerWasLostIsAnsweredAgain) {
  Start();
  market_.Open({"t1"});
  OrderService::Stub stub(market_.As("t1"));
  ClientContext watch_context;
  CuttingProxy proxy(market_.address());
  {
    const auto cut = OpenStream(proxy.address(), 0);
    const auto answer = Send(*cut->stream, 1, 1);
    mv1::WatchOrdersRequest request;
    request.set_after_entry(answer.entry() - 1);
    const auto watch = stub.WatchOrders(&watch_context, request);
    proxy.MuteServer();
    ASSERT_TRUE(cut->stream->Write(ApiMarket::Batch(2, 100)));
    // It is decided once the own-order stream tells of its last order.
    mv1::WatchOrdersResponse change;
    do {
      ASSERT_TRUE(watch->Read(&change));
    } while (change.order().client_order_id() != "s-101");
    proxy.CutAfter(0);
    mv1::StreamOrdersResponse lost;
    EXPECT_FALSE(cut->stream->Read(&lost));
    watch_context.TryCancel();
    watch->Finish();
  }
  const auto again = OpenStream(market_.address(), 101);
  const auto answer = Send(*again->stream, 2, 100);
  for (const mv1::OrderResult& result : answer.results()) {
    EXPECT_EQ(result.reason(), 0);
    EXPECT_TRUE(result.duplicate());
  }
  EXPECT_EQ(ListOrders().size(), 101u);
  EXPECT_EQ(HeldUnits(), 101);
}

}  // namespace
}  // namespace luheng::testing
