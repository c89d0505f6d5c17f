// The follower's way to the node that appends: one stream that carries batches
// of commands there and their outcomes back. When the stream breaks, what is
// under way is answered APPEND_NODE_UNREACHABLE, which tells the client to
// repeat it with the same request id; then the stream is opened again. A stream
// is replaced while it is young: a server ends old connections, and what is
// under way on one must not be cut.
#ifndef LUHENG_SERVICES_REPLICATION_FORWARDER_H_
#define LUHENG_SERVICES_REPLICATION_FORWARDER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "luheng/ledger/v1/journal.grpc.pb.h"
#include "services/core/follower.h"
#include "services/rpc/log.h"

namespace luheng::replication {

// Thread-safe.
class Forwarder final : public core::CommandForwarder {
 public:
  // Opens the stream as soon as the node behind `channel` is there.
  // Borrows `log`.
  Forwarder(std::shared_ptr<grpc::Channel> channel, rpc::Log& log);
  // Stops.
  ~Forwarder() override;

  void Forward(core::Submission submission) override;
  bool connected() const override;
  // Waits until it is connected; false after `timeout`.
  bool AwaitConnected(absl::Duration timeout) const;
  // Answers what is under way and ends the stream. Idempotent.
  void Stop();

 private:
  using Request = ledger::v1::ForwardCommandsRequest;
  using Stream =
      grpc::ClientReaderWriter<Request, ledger::v1::ForwardCommandsResponse>;

  void Run();
  // One stream, until it breaks or is old.
  void Serve();
  void ReadAnswers(Stream& stream);
  // Sends what is queued until `end`; false once the stream is broken, old or
  // stopping.
  bool SendQueued(Stream& stream, absl::Time end);
  // Waits until everything sent is answered or the stream breaks.
  void AwaitAnswers();
  void FailAll();

  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<ledger::v1::JournalService::Stub> stub_;
  rpc::Log& log_;

  mutable absl::Mutex mutex_;
  std::deque<Request> queue_ ABSL_GUARDED_BY(mutex_);
  // Sent or queued, by batch.
  std::map<int64_t, core::Submission> waiting_ ABSL_GUARDED_BY(mutex_);
  int64_t last_batch_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t last_sent_ ABSL_GUARDED_BY(mutex_) = 0;
  // Commands are taken: a stream is open, or is just being replaced.
  bool connected_ ABSL_GUARDED_BY(mutex_) = false;
  // The open stream has ended.
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::thread thread_;
};

}  // namespace luheng::replication

#endif  // LUHENG_SERVICES_REPLICATION_FORWARDER_H_
