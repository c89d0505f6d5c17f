#include "services/core/follower.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"
#include "ledger/base/thread.h"
#include "ledger/entry/strict.h"
#include "luheng/core/v1/events.pb.h"

namespace luheng::core {
namespace {

// How often waiting reads are looked at while nothing comes.
constexpr absl::Duration kIdleWait = absl::Milliseconds(50);

// A digest names a block that was the last one a moment before.
constexpr size_t kFoldsMax = 1 << 16;

// Where `world` stands in `journal`. A world ends where a block ends.
DurableState StateOf(const Journal& journal, const World& world) {
  DurableState state;
  state.entry = world.last_entry();
  state.stamp = world.last_stamp();
  state.fold = world.fold();
  const auto number = journal.FindBlockOf(state.entry);
  if (!number.ok()) return state;
  const auto bytes = journal.Read(*number);
  if (!bytes.ok()) return state;
  const auto block = BlockView::Parse(*bytes);
  if (!block.ok()) return state;
  state.block = *number;
  state.tree = block->header().tree;
  return state;
}

}  // namespace

Follower::Follower(const FollowerOptions& options, const Journal& journal,
                   World& world, Clock& clock, CommandForwarder& forwarder,
                   std::vector<BlockPublisher*> publishers)
    : options_(options),
      journal_(journal),
      world_(world),
      clock_(clock),
      forwarder_(forwarder),
      publishers_(std::move(publishers)) {
  {
    absl::MutexLock lock(&mutex_);
    durable_ = StateOf(journal, world);
  }
  thread_ = std::thread([this] { Run(); });
}

Follower::~Follower() { Drain(); }

void Follower::Wake() {
  absl::MutexLock lock(&mutex_);
  woken_ = true;
}

void Follower::Submit(Submission submission) {
  bool stopping = false;
  {
    absl::MutexLock lock(&mutex_);
    stopping = stopping_;
  }
  if (stopping) {
    std::vector<Outcome> outcomes(submission.commands.size());
    for (Outcome& outcome : outcomes) outcome.reason = v1::REASON_DRAINING;
    return submission.done(outcomes);
  }
  submission.done = [this, done = std::move(submission.done)](
                        std::vector<Outcome>& outcomes) {
    EntryNumber last;
    for (const Outcome& outcome : outcomes) {
      last = std::max(last, outcome.entry);
    }
    auto kept = std::make_shared<std::vector<Outcome>>(std::move(outcomes));
    Answer(last, [kept, done] { done(*kept); });
  };
  forwarder_.Forward(std::move(submission));
}

void Follower::Answer(EntryNumber entry, std::function<void()> answer) {
  {
    absl::MutexLock lock(&mutex_);
    if (entry > durable_.entry && !stopping_) {
      answers_.push_back({entry, std::move(answer)});
      return;
    }
  }
  answer();
}

void Follower::Read(std::function<void(const World&)> read,
                    std::function<void(absl::Status, EntryNumber)> done,
                    EntryNumber min_entry) {
  absl::Status status;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) {
      status = absl::UnavailableError("the node is stopping");
    } else if (static_cast<int64_t>(reads_.size()) >=
               options_.queue_reads_max) {
      status = absl::ResourceExhaustedError("the queue is full");
    } else {
      reads_.push_back({std::move(read), std::move(done), min_entry,
                        clock_.MonotonicNanos() + options_.read_wait_ns_max});
      woken_ = true;
      return;
    }
  }
  done(status, EntryNumber());
}

DurableState Follower::durable() const {
  absl::MutexLock lock(&mutex_);
  return durable_;
}

Reason Follower::refusing() const {
  {
    absl::MutexLock lock(&mutex_);
    if (failed_) return v1::REASON_JOURNAL_FAILED;
    if (stopping_) return v1::REASON_DRAINING;
  }
  return forwarder_.connected() ? v1::REASON_UNSPECIFIED
                                : v1::REASON_APPEND_NODE_UNREACHABLE;
}

Stamp Follower::node_time() const {
  const Stamp last = durable().stamp;
  return options_.rehearsal ? last : std::max(clock_.Now(), last);
}

void Follower::Drain() {
  absl::MutexLock once(&drain_mutex_);
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

// ---- The follower's thread -------------------------------------------------

void Follower::Run() {
  NameThread("follower");
  while (true) {
    const absl::Status status = FoldNew();
    AnswerReads(false);
    AnswerCommands(false);
    absl::MutexLock lock(&mutex_);
    if (!status.ok()) {
      failed_ = true;
      if (options_.on_fatal) options_.on_fatal(status);
      mutex_.Await(absl::Condition(&stopping_));
    }
    if (stopping_) break;
    mutex_.AwaitWithTimeout(absl::Condition(&woken_), kIdleWait);
    woken_ = false;
  }
  AnswerReads(true);
  AnswerCommands(true);
}

absl::Status Follower::FoldNew() {
  const EntryNumber folded = world_.last_entry();
  if (folded >= journal_.tail().last_entry) return absl::OkStatus();
  ASSIGN_OR_RETURN(const BlockNumber from,
                   journal_.FindBlockOf(EntryNumber(folded.value() + 1)));
  const auto cursor = journal_.ReadFrom(from);
  while (true) {
    ASSIGN_OR_RETURN(const auto block, cursor->Next());
    if (!block) return absl::OkStatus();
    RETURN_IF_ERROR(FoldBlock(*block));
    Publish(*block);
    // While much is to be folded readers are not kept waiting.
    AnswerReads(false);
    AnswerCommands(false);
    absl::MutexLock lock(&mutex_);
    if (stopping_) return absl::OkStatus();
  }
}

absl::Status Follower::FoldBlock(const BlockView& block) {
  for (int64_t i = 0; i < block.entry_count(); ++i) {
    const int64_t number = block.header().first_entry.value() + i;
    if (number <= world_.last_entry().value()) continue;
    RETURN_IF_ERROR(entry_.Parse(block.entry(i)));
    if (entry_.number().value() != number ||
        entry_.stamp() < world_.last_stamp()) {
      return absl::DataLossError(
          absl::StrCat("block ", block.header().number.value(), ": entry ",
                       entry_.number().value(), " stands where ", number,
                       " is expected, "
                       "or its stamp goes back"));
    }
    RETURN_IF_ERROR(CheckKnown());
    RETURN_IF_ERROR(CompareFolds());
    world_.Apply(entry_.view());
  }
  return absl::OkStatus();
}

absl::Status Follower::CheckKnown() const {
  for (const auto& part : entry_.view().parts) {
    for (const entry::v1::Event& event : part->events()) {
      const int64_t type = event.type();
      if (type > 0 && type <= INT32_MAX &&
          world_.FindEvent(static_cast<int>(type)) != nullptr) {
        continue;
      }
      return absl::FailedPreconditionError(
          absl::StrCat("entry ", entry_.number().value(),
                       " has an event of type ", event.type(),
                       ", which this release does not know: install the "
                       "release of the appending node, nothing is skipped"));
    }
  }
  return absl::OkStatus();
}

absl::Status Follower::CompareFolds() const {
  for (const auto& part : entry_.view().parts) {
    for (const entry::v1::Event& event : part->events()) {
      v1::StateDigested digested;
      if (event.type() != v1::EVENT_TYPE_STATE_DIGESTED ||
          !ParseStrict(event.body(), digested)) {
        continue;
      }
      const auto mine =
          std::lower_bound(folds_.begin(), folds_.end(),
                           std::pair<int64_t, uint64_t>(digested.entry(), 0));
      if (mine == folds_.end() || mine->first != digested.entry()) continue;
      std::string fold;
      AppendBigEndian64(mine->second, fold);
      if (fold == digested.chain()) continue;
      return absl::DataLossError(absl::StrCat(
          "this node's books differ from those of the appending node after "
          "entry ",
          digested.entry(), ", as entry ", entry_.number().value(), " says"));
    }
  }
  return absl::OkStatus();
}

void Follower::Publish(const BlockView& block) {
  const BlockHeader& header = block.header();
  const DurableState state{world_.last_entry(), header.number, header.tree,
                           world_.fold(), world_.last_stamp()};
  folds_.emplace_back(state.entry.value(), state.fold);
  if (folds_.size() > kFoldsMax) folds_.pop_front();
  {
    absl::MutexLock lock(&mutex_);
    durable_ = state;
  }
  for (BlockPublisher* publisher : publishers_) {
    const auto updates = publisher->TakeUpdates();
    if (updates != nullptr) publisher->Publish(updates, state);
  }
}

void Follower::AnswerReads(bool stopping) {
  std::vector<WaitingRead> waiting;
  {
    absl::MutexLock lock(&mutex_);
    waiting.swap(reads_);
  }
  std::vector<WaitingRead> early;
  const EntryNumber last = world_.last_entry();
  const int64_t now = clock_.MonotonicNanos();
  for (WaitingRead& request : waiting) {
    if (request.min_entry <= last) {
      request.read(world_);
      request.done(absl::OkStatus(), last);
    } else if (stopping) {
      request.done(absl::UnavailableError("the node is stopping"),
                   EntryNumber());
    } else if (now >= request.deadline_ns) {
      request.done(absl::OutOfRangeError(absl::StrCat(
                       "entry ", request.min_entry.value(),
                       " has not arrived, the last one is ", last.value())),
                   last);
    } else {
      early.push_back(std::move(request));
    }
  }
  if (early.empty()) return;
  absl::MutexLock lock(&mutex_);
  std::move(early.begin(), early.end(), std::back_inserter(reads_));
}

void Follower::AnswerCommands(bool stopping) {
  std::vector<WaitingAnswer> ready;
  {
    absl::MutexLock lock(&mutex_);
    const auto here = std::stable_partition(
        answers_.begin(), answers_.end(),
        [&](const WaitingAnswer& waiting) ABSL_NO_THREAD_SAFETY_ANALYSIS {
          return !stopping && waiting.entry > durable_.entry;
        });
    std::move(here, answers_.end(), std::back_inserter(ready));
    answers_.erase(here, answers_.end());
  }
  for (WaitingAnswer& waiting : ready) waiting.answer();
}

}  // namespace luheng::core
