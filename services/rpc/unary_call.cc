#include "services/rpc/unary_call.h"

#include <openssl/sha.h>

#include "absl/strings/str_cat.h"
#include "ledger/base/endian.h"

namespace luheng::rpc {

Digest CommandDigest(int command_type, const google::protobuf::Message& body) {
  std::string bytes;
  AppendBigEndian64(static_cast<uint64_t>(command_type), bytes);
  // Our messages have no maps, so equal bodies have equal bytes.
  body.AppendToString(&bytes);
  Digest digest;
  SHA256(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
         digest.data.data());
  return digest;
}

CallBase::CallBase(grpc::CallbackServerContext* context)
    : context_(context), reactor_(context->DefaultReactor()) {}

void CallBase::Start(Edge& edge, const MethodRow* method,
                     std::string request_id, std::function<void()> admitted) {
  method_ = method;
  edge_ = &edge;
  // So that the call's log line has it, and the caller's own log.
  if (!request_id.empty() && ParseUuid(request_id)) {
    context_->AddTrailingMetadata("x-request-id", request_id);
  }
  edge.Admit(*context_, method, std::move(request_id), CallShape::kUnary,
             [this, self = shared_from_this(), admitted = std::move(admitted),
              &edge](Edge::Admission admission) {
               if (auto* refused = std::get_if<grpc::Status>(&admission)) {
                 return Fail(*refused);
               }
               caller_ = std::get<Caller>(std::move(admission));
               StartDeadline(edge.options().deadline_ms_default);
               admitted();
             });
}

void CallBase::StartDeadline(int64_t deadline_ms_default) {
  // A caller with a deadline stops waiting by itself.
  if (TimeLeftMs(*context_)) return;
  const gpr_timespec at =
      gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                   gpr_time_from_millis(deadline_ms_default, GPR_TIMESPAN));
  absl::MutexLock lock(&alarm_mutex_);
  alarm_ = std::make_unique<grpc::Alarm>();
  // The alarm keeps its callback: what that owns must be let go in it, or call
  // and alarm would keep each other for ever.
  alarm_->Set(at, [self = shared_from_this()](bool passed) mutable {
    const std::shared_ptr<CallBase> call = std::move(self);
    if (passed) call->Refuse(Reason::REASON_DEADLINE_EXCEEDED);
  });
}

void CallBase::Fail(const grpc::Status& status) {
  if (Claim()) FinishClaimed(status);
}

void CallBase::Refuse(Reason reason, const Details& details) {
  if (Claim()) FinishClaimed(ToStatus(reason, details, error()));
}

void CallBase::FinishClaimed(const grpc::Status& status) {
  {
    absl::MutexLock lock(&alarm_mutex_);
    if (alarm_ != nullptr) alarm_->Cancel();
  }
  context_->AddTrailingMetadata(kLastEntryKey,
                                absl::StrCat(edge_->last_entry().value()));
  reactor_->Finish(status);
}

}  // namespace luheng::rpc
