#include "services/server/service_set.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "services/market/instrument_service.h"
#include "services/market/market_area.h"
#include "services/market/market_data_service.h"
#include "services/market/order_service.h"
#include "services/operations/approval_service.h"
#include "services/registry/registry_area.h"
#include "services/registry/registry_service.h"
#include "services/registry/vault_service.h"
#include "services/settlement/settlement_area.h"
#include "services/settlement/settlement_service.h"
#include "services/supervision/ledger_service.h"

namespace luheng::server {
namespace {

template <typename Service, typename... Arguments>
void Add(std::vector<HostedService>& services, const char* name,
         Arguments&&... arguments) {
  services.push_back(
      {name, std::make_unique<Service>(std::forward<Arguments>(arguments)...)});
}

void AddCore(const ServiceParts& parts, std::vector<HostedService>& services) {
  Add<operations::ApprovalService>(
      services, core::v1::ApprovalService::service_full_name(), parts.backend);
  Add<operations::NodeService>(services,
                               core::v1::NodeService::service_full_name(),
                               parts.backend, parts.facts);
}

void AddRegistry(const ServiceParts& parts,
                 std::vector<HostedService>& services) {
  Add<registry::RegistryService>(
      services, registry::v1::RegistryService::service_full_name(),
      parts.backend, *parts.areas.registry);
  Add<registry::VaultService>(
      services, registry::v1::VaultService::service_full_name(), parts.backend,
      *parts.areas.registry, parts.vault, parts.vault_worker);
}

void AddMarket(const ServiceParts& parts,
               std::vector<HostedService>& services) {
  Add<market::InstrumentService>(
      services, market::v1::InstrumentService::service_full_name(),
      parts.market);
  Add<market::OrderService>(
      services, market::v1::OrderService::service_full_name(), parts.market);
  Add<market::MarketDataService>(
      services, market::v1::MarketDataService::service_full_name(),
      parts.market);
}

}  // namespace

std::vector<HostedService> MakeServices(const std::vector<std::string>& words,
                                        const ServiceParts& parts) {
  const auto wanted = [&words](const char* word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  std::vector<HostedService> services;
  if (wanted("core")) AddCore(parts, services);
  if (wanted("registry")) AddRegistry(parts, services);
  if (wanted("market")) AddMarket(parts, services);
  if (wanted("settlement")) {
    Add<settlement::SettlementService>(
        services, settlement::v1::SettlementService::service_full_name(),
        parts.backend, *parts.areas.settlement, *parts.areas.registry,
        parts.journal, parts.views);
  }
  if (wanted("ledger")) {
    Add<supervision::LedgerService>(
        services, ledger::v1::LedgerService::service_full_name(), parts.backend,
        parts.journal, parts.checkpoints, parts.world, *parts.areas.settlement,
        *parts.areas.market, parts.views);
  }
  if (wanted("journal")) {
    Add<replication::JournalService>(
        services, ledger::v1::JournalService::service_full_name(),
        parts.replication);
  }
  return services;
}

}  // namespace luheng::server
