// Behind the sequencer: one thread that commits to each entry in the tree,
// seals the block, appends it, and then acknowledges and publishes. At most
// kBlocksInFlight blocks wait here, so that a slow disk slows deciding instead
// of filling memory.
#ifndef LUHENG_SERVICES_CORE_COMMIT_PIPELINE_H_
#define LUHENG_SERVICES_CORE_COMMIT_PIPELINE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "ledger/base/ids.h"
#include "ledger/journal/block.h"
#include "ledger/journal/journal.h"
#include "ledger/journal/sealer.h"
#include "services/core/sequencer.h"

namespace luheng::core {

inline constexpr size_t kBlocksInFlight = 2;

// What the sequencer hands over when it closes a block.
struct OpenBlock {
  BlockBuilder builder;
  EntryNumber last_entry;  // Of the world when the block was closed.
  Stamp last_stamp;
  uint64_t fold = 0;
  // Called once everything up to here is durable, or with the failure.
  std::vector<std::function<void(const absl::Status&)>> waiters;
  // By publisher.
  std::vector<std::shared_ptr<const void>> updates;
};

// Thread-safe.
class CommitPipeline {
 public:
  // Borrows journal and publishers. `on_fatal` as in SequencerOptions.
  // Start() begins the work.
  CommitPipeline(Journal& journal, BlockSealer sealer, Epoch epoch,
                 DurableState state, std::vector<BlockPublisher*> publishers,
                 std::function<void(const absl::Status&)> on_fatal);
  // Joins the thread; everything handed over was committed or failed.
  ~CommitPipeline();

  // Starts the thread. `on_room` is called on it whenever HasRoom() became
  // true.
  void Start(std::function<void()> on_room);
  // Whether the thread is idle: a block would be committed at once.
  bool HasRoom() const;
  // Hands a block over; waits for room.
  void Push(std::unique_ptr<OpenBlock> block);
  // An empty block to fill, reused from an earlier one if possible.
  std::unique_ptr<OpenBlock> TakeEmpty();
  // The last durable state.
  DurableState durable() const;
  bool failed() const;
  // Commits what was handed over and stops.
  void Drain();

 private:
  void Run();
  absl::Status Commit(OpenBlock& block);
  absl::StatusOr<DurableState> Append(OpenBlock& block);
  void HashLeaves(const BlockBuilder& builder, const BlockSecret& secret);
  void Finish(OpenBlock& block, const absl::Status& status);

  Journal& journal_;
  BlockSealer sealer_;
  const Epoch epoch_;
  const std::vector<BlockPublisher*> publishers_;
  const std::function<void(const absl::Status&)> on_fatal_;
  std::function<void()> on_room_;
  // Only the thread uses these.
  std::vector<Digest> leaves_;
  std::string record_;

  mutable absl::Mutex mutex_;
  std::deque<std::unique_ptr<OpenBlock>> queue_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<OpenBlock>> spare_ ABSL_GUARDED_BY(mutex_);
  DurableState durable_ ABSL_GUARDED_BY(mutex_);
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_COMMIT_PIPELINE_H_
