// The sequencer: one thread that owns the world, and a pipeline behind it. It
// takes submissions from a bounded queue, stamps, decides and applies them,
// and closes blocks; a second thread hashes, seals and appends them while the
// next block is being decided. Nothing is acknowledged or shown before it is
// durable.
//
// If an append fails for good the sequencer reports it and stops for ever; the
// process then restarts from the journal.
#ifndef LUHENG_SERVICES_CORE_SEQUENCER_H_
#define LUHENG_SERVICES_CORE_SEQUENCER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "ledger/base/clock.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "ledger/journal/disk_reserve.h"
#include "ledger/journal/journal.h"
#include "services/core/command.h"
#include "services/core/world.h"

namespace luheng::core {

struct SequencerOptions {
  // Most commands and reads waiting; more are refused with QUEUE_FULL or
  // RESOURCE_EXHAUSTED.
  int64_t queue_commands_max = 200'000;
  // A block is closed at this size; at most kBlockBytesSoftCap.
  size_t block_bytes = 128 * 1024;
  // A forward jump of the wall clock against the monotonic clock beyond this
  // stops acceptance.
  int64_t clock_jump_ns_max = 2 * kNanosPerSecond;
  // How long a read waits for its entry, by the monotonic clock.
  int64_t read_wait_ns_max = 5 * kNanosPerSecond;
  // The clock may be advanced by command; it must be a RehearsalClock then.
  bool rehearsal = false;
  // Called at most once, from any thread, when the journal failed.
  std::function<void(const absl::Status&)> on_fatal;
};

// Where the journal stands, as last made durable.
struct DurableState {
  EntryNumber entry;
  BlockNumber block;
  TreeHead tree;
  uint64_t fold = 0;
  Stamp stamp;
};

// Something that follows the world on the sequencer's thread and publishes
// once what it saw is durable: market data, own-order streams.
class BlockPublisher {
 public:
  virtual ~BlockPublisher() = default;
  // On the sequencer's thread, when a block is closed: takes what was noted
  // since the last call. May return null.
  virtual std::shared_ptr<const void> TakeUpdates() = 0;
  // On the completion thread, when that block is durable.
  virtual void Publish(const std::shared_ptr<const void>& updates,
                       const DurableState& state) = 0;
};

// Thread-safe except where said.
class Sequencer {
 public:
  // Goes on behind the end of `journal`, whose entries `world` has folded; an
  // empty journal gets `genesis` as entry 1. Takes the append right with a new
  // epoch. Borrows everything; all of it outlives the sequencer. Errors: those
  // of Journal::Fence and Append; INVALID_ARGUMENT if the journal is empty and
  // there is no genesis; DATA_LOSS if world and journal do not end at the same
  // entry.
  static absl::StatusOr<std::unique_ptr<Sequencer>> Start(
      const SequencerOptions& options, Journal& journal, World& world,
      Clock& clock, const DiskReserve* reserve, const GenesisConfig* genesis,
      std::vector<BlockPublisher*> publishers = {});
  virtual ~Sequencer() = default;

  // Queues `submission`. Its `done` is called in any case, possibly before
  // Submit returns (queue full, draining).
  virtual void Submit(Submission submission) = 0;

  // Runs `read` on the sequencer's thread with the world as it is, then `done`
  // on the completion thread once everything `read` saw is durable, with the
  // entry it was true for. With `min_entry` it waits for that entry first.
  // Errors, for which `done` may also be called on the caller's or the
  // sequencer's thread: OUT_OF_RANGE with the last entry if `min_entry` did not
  // come within read_wait_ns_max; RESOURCE_EXHAUSTED if the queue is full;
  // UNAVAILABLE while the node drains; what broke the journal after it failed.
  virtual void Read(std::function<void(const World&)> read,
                    std::function<void(absl::Status, EntryNumber)> done,
                    EntryNumber min_entry = EntryNumber()) = 0;

  // Read, waiting for it. For tests and start-up; never on an RPC thread.
  absl::Status ReadSync(std::function<void(const World&)> read);
  // Submit one command and wait for its outcome. Same caution.
  Outcome SubmitSync(const Command& command);

  // The last durable state.
  virtual DurableState durable() const = 0;
  // Whether commands are accepted, and if not, why.
  virtual Reason refusing() const = 0;
  // The stamp that a command would get now.
  virtual Stamp node_time() const = 0;

  // Stops accepting, decides and makes durable what is queued, and joins the
  // threads. Idempotent.
  virtual void Drain() = 0;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_SEQUENCER_H_
