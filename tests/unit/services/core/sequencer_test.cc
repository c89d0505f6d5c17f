// Goal: nothing is answered before it is durable, nothing is decided while it
// must not be, and a failing journal stops the node. Method: a whole node over
// a journal whose appends the test holds back or breaks; every wait is for an
// event, never for a time.
#include "services/core/sequencer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "google/protobuf/util/time_util.h"
#include "ledger/base/check.h"
#include "luheng/core/v1/core.pb.h"
#include "tests/testing/flaky_journal.h"
#include "tests/testing/test_node.h"

namespace luheng::core {
namespace {

using google::protobuf::util::TimeUtil;
using testing::EnterpriseRequest;
using testing::TestId;
using testing::TestNode;
using testing::TestNodeOptions;

// An answer that arrives some time.
struct Pending {
  absl::Notification arrived;
  Outcome outcome;

  std::function<void(const Outcome&)> Callback() {
    return [this](const Outcome& answer) {
      outcome = answer;
      arrived.Notify();
    };
  }
  const Outcome& Wait() {
    arrived.WaitForNotification();
    return outcome;
  }
};

TEST(SequencerTest, AnswersAndReadsWaitUntilTheirBlockIsDurable) {
  TestNode node;
  const auto request = EnterpriseRequest(1);
  const Command command = node.Command("registrar", request);
  const EntryNumber before = node.sequencer().durable().entry;
  node.journal().Close();
  Pending answer;
  node.Submit(command, answer.Callback());
  node.journal().AwaitAppend();

  // A read sees the entry at once, and says so only when it is durable.
  absl::Notification seen;
  absl::Notification told;
  EntryNumber seen_entry;
  node.sequencer().Read(
      [&](const World& world) {
        seen_entry = world.last_entry();
        seen.Notify();
      },
      [&](const absl::Status& status, EntryNumber) {
        EXPECT_TRUE(status.ok());
        told.Notify();
      });
  seen.WaitForNotification();
  EXPECT_EQ(seen_entry.value(), before.value() + 1);
  EXPECT_FALSE(told.HasBeenNotified());
  EXPECT_FALSE(answer.arrived.HasBeenNotified());
  EXPECT_EQ(node.sequencer().durable().entry, before);

  // So does the same request, which is answered without an entry.
  Pending again;
  node.Submit(command, again.Callback());
  node.journal().Open();
  EXPECT_TRUE(answer.Wait().accepted());
  EXPECT_TRUE(again.Wait().repeated);
  told.WaitForNotification();
  EXPECT_GE(node.sequencer().durable().entry, answer.outcome.entry);
}

TEST(SequencerTest, BlocksFillWhileTheDiskIsBusy) {
  TestNode node;
  std::vector<registry::v1::OpenHolderRequest> requests;
  std::vector<Command> commands;
  constexpr int kCommands = 40;
  for (int i = 0; i < kCommands; ++i)
    requests.push_back(EnterpriseRequest(i + 1));
  for (const auto& request : requests) {
    commands.push_back(node.Command("registrar", request));
  }
  const int64_t appends = node.journal().append_count();
  node.journal().Close();
  absl::BlockingCounter answered(kCommands);
  for (int i = 0; i < kCommands; ++i) {
    node.Submit(commands[static_cast<size_t>(i)],
                [&](const Outcome&) { answered.DecrementCount(); });
    // The first is on its way alone; all others come behind it.
    if (i == 0) node.journal().AwaitAppend();
  }
  // All are decided before the gate opens.
  absl::Notification decided;
  node.sequencer().Read([&](const World&) { decided.Notify(); },
                        [](const absl::Status&, EntryNumber) {});
  decided.WaitForNotification();
  node.journal().Open();
  answered.Wait();
  EXPECT_EQ(node.journal().append_count() - appends, 2);
  EXPECT_EQ(node.journal().entries_in_last_append(), kCommands - 1);
}

TEST(SequencerTest, AFullQueueRefusesAtOnce) {
  TestNodeOptions options;
  options.sequencer.queue_commands_max = 2;
  TestNode node(options);
  const auto request = EnterpriseRequest(1);
  const Command command = node.Command("registrar", request);
  // The sequencer stands still inside a read while the queue fills.
  absl::Notification inside;
  absl::Notification go_on;
  node.sequencer().Read(
      [&](const World&) {
        inside.Notify();
        go_on.WaitForNotification();
      },
      [](const absl::Status&, EntryNumber) {});
  inside.WaitForNotification();
  Pending first;
  Pending second;
  Pending third;
  node.Submit(command, first.Callback());
  node.Submit(command, second.Callback());
  node.Submit(command, third.Callback());
  EXPECT_TRUE(third.arrived.HasBeenNotified());
  EXPECT_EQ(third.outcome.reason, v1::REASON_QUEUE_FULL);
  absl::Status read;
  node.sequencer().Read(
      [](const World&) {},
      [&](const absl::Status& status, EntryNumber) { read = status; });
  EXPECT_EQ(read.code(), absl::StatusCode::kResourceExhausted);
  go_on.Notify();
  EXPECT_TRUE(first.Wait().accepted());
  EXPECT_TRUE(second.Wait().repeated);
}

TEST(SequencerTest, DrainingAnswersWhatIsQueuedAndRefusesTheRest) {
  TestNode node;
  const auto request = EnterpriseRequest(1);
  const Command command = node.Command("registrar", request);
  Pending before;
  node.Submit(command, before.Callback());
  node.sequencer().Drain();
  EXPECT_TRUE(before.arrived.HasBeenNotified());
  EXPECT_TRUE(before.outcome.accepted());
  Pending after;
  node.Submit(command, after.Callback());
  EXPECT_EQ(after.Wait().reason, v1::REASON_DRAINING);
  EXPECT_EQ(node.sequencer().refusing(), v1::REASON_DRAINING);
  EXPECT_EQ(node.sequencer().ReadSync([](const World&) {}).code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(node.journal().tail().last_entry, before.outcome.entry);
}

TEST(SequencerTest, AReadWaitsForItsEntry) {
  TestNode node;
  const EntryNumber next(node.LastEntry().value() + 1);
  absl::Notification told;
  EntryNumber entry;
  node.sequencer().Read([](const World&) {},
                        [&](const absl::Status& status, EntryNumber at) {
                          EXPECT_TRUE(status.ok());
                          entry = at;
                          told.Notify();
                        },
                        next);
  EXPECT_FALSE(told.HasBeenNotified());
  node.Send("registrar", EnterpriseRequest(1));
  told.WaitForNotification();
  EXPECT_GE(entry, next);
}

TEST(SequencerTest, AReadOfAnEntryThatDoesNotComeIsOutOfRange) {
  TestNodeOptions options;
  TestNode node(options);
  absl::Notification told;
  absl::Status result;
  node.sequencer().Read([](const World&) {},
                        [&](const absl::Status& status, EntryNumber) {
                          result = status;
                          told.Notify();
                        },
                        EntryNumber(1'000'000));
  node.LastEntry();
  EXPECT_FALSE(told.HasBeenNotified());
  node.clock().Advance(options.sequencer.read_wait_ns_max);
  told.WaitForNotification();
  EXPECT_EQ(result.code(), absl::StatusCode::kOutOfRange);
}

TEST(SequencerTest, AReadThatStillWaitsIsAnsweredAtTheEnd) {
  TestNode node;
  absl::Status result;
  node.sequencer().Read(
      [](const World&) {},
      [&](const absl::Status& status, EntryNumber) { result = status; },
      EntryNumber(1'000'000));
  node.sequencer().Drain();
  EXPECT_EQ(result.code(), absl::StatusCode::kUnavailable);
}

// ---- Failures -------------------------------------------------------------

TEST(SequencerTest, AFailedJournalAnswersEverybodyAndStops) {
  TestNode node;
  const auto one = EnterpriseRequest(1);
  const auto two = EnterpriseRequest(2);
  const Command first = node.Command("registrar", one);
  const Command second = node.Command("registrar", two);
  node.journal().Close();
  Pending a;
  Pending b;
  node.Submit(first, a.Callback());
  node.journal().AwaitAppend();
  node.Submit(second, b.Callback());
  node.journal().BreakAfter(0, false);
  node.journal().Open();
  EXPECT_EQ(a.Wait().reason, v1::REASON_JOURNAL_FAILED);
  EXPECT_EQ(b.Wait().reason, v1::REASON_JOURNAL_FAILED);
  EXPECT_EQ(node.AwaitFatal().code(), absl::StatusCode::kUnavailable);
  Pending c;
  node.Submit(first, c.Callback());
  EXPECT_EQ(c.Wait().reason, v1::REASON_JOURNAL_FAILED);
  EXPECT_EQ(node.sequencer().refusing(), v1::REASON_JOURNAL_FAILED);
  EXPECT_FALSE(node.sequencer().ReadSync([](const World&) {}).ok());
  EXPECT_EQ(node.fatal_count(), 1);

  // Started again, nothing of it is there, and it can be asked for again.
  node.Restart();
  EXPECT_EQ(node.LastEntry().value(), 1);
  EXPECT_TRUE(node.Send("registrar", one).accepted());
}

// The node over a journal that loses answers.
class FlakyTest : public ::testing::Test {
 protected:
  FlakyTest() : clock_(testing::TestStart()), journal_(NewMemoryJournal()) {}

  std::unique_ptr<Sequencer> Start(World& world) {
    const GenesisConfig genesis = testing::TestGenesis();
    SequencerOptions options;
    options.on_fatal = [this](const absl::Status& status) {
      absl::MutexLock lock(&mutex_);
      fatal_ = status;
    };
    auto sequencer =
        Sequencer::Start(options, journal_, world, clock_, nullptr, &genesis);
    LUHENG_CHECK_OK(sequencer.status());
    return *std::move(sequencer);
  }
  absl::Status fatal() {
    absl::MutexLock lock(&mutex_);
    return fatal_;
  }
  static Outcome Send(Sequencer& sequencer, const World& world, int number) {
    const auto request = EnterpriseRequest(number);
    Command command;
    LUHENG_CHECK_OK(sequencer.ReadSync([&](const World&) {
      command = testing::MakeCommand(
          world, world.access().FindUser("registrar"), request, TestId(number));
    }));
    return sequencer.SubmitSync(command);
  }

  testing::TestClock clock_;
  testing::FlakyJournal journal_;
  absl::Mutex mutex_;
  absl::Status fatal_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(FlakyTest, AnUnknownOutcomeIsAskedForWithTheSameBytes) {
  const auto world = testing::MakeTestWorld();
  const auto sequencer = Start(*world);
  int number = 0;
  for (const auto fault : {testing::FlakyJournal::Fault::kLostAnswer,
                           testing::FlakyJournal::Fault::kLostRequest}) {
    journal_.FailNext(fault);
    const Outcome outcome = Send(*sequencer, *world, ++number);
    EXPECT_TRUE(outcome.accepted());
    EXPECT_EQ(journal_.tail().last_entry, outcome.entry);
  }
  EXPECT_TRUE(fatal().ok());
  sequencer->Drain();
}

TEST_F(FlakyTest, ANewerSequencerFencesTheOlder) {
  const auto world = testing::MakeTestWorld();
  const auto first = Start(*world);
  EXPECT_TRUE(Send(*first, *world, 1).accepted());
  auto recovered = Recover(journal_, testing::MakeTestWorld, nullptr);
  ASSERT_TRUE(recovered.ok());
  const auto second = Start(*recovered->world);
  EXPECT_EQ(Send(*first, *world, 2).reason, v1::REASON_JOURNAL_FAILED);
  EXPECT_EQ(fatal().code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(Send(*second, *recovered->world, 2).accepted());
  EXPECT_EQ(journal_.tail().last_entry, EntryNumber(3));
  first->Drain();
  second->Drain();
}

TEST_F(FlakyTest, AWorldThatIsNotAtTheEndDoesNotTakeTheAppendRight) {
  const auto world = testing::MakeTestWorld();
  const auto sequencer = Start(*world);
  const Epoch epoch = journal_.current_epoch();
  const auto behind = testing::MakeTestWorld();
  const GenesisConfig genesis = testing::TestGenesis();
  EXPECT_EQ(Sequencer::Start({}, journal_, *behind, clock_, nullptr, &genesis)
                .status()
                .code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(journal_.current_epoch(), epoch);
  EXPECT_TRUE(Send(*sequencer, *world, 1).accepted());
  sequencer->Drain();
}

TEST(SequencerStartTest, AnEmptyJournalNeedsAGenesis) {
  testing::TestClock clock(testing::TestStart());
  const auto journal = NewMemoryJournal();
  const auto world = testing::MakeTestWorld();
  EXPECT_EQ(Sequencer::Start({}, *journal, *world, clock, nullptr, nullptr)
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(journal->tail().empty());
  EXPECT_EQ(journal->current_epoch(), Epoch());
  const GenesisConfig genesis = testing::TestGenesis();
  const auto sequencer =
      Sequencer::Start({}, *journal, *world, clock, nullptr, &genesis);
  ASSERT_TRUE(sequencer.ok()) << sequencer.status();
  EXPECT_EQ((*sequencer)->durable().entry, EntryNumber(1));
  EXPECT_EQ(journal->tail().journal_id, genesis.journal_id);
  (*sequencer)->Drain();
}

TEST(SequencerTest, ALowDiskRefusesUntilThereIsRoomAgain) {
  std::atomic<int64_t> free_bytes{1000};
  const DiskReserve reserve(
      [&]() -> absl::StatusOr<int64_t> { return free_bytes.load(); }, 500);
  TestNodeOptions options;
  options.reserve = &reserve;
  TestNode node(options);
  const auto request = EnterpriseRequest(1);
  const Command command = node.Command("registrar", request);
  free_bytes = 499;
  EXPECT_EQ(node.sequencer().SubmitSync(command).reason,
            v1::REASON_DISK_RESERVE);
  EXPECT_EQ(node.sequencer().refusing(), v1::REASON_DISK_RESERVE);
  // Reads go on.
  EXPECT_EQ(node.LastEntry(), EntryNumber(1));
  free_bytes = 500;
  EXPECT_TRUE(node.sequencer().SubmitSync(command).accepted());
  EXPECT_EQ(node.sequencer().refusing(), v1::REASON_UNSPECIFIED);
}

// ---- Time -----------------------------------------------------------------

TEST(SequencerTest, AClockJumpStopsAcceptanceUntilAnOperatorSaysSo) {
  TestNode node;
  const auto request = EnterpriseRequest(1);
  const Command command = node.Command("registrar", request);
  v1::AcknowledgeClockJumpRequest acknowledge;
  const Command by_cashier = node.Command("cashier", acknowledge);
  const Command by_admin = node.Command("admin", acknowledge);
  node.clock().Jump(3 * kNanosPerSecond);
  const Stamp jumped = node.clock().Now();
  EXPECT_EQ(node.sequencer().SubmitSync(command).reason,
            v1::REASON_CLOCK_JUMPED);
  const Outcome denied = node.sequencer().SubmitSync(by_cashier);
  EXPECT_EQ(denied.reason, v1::REASON_PERMISSION_DENIED);
  EXPECT_LT(denied.stamp, jumped);
  EXPECT_EQ(node.sequencer().SubmitSync(command).reason,
            v1::REASON_CLOCK_JUMPED);
  const Outcome accepted = node.sequencer().SubmitSync(by_admin);
  EXPECT_TRUE(accepted.accepted());
  EXPECT_LT(accepted.stamp, jumped);
  const Outcome after = node.sequencer().SubmitSync(command);
  EXPECT_TRUE(after.accepted());
  EXPECT_EQ(after.stamp, jumped);
}

TEST(SequencerTest, StampsStandStillWhileTheClockIsBehind) {
  TestNode node;
  const Outcome first = node.Send("registrar", EnterpriseRequest(1));
  node.clock().Jump(-kNanosPerMinute);
  const Outcome second = node.Send("registrar", EnterpriseRequest(2));
  EXPECT_TRUE(second.accepted());
  EXPECT_EQ(second.stamp, first.stamp);
}

// A proposal that expired by a command's stamp is closed before the command is
// decided, also if both come in one go.
TEST(SequencerTest, WhatIsDueComesBeforeTheCommand) {
  TestNode node;
  const auto request = EnterpriseRequest(1);
  const Outcome proposed = node.Send("registrar", request);
  ASSERT_TRUE(proposed.pending);
  v1::PendingApproval pending;
  ASSERT_TRUE(pending.ParseFromString(proposed.answer));
  v1::ApproveProposalRequest approve;
  approve.set_name(pending.proposal());
  approve.set_digest(pending.digest());
  const Command command = node.Command("reviewer", approve);
  // Hold the sequencer inside a read, so that the command is taken together
  // with the moved clock and not after an idle look at it.
  absl::Notification inside;
  absl::Notification go_on;
  node.sequencer().Read(
      [&](const World&) {
        inside.Notify();
        go_on.WaitForNotification();
        node.clock().Advance(8 * kNanosPerDay);
      },
      [](const absl::Status&, EntryNumber) {});
  Pending answer;
  inside.WaitForNotification();
  node.Submit(command, answer.Callback());
  go_on.Notify();
  EXPECT_EQ(answer.Wait().reason, v1::REASON_PROPOSAL_CLOSED);
}

TEST(SequencerTest, ARehearsalIsAdvancedByCommand) {
  TestNodeOptions options;
  options.sequencer.rehearsal = true;
  TestNode node(options);
  const Outcome proposed = node.Send("registrar", EnterpriseRequest(1));
  ASSERT_TRUE(proposed.pending);
  v1::AdvanceClockRequest advance;
  const Stamp to(testing::TestStart().value() + 30 * kNanosPerDay);
  *advance.mutable_to_time() = TimeUtil::NanosecondsToTimestamp(to.value());
  EXPECT_EQ(node.Send("cashier", advance).reason, v1::REASON_PERMISSION_DENIED);
  EXPECT_TRUE(node.Send("admin", advance).accepted());
  EXPECT_EQ(node.Send("registrar", EnterpriseRequest(2)).stamp, to);
  LUHENG_CHECK_OK(node.sequencer().ReadSync([&](const World& world) {
    EXPECT_EQ(world.core().approvals().Find(ProposalId(1))->state,
              v1::PROPOSAL_STATE_EXPIRED);
  }));
  advance.mutable_to_time()->set_seconds(advance.to_time().seconds() - 1);
  EXPECT_EQ(node.Send("admin", advance).reason, v1::REASON_CLOCK_BACKWARD);
  advance.mutable_to_time()->set_seconds(253'402'300'799);  // Year 9999.
  EXPECT_EQ(node.Send("admin", advance).reason, v1::REASON_INVALID_FIELD);
  EXPECT_EQ(node.FullReplayDigest(), node.StateDigest());
}

TEST(SequencerTest, AMarketThatIsNoRehearsalKeepsItsClock) {
  TestNode node;
  v1::AdvanceClockRequest advance;
  *advance.mutable_to_time() = TimeUtil::NanosecondsToTimestamp(
      testing::TestStart().value() + kNanosPerDay);
  EXPECT_EQ(node.Send("admin", advance).reason, v1::REASON_CLOCK_NOT_REHEARSAL);
  EXPECT_EQ(node.LastEntry(), EntryNumber(1));
}

// ---- Publishing -----------------------------------------------------------

// Notes what it was given, in order.
class Notes final : public BlockPublisher {
 public:
  std::shared_ptr<const void> TakeUpdates() override {
    return std::make_shared<int>(++taken_);
  }
  void Publish(const std::shared_ptr<const void>& updates,
               const DurableState& state) override {
    absl::MutexLock lock(&mutex_);
    const int ordinal = *static_cast<const int*>(updates.get());
    EXPECT_GT(ordinal, last_ordinal_);
    EXPECT_GT(state.entry, last_state_.entry);
    EXPECT_EQ(state.block.value(), last_state_.block.value() == 0
                                       ? state.block.value()
                                       : last_state_.block.value() + 1);
    EXPECT_EQ(state.tree.size, state.entry.value());
    last_ordinal_ = ordinal;
    last_state_ = state;
  }
  DurableState last() {
    absl::MutexLock lock(&mutex_);
    return last_state_;
  }

 private:
  int taken_ = 0;
  absl::Mutex mutex_;
  int last_ordinal_ ABSL_GUARDED_BY(mutex_) = 0;
  DurableState last_state_ ABSL_GUARDED_BY(mutex_);
};

TEST(SequencerTest, PublishersSeeBlocksInOrderOnceTheyAreDurable) {
  Notes notes;
  TestNodeOptions options;
  options.publishers = {&notes};
  TestNode node(options);
  for (int i = 1; i <= 5; ++i) node.Send("registrar", EnterpriseRequest(i));
  const auto request = EnterpriseRequest(9);
  const Command command = node.Command("registrar", request);
  const EntryNumber before = node.LastEntry();
  EXPECT_EQ(notes.last().entry, before);
  node.journal().Close();
  Pending answer;
  node.Submit(command, answer.Callback());
  node.journal().AwaitAppend();
  EXPECT_EQ(notes.last().entry, before);
  node.journal().Open();
  // Published before it is answered.
  EXPECT_EQ(notes.last().entry, answer.Wait().entry);
}

// Entries so large that they do not fit the open block: each block still says
// exactly what it holds.
TEST(SequencerTest, ABlockEndsAtItsOwnLastEntry) {
  Notes notes;
  TestNodeOptions options;
  options.publishers = {&notes};
  options.sequencer.block_bytes = 16 << 20;  // Only Fits() closes blocks.
  TestNode node(options);
  std::vector<registry::v1::OpenHolderRequest> requests;
  std::vector<Command> commands;
  constexpr int kCommands = 150;  // About 50 KB each: two blocks.
  for (int i = 0; i < kCommands; ++i) {
    requests.push_back(EnterpriseRequest(i + 1));
    requests.back().mutable_holder()->set_display_name(
        std::string(50'000, 'x'));
  }
  for (const auto& request : requests) {
    commands.push_back(node.Command("registrar", request));
  }
  Submission submission;
  submission.commands = commands;
  absl::Notification answered;
  submission.done = [&](std::vector<Outcome>& outcomes) {
    for (const Outcome& outcome : outcomes) EXPECT_TRUE(outcome.accepted());
    answered.Notify();
  };
  const int64_t appends = node.journal().append_count();
  node.sequencer().Submit(std::move(submission));
  answered.WaitForNotification();
  EXPECT_GT(node.journal().append_count() - appends, 1);
  // Notes compares each state's entry with the size of its tree.
  EXPECT_EQ(notes.last().entry, node.LastEntry());
}

}  // namespace
}  // namespace luheng::core
