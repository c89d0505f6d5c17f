// A whole node in a test: world, journal, sequencer and, if wanted, the shadow
// fold, on a clock that the test moves. It stops and starts again over the same
// journal, in memory or on disk.
//
//   TestNode node;
//   Outcome done = node.SendApproved("registrar", EnterpriseRequest(1));
//   node.clock().Advance(kNanosPerDay);
//   const Digest before = node.StateDigest();
//   node.Restart();
//   EXPECT_EQ(node.StateDigest(), before);
#ifndef LUHENG_TESTS_TESTING_TEST_NODE_H_
#define LUHENG_TESTS_TESTING_TEST_NODE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "ledger/journal/memory_journal.h"
#include "services/core/rehearsal_clock.h"
#include "services/core/sequencer.h"
#include "services/core/shadow_fold.h"
#include "services/core/snapshot.h"
#include "tests/testing/gated_journal.h"
#include "tests/testing/test_clock.h"
#include "tests/testing/test_world.h"

namespace luheng::testing {

struct TestNodeOptions {
  // Journal and snapshots live here; empty keeps the journal in memory and has
  // no snapshots.
  std::string directory;
  core::SequencerOptions sequencer;
  core::WorldFactory make_world = MakeTestWorld;
  // Replace it to begin with something else, or null for none.
  std::function<core::GenesisConfig()> genesis = TestGenesis;
  const DiskReserve* reserve = nullptr;
  std::vector<core::BlockPublisher*> publishers;
  // Runs a shadow fold with this interval; 0 for none. Needs `directory`.
  int64_t snapshot_interval_entries = 0;
};

// Thread-compatible; what it hands out is as thread-safe as it says.
class TestNode {
 public:
  // Starts; stops the process if that fails.
  explicit TestNode(TestNodeOptions options = {});
  ~TestNode();

  // Ends shadow, sequencer and journal; the world is gone.
  void Stop();
  // Opens the journal, recovers and starts.
  absl::Status Start();
  // Both. Stops the process if it does not start.
  void Restart();

  TestClock& clock() { return clock_; }
  core::Sequencer& sequencer() { return *sequencer_; }
  GatedJournal& journal() { return *journal_; }
  const core::SnapshotStore* snapshots() const { return snapshots_.get(); }
  core::ShadowFold* shadow() { return shadow_.get(); }
  // How the last Start found its world.
  EntryNumber recovered_snapshot() const { return recovered_snapshot_; }
  int64_t replayed() const { return replayed_; }
  // How often on_fatal was called since the last Start, and with what first.
  int fatal_count() const { return fatal_count_.load(); }
  // Waits until on_fatal was called.
  absl::Status AwaitFatal();

  // The user called `name`, asked of the world.
  UserId User(absl::string_view name);
  // A command with a new request id, or the given one.
  core::Command Command(absl::string_view user,
                        const google::protobuf::Message& body);
  core::Command Command(absl::string_view user,
                        const google::protobuf::Message& body, const Id16& id);
  // Sends and waits for the durable answer.
  core::Outcome Send(absl::string_view user,
                     const google::protobuf::Message& body);
  core::Outcome Send(absl::string_view user,
                     const google::protobuf::Message& body, const Id16& id);
  // Send, then every check and approval it needs; the last one's outcome.
  core::Outcome SendApproved(absl::string_view user,
                             const google::protobuf::Message& body);
  // Sends without waiting. `body` is copied. `done` as in Submission.
  void Submit(const core::Command& command,
              std::function<void(const core::Outcome&)> done);

  // The state digest of the world, and its last entry.
  Digest StateDigest();
  EntryNumber LastEntry();
  // The digest of a world folded from the journal's first entry to its last.
  Digest FullReplayDigest();

 private:
  std::unique_ptr<Journal> OpenJournal();

  const TestNodeOptions options_;
  TestClock clock_;
  core::RehearsalClock rehearsal_clock_;
  std::shared_ptr<MemoryStore> store_ = NewMemoryStore();
  std::unique_ptr<GatedJournal> journal_;
  std::unique_ptr<core::SnapshotStore> snapshots_;
  std::unique_ptr<core::World> world_;
  std::unique_ptr<core::ShadowFold> shadow_;
  std::unique_ptr<core::Sequencer> sequencer_;
  EntryNumber recovered_snapshot_;
  int64_t replayed_ = 0;
  int64_t last_id_ = 0;

  std::atomic<int> fatal_count_{0};
  absl::Mutex mutex_;
  absl::Status fatal_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_TEST_NODE_H_
