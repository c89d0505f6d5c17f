// luheng.core.v1.NodeService: where the node stands, and its clock.
#ifndef LUHENG_SERVICES_OPERATIONS_NODE_SERVICE_H_
#define LUHENG_SERVICES_OPERATIONS_NODE_SERVICE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "luheng/core/v1/core.grpc.pb.h"
#include "services/core/sequencer.h"
#include "services/operations/approval_service.h"
#include "services/rpc/unary_call.h"

namespace luheng::operations {

// What the node knows of itself besides the world. Thread-safe functions.
struct NodeFacts {
  std::string version;
  bool rehearsal = false;
  std::function<int64_t()> snapshot_entry;
  std::function<int64_t()> views_entry;
  // Address of the node that is followed; empty if this one appends.
  std::string follows;
  // Last entry of that node, as last told; 0 if this one appends.
  std::function<int64_t()> leader_entry;
};

// Thread-safe; errors as in core.proto.
class NodeService final : public core::v1::NodeService::CallbackService {
 public:
  NodeService(const Backend& backend, NodeFacts facts)
      : backend_(backend), facts_(std::move(facts)) {}

  grpc::ServerUnaryReactor* GetNodeStatus(
      grpc::CallbackServerContext* context,
      const core::v1::GetNodeStatusRequest* request,
      core::v1::GetNodeStatusResponse* response) override;
  grpc::ServerUnaryReactor* AcknowledgeClockJump(
      grpc::CallbackServerContext* context,
      const core::v1::AcknowledgeClockJumpRequest* request,
      core::v1::AcknowledgeClockJumpResponse* response) override;
  grpc::ServerUnaryReactor* AdvanceClock(
      grpc::CallbackServerContext* context,
      const core::v1::AdvanceClockRequest* request,
      core::v1::AdvanceClockResponse* response) override;

 private:
  const Backend backend_;
  const NodeFacts facts_;
};

}  // namespace luheng::operations

#endif  // LUHENG_SERVICES_OPERATIONS_NODE_SERVICE_H_
