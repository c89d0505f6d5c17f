// luheng.core.v1.ApprovalService: proposals and approval rules over gRPC.
#ifndef LUHENG_SERVICES_OPERATIONS_APPROVAL_SERVICE_H_
#define LUHENG_SERVICES_OPERATIONS_APPROVAL_SERVICE_H_

#include "luheng/core/v1/core.grpc.pb.h"
#include "services/core/sequencer.h"
#include "services/rpc/unary_call.h"

namespace luheng::operations {

using Backend = rpc::Backend<core::Sequencer, core::AccessControl>;

// Thread-safe; errors as in core.proto.
class ApprovalService final
    : public core::v1::ApprovalService::CallbackService {
 public:
  explicit ApprovalService(const Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* ListProposals(
      grpc::CallbackServerContext* context,
      const core::v1::ListProposalsRequest* request,
      core::v1::ListProposalsResponse* response) override;
  grpc::ServerUnaryReactor* GetProposal(
      grpc::CallbackServerContext* context,
      const core::v1::GetProposalRequest* request,
      core::v1::GetProposalResponse* response) override;
  grpc::ServerUnaryReactor* CheckProposal(
      grpc::CallbackServerContext* context,
      const core::v1::CheckProposalRequest* request,
      core::v1::CheckProposalResponse* response) override;
  grpc::ServerUnaryReactor* ApproveProposal(
      grpc::CallbackServerContext* context,
      const core::v1::ApproveProposalRequest* request,
      core::v1::ApproveProposalResponse* response) override;
  grpc::ServerUnaryReactor* RejectProposal(
      grpc::CallbackServerContext* context,
      const core::v1::RejectProposalRequest* request,
      core::v1::RejectProposalResponse* response) override;
  grpc::ServerUnaryReactor* SetApprovalRule(
      grpc::CallbackServerContext* context,
      const core::v1::SetApprovalRuleRequest* request,
      core::v1::SetApprovalRuleResponse* response) override;
  grpc::ServerUnaryReactor* ListApprovalRules(
      grpc::CallbackServerContext* context,
      const core::v1::ListApprovalRulesRequest* request,
      core::v1::ListApprovalRulesResponse* response) override;

 private:
  const Backend backend_;
};

}  // namespace luheng::operations

#endif  // LUHENG_SERVICES_OPERATIONS_APPROVAL_SERVICE_H_
