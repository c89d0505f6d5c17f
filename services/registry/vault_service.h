// luheng.registry.v1.VaultService: personal data over gRPC. A record is stored
// in the vault first, durably, and then registered in the ledger; what a crash
// leaves between the two is found again by the repeated request, and is
// reachable by nobody else.
#ifndef LUHENG_SERVICES_REGISTRY_VAULT_SERVICE_H_
#define LUHENG_SERVICES_REGISTRY_VAULT_SERVICE_H_

#include "luheng/registry/v1/registry.grpc.pb.h"
#include "services/registry/registry_service.h"
#include "services/registry/vault.h"
#include "services/registry/vault_worker.h"

namespace luheng::registry {

// Thread-safe; errors as in registry.proto.
class VaultService final : public v1::VaultService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  // Borrows everything; `area` is read on the sequencer's thread only.
  VaultService(const Backend& backend, const RegistryArea& area, Vault& vault,
               VaultWorker& worker)
      : backend_(backend), area_(area), vault_(vault), worker_(worker) {}

  Reactor* PutRecord(Context* context, const v1::PutRecordRequest* request,
                     v1::PutRecordResponse* response) override;
  Reactor* GetRecord(Context* context, const v1::GetRecordRequest* request,
                     v1::GetRecordResponse* response) override;
  Reactor* EraseRecord(Context* context, const v1::EraseRecordRequest* request,
                       v1::EraseRecordResponse* response) override;

 private:
  const Backend backend_;
  const RegistryArea& area_;
  Vault& vault_;
  VaultWorker& worker_;
};

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_VAULT_SERVICE_H_
