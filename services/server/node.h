// One node: journal, world, sequencer, shadow fold, views, edge and the doors
// to the outside, started in this order and stopped in the other. `main` reads
// the configuration and waits for signals; everything else is here.
#ifndef LUHENG_SERVICES_SERVER_NODE_H_
#define LUHENG_SERVICES_SERVER_NODE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/clock.h"
#include "ledger/journal/disk_reserve.h"
#include "ledger/journal/journal.h"
#include "ledger/views/statement.h"
#include "ledger/views/views.h"
#include "services/core/rehearsal_clock.h"
#include "services/core/sequencer.h"
#include "services/core/shadow_fold.h"
#include "services/core/snapshot.h"
#include "services/market/market_data.h"
#include "services/operations/node_service.h"
#include "services/registry/vault.h"
#include "services/registry/vault_erasure.h"
#include "services/registry/vault_worker.h"
#include "services/replication/journal_service.h"
#include "services/rpc/edge.h"
#include "services/rpc/log.h"
#include "services/rpc/metrics.h"
#include "services/server/admin_http.h"
#include "services/server/composition.h"
#include "services/server/config.h"
#include "services/server/following.h"
#include "services/server/grpc_host.h"
#include "services/server/open_log.h"
#include "services/server/world_users.h"
#include "services/supervision/checkpointer.h"
#include "services/supervision/entry_index.h"

namespace luheng::server {

// What a node borrows from its process.
struct NodeEnvironment {
  rpc::Log& log;
  Clock& machine_clock;
  // Called at most once per failing part, from any thread: the node can no
  // longer do its work and must be drained and ended.
  std::function<void(const absl::Status&)> on_fatal;
};

// Start, Drain and the destructor belong to one thread; Hasten to any.
class Node {
 public:
  // Errors: those of the parts, each with what it was about.
  static absl::StatusOr<std::unique_ptr<Node>> Start(
      const Config& config, const NodeEnvironment& environment);
  // Drains if that was not done.
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  int port() const { return host_->port(); }
  // 0 if there is no admin door.
  int admin_port() const { return admin_ == nullptr ? 0 : admin_->port(); }

  // Says not ready, refuses new calls with DRAINING, makes durable what was
  // accepted, answers it, ends streams, and closes. Idempotent.
  void Drain();
  // Cuts the wait for calls and streams short; what was accepted is still made
  // durable.
  void Hasten();

 private:
  Node(const Config& config, const NodeEnvironment& environment);

  absl::Status OpenJournal();
  absl::Status StartFollowing();
  absl::Status StartWorld();
  // The sequencer of a node that appends, or of one that follows.
  absl::Status StartSequencer(const core::GenesisConfig* genesis);
  void StartFollower();
  absl::Status StartViews();
  absl::Status SweepVault();
  absl::Status StartCheckpoints();
  absl::Status StartDoors();
  absl::StatusOr<Clock*> StartClock();
  bool follows() const { return !config_.replication_follow.empty(); }
  core::CheckpointSource& checkpoints();
  replication::JournalServiceParts ReplicationParts();
  // Whether the user behind `identity` may read everything.
  bool MayReadAll(const rpc::Identity& identity);
  operations::NodeFacts Facts();
  void AddMetrics();
  void AddFollowerMetrics();
  // Why the node is not ready; empty if it is.
  std::string NotReady() const;

  const Config config_;
  const NodeEnvironment environment_;
  rpc::Metrics metrics_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<DiskReserve> reserve_;
  std::unique_ptr<core::SnapshotStore> snapshots_;
  Composition composition_;
  std::unique_ptr<core::World> world_;
  Areas areas_;
  std::unique_ptr<core::RehearsalClock> rehearsal_clock_;
  // Only of a follower.
  std::unique_ptr<Following> following_;
  // Only of a node that appends.
  std::unique_ptr<core::ShadowFold> shadow_;
  std::unique_ptr<market::MarketData> market_data_;
  std::unique_ptr<core::Sequencer> sequencer_;
  StatementProjection statement_;
  std::unique_ptr<supervision::EntryIndex> entry_index_;
  std::unique_ptr<registry::Vault> vault_;
  std::unique_ptr<registry::VaultErasure> vault_erasure_;
  std::unique_ptr<registry::VaultWorker> vault_worker_;
  std::unique_ptr<Views> views_;
  // Only of a node that appends.
  std::unique_ptr<supervision::Checkpointer> checkpointer_;
  // Only with witnesses.
  std::unique_ptr<supervision::CosignedCheckpoints> cosigned_;
  std::unique_ptr<WorldUsers> users_;
  std::unique_ptr<rpc::Edge> edge_;
  std::unique_ptr<operations::Backend> backend_;
  std::unique_ptr<GrpcHost> host_;
  std::unique_ptr<AdminHttp> admin_;
  std::unique_ptr<PublicHttp> public_http_;
  // A flag for probes; nothing is published through it.
  std::atomic<bool> draining_{false};
  // Something called on_fatal.
  std::atomic<bool> failed_{false};
  bool drained_ = false;
};

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_NODE_H_
