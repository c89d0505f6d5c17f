#include "services/server/world_users.h"

#include <utility>

#include "services/core/ports.h"
#include "services/core/world.h"

namespace luheng::server {

void WorldUsers::Find(
    const std::string& name, EntryNumber min_entry,
    std::function<void(absl::StatusOr<rpc::KnownUser>)> done) {
  absl::StatusOr<rpc::KnownUser> known = absl::NotFoundError("unknown user");
  // Only what another process has answered can be missing here.
  if (min_entry <= EntryNumber() || min_entry <= LastEntry()) {
    absl::MutexLock lock(&mutex_);
    const auto found = known_.find(name);
    if (found != known_.end()) known = found->second;
  }
  if (known.ok()) return done(known);
  // Written on the sequencer's thread, read when that is durable.
  auto user = std::make_shared<rpc::KnownUser>();
  sequencer_.Read(
      [name, user](const core::World& world) {
        user->user = world.access().FindUser(name);
        user->holder = world.access().HolderOf(user->user);
      },
      [this, name, user, done = std::move(done)](const absl::Status& status,
                                                 EntryNumber) {
        if (!status.ok()) return done(status);
        if (!user->user) return done(absl::NotFoundError("unknown user"));
        {
          absl::MutexLock lock(&mutex_);
          known_[name] = *user;
        }
        done(*user);
      },
      min_entry);
}

}  // namespace luheng::server
