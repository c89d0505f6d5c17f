// The ledger's checkpoints with the cosignatures of its witnesses. Each witness
// is asked by a thread of its own, so that one that is slow, down or lying
// holds up nobody: not the market, not the signing, not the other witnesses.
//
// It goes by rounds, so that all witnesses are asked for the same checkpoint: a
// round is over when the policy's quorum has cosigned, or when `wait` has
// passed. Then its checkpoint is published, with the cosignatures that it has,
// and the next round takes the newest one that was signed meanwhile. What is
// published never becomes smaller.
#ifndef LUHENG_SERVICES_SUPERVISION_COSIGNED_CHECKPOINTS_H_
#define LUHENG_SERVICES_SUPERVISION_COSIGNED_CHECKPOINTS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "ledger/journal/journal.h"
#include "ledger/merkle/trust_policy.h"
#include "services/core/checkpoint_source.h"
#include "services/supervision/witness_asker.h"

namespace luheng::supervision {

struct CosignedOptions {
  // What readers are told to begin with.
  std::string policy;
  // How long a checkpoint waits for its quorum.
  absl::Duration wait = absl::Seconds(2);
  // A witness that failed is asked again after this long, then after twice as
  // long, and so on up to the other.
  absl::Duration retry_min = absl::Seconds(1);
  absl::Duration retry_max = absl::Seconds(60);
  // Called when a witness begins to cosign, or to fail in another way, from
  // its thread.
  std::function<void(const TrustPolicy::Witness&, const absl::Status&)>
      on_change;
  std::function<absl::StatusOr<WitnessDoor>(const TrustPolicy::Witness&)> open;
};

// Thread-safe.
class CosignedCheckpoints final : public core::CheckpointSource {
 public:
  // Borrows `journal` and `signing`, whose checkpoints the log of `policy`
  // signs. Errors: INVALID_ARGUMENT if a witness has no URL, or a bad one.
  static absl::StatusOr<std::unique_ptr<CosignedCheckpoints>> Start(
      const CosignedOptions& options, TrustPolicy policy,
      const Journal& journal, core::CheckpointSource& signing);
  // Stops.
  ~CosignedCheckpoints() override;
  CosignedCheckpoints(const CosignedCheckpoints&) = delete;
  CosignedCheckpoints& operator=(const CosignedCheckpoints&) = delete;

  // A new checkpoint was signed; never blocks.
  void Signed(const Note& note, const TreeHead& head)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Answers who still waits, and asks nobody any more. Idempotent.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  const NoteKey& key() const override { return signing_.key(); }
  // Does not wait: without cosignatures if the published one is too small.
  absl::StatusOr<Note> Covering(int64_t entries) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits for the round that covers `entries`, at most two rounds long.
  void WhenCovering(int64_t entries,
                    std::function<void(absl::StatusOr<Note>)> done) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<Note> Newest() const override ABSL_LOCKS_EXCLUDED(mutex_);
  int64_t signed_entries() const override { return signing_.signed_entries(); }
  std::string policy() const override { return options_.policy; }

  // Entries under the newest checkpoint that its quorum has cosigned.
  int64_t cosigned_entries() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Witnesses that cosigned when they were asked last.
  int64_t witnesses_up() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Round {
    Note note;
    TreeHead head;
    absl::Time begin;
  };
  struct Waiter {
    int64_t entries;
    std::function<void(absl::StatusOr<Note>)> done;
  };
  // One for each witness; used by its thread, but for Cancel.
  struct Asked {
    TrustPolicy::Witness witness;
    WitnessAsker asker;
    absl::Status last = absl::UnknownError("not asked yet");
    std::thread thread;
  };
  using Answers = std::vector<std::pair<Waiter, absl::StatusOr<Note>>>;

  CosignedCheckpoints(const CosignedOptions& options, TrustPolicy policy,
                      core::CheckpointSource& signing)
      : options_(options), policy_(std::move(policy)), signing_(signing) {}

  void RunRounds();
  void RunWitness(Asked& asked);
  // Waits for a round other than that of `done` entries; false to stop.
  bool AwaitRound(int64_t done, absl::Time not_before, Round& round)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Take(const Round& round, NoteSignature signature)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Report(Asked& asked, const absl::Status& status)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends the round if it is over, and begins the next.
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Publish() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasQuorum() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes out those who need not wait longer.
  Answers TakeAnswers() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void Call(Answers answers);

  const CosignedOptions options_;
  const TrustPolicy policy_;
  core::CheckpointSource& signing_;

  mutable absl::Mutex mutex_;
  Round newest_ ABSL_GUARDED_BY(mutex_);  // As it was signed.
  Round round_ ABSL_GUARDED_BY(mutex_);   // With its cosignatures so far.
  Round published_ ABSL_GUARDED_BY(mutex_);
  // Entries under the last checkpoint whose round is over.
  int64_t settled_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t cosigned_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t up_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::unique_ptr<Asked>> asked_;
  std::thread rounds_;
};

}  // namespace luheng::supervision

#endif  // LUHENG_SERVICES_SUPERVISION_COSIGNED_CHECKPOINTS_H_
