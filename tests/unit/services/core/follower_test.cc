// Goal: a follower's world is the appending node's world at every block; it
// answers reads for the entry it says, never a command before it has its
// entry, and stops for what it does not understand or where the books differ.
// Method: followers of the journal of a whole node, and of journals in which
// one entry is wrong.
#include "services/core/follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/synchronization/notification.h"
#include "luheng/core/v1/events.pb.h"
#include "tests/testing/entry_journal.h"
#include "tests/testing/test_node.h"
#include "tests/testing/test_world.h"

namespace luheng::core {
namespace {

using luheng::testing::EnterpriseRequest;
using luheng::testing::EntryJournal;
using luheng::testing::MakeTestWorld;
using luheng::testing::TestClock;
using luheng::testing::TestNode;
using ::testing::HasSubstr;

// Hands commands to a node in the same process, or to nobody.
class DirectForwarder final : public CommandForwarder {
 public:
  explicit DirectForwarder(Sequencer* sequencer) : sequencer_(sequencer) {}
  void Forward(Submission submission) override {
    if (sequencer_ != nullptr) {
      return sequencer_->Submit(std::move(submission));
    }
    std::vector<Outcome> outcomes(submission.commands.size());
    for (Outcome& outcome : outcomes) {
      outcome.reason = v1::REASON_APPEND_NODE_UNREACHABLE;
    }
    submission.done(outcomes);
  }
  bool connected() const override { return sequencer_ != nullptr; }

 private:
  Sequencer* const sequencer_;
};

// A follower of `journal`.
class Following {
 public:
  Following(const Journal& journal, Sequencer* appending,
            FollowerOptions options = {})
      : world_(MakeTestWorld()), forwarder_(appending) {
    options.on_fatal = [this](const absl::Status& status) {
      fatal_ = status;
      halted_.Notify();
    };
    follower_ =
        std::make_unique<Follower>(options, journal, *world_, clock_,
                                   forwarder_, std::vector<BlockPublisher*>());
    follower_->Wake();
  }
  Follower& follower() { return *follower_; }
  TestClock& clock() { return clock_; }
  // Waits until it has stopped for ever.
  absl::Status AwaitFatal() {
    halted_.WaitForNotification();
    return fatal_;
  }
  // Waits for `entry`, with what the world then is.
  Digest StateAt(EntryNumber entry) {
    Digest digest;
    absl::Notification done;
    follower_->Read([&](const World& world) { digest = world.StateDigest(); },
                    [&](const absl::Status& status, EntryNumber) {
                      EXPECT_TRUE(status.ok()) << status;
                      done.Notify();
                    },
                    entry);
    done.WaitForNotification();
    return digest;
  }

 private:
  std::unique_ptr<World> world_;
  TestClock clock_{luheng::testing::TestStart()};
  DirectForwarder forwarder_;
  absl::Status fatal_;
  absl::Notification halted_;
  std::unique_ptr<Follower> follower_;
};

TEST(FollowerTest, HasTheWorldOfTheNodeThatAppends) {
  TestNode node;
  for (int i = 1; i <= 5; ++i) {
    ASSERT_TRUE(
        node.SendApproved("registrar", EnterpriseRequest(i)).accepted());
  }
  Following copy(node.journal(), &node.sequencer());
  EXPECT_EQ(copy.StateAt(node.LastEntry()), node.StateDigest());
  // And goes on as blocks come.
  ASSERT_TRUE(node.SendApproved("registrar", EnterpriseRequest(6)).accepted());
  copy.follower().Wake();
  EXPECT_EQ(copy.StateAt(node.LastEntry()), node.StateDigest());
  EXPECT_EQ(copy.follower().durable().fold, node.sequencer().durable().fold);
  EXPECT_EQ(copy.follower().durable().tree, node.sequencer().durable().tree);
}

TEST(FollowerTest, AnswersACommandOnceItHasItsEntry) {
  TestNode node;
  Following copy(node.journal(), &node.sequencer());
  const auto request = EnterpriseRequest(1);
  const Outcome outcome =
      copy.follower().SubmitSync(node.Command("registrar", request));
  EXPECT_TRUE(outcome.pending);
  EXPECT_GE(copy.follower().durable().entry, outcome.entry);
  EXPECT_EQ(outcome.entry, node.LastEntry());
}

TEST(FollowerTest, SaysWhenTheOtherIsAway) {
  TestNode node;
  Following copy(node.journal(), nullptr);
  EXPECT_EQ(copy.follower().refusing(), v1::REASON_APPEND_NODE_UNREACHABLE);
  const auto request = EnterpriseRequest(1);
  EXPECT_EQ(
      copy.follower().SubmitSync(node.Command("registrar", request)).reason,
      v1::REASON_APPEND_NODE_UNREACHABLE);
}

TEST(FollowerTest, ARereadOfWhatNeverComesEnds) {
  TestNode node;
  FollowerOptions options;
  options.read_wait_ns_max = 0;
  Following copy(node.journal(), &node.sequencer(), options);
  absl::Status got;
  absl::Notification done;
  copy.follower().Read([](const World&) {},
                       [&](const absl::Status& status, EntryNumber) {
                         got = status;
                         done.Notify();
                       },
                       EntryNumber(1'000'000));
  done.WaitForNotification();
  EXPECT_TRUE(absl::IsOutOfRange(got)) << got;
}

TEST(FollowerTest, RefusesWhenItStops) {
  TestNode node;
  Following copy(node.journal(), &node.sequencer());
  copy.follower().Drain();
  const auto request = EnterpriseRequest(1);
  EXPECT_EQ(
      copy.follower().SubmitSync(node.Command("registrar", request)).reason,
      v1::REASON_DRAINING);
  EXPECT_TRUE(
      absl::IsUnavailable(copy.follower().ReadSync([](const World&) {})));
}

// A copy of the entries of `from`, and then one that `draft` makes.
template <typename Draft>
std::unique_ptr<EntryJournal> CopyAnd(const Journal& from, Draft draft) {
  auto copy = std::make_unique<EntryJournal>();
  Entry entry;
  const auto cursor = from.ReadFrom(BlockNumber(1));
  while (true) {
    const auto block = cursor->Next();
    LUHENG_CHECK_OK(block.status());
    if (!*block) break;
    for (int64_t i = 0; i < (*block)->entry_count(); ++i) {
      LUHENG_CHECK_OK(entry.Parse((*block)->entry(i)));
      copy->Add(entry);
    }
    copy->Commit();
  }
  const Stamp stamp = entry.stamp();
  entry.Reset(copy->next(), stamp);
  draft(entry);
  copy->Add(entry);
  copy->Commit();
  return copy;
}

TEST(FollowerTest, HaltsAtAnEventThatItDoesNotKnow) {
  TestNode node;
  const auto journal = CopyAnd(node.journal(), [](Entry& entry) {
    entry.AddEvent(kPublic, 1999, v1::StateDigested());
  });
  Following copy(journal->journal(), nullptr);
  const absl::Status status = copy.AwaitFatal();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("has an event of type 1999"));
  EXPECT_EQ(copy.follower().refusing(), v1::REASON_JOURNAL_FAILED);
}

TEST(FollowerTest, HaltsWhereTheBooksDiffer) {
  TestNode node;
  ASSERT_TRUE(node.SendApproved("registrar", EnterpriseRequest(1)).accepted());
  const int64_t last = node.LastEntry().value();
  const auto journal = CopyAnd(node.journal(), [last](Entry& entry) {
    v1::StateDigested digested;
    digested.set_entry(last);
    digested.set_digest(std::string(32, '\1'));
    digested.set_chain(std::string(8, '\1'));
    entry.AddEvent(kPublic, v1::EVENT_TYPE_STATE_DIGESTED, digested);
  });
  Following copy(journal->journal(), nullptr);
  const absl::Status status = copy.AwaitFatal();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("books differ"));
}

}  // namespace
}  // namespace luheng::core
