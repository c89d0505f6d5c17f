// The stream against a server that keeps sessions as the contract says and
// breaks connections where the test wants it: every command is carried out
// once, and answered once, in order.
#include "clients/lib/order_stream.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "luheng/core/v1/reason.pb.h"
#include "tests/unit/clients/lib/loopback.h"

namespace luheng::client {
namespace {

using market::v1::OrderResult;
using market::v1::OrderService;
using market::v1::StreamOrdersRequest;
using market::v1::StreamOrdersResponse;
using Stream =
    grpc::ServerReaderWriter<StreamOrdersResponse, StreamOrdersRequest>;

class FakeExchange : public OrderService::Service {
 public:
  grpc::Status StreamOrders(grpc::ServerContext*, Stream* stream) override {
    ++connection_count;
    StreamOrdersRequest batch;
    if (!stream->Read(&batch)) return grpc::Status::OK;
    const std::string key = batch.session_key();
    StreamOrdersResponse greeting;
    greeting.set_session(1);
    greeting.set_last_sequence(forget ? 0 : Last(key));
    stream->Write(greeting);
    while (stream->Read(&batch)) {
      ++batch_count;
      const bool is_cut = cut_before.count(batch_count) > 0;
      if (is_cut) return Broken();
      const StreamOrdersResponse response = Carry(key, batch);
      if (cut_after.count(batch_count) > 0) return Broken();
      stream->Write(response);
    }
    return grpc::Status::OK;
  }

  int64_t Last(const std::string& key) {
    return static_cast<int64_t>(done[key].size());
  }

  // Does what is new and answers everything, as a server of the contract.
  StreamOrdersResponse Carry(const std::string& key,
                             const StreamOrdersRequest& batch) {
    StreamOrdersResponse response;
    response.set_first_sequence(batch.first_sequence());
    int64_t sequence = batch.first_sequence();
    for (const auto& command : batch.commands()) {
      if (sequence >= refuse_from) {
        response.add_results()->set_reason(core::v1::REASON_RATE_LIMITED);
        ++sequence;
        continue;
      }
      if (sequence > Last(key)) done[key].push_back(command.cancel().order());
      OrderResult result;
      result.set_order(done[key][static_cast<size_t>(sequence - 1)]);
      *response.add_results() = result;
      ++sequence;
    }
    return response;
  }

  static grpc::Status Broken() {
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "cut");
  }

  std::set<int> cut_before;  // Batches that are lost on the way.
  std::set<int> cut_after;   // Batches whose answer is lost.
  bool forget = false;       // Whether reconnects find an empty session.
  // Commands from here on are refused for load, and not recorded.
  int64_t refuse_from = INT64_MAX;
  int batch_count = 0;
  int connection_count = 0;
  std::map<std::string, std::vector<int64_t>> done;  // By session key.
};

StreamOrdersRequest Batch(int64_t first_order, int count) {
  StreamOrdersRequest batch;
  for (int i = 0; i < count; ++i) {
    batch.add_commands()->mutable_cancel()->set_order(first_order + i);
  }
  return batch;
}

class OrderStreamTest : public testing::Test {
 protected:
  std::unique_ptr<OrderStream> Open(OrderStreamOptions options = {}) {
    auto stream = OrderStream::Open(
        *client_, options, [this](const StreamOrdersResponse& answer) {
          EXPECT_EQ(answer.first_sequence(),
                    static_cast<int64_t>(answered_.size()) + first_);
          for (const OrderResult& result : answer.results()) {
            answered_.push_back(result.order());
          }
        });
    EXPECT_TRUE(stream.ok()) << stream.status();
    return *std::move(stream);
  }

  // Sends 20 batches of 3 and checks that each command was done once.
  void SendAndCheck(OrderStream& stream) {
    std::vector<int64_t> expected;
    for (int64_t i = 0; i < 20; ++i) {
      const absl::StatusOr<int64_t> first = stream.Send(Batch(100 + 3 * i, 3));
      ASSERT_TRUE(first.ok()) << first.status();
      EXPECT_EQ(*first, 1 + 3 * i);
      for (int64_t k = 0; k < 3; ++k) expected.push_back(100 + 3 * i + k);
    }
    const absl::Status status = stream.Flush();
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(answered_, expected);
    EXPECT_EQ(exchange_.done[stream.session_key()], expected);
    EXPECT_TRUE(stream.Close().ok());
  }

  FakeExchange exchange_;
  LoopbackServer server_{&exchange_};
  std::unique_ptr<Client> client_ = server_.NewClient();
  std::vector<int64_t> answered_;
  int64_t first_ = 1;
};

TEST_F(OrderStreamTest, AnswersInOrder) {
  const std::unique_ptr<OrderStream> stream = Open();
  SendAndCheck(*stream);
  EXPECT_EQ(stream->reconnect_count(), 0);
  EXPECT_EQ(exchange_.connection_count, 1);
}

TEST_F(OrderStreamTest, SendsAgainWhatWasLostOnTheWay) {
  exchange_.cut_before = {1, 5};
  const std::unique_ptr<OrderStream> stream = Open();
  SendAndCheck(*stream);
  EXPECT_EQ(stream->reconnect_count(), 2);
}

TEST_F(OrderStreamTest, DoesNotDoTwiceWhatLostItsAnswer) {
  exchange_.cut_after = {2, 3, 9};
  const std::unique_ptr<OrderStream> stream = Open();
  SendAndCheck(*stream);
  EXPECT_EQ(stream->reconnect_count(), 3);
}

TEST_F(OrderStreamTest, GoesOnWithASessionOfBefore) {
  const std::string key(16, 'k');
  exchange_.done[key] = {1, 2, 3, 4};
  first_ = 5;
  const std::unique_ptr<OrderStream> stream = Open({.session_key = key});
  EXPECT_EQ(stream->next_sequence(), 5);
  ASSERT_TRUE(stream->Send(Batch(9, 1)).ok());
  ASSERT_TRUE(stream->Flush().ok());
  EXPECT_EQ(exchange_.done[key], (std::vector<int64_t>{1, 2, 3, 4, 9}));
}

TEST_F(OrderStreamTest, StopsWhenTheServerForgotTheSession) {
  const std::unique_ptr<OrderStream> stream = Open();
  ASSERT_TRUE(stream->Send(Batch(1, 2)).ok());
  ASSERT_TRUE(stream->Flush().ok());
  exchange_.forget = true;
  exchange_.cut_before = {2};
  ASSERT_TRUE(stream->Send(Batch(3, 1)).ok());
  EXPECT_EQ(stream->Flush().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(stream->Send(Batch(4, 1)).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(OrderStreamTest, TakesUnrecordedRefusalsForNoLoss) {
  exchange_.refuse_from = 3;
  const std::unique_ptr<OrderStream> stream = Open();
  ASSERT_TRUE(stream->Send(Batch(1, 2)).ok());
  ASSERT_TRUE(stream->Send(Batch(3, 2)).ok());
  ASSERT_TRUE(stream->Flush().ok());
  exchange_.refuse_from = 5;
  exchange_.cut_before = {3};
  ASSERT_TRUE(stream->Send(Batch(5, 1)).ok());
  const absl::Status status = stream->Flush();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(stream->reconnect_count(), 1);
}

TEST_F(OrderStreamTest, GivesUpWhenNothingGetsThrough) {
  for (int i = 1; i <= 20; ++i) exchange_.cut_before.insert(i);
  const std::unique_ptr<OrderStream> stream = Open({.reconnects_max = 3});
  ASSERT_TRUE(stream->Send(Batch(1, 1)).ok());
  EXPECT_EQ(stream->Flush().code(), absl::StatusCode::kUnavailable);
}

TEST_F(OrderStreamTest, RefusesBatchesOutOfBounds) {
  const std::unique_ptr<OrderStream> stream = Open();
  for (const int count : {0, kBatchCommandsMax + 1}) {
    EXPECT_EQ(stream->Send(Batch(1, count)).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(OrderStreamTest, RefusesAKeyOfAnotherLength) {
  EXPECT_EQ(OrderStream::Open(*client_, {.session_key = "short"}, nullptr)
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace luheng::client
