#include "services/server/composition.h"

#include <utility>

#include "ledger/base/check.h"
#include "services/market/market_area.h"
#include "services/registry/registry_area.h"
#include "services/settlement/settlement_area.h"

namespace luheng::server {

std::unique_ptr<core::World> Composition::MakeWorld() {
  auto world = std::make_unique<core::World>();
  auto registry = std::make_unique<registry::RegistryArea>(world->accounts());
  auto settlement = std::make_unique<settlement::SettlementArea>(
      world->accounts(), *registry);
  auto market = std::make_unique<market::MarketArea>(
      world->accounts(), *registry, *registry, *settlement);
  registry->SetHolderUsage(market.get());
  world->SetAccessControl(registry.get());
  const Areas areas{registry.get(), settlement.get(), market.get()};
  // The order is that of genesis: holders, then assets.
  world->AddArea(std::move(registry));
  world->AddArea(std::move(settlement));
  world->AddArea(std::move(market));
  absl::MutexLock lock(&mutex_);
  areas_[world.get()] = areas;
  return world;
}

Areas Composition::AreasOf(const core::World& world) const {
  absl::MutexLock lock(&mutex_);
  const auto found = areas_.find(&world);
  LUHENG_CHECK(found != areas_.end()) << "a world of another composition";
  return found->second;
}

}  // namespace luheng::server
