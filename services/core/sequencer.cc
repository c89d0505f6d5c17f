#include "services/core/sequencer.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "ledger/base/check.h"
#include "ledger/base/status_macros.h"
#include "ledger/base/thread.h"
#include "ledger/entry/commitment.h"
#include "luheng/core/v1/events.pb.h"
#include "services/core/commit_pipeline.h"
#include "services/core/jump_watch.h"
#include "services/core/rehearsal_clock.h"

namespace luheng::core {
namespace {

// How often an idle sequencer looks at the clock for what is due.
constexpr absl::Duration kIdleWait = absl::Milliseconds(20);

// How many commands ahead the world hears of one: a command takes about as long
// as a few reads of memory.
constexpr size_t kNearAhead = 2;
constexpr size_t kMiddleAhead = 4;
constexpr size_t kFarAhead = 6;

struct ReadRequest {
  std::function<void(const World&)> read;
  std::function<void(absl::Status, EntryNumber)> done;
  EntryNumber min_entry;
  int64_t deadline_ns = 0;  // By the monotonic clock.
};

using Item = std::variant<Submission, ReadRequest>;

void AnswerAll(Submission& submission, Reason reason) {
  std::vector<Outcome> outcomes(submission.commands.size());
  for (Outcome& outcome : outcomes) outcome.reason = reason;
  submission.done(outcomes);
}

class SequencerImpl final : public Sequencer {
 public:
  SequencerImpl(const SequencerOptions& options, World& world, Clock& clock,
                const DiskReserve* reserve,
                std::vector<BlockPublisher*> publishers,
                std::unique_ptr<CommitPipeline> pipeline)
      : options_(options),
        world_(world),
        clock_(clock),
        reserve_(reserve),
        publishers_(std::move(publishers)),
        pipeline_(std::move(pipeline)),
        watch_(clock, world.last_stamp(), options.clock_jump_ns_max),
        block_(pipeline_->TakeEmpty()) {
    pipeline_->Start([this] {
      absl::MutexLock lock(&mutex_);
      room_ = true;
    });
    thread_ = std::thread([this] { Run(); });
  }

  ~SequencerImpl() override { Drain(); }

  void Submit(Submission submission) override;
  void Read(std::function<void(const World&)> read,
            std::function<void(absl::Status, EntryNumber)> done,
            EntryNumber min_entry) override;
  DurableState durable() const override { return pipeline_->durable(); }
  Reason refusing() const override {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return v1::REASON_DRAINING;
    return static_cast<Reason>(refusing_.load(std::memory_order_relaxed));
  }
  Stamp node_time() const override {
    return std::max(clock_.Now(), pipeline_->durable().stamp);
  }
  void Drain() override;

 private:
  void Run();
  // Takes what is queued; waits until something is, or may be due, or the
  // open block can go, or stopping. False once stopping and nothing is left.
  bool TakeQueue(std::vector<Item>& items);
  void Handle(Submission& submission);
  void Handle(ReadRequest& request);
  void Announce(const std::vector<Command>& commands, size_t at);
  void DecideOne(const Command& command, Outcome& outcome);
  // Applies the drafted entry and adds its bytes to the open block.
  void Record();
  void RunContinuations(Outcome& outcome);
  // Does what is due at now_. Only while commands are accepted.
  void RunDue();
  // After an entry that moved the clock by command.
  void FollowClock(const Command& command, const Outcome& outcome,
                   Stamp floor_before);
  // Whether somebody waits for the open block.
  bool HasOpenBlock() const {
    return !block_->builder.empty() || !block_->waiters.empty();
  }
  void AnswerDelayedReads(bool stopping);
  void CloseBlock();
  // Why commands are refused now; also what refusing() says.
  Reason CheckAcceptance();
  bool IsClockCommand(const Submission& submission) const;

  const SequencerOptions options_;
  World& world_;
  Clock& clock_;
  const DiskReserve* const reserve_;
  const std::vector<BlockPublisher*> publishers_;
  const std::unique_ptr<CommitPipeline> pipeline_;

  // Only the sequencer's thread uses these.
  JumpWatch watch_;
  Stamp now_;
  Entry entry_;
  std::unique_ptr<OpenBlock> block_;
  std::vector<ReadRequest> delayed_reads_;

  // A Reason for status pages; orders nothing.
  std::atomic<int> refusing_{v1::REASON_UNSPECIFIED};

  mutable absl::Mutex mutex_;
  std::vector<Item> queue_ ABSL_GUARDED_BY(mutex_);
  int64_t queued_commands_ ABSL_GUARDED_BY(mutex_) = 0;
  // The pipeline came to have room since this was last looked at.
  bool room_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Mutex drain_mutex_;
  std::thread thread_;
};

// ---- Callers' threads -----------------------------------------------------

void SequencerImpl::Submit(Submission submission) {
  const auto count = static_cast<int64_t>(submission.commands.size());
  Reason reason = v1::REASON_UNSPECIFIED;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) {
      reason = v1::REASON_DRAINING;
    } else if (queued_commands_ + count > options_.queue_commands_max) {
      reason = v1::REASON_QUEUE_FULL;
    } else {
      queued_commands_ += count;
      queue_.emplace_back(std::move(submission));
      return;
    }
  }
  AnswerAll(submission, reason);
}

void SequencerImpl::Read(std::function<void(const World&)> read,
                         std::function<void(absl::Status, EntryNumber)> done,
                         EntryNumber min_entry) {
  absl::Status status;
  const int64_t deadline = clock_.MonotonicNanos() + options_.read_wait_ns_max;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) {
      status = absl::UnavailableError("the node is stopping");
    } else if (queued_commands_ >= options_.queue_commands_max) {
      status = absl::ResourceExhaustedError("the queue is full");
    } else {
      ++queued_commands_;
      queue_.emplace_back(
          ReadRequest{std::move(read), std::move(done), min_entry, deadline});
      return;
    }
  }
  done(status, EntryNumber());
}

void SequencerImpl::Drain() {
  absl::MutexLock once(&drain_mutex_);
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
  pipeline_->Drain();
}

// ---- The sequencer's thread -----------------------------------------------

void SequencerImpl::Run() {
  NameThread("sequencer");
  std::vector<Item> items;
  while (TakeQueue(items)) {
    now_ = watch_.Next();
    if (CheckAcceptance() == v1::REASON_UNSPECIFIED) RunDue();
    for (Item& item : items) {
      std::visit([this](auto& it) { Handle(it); }, item);
      if (block_->builder.bytes() >= options_.block_bytes) CloseBlock();
    }
    items.clear();
    AnswerDelayedReads(false);
    // Group commit: while the disk is busy the block goes on filling.
    if (HasOpenBlock() && pipeline_->HasRoom()) CloseBlock();
  }
  AnswerDelayedReads(true);
  CloseBlock();
}

bool SequencerImpl::TakeQueue(std::vector<Item>& items) {
  const bool open = HasOpenBlock();
  absl::MutexLock lock(&mutex_);
  const auto has_work = [this, open]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !queue_.empty() || (open && room_);
  };
  mutex_.AwaitWithTimeout(absl::Condition(&has_work), kIdleWait);
  room_ = false;
  items.swap(queue_);
  queued_commands_ = 0;
  return !items.empty() || !stopping_;
}

bool SequencerImpl::IsClockCommand(const Submission& submission) const {
  return submission.commands.size() == 1 &&
         submission.commands[0].type == v1::COMMAND_TYPE_ACKNOWLEDGE_CLOCK_JUMP;
}

Reason SequencerImpl::CheckAcceptance() {
  Reason reason = v1::REASON_UNSPECIFIED;
  if (pipeline_->failed()) {
    reason = v1::REASON_JOURNAL_FAILED;
  } else if (watch_.tripped()) {
    reason = v1::REASON_CLOCK_JUMPED;
  } else if (reserve_ != nullptr && reserve_->Low()) {
    reason = v1::REASON_DISK_RESERVE;
  }
  refusing_.store(reason, std::memory_order_relaxed);
  return reason;
}

void SequencerImpl::Handle(Submission& submission) {
  const Reason reason = CheckAcceptance();
  // Decided at the old time; from the next command on the new one counts.
  const bool ends_jump =
      reason == v1::REASON_CLOCK_JUMPED && IsClockCommand(submission);
  if (reason != v1::REASON_UNSPECIFIED && !ends_jump) {
    return AnswerAll(submission, reason);
  }
  auto outcomes =
      std::make_shared<std::vector<Outcome>>(submission.commands.size());
  now_ = watch_.Next();
  // What is due by the stamp of a command comes before the command.
  if (!ends_jump) RunDue();
  for (size_t i = 0; i < submission.commands.size(); ++i) {
    Announce(submission.commands, i);
    DecideOne(submission.commands[i], (*outcomes)[i]);
    if (block_->builder.bytes() >= options_.block_bytes) CloseBlock();
  }
  block_->waiters.push_back(
      [outcomes, done = std::move(submission.done),
       bodies = std::move(submission.bodies)](const absl::Status& status) {
        if (!status.ok()) {
          for (Outcome& outcome : *outcomes) {
            outcome = Outcome();
            outcome.reason = v1::REASON_JOURNAL_FAILED;
          }
        }
        done(*outcomes);
      });
}

// A batch says what comes: half of the time of an order is waiting for memory
// that nothing has touched lately.
void SequencerImpl::Announce(const std::vector<Command>& commands, size_t at) {
  const auto announce = [&](size_t index, Distance distance) {
    if (index < commands.size()) world_.Prefetch(commands[index], distance);
  };
  announce(at + kNearAhead, Distance::kNear);
  announce(at + kMiddleAhead, Distance::kMiddle);
  announce(at + kFarAhead, Distance::kFar);
}

void SequencerImpl::DecideOne(const Command& command, Outcome& outcome) {
  if (command.type == v1::COMMAND_TYPE_ADVANCE_CLOCK && !options_.rehearsal) {
    outcome.reason = v1::REASON_CLOCK_NOT_REHEARSAL;
    return;
  }
  if (world_.Decide(command, now_, entry_, outcome) != Decision::kEntry) {
    return;
  }
  const Stamp floor = world_.core().clock_floor();
  Record();
  if (!outcome.accepted()) return;
  RunContinuations(outcome);
  FollowClock(command, outcome, floor);
}

void SequencerImpl::FollowClock(const Command& command, const Outcome& outcome,
                                Stamp floor_before) {
  if (command.type == v1::COMMAND_TYPE_ACKNOWLEDGE_CLOCK_JUMP &&
      !outcome.pending) {
    watch_.Acknowledge();
  }
  // Also when the approval of a proposal moved it.
  const Stamp floor = world_.core().clock_floor();
  if (!options_.rehearsal || floor == floor_before) return;
  static_cast<RehearsalClock&>(clock_).Advance(floor);
  watch_.Acknowledge();
  now_ = watch_.Next();
  RunDue();
}

void SequencerImpl::Record() {
  const size_t size = entry_.ByteSize();
  // Before it is applied: a block ends at what the world is when it is closed.
  if (!block_->builder.Fits(size)) CloseBlock();
  world_.Apply(entry_.view());
  entry_.SerializeTo(block_->builder.AddUninitialized(size, entry_.stamp()));
}

void SequencerImpl::RunContinuations(Outcome& outcome) {
  while (world_.HasContinuation()) {
    world_.DecideContinuation(now_, entry_, outcome);
    Record();
    if (block_->builder.bytes() >= options_.block_bytes) CloseBlock();
  }
}

void SequencerImpl::RunDue() {
  Outcome unused;
  // A restart may have come in the middle of a large command.
  RunContinuations(unused);
  for (auto due = world_.NextDue(); due && *due <= now_;
       due = world_.NextDue()) {
    world_.DecideDue(now_, entry_);
    Record();
    RunContinuations(unused);
    if (block_->builder.bytes() >= options_.block_bytes) CloseBlock();
  }
}

void SequencerImpl::Handle(ReadRequest& request) {
  if (request.min_entry > world_.last_entry()) {
    delayed_reads_.push_back(std::move(request));
    return;
  }
  request.read(world_);
  block_->waiters.push_back(
      [done = std::move(request.done), entry = world_.last_entry()](
          const absl::Status& status) { done(status, entry); });
}

void SequencerImpl::AnswerDelayedReads(bool stopping) {
  std::vector<ReadRequest> waiting;
  waiting.swap(delayed_reads_);
  if (waiting.empty()) return;
  const int64_t now = clock_.MonotonicNanos();
  for (ReadRequest& request : waiting) {
    const bool here = request.min_entry <= world_.last_entry();
    if (stopping && !here) {
      request.done(absl::UnavailableError("the node is stopping"),
                   EntryNumber());
    } else if (!here && now >= request.deadline_ns) {
      request.done(absl::OutOfRangeError(absl::StrCat(
                       "entry ", request.min_entry.value(),
                       " is beyond the end, ", world_.last_entry().value())),
                   world_.last_entry());
    } else {
      Handle(request);
    }
  }
}

void SequencerImpl::CloseBlock() {
  block_->last_entry = world_.last_entry();
  block_->last_stamp = world_.last_stamp();
  block_->fold = world_.fold();
  for (BlockPublisher* publisher : publishers_) {
    block_->updates.push_back(publisher->TakeUpdates());
  }
  pipeline_->Push(std::move(block_));
  block_ = pipeline_->TakeEmpty();
}

// Appends entry 1 to an empty journal.
absl::Status AppendGenesis(Journal& journal, World& world, Epoch epoch,
                           Stamp now, const GenesisConfig& genesis) {
  Entry entry;
  world.DraftGenesis(genesis, now, entry);
  world.Apply(entry.view());
  BlockBuilder builder;
  std::string bytes;
  entry.Serialize(bytes);
  builder.Add(bytes, now);
  const HashSuite& suite = SuiteOf(genesis.suite);
  const BlockSecret secret = DrawBlockSecret();
  std::string record;
  RETURN_IF_ERROR(CommitmentRecord(suite, secret.view(), bytes, record));
  BlockSealer sealer(suite, genesis.journal_id);
  const std::vector<Digest> leaves = {suite.LeafHash(record)};
  const SealedBlock sealed = sealer.Seal(builder, epoch, leaves, secret);
  ASSIGN_OR_RETURN(const AppendResult result,
                   journal.Append(epoch, BlockNumber(1), Digest(), sealed));
  if (result == AppendResult::kCommitted) return absl::OkStatus();
  return absl::AbortedError("entry 1 was not committed");
}

// Whether the node can go on behind `journal` with `world`.
absl::Status CheckStart(const Journal& journal, const World& world,
                        const GenesisConfig* genesis) {
  const JournalTail tail = journal.tail();
  if (tail.empty() && genesis == nullptr) {
    return absl::InvalidArgumentError(
        "the journal is empty and no genesis is configured");
  }
  if (tail.last_entry == world.last_entry()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the journal ends at entry ", tail.last_entry.value(),
                   ", the world at ", world.last_entry().value()));
}

DurableState StateAt(const JournalTail& tail, const World& world) {
  return {tail.last_entry, tail.number, tail.tree, world.fold(),
          tail.last_stamp};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Sequencer>> Sequencer::Start(
    const SequencerOptions& options, Journal& journal, World& world,
    Clock& clock, const DiskReserve* reserve, const GenesisConfig* genesis,
    std::vector<BlockPublisher*> publishers) {
  // Before the append right is taken from whoever has it, and again once
  // nobody else can append.
  RETURN_IF_ERROR(CheckStart(journal, world, genesis));
  const Epoch epoch(journal.current_epoch().value() + 1);
  RETURN_IF_ERROR(journal.Fence(epoch));
  RETURN_IF_ERROR(CheckStart(journal, world, genesis));
  if (journal.tail().empty()) {
    RETURN_IF_ERROR(
        AppendGenesis(journal, world, epoch, clock.Now(), *genesis));
  }
  const JournalTail tail = journal.tail();
  ASSIGN_OR_RETURN(BlockSealer sealer, BlockSealer::Resume(journal));
  auto pipeline = std::make_unique<CommitPipeline>(
      journal, std::move(sealer), epoch, StateAt(tail, world), publishers,
      options.on_fatal);
  return std::make_unique<SequencerImpl>(options, world, clock, reserve,
                                         std::move(publishers),
                                         std::move(pipeline));
}

absl::Status Sequencer::ReadSync(std::function<void(const World&)> read) {
  absl::Notification finished;
  absl::Status result;
  Read(std::move(read), [&](absl::Status status, EntryNumber) {
    result = std::move(status);
    finished.Notify();
  });
  finished.WaitForNotification();
  return result;
}

Outcome Sequencer::SubmitSync(const Command& command) {
  absl::Notification finished;
  Outcome result;
  Submission submission;
  submission.commands.push_back(command);
  submission.done = [&](std::vector<Outcome>& outcomes) {
    result = std::move(outcomes[0]);
    finished.Notify();
  };
  Submit(std::move(submission));
  finished.WaitForNotification();
  return result;
}

}  // namespace luheng::core
