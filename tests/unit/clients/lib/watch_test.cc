#include "clients/lib/watch.h"

#include <gtest/gtest.h>

#include "clients/lib/book_mirror.h"
#include "tests/unit/clients/lib/loopback.h"

namespace luheng::client {
namespace {

using market::v1::Book;
using market::v1::MarketDataService;
using market::v1::WatchBookResponse;
using market::v1::WatchTradesRequest;
using market::v1::WatchTradesResponse;

// Trades 1 to 6 in entries 10, 10, 10, 11, 12, 12; breaks after so many
// messages of each stream.
class FakeMarket : public MarketDataService::Service {
 public:
  grpc::Status WatchTrades(
      grpc::ServerContext*, const WatchTradesRequest* request,
      grpc::ServerWriter<WatchTradesResponse>* writer) override {
    after_entries.push_back(request->after_entry());
    int sent_count = 0;
    for (int64_t trade = 1; trade <= 6; ++trade) {
      const int64_t entry = kEntries[trade - 1];
      if (entry <= request->after_entry()) continue;
      if (sent_count++ == break_after) {
        return grpc::Status(grpc::StatusCode::UNAVAILABLE, "cut");
      }
      WatchTradesResponse message;
      message.set_entry(entry);
      message.mutable_trade()->set_trade(trade);
      message.mutable_trade()->set_entry(entry);
      writer->Write(message);
    }
    return last_status;
  }

  static constexpr int64_t kEntries[] = {10, 10, 10, 11, 12, 12};
  int break_after = 100;
  grpc::Status last_status = grpc::Status::OK;
  std::vector<int64_t> after_entries;
};

class WatchTest : public testing::Test {
 protected:
  absl::Status Follow(int64_t stop_after) {
    WatchTradesRequest request;
    request.set_after_entry(9);
    return WatchEntries(*client_, &MarketDataService::Stub::WatchTrades,
                        request, [&](const WatchTradesResponse& message) {
                          seen_.push_back(message.trade().trade());
                          return message.trade().trade() != stop_after;
                        });
  }

  FakeMarket market_;
  LoopbackServer server_{&market_};
  std::unique_ptr<Client> client_ = server_.NewClient();
  std::vector<int64_t> seen_;
};

TEST_F(WatchTest, TellsEachTradeOnceThoughEntriesAreCut) {
  market_.break_after = 4;
  const absl::Status status = Follow(6);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(seen_, (std::vector<int64_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_GT(market_.after_entries.size(), 1u);
}

TEST_F(WatchTest, StopsWhenToldTo) {
  ASSERT_TRUE(Follow(2).ok());
  EXPECT_EQ(seen_, (std::vector<int64_t>{1, 2}));
}

TEST_F(WatchTest, ReturnsARefusal) {
  market_.last_status = grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "no");
  EXPECT_EQ(Follow(99).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(market_.after_entries.size(), 1u);
}

TEST_F(WatchTest, GivesUpWithPausesThatGrow) {
  market_.break_after = 0;
  EXPECT_EQ(Follow(99).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(market_.after_entries.size(), 8u);
  ASSERT_EQ(server_.pauses().size(), 7u);
  EXPECT_EQ(server_.pauses().front(), absl::Milliseconds(100));
  EXPECT_EQ(server_.pauses().back(), absl::Seconds(2));
}

void AddLevel(google::protobuf::RepeatedPtrField<market::v1::BookLevel>* side,
              int64_t price, int64_t lots) {
  auto* level = side->Add();
  level->set_price_minor_per_lot(price);
  level->set_quantity_lots(lots);
}

class BookMirrorTest : public testing::Test {
 protected:
  BookMirrorTest() {
    WatchBookResponse message;
    message.set_sequence(40);
    AddLevel(message.mutable_snapshot()->mutable_bids(), 99, 5);
    AddLevel(message.mutable_snapshot()->mutable_bids(), 98, 7);
    AddLevel(message.mutable_snapshot()->mutable_asks(), 101, 2);
    EXPECT_TRUE(mirror_.Apply(message));
  }

  BookMirror mirror_;
};

TEST_F(BookMirrorTest, AppliesChangesOfTheNextSequence) {
  WatchBookResponse change;
  change.set_sequence(41);
  AddLevel(change.mutable_bids(), 100, 1);
  AddLevel(change.mutable_bids(), 98, 0);
  AddLevel(change.mutable_asks(), 101, 9);
  ASSERT_TRUE(mirror_.Apply(change));
  const Book book = mirror_.Best(5);
  ASSERT_EQ(book.bids_size(), 2);
  EXPECT_EQ(book.bids(0).price_minor_per_lot(), 100);
  EXPECT_EQ(book.bids(1).price_minor_per_lot(), 99);
  ASSERT_EQ(book.asks_size(), 1);
  EXPECT_EQ(book.asks(0).quantity_lots(), 9);
  EXPECT_EQ(mirror_.Best(1).bids_size(), 1);
}

TEST_F(BookMirrorTest, RefusesAGap) {
  WatchBookResponse change;
  change.set_sequence(42);
  EXPECT_FALSE(mirror_.Apply(change));
  EXPECT_EQ(mirror_.sequence(), 40);
}

TEST_F(BookMirrorTest, RefusesChangesBeforeASnapshot) {
  BookMirror empty;
  WatchBookResponse change;
  change.set_sequence(1);
  EXPECT_FALSE(empty.Apply(change));
}

TEST_F(BookMirrorTest, ASnapshotReplacesEverything) {
  WatchBookResponse message;
  message.set_sequence(50);
  AddLevel(message.mutable_snapshot()->mutable_asks(), 120, 1);
  ASSERT_TRUE(mirror_.Apply(message));
  EXPECT_EQ(mirror_.Best(5).bids_size(), 0);
  EXPECT_EQ(mirror_.Best(5).asks_size(), 1);
}

}  // namespace
}  // namespace luheng::client
