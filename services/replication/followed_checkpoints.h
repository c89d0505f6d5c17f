// The checkpoints of the node that is followed, as a follower keeps them: a
// note counts once its signature is the ledger's and its root is that of this
// node's own copy. The last one stays on disk, so that a ledger that was
// rewritten while nobody looked is found at the next start.
#ifndef LUHENG_SERVICES_REPLICATION_FOLLOWED_CHECKPOINTS_H_
#define LUHENG_SERVICES_REPLICATION_FOLLOWED_CHECKPOINTS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "ledger/journal/journal.h"
#include "ledger/merkle/note.h"
#include "ledger/merkle/note_key.h"
#include "ledger/merkle/tree.h"
#include "services/core/checkpoint_source.h"

namespace luheng::replication {

// Thread-safe.
class FollowedCheckpoints final : public core::CheckpointSource {
 public:
  // Asks the node that appends for a checkpoint of at least so many entries.
  using Ask = std::function<absl::StatusOr<std::string>(int64_t min_size)>;

  // Borrows `journal`. Keeps the last note in the file `path`; notes must be of
  // `key`. Errors: FAILED_PRECONDITION if the kept note is not of this key;
  // those of the file.
  static absl::StatusOr<std::unique_ptr<FollowedCheckpoints>> Open(
      const std::string& path, const Journal& journal, const NoteKey& key,
      Ask ask);

  // Takes a note that arrived. Its entries must have arrived before. Errors:
  // DATA_LOSS if this copy has another root there, or a shorter tree, or the
  // note is not of the key; those of the file.
  absl::Status Take(absl::string_view note) ABSL_LOCKS_EXCLUDED(mutex_);

  const NoteKey& key() const override { return key_; }
  absl::StatusOr<Note> Covering(int64_t entries) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<Note> Newest() const override ABSL_LOCKS_EXCLUDED(mutex_);
  int64_t signed_entries() const override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  FollowedCheckpoints(const std::string& path, const Journal& journal,
                      const NoteKey& key, Ask ask)
      : path_(path), journal_(journal), key_(key), ask_(std::move(ask)) {}

  absl::Status Restore() ABSL_LOCKS_EXCLUDED(mutex_);

  const std::string path_;
  const Journal& journal_;
  const NoteKey key_;
  const Ask ask_;

  mutable absl::Mutex mutex_;
  // The newest note and what it says; size 0 before the first.
  Note note_ ABSL_GUARDED_BY(mutex_);
  TreeHead head_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace luheng::replication

#endif  // LUHENG_SERVICES_REPLICATION_FOLLOWED_CHECKPOINTS_H_
