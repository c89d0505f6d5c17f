// What a node has only if it follows another: the channel to it, the copy of
// its journal, its checkpoints and the way for commands.
#ifndef LUHENG_SERVICES_SERVER_FOLLOWING_H_
#define LUHENG_SERVICES_SERVER_FOLLOWING_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "ledger/journal/journal.h"
#include "services/replication/followed_checkpoints.h"
#include "services/replication/forwarder.h"
#include "services/replication/replication.h"
#include "services/rpc/log.h"
#include "services/server/config.h"

namespace luheng::server {

// Thread-safe.
class Following {
 public:
  // Begins to copy into `journal` and returns once it can be used: at the other
  // node's end, or with what is there if that node cannot be reached. Borrows
  // journal and log. `on_fatal` as in ReplicationOptions. Errors:
  // INVALID_ARGUMENT if replication.verifier_key is none; those of the files;
  // DATA_LOSS if the journals diverge.
  static absl::StatusOr<std::unique_ptr<Following>> Start(
      const Config& config, Journal& journal, rpc::Log& log,
      std::function<void(const absl::Status&)> on_fatal);

  replication::FollowedCheckpoints& checkpoints() { return *checkpoints_; }
  replication::Forwarder& forwarder() { return *forwarder_; }
  void OnBlocks(std::function<void()> listener) {
    replication_->OnBlocks(std::move(listener));
  }
  replication::ReplicationState state() const { return replication_->state(); }
  // Ends the streams; what is under way is answered. Idempotent.
  void Stop();

 private:
  Following() = default;

  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<replication::FollowedCheckpoints> checkpoints_;
  std::unique_ptr<replication::Replication> replication_;
  std::unique_ptr<replication::Forwarder> forwarder_;
};

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_FOLLOWING_H_
