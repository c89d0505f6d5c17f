// Names of users to their ids, asked of the world once and then remembered:
// both ids of a name never change.
#ifndef LUHENG_SERVICES_SERVER_WORLD_USERS_H_
#define LUHENG_SERVICES_SERVER_WORLD_USERS_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/core/sequencer.h"
#include "services/rpc/identity.h"

namespace luheng::server {

// Thread-safe.
class WorldUsers final : public rpc::UserDirectory {
 public:
  // Borrows `sequencer`, which is drained before this goes away.
  explicit WorldUsers(core::Sequencer& sequencer) : sequencer_(sequencer) {}

  void Find(const std::string& name, EntryNumber min_entry,
            std::function<void(absl::StatusOr<rpc::KnownUser>)> done) override;
  EntryNumber LastEntry() const override { return sequencer_.durable().entry; }

 private:
  core::Sequencer& sequencer_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, rpc::KnownUser> known_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_WORLD_USERS_H_
