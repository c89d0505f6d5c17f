#include "services/core/commit_pipeline.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "ledger/base/check.h"
#include "ledger/base/status_macros.h"
#include "ledger/base/thread.h"
#include "ledger/entry/commitment.h"

namespace luheng::core {
namespace {

// An unknown outcome is asked for again, at growing intervals, for about five
// seconds; then the process stops and its restart will find out.
constexpr int kUnknownRetries = 10;
constexpr absl::Duration kUnknownWait = absl::Microseconds(2500);

}  // namespace

CommitPipeline::CommitPipeline(
    Journal& journal, BlockSealer sealer, Epoch epoch, DurableState state,
    std::vector<BlockPublisher*> publishers,
    std::function<void(const absl::Status&)> on_fatal)
    : journal_(journal),
      sealer_(std::move(sealer)),
      epoch_(epoch),
      publishers_(std::move(publishers)),
      on_fatal_(std::move(on_fatal)),
      durable_(state) {}

CommitPipeline::~CommitPipeline() { Drain(); }

void CommitPipeline::Start(std::function<void()> on_room) {
  on_room_ = std::move(on_room);
  thread_ = std::thread([this] { Run(); });
}

bool CommitPipeline::HasRoom() const {
  absl::MutexLock lock(&mutex_);
  return queue_.empty() && !busy_;
}

void CommitPipeline::Push(std::unique_ptr<OpenBlock> block) {
  absl::MutexLock lock(&mutex_);
  const auto has_room = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return queue_.size() < kBlocksInFlight;
  };
  mutex_.Await(absl::Condition(&has_room));
  queue_.push_back(std::move(block));
}

std::unique_ptr<OpenBlock> CommitPipeline::TakeEmpty() {
  absl::MutexLock lock(&mutex_);
  if (spare_.empty()) return std::make_unique<OpenBlock>();
  std::unique_ptr<OpenBlock> block = std::move(spare_.back());
  spare_.pop_back();
  return block;
}

DurableState CommitPipeline::durable() const {
  absl::MutexLock lock(&mutex_);
  return durable_;
}

bool CommitPipeline::failed() const {
  absl::MutexLock lock(&mutex_);
  return !failure_.ok();
}

void CommitPipeline::Drain() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void CommitPipeline::Run() {
  NameThread("commit");
  while (true) {
    std::unique_ptr<OpenBlock> block;
    absl::Status status;
    {
      absl::MutexLock lock(&mutex_);
      const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !queue_.empty();
      };
      mutex_.Await(absl::Condition(&has_work));
      if (queue_.empty()) return;
      block = std::move(queue_.front());
      queue_.pop_front();
      busy_ = true;
      status = failure_;
    }
    if (status.ok()) status = Commit(*block);
    Finish(*block, status);
    bool has_room = false;
    {
      absl::MutexLock lock(&mutex_);
      busy_ = false;
      has_room = queue_.empty();
      spare_.push_back(std::move(block));
    }
    if (has_room) on_room_();
  }
}

absl::Status CommitPipeline::Commit(OpenBlock& block) {
  // A block without entries only carries waiters behind the blocks before it.
  if (block.builder.empty()) return absl::OkStatus();
  const auto state = Append(block);
  {
    absl::MutexLock lock(&mutex_);
    if (state.ok()) {
      durable_ = *state;
    } else {
      failure_ = state.status();
    }
  }
  if (!state.ok()) {
    if (on_fatal_) on_fatal_(state.status());
    return state.status();
  }
  for (size_t i = 0; i < publishers_.size(); ++i) {
    if (block.updates[i] != nullptr) {
      publishers_[i]->Publish(block.updates[i], *state);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<DurableState> CommitPipeline::Append(OpenBlock& block) {
  const BlockSecret secret = DrawBlockSecret();
  HashLeaves(block.builder, secret);
  const Digest prev_digest = sealer_.tail().digest;
  const SealedBlock sealed =
      sealer_.Seal(block.builder, epoch_, leaves_, secret);
  absl::Duration wait = kUnknownWait;
  for (int attempt = 0; attempt <= kUnknownRetries; ++attempt, wait *= 2) {
    if (attempt > 0) absl::SleepFor(wait);
    ASSIGN_OR_RETURN(
        const AppendResult result,
        journal_.Append(epoch_, sealed.header.number, prev_digest, sealed));
    if (result == AppendResult::kFenced) {
      return absl::AbortedError(absl::StrCat("fenced: a newer epoch than ",
                                             epoch_.value(), " appends"));
    }
    if (result == AppendResult::kCommitted) {
      return DurableState{block.last_entry, sealed.header.number,
                          sealed.header.tree, block.fold, block.last_stamp};
    }
  }
  return absl::UnavailableError(absl::StrCat("outcome of block ",
                                             sealed.header.number.value(),
                                             " could not be learned"));
}

void CommitPipeline::HashLeaves(const BlockBuilder& builder,
                                const BlockSecret& secret) {
  const HashSuite& suite = sealer_.suite();
  leaves_.clear();
  for (int64_t i = 0; i < builder.entry_count(); ++i) {
    LUHENG_CHECK_OK(
        CommitmentRecord(suite, secret.view(), builder.entry(i), record_));
    leaves_.push_back(suite.LeafHash(record_));
  }
}

void CommitPipeline::Finish(OpenBlock& block, const absl::Status& status) {
  for (auto& waiter : block.waiters) waiter(status);
  block.waiters.clear();
  block.updates.clear();
  if (!block.builder.empty()) block.builder = BlockBuilder();
}

}  // namespace luheng::core
