// Keeps the copy of another node's journal up to date: streams its blocks,
// checks and stores each, and connects again whenever the stream breaks. If the
// other node's journal is not the one that was copied so far, it stops for ever
// and says so.
#ifndef LUHENG_SERVICES_REPLICATION_REPLICATION_H_
#define LUHENG_SERVICES_REPLICATION_REPLICATION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "ledger/journal/journal.h"
#include "ledger/journal/replica.h"
#include "luheng/ledger/v1/journal.grpc.pb.h"
#include "services/rpc/log.h"

namespace luheng::replication {

struct ReplicationOptions {
  // A checkpoint came behind its entries; its error ends the replication.
  std::function<absl::Status(absl::string_view note)> on_checkpoint;
  // Called at most once, on the replication's thread: the journals diverge, or
  // the copy cannot be kept.
  std::function<void(const absl::Status&)> on_fatal;
};

// How far the copy is.
struct ReplicationState {
  bool connected = false;
  // A stream has told once where the other journal ends, and all of that is
  // here.
  bool caught_up = false;
  // An attempt to connect has failed.
  bool failed_once = false;
  absl::Status fatal;
  // Last block and entry of the other node, as last told.
  int64_t leader_block = 0;
  int64_t leader_entry = 0;
};

// Thread-safe.
class Replication {
 public:
  // Borrows journal and log; nobody else appends to the journal.
  Replication(ReplicationOptions options,
              std::shared_ptr<grpc::Channel> channel, Journal& journal,
              JournalReplica replica, rpc::Log& log);
  // Stops.
  ~Replication();

  void Start();
  void Stop();
  // Called on the replication's thread after blocks were stored.
  void OnBlocks(std::function<void()> listener);

  // Waits until the copy has caught up, or has blocks to go on with although
  // the other node cannot be reached, and logs how far it is. Errors: what
  // ended the replication.
  absl::Status AwaitUsable();
  ReplicationState state() const;

 private:
  using Response = ledger::v1::FollowBlocksResponse;

  void Run();
  // One stream, until it breaks. Errors: those that are final.
  absl::Status Follow();
  absl::Status Take(const Response& response);
  absl::Status Explain(const grpc::Status& status);

  const ReplicationOptions options_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<ledger::v1::JournalService::Stub> stub_;
  Journal& journal_;
  rpc::Log& log_;
  JournalReplica replica_;  // Only the thread uses it.

  mutable absl::Mutex mutex_;
  ReplicationState state_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> listener_ ABSL_GUARDED_BY(mutex_);
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace luheng::replication

#endif  // LUHENG_SERVICES_REPLICATION_REPLICATION_H_
