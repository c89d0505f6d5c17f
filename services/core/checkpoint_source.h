// Where signed checkpoints come from: on the node that appends they are signed,
// on a follower they arrive and are checked.
#ifndef LUHENG_SERVICES_CORE_CHECKPOINT_SOURCE_H_
#define LUHENG_SERVICES_CORE_CHECKPOINT_SOURCE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "ledger/merkle/note.h"
#include "ledger/merkle/note_key.h"

namespace luheng::core {

// Thread-safe.
class CheckpointSource {
 public:
  virtual ~CheckpointSource() = default;

  virtual const NoteKey& key() const = 0;
  // The newest signed checkpoint with at least `entries` entries, made now if
  // need be. Errors: OUT_OF_RANGE if the journal has not that many or none at
  // all; DATA_LOSS after a fork; UNAVAILABLE if it could not be had in time.
  virtual absl::StatusOr<Note> Covering(int64_t entries) = 0;
  // The same, for those who want its cosignatures, too: calls `done` once they
  // are there or were waited for long enough, maybe before it returns, maybe
  // later from another thread. By default there are none to wait for.
  virtual void WhenCovering(int64_t entries,
                            std::function<void(absl::StatusOr<Note>)> done) {
    done(Covering(entries));
  }
  // The newest one there is. Errors: NOT_FOUND before the first.
  virtual absl::StatusOr<Note> Newest() const = 0;
  // Entries under the newest one, 0 before the first.
  virtual int64_t signed_entries() const = 0;
  // What a reader may begin with (C2SP tlog-policy): the ledger's key, and its
  // witnesses with their quorum.
  virtual std::string policy() const {
    return absl::StrCat("log ", key().vkey(), "\nquorum none\n");
  }
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_CHECKPOINT_SOURCE_H_
