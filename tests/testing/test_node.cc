#include "tests/testing/test_node.h"

#include <utility>

#include "absl/synchronization/notification.h"
#include "ledger/base/check.h"
#include "ledger/base/status_macros.h"
#include "ledger/journal/rocksdb_journal.h"
#include "services/core/recovery.h"

namespace luheng::testing {

using core::Outcome;

TestNode::TestNode(TestNodeOptions options)
    : options_(std::move(options)),
      clock_(TestStart()),
      rehearsal_clock_(TestStart(), clock_) {
  LUHENG_CHECK_OK(Start());
}

TestNode::~TestNode() { Stop(); }

std::unique_ptr<Journal> TestNode::OpenJournal() {
  if (options_.directory.empty()) return OpenMemoryJournal(store_);
  RocksDbJournalOptions options;
  options.directory = options_.directory + "/journal";
  auto journal = OpenRocksDbJournal(options);
  LUHENG_CHECK_OK(journal.status());
  return *std::move(journal);
}

absl::Status TestNode::Start() {
  fatal_count_ = 0;
  {
    absl::MutexLock lock(&mutex_);
    fatal_ = absl::OkStatus();
  }
  journal_ = std::make_unique<GatedJournal>(OpenJournal());
  if (!options_.directory.empty()) {
    ASSIGN_OR_RETURN(
        core::SnapshotStore store,
        core::SnapshotStore::Open(options_.directory + "/snapshots"));
    snapshots_ = std::make_unique<core::SnapshotStore>(std::move(store));
  }
  ASSIGN_OR_RETURN(
      core::Recovered recovered,
      core::Recover(*journal_, options_.make_world, snapshots_.get()));
  world_ = std::move(recovered.world);
  recovered_snapshot_ = recovered.snapshot;
  replayed_ = recovered.replayed;

  const auto on_fatal = [this](const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    if (fatal_.ok()) fatal_ = status;
    ++fatal_count_;
  };
  std::vector<core::BlockPublisher*> publishers = options_.publishers;
  if (options_.snapshot_interval_entries > 0) {
    core::ShadowFoldOptions shadow;
    shadow.snapshot_interval_entries = options_.snapshot_interval_entries;
    shadow.on_fatal = on_fatal;
    shadow_ = std::make_unique<core::ShadowFold>(
        shadow, *journal_, options_.make_world, *snapshots_);
    publishers.push_back(shadow_.get());
  }
  core::SequencerOptions options = options_.sequencer;
  options.on_fatal = on_fatal;
  Clock& clock = options.rehearsal ? static_cast<Clock&>(rehearsal_clock_)
                                   : static_cast<Clock&>(clock_);
  core::GenesisConfig genesis;
  if (options_.genesis) genesis = options_.genesis();
  ASSIGN_OR_RETURN(sequencer_,
                   core::Sequencer::Start(options, *journal_, *world_, clock,
                                          options_.reserve,
                                          options_.genesis ? &genesis : nullptr,
                                          std::move(publishers)));
  if (shadow_) shadow_->Start(*sequencer_);
  return absl::OkStatus();
}

void TestNode::Stop() {
  if (journal_) journal_->Open();
  if (shadow_) shadow_->Stop();
  if (sequencer_) sequencer_->Drain();
  sequencer_.reset();
  shadow_.reset();
  world_.reset();
  snapshots_.reset();
  journal_.reset();
}

void TestNode::Restart() {
  Stop();
  LUHENG_CHECK_OK(Start());
}

absl::Status TestNode::AwaitFatal() {
  absl::MutexLock lock(&mutex_);
  const auto failed = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !fatal_.ok();
  };
  mutex_.Await(absl::Condition(&failed));
  return fatal_;
}

UserId TestNode::User(absl::string_view name) {
  UserId user;
  LUHENG_CHECK_OK(sequencer_->ReadSync(
      [&](const core::World& world) { user = world.access().FindUser(name); }));
  LUHENG_CHECK(user) << name;
  return user;
}

core::Command TestNode::Command(absl::string_view user,
                                const google::protobuf::Message& body) {
  return Command(user, body, TestId(++last_id_));
}

core::Command TestNode::Command(absl::string_view user,
                                const google::protobuf::Message& body,
                                const Id16& id) {
  core::Command command;
  LUHENG_CHECK_OK(sequencer_->ReadSync([&](const core::World& world) {
    const UserId found = world.access().FindUser(user);
    LUHENG_CHECK(found) << user;
    command = MakeCommand(world, found, body, id);
  }));
  return command;
}

Outcome TestNode::Send(absl::string_view user,
                       const google::protobuf::Message& body) {
  return sequencer_->SubmitSync(Command(user, body));
}

Outcome TestNode::Send(absl::string_view user,
                       const google::protobuf::Message& body, const Id16& id) {
  return sequencer_->SubmitSync(Command(user, body, id));
}

Outcome TestNode::SendApproved(absl::string_view user,
                               const google::protobuf::Message& body) {
  Outcome outcome = Send(user, body);
  if (!outcome.pending) return outcome;
  const ProposalId proposal(outcome.subject);
  while (true) {
    std::optional<ApprovalStep> step;
    core::Command command;
    LUHENG_CHECK_OK(sequencer_->ReadSync([&](const core::World& world) {
      step = NextStep(world, proposal);
      if (step) {
        command =
            MakeCommand(world, step->user, *step->request, TestId(++last_id_));
      }
    }));
    if (!step) return outcome;
    outcome = sequencer_->SubmitSync(command);
    LUHENG_CHECK(outcome.accepted()) << core::v1::Reason_Name(outcome.reason);
  }
}

void TestNode::Submit(const core::Command& command,
                      std::function<void(const Outcome&)> done) {
  std::shared_ptr<google::protobuf::Message> body(command.body->New());
  body->CopyFrom(*command.body);
  core::Submission submission;
  submission.commands.push_back(command);
  submission.commands[0].body = body.get();
  submission.bodies = body;
  submission.done = [done = std::move(done)](std::vector<Outcome>& outcomes) {
    done(outcomes[0]);
  };
  sequencer_->Submit(std::move(submission));
}

Digest TestNode::StateDigest() {
  Digest digest;
  LUHENG_CHECK_OK(sequencer_->ReadSync(
      [&](const core::World& world) { digest = world.StateDigest(); }));
  return digest;
}

EntryNumber TestNode::LastEntry() {
  EntryNumber entry;
  LUHENG_CHECK_OK(sequencer_->ReadSync(
      [&](const core::World& world) { entry = world.last_entry(); }));
  return entry;
}

Digest TestNode::FullReplayDigest() {
  auto recovered = core::Recover(*journal_, options_.make_world, nullptr);
  LUHENG_CHECK_OK(recovered.status());
  return recovered->world->StateDigest();
}

}  // namespace luheng::testing
