// Calls over a real connection: what a repeated call sends, what it waits for,
// and what gets through to the server.
#include "clients/lib/client.h"

#include <gtest/gtest.h>

#include <regex>

#include "absl/synchronization/mutex.h"
#include "clients/lib/health.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/unit/clients/lib/loopback.h"

namespace luheng::client {
namespace {

using market::v1::CancelAllOrdersRequest;
using market::v1::CancelAllOrdersResponse;
using market::v1::OrderService;

grpc::Status Throttled() {
  google::rpc::Status details;
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_nanos(250'000'000);
  details.add_details()->PackFrom(retry);
  return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "too many",
                      details.SerializeAsString());
}

// Answers with the planned statuses, then with success.
class FakeOrders : public OrderService::Service {
 public:
  grpc::Status CancelAllOrders(grpc::ServerContext* context,
                               const CancelAllOrdersRequest* request,
                               CancelAllOrdersResponse* response) override {
    request_ids.push_back(request->request_id());
    const auto language = context->client_metadata().find("accept-language");
    if (language != context->client_metadata().end()) {
      languages.emplace_back(language->second.data(), language->second.size());
    }
    if (request_ids.size() <= planned.size()) {
      return planned[request_ids.size() - 1];
    }
    response->set_order_count(7);
    return grpc::Status::OK;
  }

  grpc::Status ListOrders(grpc::ServerContext*,
                          const market::v1::ListOrdersRequest* request,
                          market::v1::ListOrdersResponse* response) override {
    page_tokens.push_back(request->page_token());
    response->add_orders()->set_entry(static_cast<int64_t>(page_tokens.size()));
    if (page_tokens.size() < 3) {
      response->set_next_page_token(absl::StrCat("p", page_tokens.size()));
    }
    return grpc::Status::OK;
  }

  std::vector<grpc::Status> planned;
  std::vector<std::string> request_ids;
  std::vector<std::string> languages;
  std::vector<std::string> page_tokens;
};

class ClientTest : public testing::Test {
 protected:
  absl::StatusOr<CancelAllOrdersResponse> CancelAll(
      CancelAllOrdersRequest request = {}) {
    return client_->Call(&OrderService::Stub::CancelAllOrders, request);
  }

  FakeOrders orders_;
  LoopbackServer server_{&orders_};
  std::unique_ptr<Client> client_ = server_.NewClient();
};

TEST_F(ClientTest, FillsARequestIdOfVersionFour) {
  ASSERT_TRUE(CancelAll().ok());
  ASSERT_TRUE(CancelAll().ok());
  const std::regex uuid(
      "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  ASSERT_EQ(orders_.request_ids.size(), 2u);
  EXPECT_TRUE(std::regex_match(orders_.request_ids[0], uuid));
  EXPECT_NE(orders_.request_ids[0], orders_.request_ids[1]);
}

TEST_F(ClientTest, KeepsTheRequestIdThatItWasGiven) {
  CancelAllOrdersRequest request;
  request.set_request_id("mine");
  ASSERT_TRUE(CancelAll(request).ok());
  EXPECT_EQ(orders_.request_ids, std::vector<std::string>{"mine"});
}

TEST_F(ClientTest, RepeatsAnUnavailableCallUnderTheSameRequestId) {
  orders_.planned.assign(
      2, grpc::Status(grpc::StatusCode::UNAVAILABLE, "not now"));
  const auto response = CancelAll();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->order_count(), 7);
  ASSERT_EQ(orders_.request_ids.size(), 3u);
  EXPECT_EQ(orders_.request_ids[0], orders_.request_ids[1]);
  EXPECT_EQ(orders_.request_ids[0], orders_.request_ids[2]);
}

TEST_F(ClientTest, GivesUpAfterFourAttempts) {
  orders_.planned.assign(
      9, grpc::Status(grpc::StatusCode::UNAVAILABLE, "not now"));
  EXPECT_EQ(CancelAll().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(orders_.request_ids.size(), 4u);
}

TEST_F(ClientTest, DoesNotRepeatARefusal) {
  orders_.planned.assign(
      9, grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "closed"));
  EXPECT_EQ(CancelAll().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(orders_.request_ids.size(), 1u);
}

TEST_F(ClientTest, WaitsAsLongAsTheServerAsks) {
  orders_.planned.assign(1, Throttled());
  ASSERT_TRUE(CancelAll().ok());
  EXPECT_EQ(server_.pauses(),
            std::vector<absl::Duration>{absl::Milliseconds(250)});
  ASSERT_EQ(orders_.request_ids.size(), 2u);
  EXPECT_EQ(orders_.request_ids[0], orders_.request_ids[1]);
}

TEST_F(ClientTest, DoesNotWaitPastItsDeadline) {
  client_ = server_.NewClient({.timeout = absl::Milliseconds(200)});
  orders_.planned.assign(1, Throttled());
  EXPECT_EQ(CancelAll().status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(server_.pauses().empty());
}

TEST_F(ClientTest, SaysItsLanguage) {
  ASSERT_TRUE(CancelAll().ok());
  client_ = server_.NewClient({.language = "en"});
  ASSERT_TRUE(CancelAll().ok());
  EXPECT_EQ(orders_.languages, (std::vector<std::string>{"zh-CN", "en"}));
}

TEST_F(ClientTest, WalksEveryPage) {
  std::vector<int64_t> seen;
  const absl::Status status =
      client_->ForEachPage(&OrderService::Stub::ListOrders, {},
                           [&](const market::v1::ListOrdersResponse& page) {
                             for (const auto& order : page.orders())
                               seen.push_back(order.entry());
                             return true;
                           });
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(seen, (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(orders_.page_tokens, (std::vector<std::string>{"", "p1", "p2"}));
}

TEST_F(ClientTest, StopsWalkingWhenToldTo) {
  ASSERT_TRUE(client_
                  ->ForEachPage(&OrderService::Stub::ListOrders, {},
                                [](const auto&) { return false; })
                  .ok());
  EXPECT_EQ(orders_.page_tokens.size(), 1u);
}

TEST_F(ClientTest, AsksForHealth) {
  const absl::StatusOr<Health> health = CheckHealth(*client_, "");
  ASSERT_TRUE(health.ok()) << health.status();
  EXPECT_EQ(*health, Health::kServing);
  EXPECT_EQ(CheckHealth(*client_, "no.such.Service").status().code(),
            absl::StatusCode::kNotFound);
}

TEST(ConnectTest, NamesTheFileThatItCannotRead) {
  ChannelOptions options;
  options.target = "localhost:1";
  options.ca_file = "/nonexistent/ca.crt";
  const absl::Status status = Client::Connect(options, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(status.message().find("/nonexistent/ca.crt"),
            absl::string_view::npos);
}

}  // namespace
}  // namespace luheng::client
