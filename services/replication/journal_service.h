// luheng.ledger.v1.JournalService: what the node that appends offers to its
// followers. Few nodes call it, each for long, so it is written in gRPC's
// waiting style: one thread of gRPC's pool for each open stream.
#ifndef LUHENG_SERVICES_REPLICATION_JOURNAL_SERVICE_H_
#define LUHENG_SERVICES_REPLICATION_JOURNAL_SERVICE_H_

#include <atomic>
#include <functional>

#include "ledger/journal/journal.h"
#include "luheng/ledger/v1/journal.grpc.pb.h"
#include "services/core/checkpoint_source.h"
#include "services/core/sequencer.h"
#include "services/core/world.h"
#include "services/rpc/identity.h"

namespace luheng::replication {

// All borrowed.
struct JournalServiceParts {
  const Journal& journal;
  core::Sequencer& sequencer;
  core::CheckpointSource& checkpoints;
  // Of it only the command types are used.
  const core::World& catalog;
  // Whether the caller may copy the whole journal, secrets and all; and whether
  // it may speak for users. May block.
  std::function<bool(const rpc::Identity&)> may_follow;
  std::function<bool(const rpc::Identity&)> may_forward;
  // Whether streams must end.
  std::function<bool()> draining;
};

// Thread-safe; errors as in journal.proto.
class JournalService final : public ledger::v1::JournalService::Service {
 public:
  // Streams of blocks, and streams of commands, that may be open at once.
  static constexpr int kStreamsMax = 32;

  explicit JournalService(JournalServiceParts parts)
      : parts_(std::move(parts)) {}

  grpc::Status FollowBlocks(
      grpc::ServerContext* context,
      const ledger::v1::FollowBlocksRequest* request,
      grpc::ServerWriter<ledger::v1::FollowBlocksResponse>* writer) override;
  grpc::Status RequestCheckpoint(
      grpc::ServerContext* context,
      const ledger::v1::RequestCheckpointRequest* request,
      ledger::v1::RequestCheckpointResponse* response) override;
  grpc::Status ForwardCommands(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<ledger::v1::ForwardCommandsResponse,
                               ledger::v1::ForwardCommandsRequest>* stream)
      override;

 private:
  const JournalServiceParts parts_;
  std::atomic<int> feeds_{0};
  std::atomic<int> intakes_{0};
};

}  // namespace luheng::replication

#endif  // LUHENG_SERVICES_REPLICATION_JOURNAL_SERVICE_H_
