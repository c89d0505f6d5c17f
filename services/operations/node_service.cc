#include "services/operations/node_service.h"

#include "google/protobuf/util/time_util.h"
#include "ledger/base/endian.h"
#include "luheng/core/v1/reason.pb.h"
#include "services/core/core_area.h"
#include "services/core/world.h"

namespace luheng::operations {
namespace {

using core::Verdict;
using core::World;
using rpc::Caller;
using rpc::FieldChecks;

}  // namespace

grpc::ServerUnaryReactor* NodeService::GetNodeStatus(
    grpc::CallbackServerContext* context,
    const core::v1::GetNodeStatusRequest* request,
    core::v1::GetNodeStatusResponse* response) {
  return rpc::ServeRead(
      backend_, context, request, response, [](const auto&, FieldChecks&) {},
      [this](const World& world, const Caller&, const auto&,
             core::v1::GetNodeStatusResponse& answer) -> Verdict {
        const core::DurableState durable = backend_.sequencer.durable();
        const core::Reason refusing = backend_.sequencer.refusing();
        answer.set_journal_id(ToHex(world.core().journal_id().view()));
        answer.set_last_entry(durable.entry.value());
        answer.set_last_block(durable.block.value());
        answer.set_root(durable.tree.root.str());
        *answer.mutable_node_time() =
            google::protobuf::util::TimeUtil::NanosecondsToTimestamp(
                backend_.sequencer.node_time().value());
        answer.set_accepting(refusing == core::v1::REASON_UNSPECIFIED);
        if (!answer.accepting()) {
          answer.set_refusing_reason(core::v1::Reason_Name(refusing));
        }
        answer.set_snapshot_entry(facts_.snapshot_entry());
        answer.set_views_entry(facts_.views_entry());
        answer.set_version(facts_.version);
        answer.set_follows(facts_.follows);
        answer.set_leader_entry(facts_.leader_entry());
        answer.set_rehearsal(facts_.rehearsal);
        AppendBigEndian64(durable.fold, *answer.mutable_chain());
        return std::nullopt;
      });
}

grpc::ServerUnaryReactor* NodeService::AcknowledgeClockJump(
    grpc::CallbackServerContext* context,
    const core::v1::AcknowledgeClockJumpRequest* request,
    core::v1::AcknowledgeClockJumpResponse* response) {
  return rpc::ServeCommand(backend_, context, request, response,
                           [](const auto& r, FieldChecks& check) {
                             check.Text("reason", r.reason(), 1, 200);
                           });
}

grpc::ServerUnaryReactor* NodeService::AdvanceClock(
    grpc::CallbackServerContext* context,
    const core::v1::AdvanceClockRequest* request,
    core::v1::AdvanceClockResponse* response) {
  return rpc::ServeCommand(backend_, context, request, response,
                           [](const auto& r, FieldChecks& check) {
                             check.Required("to_time", r.has_to_time());
                           });
}

}  // namespace luheng::operations
