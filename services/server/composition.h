// The world that a node folds: which areas there are and what they ask of each
// other. A new area is added here and nowhere else in this folder but
// service_set.cc.
#ifndef LUHENG_SERVICES_SERVER_COMPOSITION_H_
#define LUHENG_SERVICES_SERVER_COMPOSITION_H_

#include <map>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/core/world.h"

namespace luheng::market {
class MarketArea;
}
namespace luheng::registry {
class RegistryArea;
}
namespace luheng::settlement {
class SettlementArea;
}

namespace luheng::server {

// The areas of one world, owned by it.
struct Areas {
  registry::RegistryArea* registry = nullptr;
  settlement::SettlementArea* settlement = nullptr;
  market::MarketArea* market = nullptr;
};

// Makes worlds: the live one, the shadow's, and those that recovery tries.
// Thread-safe.
class Composition {
 public:
  // An empty world with all its areas.
  std::unique_ptr<core::World> MakeWorld();
  // The areas of a world that MakeWorld made.
  Areas AreasOf(const core::World& world) const;

 private:
  mutable absl::Mutex mutex_;
  std::map<const core::World*, Areas> areas_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_COMPOSITION_H_
