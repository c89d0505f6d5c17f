// Goal: a follower is a true copy that serves: it trades for its users through
// the node that appends, answers reads of what it answered, proves entries,
// comes back after it or the other was killed, and stops rather than follow
// another history or strangers' orders.
// Method: real processes over mutual TLS on loopback.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/lib/client.h"
#include "clients/lib/receipt.h"
#include "luheng/core/v1/core.grpc.pb.h"
#include "luheng/core/v1/events.pb.h"
#include "luheng/core/v1/reason.pb.h"
#include "luheng/ledger/v1/journal.grpc.pb.h"
#include "luheng/ledger/v1/ledger.grpc.pb.h"
#include "luheng/market/v1/market.grpc.pb.h"
#include "tests/testing/api_market.h"
#include "tests/testing/node_process.h"

namespace luheng::testing {
namespace {

using core::v1::NodeService;
using ledger::v1::LedgerService;
using market::v1::OrderService;
namespace mv1 = market::v1;

class FollowerTest : public ::testing::Test {
 protected:
  FollowerTest() {
    // "stranger" is no user, but the name of the follower's certificate.
    market_.flags["replication.forwarders"] = "stranger";
    StartLeader();
    market_.Open({"t1", "t2"});
    ledger::v1::GetCheckpointResponse checkpoint;
    const grpc::Status status = market_.Call(
        "t1", &LedgerService::Stub::GetCheckpoint, {}, &checkpoint);
    EXPECT_TRUE(status.ok()) << status.error_message();
    verifier_key_ = checkpoint.verifier_key();
  }

  void StartLeader() {
    leader_ = std::make_unique<NodeProcess>(LUHENGD, market_.Arguments());
    const int port = leader_->AwaitPort();
    ASSERT_NE(port, 0) << leader_->output();
    market_.SetPort(port);
    // A restart listens where the followers look for it.
    market_.flags["listen"] = market_.address();
  }

  // The arguments of a follower that shows `user`'s certificate.
  std::vector<std::string> FollowerArguments(const std::string& user) {
    auto flags = market_.flags;
    flags["data_dir"] = market_.Path("copy");
    flags["listen"] = "127.0.0.1:0";
    flags["vault.key"] = market_.Path("copy-vault.key");
    flags["genesis.file"] = "";
    flags["replication.follow"] = market_.address();
    flags["replication.verifier_key"] = verifier_key_;
    flags["replication.cert"] = market_.Path("pki/" + user + ".pem");
    flags["replication.key"] = market_.Path("pki/" + user + ".key");
    std::vector<std::string> arguments = {"run"};
    for (const auto& [path, value] : flags) {
      arguments.push_back(absl::StrCat("--", path, "=", value));
    }
    return arguments;
  }
  void StartFollower() {
    follower_ =
        std::make_unique<NodeProcess>(LUHENGD, FollowerArguments("stranger"));
    const int port = follower_->AwaitPort();
    ASSERT_NE(port, 0) << follower_->output();
    follower_address_ = absl::StrCat("127.0.0.1:", port);
  }
  void Kill(std::unique_ptr<NodeProcess>& node) {
    node->Send(SIGKILL);
    EXPECT_EQ(node->AwaitEnd(), -SIGKILL);
    node.reset();
  }

  // A call to the follower.
  template <typename Stub, typename Request, typename Response>
  grpc::Status AskCopy(const std::string& user,
                       grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                    const Request&, Response*),
                       std::type_identity_t<Request> request,
                       Response& response) {
    client::FillRequestId(request);
    grpc::ClientContext context;
    ApiMarket::Prepare(context);
    Stub stub(market_.ChannelTo(follower_address_, user));
    return (stub.*method)(&context, request, &response);
  }
  static mv1::PlaceOrderRequest Sell(const std::string& id) {
    return ApiMarket::Order(mv1::SIDE_SELL, 1000, 5, id);
  }
  static mv1::PlaceOrderRequest Buy(const std::string& id) {
    return ApiMarket::Order(mv1::SIDE_BUY, 1000, 5, id);
  }
  // Both nodes at the same entry, which is at least `entry`.
  void ExpectSameBooks(int64_t entry) {
    core::v1::GetNodeStatusResponse mine;
    core::v1::GetNodeStatusResponse other;
    for (int tries = 0; tries < 1000; ++tries) {
      ASSERT_TRUE(
          AskCopy("t1", &NodeService::Stub::GetNodeStatus, {}, other).ok());
      ASSERT_TRUE(
          market_.Call("t1", &NodeService::Stub::GetNodeStatus, {}, &mine)
              .ok());
      if (mine.last_entry() == other.last_entry()) break;
    }
    EXPECT_EQ(other.last_entry(), mine.last_entry());
    EXPECT_GE(other.last_entry(), entry);
    EXPECT_EQ(other.root(), mine.root());
    EXPECT_EQ(other.chain(), mine.chain()) << "the folds of the books";
    EXPECT_EQ(other.journal_id(), mine.journal_id());
    EXPECT_EQ(other.follows(), market_.address());
  }

  ApiMarket market_;
  std::string verifier_key_;
  std::unique_ptr<NodeProcess> leader_;
  std::unique_ptr<NodeProcess> follower_;
  std::string follower_address_;
};

TEST_F(FollowerTest, TradesThroughTheOtherAndHasWhatItAnswered) {
  StartFollower();
  mv1::PlaceOrderResponse sold;
  grpc::Status status =
      AskCopy("t1", &OrderService::Stub::PlaceOrder, Sell("a"), sold);
  ASSERT_TRUE(status.ok()) << status.error_message();
  mv1::PlaceOrderResponse bought;
  status = AskCopy("t2", &OrderService::Stub::PlaceOrder, Buy("b"), bought);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(bought.order().state(), mv1::ORDER_STATE_FILLED);
  // No `min_entry`: what a follower answered it has.
  mv1::GetOrderRequest get;
  get.set_name(sold.order().name());
  mv1::GetOrderResponse got;
  status = AskCopy("t1", &OrderService::Stub::GetOrder, get, got);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(got.order().state(), mv1::ORDER_STATE_FILLED);
  ExpectSameBooks(bought.order().entry());
}

TEST_F(FollowerTest, AClientReadsItsWritesWhateverProcessItAsks) {
  StartFollower();
  client::ChannelOptions options;
  options.target = absl::StrCat(market_.address(), ",core=", follower_address_);
  options.ca_file = market_.Path("pki/ca.pem");
  options.cert_file = market_.Path("pki/t1.pem");
  options.key_file = market_.Path("pki/t1.key");
  const auto client = client::Client::Connect(options, {});
  ASSERT_TRUE(client.ok()) << client.status();
  for (int i = 0; i < 50; ++i) {
    // Written at the node that appends, read at the follower.
    const auto placed = (*client)->Call(&OrderService::Stub::PlaceOrder,
                                        Sell(absl::StrCat("a", i)));
    ASSERT_TRUE(placed.ok()) << placed.status();
    const auto node = (*client)->Call(&NodeService::Stub::GetNodeStatus, {});
    ASSERT_TRUE(node.ok()) << node.status();
    EXPECT_GE(node->last_entry(), placed->order().entry());
    EXPECT_NE(node->follows(), "");
  }
}

TEST_F(FollowerTest, ATargetNamesEachServiceOnce) {
  client::ChannelOptions options;
  options.ca_file = market_.Path("pki/ca.pem");
  options.cert_file = market_.Path("pki/t1.pem");
  options.key_file = market_.Path("pki/t1.key");
  for (const char* target : {"a:1,b:2", "market=a:1,market=b:2", "bank=a:1"}) {
    options.target = target;
    const auto client = client::Client::Connect(options, {});
    EXPECT_TRUE(absl::IsInvalidArgument(client.status())) << target;
  }
}

TEST_F(FollowerTest, RefusesAsTheOtherWould) {
  StartFollower();
  mv1::PlaceOrderResponse response;
  mv1::PlaceOrderRequest order = Sell("a");
  order.mutable_order()->set_quantity_lots(999'999'999);
  const grpc::Status status =
      AskCopy("t1", &OrderService::Stub::PlaceOrder, order, response);
  EXPECT_FALSE(status.ok());
  mv1::PlaceOrderResponse unused;
  const grpc::Status direct =
      market_.Call("t1", &OrderService::Stub::PlaceOrder, order, &unused);
  EXPECT_EQ(ReasonOf(status), ReasonOf(direct));
  EXPECT_EQ(status.error_message(), direct.error_message());
}

TEST_F(FollowerTest, ProvesEntriesUnderTheLedgersCheckpoints) {
  StartFollower();
  mv1::PlaceOrderResponse sold;
  ASSERT_TRUE(
      AskCopy("t1", &OrderService::Stub::PlaceOrder, Sell("a"), sold).ok());
  ledger::v1::GetReceiptRequest request;
  request.set_name(absl::StrCat("entries/", sold.order().entry()));
  ledger::v1::GetReceiptResponse response;
  const grpc::Status status =
      AskCopy("t1", &LedgerService::Stub::GetReceipt, request, response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const auto policy = TrustPolicy::Parse(
      absl::StrCat("log ", verifier_key_, "\nquorum none\n"));
  const auto receipt = client::VerifyReceipt(response.receipt(), *policy);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(receipt->entry, sold.order().entry());
}

TEST_F(FollowerTest, ComesBackAfterItWasKilled) {
  StartFollower();
  Kill(follower_);
  mv1::PlaceOrderResponse sold;
  ASSERT_TRUE(
      market_.Call("t1", &OrderService::Stub::PlaceOrder, Sell("a"), &sold)
          .ok());
  StartFollower();
  ExpectSameBooks(sold.order().entry());
}

TEST_F(FollowerTest, WaitsForTheOtherToComeBack) {
  StartFollower();
  Kill(leader_);
  // The same order again, as its client would, until it is in.
  mv1::PlaceOrderResponse sold;
  grpc::Status status =
      AskCopy("t1", &OrderService::Stub::PlaceOrder, Sell("a"), sold);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(status), "APPEND_NODE_UNREACHABLE");
  core::v1::GetNodeStatusResponse node;
  EXPECT_TRUE(AskCopy("t1", &NodeService::Stub::GetNodeStatus, {}, node).ok())
      << "reads go on";
  EXPECT_FALSE(node.accepting());
  StartLeader();
  for (int tries = 0; tries < 100'000 && !status.ok(); ++tries) {
    status = AskCopy("t1", &OrderService::Stub::PlaceOrder, Sell("a"), sold);
  }
  ASSERT_TRUE(status.ok()) << status.error_message();
  ExpectSameBooks(sold.order().entry());
}

TEST_F(FollowerTest, StartsWithItsCopyWhileTheOtherIsAway) {
  StartFollower();
  Kill(follower_);
  Kill(leader_);
  StartFollower();
  core::v1::GetNodeStatusResponse node;
  ASSERT_TRUE(AskCopy("t1", &NodeService::Stub::GetNodeStatus, {}, node).ok());
  EXPECT_GT(node.last_entry(), 1);
}

TEST_F(FollowerTest, HaltsWhenTheOtherHasAnotherHistory) {
  StartFollower();
  Kill(follower_);
  Kill(leader_);
  // The same key signs a new journal.
  for (const char* part :
       {"journal", "snapshots", "views", "vault", "checkpoint"}) {
    std::filesystem::remove_all(market_.Path(absl::StrCat("data/", part)));
  }
  StartLeader();
  market_.Open({"t1", "t2"});
  mv1::PlaceOrderResponse sold;
  ASSERT_TRUE(
      market_.Call("t1", &OrderService::Stub::PlaceOrder, Sell("a"), &sold)
          .ok());
  NodeProcess node(LUHENGD, FollowerArguments("stranger"));
  EXPECT_EQ(node.AwaitEnd(), 1) << node.output();
  EXPECT_THAT(node.output(), ::testing::HasSubstr("another history"));
}

TEST_F(FollowerTest, ATraderMayNotCopyTheJournalNorSpeakForOthers) {
  ledger::v1::JournalService::Stub stub(market_.As("t1"));
  grpc::ClientContext context;
  ApiMarket::Prepare(context);
  ledger::v1::FollowBlocksRequest request;
  request.set_from_block(1);
  ledger::v1::FollowBlocksResponse response;
  const auto blocks = stub.FollowBlocks(&context, request);
  EXPECT_FALSE(blocks->Read(&response));
  EXPECT_EQ(blocks->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  grpc::ClientContext forwarding;
  ApiMarket::Prepare(forwarding);
  const auto commands = stub.ForwardCommands(&forwarding);
  ledger::v1::ForwardCommandsResponse outcome;
  EXPECT_FALSE(commands->Read(&outcome));
  EXPECT_EQ(commands->Finish().error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(FollowerTest, NobodyForwardsWhatTheNodeTellsItself) {
  ledger::v1::JournalService::Stub stub(market_.As("stranger"));
  grpc::ClientContext context;
  ApiMarket::Prepare(context);
  const auto commands = stub.ForwardCommands(&context);
  ledger::v1::ForwardCommandsRequest request;
  request.set_batch(1);
  ledger::v1::ForwardedCommand& command = *request.add_commands();
  command.set_type(core::v1::COMMAND_TYPE_ADVANCE_CLOCK);
  command.set_user(0);
  ASSERT_TRUE(commands->Write(request));
  ledger::v1::ForwardCommandsResponse outcome;
  ASSERT_TRUE(commands->Read(&outcome));
  ASSERT_EQ(outcome.outcomes_size(), 1);
  EXPECT_EQ(outcome.outcomes(0).reason(), core::v1::REASON_UNKNOWN_COMMAND);
}

}  // namespace
}  // namespace luheng::testing
