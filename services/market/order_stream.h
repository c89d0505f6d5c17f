// One stream of order commands in batches: StreamOrders. Batches are submitted
// as they arrive and answered in their order; while kBatchesMax wait for their
// answers no further one is read, so a client cannot flood the node. A stream
// that is cut leaves whole batches only: what arrived complete is decided, what
// did not never was.
#ifndef LUHENG_SERVICES_MARKET_ORDER_STREAM_H_
#define LUHENG_SERVICES_MARKET_ORDER_STREAM_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/support/server_callback.h"
#include "luheng/market/v1/market.pb.h"
#include "services/market/service_base.h"

namespace luheng::market {

// Thread-safe. Lives until the call is over and nobody holds it.
class OrderStream final
    : public grpc::ServerBidiReactor<v1::StreamOrdersRequest,
                                     v1::StreamOrdersResponse>,
      public rpc::EndableStream,
      public std::enable_shared_from_this<OrderStream> {
 public:
  // Batches of one stream that wait for their answers.
  static constexpr size_t kBatchesMax = 16;
  static constexpr int kCommandsMax = 1000;

  // Starts the stream of a call; the reactor to return to gRPC.
  static OrderStream* Serve(const MarketBackend& backend,
                            grpc::CallbackServerContext* context);

  void EndFor(rpc::Reason reason) override;

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { self_.reset(); }

 private:
  // A batch and its answer, in the order of arrival.
  struct Batch {
    v1::StreamOrdersResponse answer;
    // One for each command.
    std::vector<core::Outcome> outcomes;
    std::vector<bool> cancels_all;
    bool ready = false;
  };
  using BatchPtr = std::shared_ptr<Batch>;

  explicit OrderStream(const MarketBackend& backend) : backend_(backend) {}

  void Admitted(rpc::Caller caller);
  // What is wrong with the message just read; OK if nothing.
  grpc::Status CheckMessage() const;
  void OpenSession(const std::shared_ptr<const v1::StreamOrdersRequest>& first);
  void SubmitBatch(const std::shared_ptr<const v1::StreamOrdersRequest>& batch);
  // The commands of `message` that their rate classes permit. Cancels have
  // their own, so that a batch of orders too many still cancels; what is not
  // permitted gets its outcome here, without being decided.
  std::vector<int> ChargeCommands(const v1::StreamOrdersRequest& message,
                                  std::vector<core::Outcome>& outcomes);
  // Answers with the outcomes of the batch.
  void Answer(const BatchPtr& batch);
  BatchPtr Enqueue(int64_t first_sequence);
  // Ends the stream with `status` after the answers that are under way.
  void End(const grpc::Status& status);
  void Abandon() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Starts what can be started: never under the lock, by one thread at a time.
  void Pump();

  const MarketBackend backend_;
  rpc::Caller caller_;  // Set before the first read.
  // Of the reading side only.
  v1::StreamOrdersRequest request_;
  SessionId session_;

  absl::Mutex mutex_;
  std::deque<BatchPtr> batches_ ABSL_GUARDED_BY(mutex_);
  std::optional<grpc::Status> ending_ ABSL_GUARDED_BY(mutex_);
  bool may_read_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool pumping_ ABSL_GUARDED_BY(mutex_) = false;
  bool again_ ABSL_GUARDED_BY(mutex_) = false;
  // Of the batch being written.
  BatchPtr current_;
  // Until OnDone.
  std::shared_ptr<OrderStream> self_;
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_ORDER_STREAM_H_
