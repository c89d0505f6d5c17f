// Goal: the market over real gRPC with client certificates: unary calls,
// order streams that resume, and watched books, trades and orders.
#include <grpcpp/grpcpp.h>

#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "ledger/base/clock.h"
#include "luheng/settlement/v1/settlement.pb.h"
#include "services/market/instrument_service.h"
#include "services/market/market_data_service.h"
#include "services/market/order_service.h"
#include "services/registry/registry_area.h"
#include "services/server/certificates.h"
#include "services/settlement/settlement_area.h"
#include "tests/testing/market_world.h"
#include "tests/testing/temp_directory.h"
#include "tests/testing/test_node.h"

namespace luheng::testing {
namespace {

namespace v1 = market::v1;
using grpc::ClientContext;
using grpc::Status;
using grpc::StatusCode;

std::string ReadText(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The publisher is wanted before the world that it publishes is there.
struct LatePublisher : core::BlockPublisher {
  std::unique_ptr<market::MarketData> data;
  std::shared_ptr<const void> TakeUpdates() override {
    return data->TakeUpdates();
  }
  void Publish(const std::shared_ptr<const void>& updates,
               const core::DurableState& state) override {
    data->Publish(updates, state);
  }
};

struct FixedUsers : rpc::UserDirectory {
  std::map<std::string, rpc::KnownUser> known;
  EntryNumber LastEntry() const override { return EntryNumber(); }
  void Find(const std::string& name, EntryNumber,
            std::function<void(absl::StatusOr<rpc::KnownUser>)> done) override {
    const auto it = known.find(name);
    if (it == known.end()) return done(absl::NotFoundError(name));
    done(it->second);
  }
};

// Traders t1 and t2 of two enterprises with cash and units each.
class MarketServiceTest : public ::testing::Test {
 protected:
  MarketServiceTest() : node_(Options()) {
    SetUpMarket();
    StartServer();
  }
  ~MarketServiceTest() override {
    server_->Shutdown(gpr_inf_past(GPR_CLOCK_MONOTONIC));
    server_->Wait();
    node_.Stop();
  }

  TestNodeOptions Options() {
    TestNodeOptions options;
    options.publishers = {&publisher_};
    options.make_world = [this] {
      auto world = std::make_unique<core::World>();
      auto holders =
          std::make_unique<registry::RegistryArea>(world->accounts());
      auto assets = std::make_unique<settlement::SettlementArea>(
          world->accounts(), *holders);
      auto market = std::make_unique<market::MarketArea>(
          world->accounts(), *holders, *holders, *assets);
      holders->SetHolderUsage(market.get());
      world->SetAccessControl(holders.get());
      publisher_.data =
          std::make_unique<market::MarketData>(*market, EntryNumber());
      market_ = market.get();
      assets_ = assets.get();
      access_ = holders.get();
      world->AddArea(std::move(holders));
      world->AddArea(std::move(assets));
      world->AddArea(std::move(market));
      return world;
    };
    return options;
  }

  void Ok(const core::Outcome& outcome) {
    ASSERT_TRUE(outcome.accepted()) << core::v1::Reason_Name(outcome.reason);
  }

  void SetUpMarket() {
    settlement::v1::DefineAssetRequest asset;
    asset.mutable_asset()->set_symbol("CEA");
    asset.mutable_asset()->set_kind(settlement::v1::ASSET_KIND_CARBON);
    asset.mutable_asset()->set_display_name("CEA");
    asset.mutable_asset()->set_unit("t");
    Ok(node_.SendApproved("registrar", asset));
    auto define = MarketWorld::Definition("CEA", 2);
    define.mutable_instrument()->set_asset("assets/CEA");
    Ok(node_.SendApproved("registrar", define));
    for (int64_t i = 1; i <= 2; ++i) {
      Ok(node_.SendApproved("registrar", EnterpriseRequest(i)));
      const HolderId holder(i + 2);
      const std::string name = absl::StrCat("t", i);
      Ok(node_.SendApproved("admin", TraderRequest(name, holder)));
      settlement::v1::DepositRequest deposit;
      deposit.set_holder(absl::StrCat("holders/", holder.value()));
      deposit.set_amount_minor(1'000'000);
      deposit.set_bank_reference(absl::StrCat("ref-", i));
      Ok(node_.SendApproved("cashier", deposit));
      settlement::v1::IssueUnitsRequest issue;
      issue.set_holder(deposit.holder());
      issue.set_asset("assets/CEA");
      issue.set_amount(10'000);
      issue.set_basis("test");
      Ok(node_.SendApproved("registrar", issue));
      users_.known[name] = {node_.User(name), holder};
    }
  }

  void StartServer() {
    server::DevCaOptions ca;
    ca.directory = directory_.path();
    ca.users = {"t1", "t2"};
    ca.now = SystemClock().Now();
    ASSERT_EQ(server::MakeDevCa(ca), absl::OkStatus());
    grpc::SslServerCredentialsOptions options(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = Pem("ca.pem");
    options.pem_key_cert_pairs.push_back(
        {Pem("server.key"), Pem("server.pem")});
    edge_ = std::make_unique<rpc::Edge>(
        rpc::EdgeOptions(), users_, SystemClock(), rpc::PageTokens::Random());
    const market::MarketBackend backend{{*edge_, node_.sequencer(), *access_},
                                        *market_,
                                        *assets_,
                                        *publisher_.data};
    instruments_ = std::make_unique<market::InstrumentService>(backend);
    orders_ = std::make_unique<market::OrderService>(backend);
    data_ = std::make_unique<market::MarketDataService>(backend);
    int port = 0;
    server_ = grpc::ServerBuilder()
                  .AddListeningPort("127.0.0.1:0",
                                    grpc::SslServerCredentials(options), &port)
                  .RegisterService(instruments_.get())
                  .RegisterService(orders_.get())
                  .RegisterService(data_.get())
                  .BuildAndStart();
    ASSERT_NE(server_, nullptr);
    address_ = absl::StrCat("localhost:", port);
  }

  std::string Pem(const std::string& file) const {
    return ReadText(absl::StrCat(directory_.path(), "/", file));
  }
  std::shared_ptr<grpc::Channel> As(const std::string& user) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = Pem("ca.pem");
    options.pem_cert_chain = Pem(user + ".pem");
    options.pem_private_key = Pem(user + ".key");
    return grpc::CreateChannel(address_, grpc::SslCredentials(options));
  }
  std::unique_ptr<v1::OrderService::Stub> OrdersAs(const std::string& user) {
    return v1::OrderService::NewStub(As(user));
  }

  static v1::PlaceOrderRequest Request(v1::Side side, int64_t price,
                                       int64_t lots, const std::string& id) {
    v1::PlaceOrderRequest request;
    v1::Order& order = *request.mutable_order();
    order.set_instrument("instruments/CEA");
    order.set_side(side);
    order.set_price_minor_per_lot(price);
    order.set_quantity_lots(lots);
    order.set_time_in_force(v1::TIME_IN_FORCE_GTC);
    order.set_client_order_id(id);
    return request;
  }
  v1::PlaceOrderResponse PlaceAs(const std::string& user,
                                 const v1::PlaceOrderRequest& request) {
    ClientContext context;
    v1::PlaceOrderResponse response;
    const Status status =
        OrdersAs(user)->PlaceOrder(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  TempDirectory directory_;
  LatePublisher publisher_;
  market::MarketArea* market_ = nullptr;
  const core::AssetDirectory* assets_ = nullptr;
  const core::AccessControl* access_ = nullptr;
  FixedUsers users_;
  TestNode node_;
  std::unique_ptr<rpc::Edge> edge_;
  std::unique_ptr<market::InstrumentService> instruments_;
  std::unique_ptr<market::OrderService> orders_;
  std::unique_ptr<market::MarketDataService> data_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

TEST_F(MarketServiceTest, UnaryCallsTradeAndShow) {
  auto sell = Request(v1::SIDE_SELL, 100, 8, "s-1");
  sell.set_validate_only(true);
  const auto checked = PlaceAs("t1", sell);
  EXPECT_EQ(checked.held_amount(), 8);
  EXPECT_EQ(checked.order().remaining_lots(), 8);
  EXPECT_TRUE(checked.order().name().empty());
  sell.set_validate_only(false);
  const auto placed = PlaceAs("t1", sell);
  EXPECT_FALSE(placed.duplicate());
  EXPECT_EQ(placed.order().name(), "holders/3/orders/1");
  EXPECT_TRUE(PlaceAs("t1", sell).duplicate());

  const auto bought = PlaceAs("t2", Request(v1::SIDE_BUY, 120, 3, "b-1"));
  EXPECT_EQ(bought.order().state(), v1::ORDER_STATE_FILLED);
  EXPECT_EQ(bought.order().filled_notional_minor(), 300);
  EXPECT_EQ(bought.order().fee_minor(), 2);

  v1::ListFillsResponse fills;
  {
    ClientContext context;
    ASSERT_TRUE(OrdersAs("t1")->ListFills(&context, {}, &fills).ok());
  }
  ASSERT_EQ(fills.fills_size(), 1);
  EXPECT_TRUE(fills.fills(0).maker());
  EXPECT_EQ(fills.fills(0).side(), v1::SIDE_SELL);

  // Others' orders do not exist.
  v1::GetOrderRequest get;
  get.set_name("holders/3/orders/1");
  v1::GetOrderResponse got;
  {
    ClientContext context;
    EXPECT_EQ(OrdersAs("t2")->GetOrder(&context, get, &got).error_code(),
              StatusCode::NOT_FOUND);
  }
  v1::CancelOrderRequest cancel;
  cancel.set_client_order_id("s-1");
  cancel.set_request_id("550e8400-e29b-41d4-a716-446655440000");
  for (int attempt = 0; attempt < 2; ++attempt) {
    ClientContext context;
    v1::CancelOrderResponse cancelled;
    ASSERT_TRUE(OrdersAs("t1")->CancelOrder(&context, cancel, &cancelled).ok());
    EXPECT_EQ(cancelled.order().state(), v1::ORDER_STATE_CANCELLED);
    EXPECT_EQ(cancelled.order().filled_lots(), 3);
  }
  v1::ListOrdersRequest list;
  list.set_include_closed(true);
  v1::ListOrdersResponse listed;
  {
    ClientContext context;
    ASSERT_TRUE(OrdersAs("t1")->ListOrders(&context, list, &listed).ok());
  }
  EXPECT_EQ(listed.orders_size(), 1);
}

TEST_F(MarketServiceTest, RefusalsCarryTheirStatus) {
  auto request = Request(v1::SIDE_BUY, 100, 8, "b-1");
  request.mutable_order()->set_instrument("instruments/NONE");
  ClientContext unknown;
  v1::PlaceOrderResponse response;
  EXPECT_EQ(
      OrdersAs("t1")->PlaceOrder(&unknown, request, &response).error_code(),
      StatusCode::NOT_FOUND);
  ClientContext poor;
  EXPECT_EQ(
      OrdersAs("t1")
          ->PlaceOrder(&poor, Request(v1::SIDE_BUY, 1'000'000, 100, "b-2"),
                       &response)
          .error_code(),
      StatusCode::FAILED_PRECONDITION);
}

// ---- Order streams ---------------------------------------------------------

class OrderStreamTest : public MarketServiceTest {
 protected:
  static v1::StreamOrdersRequest Batch(int64_t first_sequence, int count) {
    v1::StreamOrdersRequest batch;
    batch.set_session_key("0123456789abcdef");
    batch.set_first_sequence(first_sequence);
    for (int i = 0; i < count; ++i) {
      v1::PlaceOrderCommand& place = *batch.add_commands()->mutable_place();
      place = Sell(1, 100 + i, 1);
      place.set_client_order_id(absl::StrCat("s-", first_sequence + i));
    }
    return batch;
  }
};

TEST_F(OrderStreamTest, AnswersInOrderAndRepeatsAfterAReconnect) {
  const auto stub = OrdersAs("t1");
  std::vector<int64_t> orders;
  {
    ClientContext context;
    const auto stream = stub->StreamOrders(&context);
    for (int64_t i = 0; i < 40; ++i) {
      ASSERT_TRUE(stream->Write(Batch(1 + i * 25, 25)));
    }
    stream->WritesDone();
    v1::StreamOrdersResponse answer;
    ASSERT_TRUE(stream->Read(&answer));
    EXPECT_EQ(answer.session(), 1);
    EXPECT_EQ(answer.last_sequence(), 0);
    EXPECT_EQ(answer.results_size(), 0);
    while (stream->Read(&answer)) {
      EXPECT_EQ(answer.first_sequence(),
                static_cast<int64_t>(orders.size()) + 1);
      for (const v1::OrderResult& result : answer.results()) {
        EXPECT_EQ(result.reason(), 0);
        EXPECT_FALSE(result.duplicate());
        orders.push_back(result.order());
      }
    }
    EXPECT_TRUE(stream->Finish().ok());
  }
  ASSERT_EQ(orders.size(), 1000u);
  ClientContext context;
  const auto stream = stub->StreamOrders(&context);
  ASSERT_TRUE(stream->Write(Batch(901, 101)));
  stream->WritesDone();
  v1::StreamOrdersResponse answer;
  ASSERT_TRUE(stream->Read(&answer));
  EXPECT_EQ(answer.last_sequence(), 1000);
  ASSERT_TRUE(stream->Read(&answer));
  ASSERT_EQ(answer.results_size(), 101);
  EXPECT_EQ(answer.results(0).order(), orders[900]);
  EXPECT_TRUE(answer.results(99).duplicate());
  EXPECT_FALSE(answer.results(100).duplicate());
  EXPECT_EQ(answer.results(100).order(), 1001);
  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(OrderStreamTest, MalformedBatchesEndTheStream) {
  const auto stub = OrdersAs("t1");
  v1::StreamOrdersRequest bad[3] = {Batch(1, 1001), Batch(0, 1), Batch(1, 1)};
  bad[2].set_session_key("short");
  for (const v1::StreamOrdersRequest& batch : bad) {
    ClientContext context;
    const auto stream = stub->StreamOrders(&context);
    stream->Write(batch);
    v1::StreamOrdersResponse answer;
    EXPECT_FALSE(stream->Read(&answer));
    EXPECT_EQ(stream->Finish().error_code(), StatusCode::INVALID_ARGUMENT);
  }
  EXPECT_EQ(PlaceAs("t1", Request(v1::SIDE_SELL, 100, 1, "x")).order().name(),
            "holders/3/orders/1");
}

// ---- Watching
// ----------------------------------------------------------------

TEST_F(MarketServiceTest, WatchedBookFollowsFromItsSnapshot) {
  PlaceAs("t1", Request(v1::SIDE_SELL, 100, 8, "s-1"));
  const auto stub = v1::MarketDataService::NewStub(As("t2"));
  ClientContext context;
  v1::WatchBookRequest request;
  request.set_instrument("instruments/CEA");
  const auto stream = stub->WatchBook(&context, request);
  v1::WatchBookResponse message;
  ASSERT_TRUE(stream->Read(&message));
  ASSERT_EQ(message.snapshot().asks_size(), 1);
  EXPECT_EQ(message.snapshot().asks(0).quantity_lots(), 8);
  EXPECT_EQ(message.sequence(), 1);
  EXPECT_EQ(message.session_state(), v1::SESSION_STATE_OPEN);
  PlaceAs("t2", Request(v1::SIDE_BUY, 100, 3, "b-1"));
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_EQ(message.sequence(), 2);
  ASSERT_EQ(message.asks_size(), 1);
  EXPECT_EQ(message.asks(0).quantity_lots(), 5);
  PlaceAs("t2", Request(v1::SIDE_BUY, 100, 5, "b-2"));
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_EQ(message.asks(0).quantity_lots(), 0);
  EXPECT_EQ(message.asks(0).order_count(), 0);
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);
}

TEST_F(MarketServiceTest, OrderAndTradeStreamsResumeAfterAnEntry) {
  const auto first = PlaceAs("t1", Request(v1::SIDE_SELL, 100, 8, "s-1"));
  const auto second = PlaceAs("t2", Request(v1::SIDE_BUY, 100, 3, "b-1"));
  ClientContext order_context;
  v1::WatchOrdersRequest request;
  request.set_after_entry(first.order().entry());
  const auto orders = OrdersAs("t1")->WatchOrders(&order_context, request);
  v1::WatchOrdersResponse change;
  ASSERT_TRUE(orders->Read(&change));
  EXPECT_EQ(change.entry(), second.order().entry());
  EXPECT_EQ(change.order().remaining_lots(), 5);
  EXPECT_EQ(change.fill().trade(), 1);
  EXPECT_TRUE(change.fill().maker());
  // And goes on with what is new.
  PlaceAs("t2", Request(v1::SIDE_BUY, 100, 5, "b-2"));
  ASSERT_TRUE(orders->Read(&change));
  EXPECT_EQ(change.order().state(), v1::ORDER_STATE_FILLED);
  order_context.TryCancel();

  const auto stub = v1::MarketDataService::NewStub(As("t2"));
  ClientContext trade_context;
  v1::WatchTradesRequest trades_request;
  trades_request.set_after_entry(second.order().entry());
  const auto trades = stub->WatchTrades(&trade_context, trades_request);
  v1::WatchTradesResponse trade;
  ASSERT_TRUE(trades->Read(&trade));
  EXPECT_EQ(trade.trade().trade(), 2);
  trade_context.TryCancel();

  ClientContext beyond_context;
  request.set_after_entry(1'000'000);
  const auto beyond = OrdersAs("t1")->WatchOrders(&beyond_context, request);
  EXPECT_FALSE(beyond->Read(&change));
  EXPECT_EQ(beyond->Finish().error_code(), StatusCode::OUT_OF_RANGE);

  // Another holder's orders are not shown.
  ClientContext other_context;
  request.set_after_entry(0);
  request.set_parent("holders/3");
  const auto other = OrdersAs("t2")->WatchOrders(&other_context, request);
  EXPECT_FALSE(other->Read(&change));
  EXPECT_EQ(other->Finish().error_code(), StatusCode::PERMISSION_DENIED);
}

}  // namespace
}  // namespace luheng::testing
