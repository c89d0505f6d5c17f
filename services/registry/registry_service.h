// luheng.registry.v1.RegistryService: holders and users over gRPC.
#ifndef LUHENG_SERVICES_REGISTRY_REGISTRY_SERVICE_H_
#define LUHENG_SERVICES_REGISTRY_REGISTRY_SERVICE_H_

#include "luheng/registry/v1/registry.grpc.pb.h"
#include "services/core/sequencer.h"
#include "services/registry/registry_area.h"
#include "services/rpc/unary_call.h"

namespace luheng::registry {

using Backend = rpc::Backend<core::Sequencer, core::AccessControl>;

// Thread-safe; errors as in registry.proto.
class RegistryService final : public v1::RegistryService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  // Borrows `area`, which is read on the sequencer's thread only.
  RegistryService(const Backend& backend, const RegistryArea& area)
      : backend_(backend), area_(area) {}

  Reactor* OpenHolder(Context* context, const v1::OpenHolderRequest* request,
                      v1::OpenHolderResponse* response) override;
  Reactor* GetHolder(Context* context, const v1::GetHolderRequest* request,
                     v1::GetHolderResponse* response) override;
  Reactor* ListHolders(Context* context, const v1::ListHoldersRequest* request,
                       v1::ListHoldersResponse* response) override;
  Reactor* SetHolderState(Context* context,
                          const v1::SetHolderStateRequest* request,
                          v1::SetHolderStateResponse* response) override;
  Reactor* SetControlGroup(Context* context,
                           const v1::SetControlGroupRequest* request,
                           v1::SetControlGroupResponse* response) override;
  Reactor* CreateUser(Context* context, const v1::CreateUserRequest* request,
                      v1::CreateUserResponse* response) override;
  Reactor* GetUser(Context* context, const v1::GetUserRequest* request,
                   v1::GetUserResponse* response) override;
  Reactor* ListUsers(Context* context, const v1::ListUsersRequest* request,
                     v1::ListUsersResponse* response) override;
  Reactor* SetUserState(Context* context,
                        const v1::SetUserStateRequest* request,
                        v1::SetUserStateResponse* response) override;
  Reactor* GrantRole(Context* context, const v1::GrantRoleRequest* request,
                     v1::GrantRoleResponse* response) override;
  Reactor* RevokeRole(Context* context, const v1::RevokeRoleRequest* request,
                      v1::RevokeRoleResponse* response) override;
  Reactor* SetPermission(Context* context,
                         const v1::SetPermissionRequest* request,
                         v1::SetPermissionResponse* response) override;
  Reactor* GetCaller(Context* context, const v1::GetCallerRequest* request,
                     v1::GetCallerResponse* response) override;

 private:
  const Backend backend_;
  const RegistryArea& area_;
};

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_REGISTRY_SERVICE_H_
