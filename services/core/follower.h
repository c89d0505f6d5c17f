// A sequencer for a node that follows another: it decides nothing. It folds
// the blocks that arrive in the node's copy of the journal, publishes from
// them, answers reads from the world so folded, and hands commands on to the
// node that appends. What it answered, its own world has: a command's answer
// waits until the entry behind it is folded here.
//
// It stops for ever, and says so, at an entry that it does not understand or
// where the appending node's fold of the books is another than its own.
#ifndef LUHENG_SERVICES_CORE_FOLLOWER_H_
#define LUHENG_SERVICES_CORE_FOLLOWER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "ledger/base/clock.h"
#include "ledger/entry/entry.h"
#include "ledger/journal/journal.h"
#include "services/core/sequencer.h"
#include "services/core/world.h"

namespace luheng::core {

// The way to the node that appends.
class CommandForwarder {
 public:
  virtual ~CommandForwarder() = default;
  // Sends `submission` there. Its `done` is called once, in any case, with
  // APPEND_NODE_UNREACHABLE for every command if the outcome is not known.
  virtual void Forward(Submission submission) = 0;
  virtual bool connected() const = 0;
};

struct FollowerOptions {
  // Most reads waiting; more are refused with RESOURCE_EXHAUSTED.
  int64_t queue_reads_max = 200'000;
  // How long a read waits for its entry, by the monotonic clock.
  int64_t read_wait_ns_max = 5 * kNanosPerSecond;
  // The appending node's clock is a rehearsal's: time is the last stamp.
  bool rehearsal = false;
  // Called at most once, on the follower's thread.
  std::function<void(const absl::Status&)> on_fatal;
};

// Thread-safe.
class Follower final : public Sequencer {
 public:
  // Goes on behind what `world` has folded of `journal`. Borrows everything;
  // all of it outlives the follower.
  Follower(const FollowerOptions& options, const Journal& journal, World& world,
           Clock& clock, CommandForwarder& forwarder,
           std::vector<BlockPublisher*> publishers);
  ~Follower() override;

  // Says that the journal has grown.
  void Wake();

  void Submit(Submission submission) override;
  void Read(std::function<void(const World&)> read,
            std::function<void(absl::Status, EntryNumber)> done,
            EntryNumber min_entry) override;
  DurableState durable() const override;
  Reason refusing() const override;
  Stamp node_time() const override;
  void Drain() override;

 private:
  struct WaitingRead {
    std::function<void(const World&)> read;
    std::function<void(absl::Status, EntryNumber)> done;
    EntryNumber min_entry;
    int64_t deadline_ns = 0;  // By the monotonic clock.
  };
  // An outcome whose entry is not folded here yet.
  struct WaitingAnswer {
    EntryNumber entry;
    std::function<void()> answer;
  };

  void Run();
  absl::Status FoldNew();
  absl::Status FoldBlock(const BlockView& block);
  // Whether every event of the entry at hand has a meaning here.
  absl::Status CheckKnown() const;
  // Compares the appending node's folds, where the entry at hand tells them.
  absl::Status CompareFolds() const;
  void Publish(const BlockView& block);
  void AnswerReads(bool stopping);
  void AnswerCommands(bool stopping);
  void Answer(EntryNumber entry, std::function<void()> answer);

  const FollowerOptions options_;
  const Journal& journal_;
  World& world_;
  Clock& clock_;
  CommandForwarder& forwarder_;
  const std::vector<BlockPublisher*> publishers_;

  // Only the follower's thread uses these.
  Entry entry_;
  // Entry and fold at the ends of the last blocks.
  std::deque<std::pair<int64_t, uint64_t>> folds_;

  mutable absl::Mutex mutex_;
  DurableState durable_ ABSL_GUARDED_BY(mutex_);
  std::vector<WaitingRead> reads_ ABSL_GUARDED_BY(mutex_);
  std::vector<WaitingAnswer> answers_ ABSL_GUARDED_BY(mutex_);
  // Something came since the thread last looked.
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Mutex drain_mutex_;
  std::thread thread_;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_FOLLOWER_H_
