#include "tests/bench/order_clients.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "clients/lib/channel.h"
#include "ledger/base/check.h"
#include "luheng/market/v1/market.grpc.pb.h"
#include "tests/bench/bench_server.h"

namespace luheng::bench {
namespace {

namespace v1 = market::v1;

// One stream. Reads and writes go on at once, each by one callback at a time.
class StreamClient final
    : public grpc::ClientBidiReactor<v1::StreamOrdersRequest,
                                     v1::StreamOrdersResponse> {
 public:
  StreamClient(const std::shared_ptr<grpc::Channel>& channel, int64_t number,
               const StreamLoad& load, int64_t window,
               absl::BlockingCounter& done)
      : stub_(v1::OrderService::NewStub(channel)),
        load_(load),
        window_(window),
        done_(done) {
    std::string key(16, 'k');
    key[0] = static_cast<char>(number);
    greeting_.set_session_key(key);
    stub_->async()->StreamOrders(&context_, this);
  }

  // Opens the session; Go sends the batches.
  void Greet() {
    StartRead(&answer_);
    StartWrite(&greeting_);
    StartCall();
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&greeted_));
  }
  void Go() {
    absl::MutexLock lock(&mutex_);
    going_ = true;
    WriteNext();
  }

  void OnWriteDone(bool ok) override {
    LUHENG_CHECK(ok) << "a batch was not taken";
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    WriteNext();
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    absl::MutexLock lock(&mutex_);
    if (!greeted_) {
      LUHENG_CHECK(answer_.session() != 0) << answer_.ShortDebugString();
      greeted_ = true;
    } else {
      Count();
      WriteNext();
    }
    StartRead(&answer_);
  }
  void OnDone(const grpc::Status& status) override {
    LUHENG_CHECK(status.ok()) << status.error_message();
    LUHENG_CHECK(answered_ == load_.batches.size())
        << answered_ << " of " << load_.batches.size() << " batches answered";
    done_.DecrementCount();
  }

  StreamTotals totals;

 private:
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!going_ || writing_ || closed_) return;
    if (written_ == load_.batches.size()) {
      if (answered_ < written_) return;
      closed_ = true;
      StartWritesDone();
      return;
    }
    if (written_ - answered_ >= static_cast<size_t>(window_)) return;
    writing_ = true;
    sent_.push_back(absl::Now());
    StartWrite(&load_.batches[written_++]);
  }
  void Count() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const v1::StreamOrdersRequest& batch = load_.batches[answered_++];
    LUHENG_CHECK(answer_.first_sequence() == batch.first_sequence() &&
                 answer_.results_size() == batch.commands_size())
        << "answer " << answer_.first_sequence() << " to batch "
        << batch.first_sequence();
    totals.batch_ms.push_back(
        absl::ToDoubleMilliseconds(absl::Now() - sent_.front()));
    sent_.pop_front();
    totals.answered += answer_.results_size();
    totals.last_entry = std::max(totals.last_entry, answer_.entry());
    for (const v1::OrderResult& result : answer_.results()) {
      if (result.reason() == 0) continue;
      if (totals.refused++ == 0) totals.first_reason = result.reason();
    }
  }

  const std::unique_ptr<v1::OrderService::Stub> stub_;
  const StreamLoad& load_;
  const int64_t window_;
  absl::BlockingCounter& done_;
  grpc::ClientContext context_;
  v1::StreamOrdersRequest greeting_;
  v1::StreamOrdersResponse answer_;

  absl::Mutex mutex_;
  bool greeted_ ABSL_GUARDED_BY(mutex_) = false;
  bool going_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = true;  // The greeting.
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  size_t written_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t answered_ = 0;
  std::deque<absl::Time> sent_ ABSL_GUARDED_BY(mutex_);
};

// One caller: the next call starts when the last one is answered.
class UnaryCaller {
 public:
  UnaryCaller(const std::shared_ptr<grpc::Channel>& channel, int64_t number,
              std::atomic<int64_t>& left, std::atomic<int64_t>& next_id,
              absl::BlockingCounter& done)
      : stub_(v1::OrderService::NewStub(channel)),
        number_(number),
        left_(left),
        next_id_(next_id),
        done_(done) {}

  void Next() {
    if (left_.fetch_sub(1) <= 0) {
      done_.DecrementCount();
      return;
    }
    v1::Order& order = *request_.mutable_order();
    order.set_instrument(absl::StrCat("instruments/UNIT-", 1 + number_ % 100));
    order.set_side(v1::SIDE_BUY);
    order.set_price_minor_per_lot(1 + micros.size() % 50);
    order.set_quantity_lots(1);
    order.set_time_in_force(v1::TIME_IN_FORCE_GTC);
    order.set_client_order_id(absl::StrCat("u", next_id_.fetch_add(1)));
    context_ = std::make_unique<grpc::ClientContext>();
    context_->set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
    start_ = absl::Now();
    stub_->async()->PlaceOrder(
        context_.get(), &request_, &response_, [this](grpc::Status status) {
          micros.push_back(absl::ToDoubleMicroseconds(absl::Now() - start_));
          LUHENG_CHECK(status.ok()) << status.error_message();
          LUHENG_CHECK(response_.order().state() == v1::ORDER_STATE_OPEN);
          Next();
        });
  }

  std::vector<double> micros;

 private:
  const std::unique_ptr<v1::OrderService::Stub> stub_;
  const int64_t number_;
  std::atomic<int64_t>& left_;
  std::atomic<int64_t>& next_id_;
  absl::BlockingCounter& done_;
  std::unique_ptr<grpc::ClientContext> context_;
  absl::Time start_;
  v1::PlaceOrderRequest request_;
  v1::PlaceOrderResponse response_;
};

}  // namespace

std::shared_ptr<grpc::Channel> OpenTraderChannel(const std::string& directory,
                                                 const std::string& target,
                                                 int64_t number) {
  const std::string name = TraderName(number);
  auto channel =
      client::OpenChannel({target, absl::StrCat(directory, "/tls/ca.pem"),
                           absl::StrCat(directory, "/tls/", name, ".pem"),
                           absl::StrCat(directory, "/tls/", name, ".key"), ""});
  LUHENG_CHECK_OK(channel.status());
  return *std::move(channel);
}

StreamTotals RunStreams(
    const std::vector<std::shared_ptr<grpc::Channel>>& channels,
    const std::vector<StreamLoad>& loads, int64_t window) {
  absl::BlockingCounter done(static_cast<int>(loads.size()));
  std::vector<std::unique_ptr<StreamClient>> clients;
  for (size_t i = 0; i < loads.size(); ++i) {
    clients.push_back(std::make_unique<StreamClient>(
        channels[i], static_cast<int64_t>(i) + 1, loads[i], window, done));
    clients.back()->Greet();
  }
  const absl::Time begin = absl::Now();
  for (auto& client : clients) client->Go();
  done.Wait();
  StreamTotals totals;
  totals.seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  for (auto& client : clients) {
    const StreamTotals& part = client->totals;
    totals.answered += part.answered;
    totals.refused += part.refused;
    totals.last_entry = std::max(totals.last_entry, part.last_entry);
    if (totals.first_reason == 0) totals.first_reason = part.first_reason;
    totals.batch_ms.insert(totals.batch_ms.end(), part.batch_ms.begin(),
                           part.batch_ms.end());
  }
  return totals;
}

UnaryTotals RunUnary(
    const std::vector<std::shared_ptr<grpc::Channel>>& channels,
    int64_t caller_count, int64_t call_count, int64_t first_id) {
  std::atomic<int64_t> left{call_count};
  std::atomic<int64_t> next_id{first_id};
  absl::BlockingCounter done(static_cast<int>(caller_count));
  std::vector<std::unique_ptr<UnaryCaller>> callers;
  for (int64_t i = 0; i < caller_count; ++i) {
    const auto index = static_cast<size_t>(i) % channels.size();
    callers.push_back(
        std::make_unique<UnaryCaller>(channels[index], i, left, next_id, done));
  }
  const absl::Time begin = absl::Now();
  for (auto& caller : callers) caller->Next();
  done.Wait();
  UnaryTotals totals;
  totals.seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  for (auto& caller : callers) {
    totals.micros.insert(totals.micros.end(), caller->micros.begin(),
                         caller->micros.end());
  }
  return totals;
}

}  // namespace luheng::bench
