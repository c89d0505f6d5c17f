// The shadow fold: a second world behind the sequencer, folded from the stored
// bytes of committed blocks on its own thread. It proves all the time that
// `apply` is deterministic (its running fold must equal the live world's at
// every block), and it makes the snapshots and state digests, so that the
// sequencer never stops for them. A mismatch stops the node.
#ifndef LUHENG_SERVICES_CORE_SHADOW_FOLD_H_
#define LUHENG_SERVICES_CORE_SHADOW_FOLD_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "ledger/journal/journal.h"
#include "services/core/recovery.h"
#include "services/core/sequencer.h"
#include "services/core/snapshot.h"

namespace luheng::core {

struct ShadowFoldOptions {
  // A snapshot is made when so many entries came since the last one.
  int64_t snapshot_interval_entries = 200'000;
  // Called at most once, on the shadow's thread, if the folds differ or the
  // journal cannot be read.
  std::function<void(const absl::Status&)> on_fatal;
};

// Thread-safe. As a BlockPublisher it learns the live world's fold.
class ShadowFold final : public BlockPublisher {
 public:
  // Borrows journal and snapshots.
  ShadowFold(ShadowFoldOptions options, const Journal& journal,
             WorldFactory make_world, const SnapshotStore& snapshots);
  // Stop() must have been called if Start() was.
  ~ShadowFold() override;

  // Begins to fold. Digests are submitted to `sequencer`, borrowed.
  void Start(Sequencer& sequencer);
  // Stops after the block at hand; before the sequencer is drained.
  void Stop();

  // The entry of the newest snapshot made or found; 0 if none.
  int64_t snapshot_entry() const {
    return snapshot_entry_.load(std::memory_order_relaxed);
  }
  // The entry up to which the shadow has folded.
  int64_t folded_entry() const {
    return folded_entry_.load(std::memory_order_relaxed);
  }

  std::shared_ptr<const void> TakeUpdates() override;
  void Publish(const std::shared_ptr<const void>& updates,
               const DurableState& state) override;

 private:
  void Run(Sequencer& sequencer);
  absl::Status FoldBlocks(World& world, Sequencer& sequencer);
  // Compares what both have folded up to now.
  absl::Status Compare();
  absl::Status MakeSnapshot(const World& world, Sequencer& sequencer);

  const ShadowFoldOptions options_;
  const Journal& journal_;
  const WorldFactory make_world_;
  const SnapshotStore& snapshots_;
  // For status pages; they order nothing.
  std::atomic<int64_t> snapshot_entry_{0};
  std::atomic<int64_t> folded_entry_{0};
  std::atomic<bool> stopping_{false};

  absl::Mutex mutex_;
  // Entry and fold at the end of each block, as the live world and the shadow
  // have it; kept until the other has it too.
  using Folds = std::deque<std::pair<int64_t, uint64_t>>;
  Folds live_ ABSL_GUARDED_BY(mutex_);
  Folds shadow_;  // Only the shadow's thread uses it.
  std::thread thread_;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_SHADOW_FOLD_H_
