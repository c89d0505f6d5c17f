// Signs checkpoints of the journal's tree: at an interval, and at once when one
// is asked for. A fork is never signed: before a note is handed out it is kept
// on disk, and the next one must be proved to extend it, after a restart too.
#ifndef LUHENG_SERVICES_SUPERVISION_CHECKPOINTER_H_
#define LUHENG_SERVICES_SUPERVISION_CHECKPOINTER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "ledger/journal/journal.h"
#include "ledger/merkle/checkpoint.h"
#include "ledger/merkle/note.h"
#include "ledger/merkle/signer.h"
#include "services/core/checkpoint_source.h"

namespace luheng::supervision {

struct CheckpointerOptions {
  // The file that keeps the last signed note.
  std::string path;
  // How often a grown tree is signed.
  absl::Duration interval = absl::Seconds(10);
  // Called with each new note once it is kept; must not block nor call back.
  std::function<void(const Note& note, const TreeHead& head)> on_signed;
  // Called once if the tree does not extend what was signed, or the note cannot
  // be kept: nothing more is signed.
  std::function<void(const absl::Status&)> on_fatal;
};

// Thread-safe.
class Checkpointer final : public core::CheckpointSource {
 public:
  // Borrows `journal`. Errors: DATA_LOSS if the journal is shorter than what
  // was signed or has another root there, with both; FAILED_PRECONDITION if the
  // kept note is not of this key; those of the file.
  static absl::StatusOr<std::unique_ptr<Checkpointer>> Open(
      const CheckpointerOptions& options, const Journal& journal,
      std::unique_ptr<Signer> signer);
  // Stops.
  ~Checkpointer() override;
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  // Signs at the interval from here on.
  void Start();
  // Ends that. Idempotent.
  void Stop();

  const NoteKey& key() const override { return signer_->key(); }
  absl::StatusOr<Note> Covering(int64_t entries) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<Note> Newest() const override ABSL_LOCKS_EXCLUDED(mutex_);
  int64_t signed_entries() const override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Checkpointer(const CheckpointerOptions& options, const Journal& journal,
               std::unique_ptr<Signer> signer)
      : options_(options), journal_(journal), signer_(std::move(signer)) {}

  absl::Status Restore();
  void Run();
  absl::Status SignTail() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const CheckpointerOptions options_;
  const Journal& journal_;
  const std::unique_ptr<Signer> signer_;

  mutable absl::Mutex mutex_;
  // The newest note and what it says; size 0 before the first.
  Note note_ ABSL_GUARDED_BY(mutex_);
  TreeHead head_ ABSL_GUARDED_BY(mutex_);
  absl::Status broken_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace luheng::supervision

#endif  // LUHENG_SERVICES_SUPERVISION_CHECKPOINTER_H_
