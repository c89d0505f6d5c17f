// Goal: what goes wrong around a real luhengd (wrong certificates, lost rights,
// too large messages, a second node, signals, a full disk, a jumping clock) is
// refused in clear words, and nothing that was acknowledged is lost. Method:
// the process is started on a free port, called over mutual TLS, and waited for
// by what it answers, says or ends with.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "ledger/base/check.h"
#include "ledger/journal/disk_reserve.h"
#include "luheng/core/v1/core.grpc.pb.h"
#include "luheng/core/v1/reason.pb.h"
#include "luheng/market/v1/market.grpc.pb.h"
#include "luheng/registry/v1/registry.grpc.pb.h"
#include "tests/testing/api_market.h"
#include "tests/testing/node_process.h"
#include "tests/testing/test_world.h"

namespace luheng::testing {
namespace {

using core::v1::NodeService;
using grpc::ClientContext;
using grpc::Status;
using grpc::StatusCode;
using market::v1::MarketDataService;
using market::v1::OrderService;
using registry::v1::RegistryService;
using ::testing::HasSubstr;
namespace mv1 = market::v1;

constexpr int64_t kNanosPerHour = 60 * kNanosPerMinute;

class NodeBadInputTest : public ::testing::Test {
 protected:
  void Start(const std::vector<std::string>& environment = {}) {
    node_.reset();
    node_ = std::make_unique<NodeProcess>(LUHENGD, market_.Arguments(),
                                          environment);
    const int port = node_->AwaitPort();
    ASSERT_NE(port, 0) << node_->output();
    market_.SetPort(port);
  }
  void Stop() {
    node_->Send(SIGTERM);
    ASSERT_EQ(node_->AwaitEnd(), 0) << node_->output();
  }

  Status Place(const std::string& user, const std::string& id,
               mv1::PlaceOrderResponse* response = nullptr) {
    return market_.Call(user, &OrderService::Stub::PlaceOrder,
                        ApiMarket::Order(mv1::SIDE_SELL, 1000, 1, id),
                        response);
  }
  Status GetStatus(core::v1::GetNodeStatusResponse* response = nullptr) {
    return market_.Call("admin", &NodeService::Stub::GetNodeStatus,
                        core::v1::GetNodeStatusRequest(), response);
  }
  int64_t OpenOrders(const std::string& user) {
    mv1::ListOrdersRequest request;
    request.set_page_size(1000);
    mv1::ListOrdersResponse response;
    const Status status =
        market_.Call(user, &OrderService::Stub::ListOrders, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.orders_size();
  }

  ApiMarket market_;
  std::unique_ptr<NodeProcess> node_;
};

TEST_F(NodeBadInputTest, OnlyGoodCertificatesOfUsersComeIn) {
  Start();
  EXPECT_TRUE(GetStatus().ok());
  const core::v1::GetNodeStatusRequest request;
  const Status expired =
      market_.Call("expired", &NodeService::Stub::GetNodeStatus, request);
  EXPECT_EQ(expired.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(expired), "") << "it came through the handshake";
  const Status stranger =
      market_.Call("stranger", &NodeService::Stub::GetNodeStatus, request);
  EXPECT_EQ(stranger.error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonOf(stranger), "UNKNOWN_USER");
  // What gRPC says of the handshake is a line of the log like any other.
  EXPECT_TRUE(node_->AwaitOutput("\"msg\":\"grpc\""));
  Stop();
  for (const auto line :
       absl::StrSplit(node_->output(), '\n', absl::SkipEmpty())) {
    EXPECT_TRUE(absl::StartsWith(line, "{\"ts\":")) << line;
  }
}

TEST_F(NodeBadInputTest, ARoleRevokedOneCommandEarlierPermitsNothing) {
  Start();
  market_.Open({"t1"});
  EXPECT_TRUE(Place("t1", "before").ok());
  OrderService::Stub stub(market_.As("t1"));
  ClientContext context;
  ApiMarket::Prepare(context);
  const auto stream = stub.StreamOrders(&context);
  ASSERT_TRUE(stream->Write(ApiMarket::Batch(1, 1)));
  mv1::StreamOrdersResponse answer;
  ASSERT_TRUE(stream->Read(&answer));
  ASSERT_TRUE(stream->Read(&answer));
  EXPECT_EQ(answer.results(0).reason(), 0);

  registry::v1::RevokeRoleRequest revoke;
  revoke.set_user("users/t1");
  revoke.mutable_role()->set_role(registry::v1::ROLE_TRADER);
  const Status revoked =
      market_.Call("admin", &RegistryService::Stub::RevokeRole, revoke);
  ASSERT_TRUE(revoked.ok()) << revoked.error_message();
  ASSERT_TRUE(stream->Write(ApiMarket::Batch(2, 1)));
  ASSERT_TRUE(stream->Read(&answer));
  EXPECT_EQ(answer.results(0).reason(), core::v1::REASON_PERMISSION_DENIED);
  const Status denied = Place("t1", "after");
  EXPECT_EQ(denied.error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonOf(denied), "PERMISSION_DENIED");
  context.TryCancel();
  stream->Finish();
}

TEST_F(NodeBadInputTest, OversizedMessagesAreRefusedAndDecideNothing) {
  market_.flags["limits.message_bytes_max"] = "16384";
  Start();
  market_.Open({"t1"});
  auto request = ApiMarket::Order(mv1::SIDE_SELL, 1000, 1, "large");
  request.set_parent(std::string(20'000, 'x'));
  const Status unary =
      market_.Call("t1", &OrderService::Stub::PlaceOrder, request);
  EXPECT_EQ(unary.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(unary), "MESSAGE_TOO_LARGE");
  EXPECT_THAT(unary.error_message(), HasSubstr("16384 bytes"));

  OrderService::Stub stub(market_.As("t1"));
  ClientContext context;
  ApiMarket::Prepare(context);
  const auto stream = stub.StreamOrders(&context);
  ASSERT_TRUE(stream->Write(ApiMarket::Batch(1, 10)));
  ASSERT_TRUE(stream->Write(ApiMarket::Batch(11, 1000)));
  mv1::StreamOrdersResponse answer;
  int results = 0;
  while (stream->Read(&answer)) results += answer.results_size();
  const Status ended = stream->Finish();
  EXPECT_EQ(ended.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(ended), "MESSAGE_TOO_LARGE");
  EXPECT_EQ(results, 10);
  EXPECT_EQ(OpenOrders("t1"), 10);
}

TEST_F(NodeBadInputTest, ASecondNodeOnTheSameDataIsToldWhoHasIt) {
  Start();
  NodeProcess second(LUHENGD, market_.Arguments());
  EXPECT_EQ(second.AwaitEnd(), 1);
  EXPECT_TRUE(second.AwaitOutput(market_.Path("data"))) << second.output();
  EXPECT_TRUE(second.AwaitOutput(absl::StrCat(node_->pid())))
      << second.output();
  EXPECT_TRUE(GetStatus().ok());
  Stop();
}

// A stop, and where a reader goes on afterwards. The grace is longer than the
// test may take: streams must end by themselves.
TEST_F(NodeBadInputTest, TermEndsEveryStreamAndReadersGoOn) {
  market_.flags["drain_seconds"] = "600";
  Start();
  market_.Open({"t1", "t2"});
  // One trade, so that each stream has a first message to tell.
  ASSERT_TRUE(Place("t1", "sold").ok());
  mv1::PlaceOrderResponse bought;
  ASSERT_TRUE(market_
                  .Call("t2", &OrderService::Stub::PlaceOrder,
                        ApiMarket::Order(mv1::SIDE_BUY, 1000, 1, "bought"),
                        &bought)
                  .ok());
  const int64_t before = bought.order().entry() - 1;
  OrderService::Stub orders_stub(market_.As("t1"));
  MarketDataService::Stub data_stub(market_.As("t2"));
  ClientContext orders_context, book_context, trades_context, stream_context;
  mv1::WatchOrdersRequest orders_request;
  orders_request.set_after_entry(before);
  const auto orders = orders_stub.WatchOrders(&orders_context, orders_request);
  mv1::WatchBookRequest book_request;
  book_request.set_instrument("instruments/CEA");
  const auto book = data_stub.WatchBook(&book_context, book_request);
  mv1::WatchTradesRequest trades_request;
  trades_request.set_after_entry(before);
  const auto trades = data_stub.WatchTrades(&trades_context, trades_request);
  const auto stream = orders_stub.StreamOrders(&stream_context);
  ASSERT_TRUE(stream->Write(ApiMarket::Batch(1, 0)));
  mv1::StreamOrdersResponse answer;
  ASSERT_TRUE(stream->Read(&answer));
  mv1::WatchBookResponse levels;
  ASSERT_TRUE(book->Read(&levels));
  mv1::WatchOrdersResponse change;
  ASSERT_TRUE(orders->Read(&change));
  mv1::WatchTradesResponse trade;
  ASSERT_TRUE(trades->Read(&trade));
  // The last entries are none that t1 is told of.
  ASSERT_TRUE(Place("t2", "last").ok());

  node_->Send(SIGTERM);
  int64_t told = 0;
  while (orders->Read(&change)) told = change.entry();
  EXPECT_TRUE(change.heartbeat()) << "it does not say up to where it told";
  while (book->Read(&levels)) {
  }
  while (trades->Read(&trade)) {
  }
  EXPECT_FALSE(stream->Read(&answer));
  for (const Status& status :
       {orders->Finish(), book->Finish(), trades->Finish(), stream->Finish()}) {
    EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
    EXPECT_EQ(ReasonOf(status), "DRAINING") << status.error_message();
  }
  ASSERT_EQ(node_->AwaitEnd(), 0) << node_->output();

  Start();
  ASSERT_TRUE(Place("t1", "new").ok());
  OrderService::Stub again_stub(market_.As("t1"));
  ClientContext again_context;
  mv1::WatchOrdersRequest request;
  request.set_after_entry(told);
  const auto again = again_stub.WatchOrders(&again_context, request);
  ASSERT_TRUE(again->Read(&change)) << again->Finish().error_message();
  EXPECT_EQ(change.order().client_order_id(), "new");
  again_context.TryCancel();
  again->Finish();
}

// A reader that does not read may hold a stop up to the grace, which is longer
// than this test may take; a second signal does not wait for it.
TEST_F(NodeBadInputTest, ASecondTermWaitsForNobodyAndLosesNothing) {
  market_.flags["drain_seconds"] = "600";
  Start();
  market_.Open({"t1"});
  OrderService::Stub stub(market_.As("t1"));
  ClientContext watch_context;
  mv1::PlaceOrderResponse placed;
  ASSERT_TRUE(Place("t1", "first", &placed).ok());
  mv1::WatchOrdersRequest request;
  request.set_after_entry(placed.order().entry() - 1);
  const auto watch = stub.WatchOrders(&watch_context, request);
  mv1::WatchOrdersResponse change;
  ASSERT_TRUE(watch->Read(&change));
  ClientContext context;
  const auto stream = stub.StreamOrders(&context);
  // More changes than the connection takes without a reader.
  constexpr int kBatches = 10;
  for (int i = 0; i < kBatches; ++i) {
    ASSERT_TRUE(stream->Write(ApiMarket::Batch(1 + i * 1000, 1000)));
  }
  mv1::StreamOrdersResponse answer;
  for (int i = 0; i <= kBatches; ++i) ASSERT_TRUE(stream->Read(&answer));
  node_->Send(SIGTERM);
  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_EQ(ReasonOf(stream->Finish()), "DRAINING");
  node_->Send(SIGTERM);
  EXPECT_EQ(node_->AwaitEnd(), 0);
  watch_context.TryCancel();
  watch->Finish();

  Start();
  EXPECT_EQ(OpenOrders("t1"), 1000) << "a page of them";
}

TEST_F(NodeBadInputTest, UnderTheDiskReserveCommandsAreRefusedAndReadsGoOn) {
  Start();
  market_.Open({"t1"});
  ASSERT_TRUE(Place("t1", "before").ok());
  Stop();
  const auto free = FreeDiskBytes(market_.Path("data"));
  LUHENG_CHECK_OK(free.status());
  constexpr int64_t kReserveMax = int64_t{1} << 50;
  market_.flags["journal.disk_reserve_bytes"] =
      absl::StrCat(std::min(kReserveMax, 2 * *free + (int64_t{1} << 30)));
  Start();
  const Status refused = Place("t1", "during");
  EXPECT_EQ(refused.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(refused), "DISK_RESERVE");
  EXPECT_EQ(OpenOrders("t1"), 1);
  Stop();
  market_.flags["journal.disk_reserve_bytes"] = "0";
  Start();
  EXPECT_TRUE(Place("t1", "during").ok());
  EXPECT_EQ(OpenOrders("t1"), 2);
}

// No file may grow any more, as on a full disk.
TEST_F(NodeBadInputTest, AFullDiskStopsTheNodeAndLosesNothing) {
  Start();
  market_.Open({"t1"});
  constexpr int kOrders = 5;
  for (int i = 0; i < kOrders; ++i) {
    ASSERT_TRUE(Place("t1", absl::StrCat("o-", i)).ok());
  }
  rlimit limit = {};
  ASSERT_EQ(prlimit(node_->pid(), RLIMIT_FSIZE, nullptr, &limit), 0);
  limit.rlim_cur = 0;
  ASSERT_EQ(prlimit(node_->pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
  const Status failed = Place("t1", "full");
  EXPECT_EQ(failed.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(failed), "JOURNAL_FAILED") << failed.error_message();
  EXPECT_EQ(node_->AwaitEnd(), 1) << node_->output();
  EXPECT_TRUE(node_->AwaitOutput("the node fails"));
  EXPECT_TRUE(node_->AwaitOutput("\"msg\":\"stopped\""));

  Start();
  mv1::PlaceOrderResponse placed;
  for (int i = 0; i < kOrders; ++i) {
    ASSERT_TRUE(Place("t1", absl::StrCat("o-", i), &placed).ok());
    EXPECT_TRUE(placed.duplicate()) << i;
  }
  ASSERT_TRUE(Place("t1", "full").ok());
  EXPECT_EQ(OpenOrders("t1"), kOrders + 1);
}

TEST_F(NodeBadInputTest, AClockThatJumpsStopsCommandsUntilAcknowledged) {
  market_.flags["clock.mode"] = "machine";
  market_.flags["clock.start"] = "";
  const std::string offset_file = market_.Path("offset");
  const auto jump = [&](int64_t nanos) {
    std::fstream file(offset_file,
                      std::ios::in | std::ios::out | std::ios::binary);
    file.write(reinterpret_cast<const char*>(&nanos), sizeof(nanos));
    LUHENG_CHECK(file.flush().good());
  };
  std::ofstream(offset_file) << std::string(sizeof(int64_t), '\0');
  Start({absl::StrCat("TEST_CLOCK_OFFSET=", offset_file),
         "LD_PRELOAD=" CLOCK_SHIM, "ASAN_OPTIONS=verify_asan_link_order=0"});
  const auto open_holder = [&](int64_t number) {
    return market_.Call("registrar", &RegistryService::Stub::OpenHolder,
                        EnterpriseRequest(number));
  };
  EXPECT_TRUE(open_holder(1).ok());
  jump(10 * kNanosPerSecond);
  const Status refused = open_holder(2);
  EXPECT_EQ(refused.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(refused), "CLOCK_JUMPED") << refused.error_message();
  core::v1::GetNodeStatusResponse status;
  ASSERT_TRUE(GetStatus(&status).ok());
  EXPECT_FALSE(status.accepting());
  EXPECT_EQ(status.refusing_reason(), "REASON_CLOCK_JUMPED");
  core::v1::AcknowledgeClockJumpRequest acknowledge;
  acknowledge.set_reason("the clock was set right");
  EXPECT_TRUE(
      market_
          .Call("admin", &NodeService::Stub::AcknowledgeClockJump, acknowledge)
          .ok());
  EXPECT_TRUE(open_holder(2).ok());
  // Backwards, stamps stand still and nothing is refused.
  ASSERT_TRUE(GetStatus(&status).ok());
  const int64_t before = status.node_time().seconds();
  jump(-kNanosPerHour);
  EXPECT_TRUE(open_holder(3).ok());
  ASSERT_TRUE(GetStatus(&status).ok());
  EXPECT_TRUE(status.accepting());
  EXPECT_GE(status.node_time().seconds(), before);
  Stop();
}

}  // namespace
}  // namespace luheng::testing
