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
#include "ledger/entry/commitment.h"
#include "luheng/core/v1/events.pb.h"
#include "services/core/commit_pipeline.h"
#include "services/core/jump_watch.h"
#include "services/core/rehearsal_clock.h"

namespace luheng::core {
namespace {

// How often an idle sequencer looks at the clock for what is due.
constexpr absl::Duration kIdleWait = absl::Milliseconds(20);

struct ReadRequest {
  std::function<void(const World&)> read;
  std::function<void(absl::Status, EntryNumber)> done;
  EntryNumber min_entry;
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
        block_(pipeline_->TakeEmpty()),
        thread_([this] { Run(); }) {}

  ~SequencerImpl() override { Drain(); }

  void Submit(Submission submission) override;
  void Read(std::function<void(const World&)> read,
            std::function<void(absl::Status, EntryNumber)> done,
            EntryNumber min_entry) override;
  DurableState durable() const override { return pipeline_->durable(); }
  Reason refusing() const override {
    return static_cast<Reason>(refusing_.load(std::memory_order_relaxed));
  }
  Stamp node_time() const override {
    return std::max(clock_.Now(), pipeline_->durable().stamp);
  }
  void Drain() override;

 private:
  void Run();
  // Takes what is queued; waits until something is, or is due, or stopping.
  // False once stopping and nothing is left.
  bool TakeQueue(std::vector<Item>& items);
  void Handle(Submission& submission);
  void Handle(ReadRequest& request);
  void DecideOne(const Command& command, Outcome& outcome);
  // Applies the drafted entry and adds its bytes to the open block.
  void Record();
  void RunContinuations(Outcome& outcome);
  void RunDue();
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

  absl::Mutex mutex_;
  std::vector<Item> queue_ ABSL_GUARDED_BY(mutex_);
  int64_t queued_commands_ ABSL_GUARDED_BY(mutex_) = 0;
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
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_) {
      queue_.emplace_back(
          ReadRequest{std::move(read), std::move(done), min_entry});
      return;
    }
  }
  done(absl::UnavailableError("the node is stopping"), EntryNumber());
}

void SequencerImpl::Drain() {
  absl::MutexLock once(&drain_mutex_);
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
  pipeline_->Drain();
  refusing_.store(v1::REASON_DRAINING, std::memory_order_relaxed);
}

// ---- The sequencer's thread -----------------------------------------------

void SequencerImpl::Run() {
  std::vector<Item> items;
  while (TakeQueue(items)) {
    now_ = watch_.Next();
    RunDue();
    for (Item& item : items) {
      std::visit([this](auto& it) { Handle(it); }, item);
      if (block_->builder.bytes() >= options_.block_bytes) CloseBlock();
    }
    items.clear();
    AnswerDelayedReads(false);
    // Group commit: while the disk is busy the block goes on filling.
    const bool has_work = !block_->builder.empty() || !block_->waiters.empty();
    if (has_work && pipeline_->HasRoom()) CloseBlock();
  }
  AnswerDelayedReads(true);
  CloseBlock();
}

bool SequencerImpl::TakeQueue(std::vector<Item>& items) {
  absl::MutexLock lock(&mutex_);
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !queue_.empty();
  };
  // With an open block the wait is short: the disk may become free.
  const bool open = !block_->builder.empty() || !block_->waiters.empty();
  mutex_.AwaitWithTimeout(absl::Condition(&has_work),
                          open ? absl::Microseconds(50) : kIdleWait);
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
  if (reason == v1::REASON_CLOCK_JUMPED && IsClockCommand(submission)) {
    // Decided at the old time; from the next command on the new one counts.
    refusing_.store(v1::REASON_UNSPECIFIED, std::memory_order_relaxed);
  } else if (reason != v1::REASON_UNSPECIFIED) {
    return AnswerAll(submission, reason);
  }
  auto outcomes =
      std::make_shared<std::vector<Outcome>>(submission.commands.size());
  now_ = watch_.Next();
  for (size_t i = 0; i < submission.commands.size(); ++i) {
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

void SequencerImpl::DecideOne(const Command& command, Outcome& outcome) {
  if (command.type == v1::COMMAND_TYPE_ADVANCE_CLOCK && !options_.rehearsal) {
    outcome.reason = v1::REASON_CLOCK_NOT_REHEARSAL;
    return;
  }
  if (world_.Decide(command, now_, entry_, outcome) != Decision::kEntry) {
    return;
  }
  Record();
  if (!outcome.accepted()) return;
  RunContinuations(outcome);
  if (command.type == v1::COMMAND_TYPE_ACKNOWLEDGE_CLOCK_JUMP) {
    watch_.Acknowledge();
  } else if (command.type == v1::COMMAND_TYPE_ADVANCE_CLOCK) {
    static_cast<RehearsalClock&>(clock_).Advance(world_.core().clock_floor());
    watch_.Acknowledge();
    now_ = watch_.Next();
    RunDue();
  }
}

void SequencerImpl::Record() {
  world_.Apply(entry_.view());
  const size_t size = entry_.ByteSize();
  if (!block_->builder.Fits(size)) CloseBlock();
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
  if (CheckAcceptance() != v1::REASON_UNSPECIFIED) return;
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
  for (ReadRequest& request : waiting) {
    if (!stopping) {
      Handle(request);
      continue;
    }
    request.done(absl::UnavailableError("the node is stopping"), EntryNumber());
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

DurableState StateAt(const JournalTail& tail, const World& world) {
  return {tail.last_entry, tail.number, tail.tree, world.fold(),
          tail.last_stamp};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Sequencer>> Sequencer::Start(
    const SequencerOptions& options, Journal& journal, World& world,
    Clock& clock, const DiskReserve* reserve, const GenesisConfig* genesis,
    std::vector<BlockPublisher*> publishers) {
  const Epoch epoch(journal.current_epoch().value() + 1);
  RETURN_IF_ERROR(journal.Fence(epoch));
  if (journal.tail().empty()) {
    if (genesis == nullptr) {
      return absl::InvalidArgumentError(
          "the journal is empty and no genesis is configured");
    }
    RETURN_IF_ERROR(
        AppendGenesis(journal, world, epoch, clock.Now(), *genesis));
  }
  const JournalTail tail = journal.tail();
  if (tail.last_entry != world.last_entry()) {
    return absl::DataLossError(
        absl::StrCat("the journal ends at entry ", tail.last_entry.value(),
                     ", the world at ", world.last_entry().value()));
  }
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
