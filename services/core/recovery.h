// From a journal to a world: the newest trusted snapshot, then the tail of
// entries. A snapshot is trusted if the journal, behind the snapshot's entry,
// holds the digest that the shadow fold made of that very state; otherwise the
// next older one is tried, and at last everything is replayed from entry 1.
#ifndef LUHENG_SERVICES_CORE_RECOVERY_H_
#define LUHENG_SERVICES_CORE_RECOVERY_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "ledger/base/ids.h"
#include "ledger/journal/journal.h"
#include "services/core/snapshot.h"
#include "services/core/world.h"

namespace luheng::core {

// Makes an empty world with all its areas.
using WorldFactory = std::function<std::unique_ptr<World>()>;
// Told now and then: entries folded so far, and how many there are.
using ReplayProgress = std::function<void(int64_t done, int64_t total)>;

struct Recovered {
  std::unique_ptr<World> world;
  EntryNumber snapshot;  // Zero if everything was replayed.
  int64_t replayed = 0;
};

// Folds all entries of `journal` from `world`'s next entry to its end. Each
// entry's number, stamp and balance are checked. DATA_LOSS if an entry is not
// understood or does not follow.
absl::StatusOr<int64_t> ReplayTail(const Journal& journal, World& world,
                                   const ReplayProgress& progress = nullptr);

// `snapshots` may be null: then everything is replayed. Errors: DATA_LOSS.
absl::StatusOr<Recovered> Recover(const Journal& journal,
                                  const WorldFactory& make_world,
                                  const SnapshotStore* snapshots,
                                  const ReplayProgress& progress = nullptr);

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_RECOVERY_H_
