#include "services/core/shadow_fold.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"
#include "ledger/base/thread.h"
#include "ledger/entry/entry.h"
#include "ledger/merkle/hash_suite.h"
#include "luheng/core/v1/events.pb.h"

namespace luheng::core {
namespace {

// Folds kept for comparison; who lags further compares again when it has
// caught up.
constexpr size_t kFoldsMax = 100'000;
constexpr absl::Duration kWait = absl::Milliseconds(200);

// Something to publish, so that Publish is called for every block.
const std::shared_ptr<const void>& Token() {
  static const auto* const token =
      new std::shared_ptr<const void>(std::make_shared<int>(0));
  return *token;
}

}  // namespace

ShadowFold::ShadowFold(ShadowFoldOptions options, const Journal& journal,
                       WorldFactory make_world, const SnapshotStore& snapshots)
    : options_(std::move(options)),
      journal_(journal),
      make_world_(std::move(make_world)),
      snapshots_(snapshots) {}

ShadowFold::~ShadowFold() { Stop(); }

void ShadowFold::Start(Sequencer& sequencer) {
  thread_ = std::thread([this, &sequencer] { Run(sequencer); });
}

void ShadowFold::Stop() {
  stopping_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const void> ShadowFold::TakeUpdates() { return Token(); }

void ShadowFold::Publish(const std::shared_ptr<const void>&,
                         const DurableState& state) {
  absl::MutexLock lock(&mutex_);
  live_.emplace_back(state.entry.value(), state.fold);
  if (live_.size() > kFoldsMax) live_.pop_front();
}

void ShadowFold::Run(Sequencer& sequencer) {
  NameThread("shadow");
  YieldToTheMarket();
  auto recovered = Recover(journal_, make_world_, &snapshots_);
  absl::Status status = recovered.status();
  if (status.ok()) {
    snapshot_entry_.store(recovered->snapshot.value(),
                          std::memory_order_relaxed);
    status = FoldBlocks(*recovered->world, sequencer);
  }
  if (!status.ok() && options_.on_fatal) options_.on_fatal(status);
}

absl::Status ShadowFold::FoldBlocks(World& world, Sequencer& sequencer) {
  // What recovery has folded counts, too: this thread may have begun late.
  shadow_.emplace_back(world.last_entry().value(), world.fold());
  while (!stopping_.load(std::memory_order_relaxed)) {
    RETURN_IF_ERROR(
        ReplayTail(journal_, world, [this, &world](int64_t entry, int64_t) {
          shadow_.emplace_back(entry, world.fold());
          if (shadow_.size() > kFoldsMax) {
            shadow_.pop_front();
          }
        }).status());
    folded_entry_.store(world.last_entry().value(), std::memory_order_relaxed);
    RETURN_IF_ERROR(Compare());
    const int64_t since = world.last_entry().value() -
                          snapshot_entry_.load(std::memory_order_relaxed);
    if (since >= options_.snapshot_interval_entries) {
      RETURN_IF_ERROR(MakeSnapshot(world, sequencer));
    }
    const JournalTail tail = journal_.tail();
    if (world.last_entry() >= tail.last_entry) {
      journal_.AwaitBlock(BlockNumber(tail.number.value() + 1), kWait);
    }
  }
  return absl::OkStatus();
}

absl::Status ShadowFold::Compare() {
  absl::MutexLock lock(&mutex_);
  // A block is published right after it is committed, so that the shadow may
  // have folded it before the live world's fold arrives, or after.
  while (!live_.empty() && !shadow_.empty()) {
    const auto [live_entry, live_fold] = live_.front();
    const auto [shadow_entry, shadow_fold] = shadow_.front();
    if (live_entry <= shadow_entry) live_.pop_front();
    if (shadow_entry <= live_entry) shadow_.pop_front();
    if (live_entry == shadow_entry && live_fold != shadow_fold) {
      return absl::DataLossError(absl::StrCat(
          "the shadow's fold differs from the live world's at entry ",
          live_entry));
    }
  }
  return absl::OkStatus();
}

absl::Status ShadowFold::MakeSnapshot(const World& world,
                                      Sequencer& sequencer) {
  std::string bytes;
  {
    StateWriter writer([&bytes](absl::string_view piece) {
      bytes.append(piece.data(), piece.size());
    });
    world.Save(writer);
  }
  const Digest digest = Sha256Suite().Hash(bytes);
  RETURN_IF_ERROR(snapshots_.Write(world.last_entry(), digest, bytes));
  snapshot_entry_.store(world.last_entry().value(), std::memory_order_relaxed);
  auto body = std::make_shared<v1::StateDigest>();
  body->set_entry(world.last_entry().value());
  body->set_digest(digest.str());
  AppendBigEndian64(world.fold(), *body->mutable_chain());
  Submission submission;
  Command& command = submission.commands.emplace_back();
  command.type = v1::COMMAND_TYPE_STATE_DIGEST;
  command.body = body.get();
  submission.bodies = body;
  submission.done = [](std::vector<Outcome>&) {};
  sequencer.Submit(std::move(submission));
  return absl::OkStatus();
}

}  // namespace luheng::core
