// Which gRPC services a node exposes under which word of `services` in its
// configuration.
#ifndef LUHENG_SERVICES_SERVER_SERVICE_SET_H_
#define LUHENG_SERVICES_SERVER_SERVICE_SET_H_

#include <string>
#include <vector>

#include "ledger/journal/journal.h"
#include "ledger/views/views.h"
#include "services/core/checkpoint_source.h"
#include "services/market/service_base.h"
#include "services/operations/node_service.h"
#include "services/registry/vault.h"
#include "services/registry/vault_worker.h"
#include "services/replication/journal_service.h"
#include "services/server/composition.h"
#include "services/server/grpc_host.h"

namespace luheng::server {

// What services are made of; all borrowed for as long as they live.
struct ServiceParts {
  const operations::Backend& backend;
  const Areas& areas;
  const core::World& world;
  market::MarketBackend market;
  registry::Vault& vault;
  registry::VaultWorker& vault_worker;
  const Journal& journal;
  core::CheckpointSource& checkpoints;
  const Views& views;
  operations::NodeFacts facts;
  replication::JournalServiceParts replication;
};

// The services of `words`, those that FindConfigKey("services") permits.
std::vector<HostedService> MakeServices(const std::vector<std::string>& words,
                                        const ServiceParts& parts);

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_SERVICE_SET_H_
