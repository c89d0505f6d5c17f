// Goal: however a world is put together, from entry 1, from a snapshot and a
// tail, or live, its state has the same digest, and nothing is trusted that the
// journal does not vouch for. Method: a node on disk with a shadow fold.
#include "services/core/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/merkle/hash_suite.h"
#include "tests/testing/temp_directory.h"
#include "tests/testing/test_node.h"

namespace luheng::core {
namespace {

using testing::EnterpriseRequest;
using testing::TempDirectory;
using testing::TestNode;
using testing::TestNodeOptions;

constexpr int64_t kInterval = 20;

class RecoveryTest : public ::testing::Test {
 protected:
  TestNodeOptions Options() const {
    TestNodeOptions options;
    options.directory = directory_.path();
    options.snapshot_interval_entries = kInterval;
    return options;
  }
  // Sends until a further snapshot is there and its digest is journalled.
  EntryNumber RunUntilSnapshot(TestNode& node) {
    const int64_t before = node.shadow()->snapshot_entry();
    for (EntryNumber covered;;) {
      node.Send("registrar", EnterpriseRequest(++number_));
      LUHENG_CHECK_OK(node.sequencer().ReadSync([&](const World& world) {
        const auto& record = world.core().last_digest();
        covered = record ? record->entry : EntryNumber();
      }));
      if (covered.value() > before) return covered;
    }
  }
  std::string SnapshotPath(EntryNumber entry) const {
    return absl::StrFormat("%s/snapshots/snapshot-%020d", directory_.path(),
                           entry.value());
  }

  TempDirectory directory_;
  int number_ = 0;
};

TEST_F(RecoveryTest, EveryWayGivesTheSameState) {
  TestNode node(Options());
  const EntryNumber covered = RunUntilSnapshot(node);
  node.SendApproved("registrar", EnterpriseRequest(++number_));
  const Digest live = node.StateDigest();
  const EntryNumber last = node.LastEntry();
  EXPECT_EQ(node.FullReplayDigest(), live);
  node.Restart();
  EXPECT_EQ(node.recovered_snapshot(), covered);
  EXPECT_EQ(node.replayed(), last.value() - covered.value());
  EXPECT_EQ(node.StateDigest(), live);
  EXPECT_EQ(node.fatal_count(), 0);
}

TEST_F(RecoveryTest, ADamagedSnapshotIsPassedOverForTheOlderOne) {
  TestNode node(Options());
  const EntryNumber older = RunUntilSnapshot(node);
  const EntryNumber newer = RunUntilSnapshot(node);
  const Digest live = node.StateDigest();
  node.Stop();
  // Without a shadow, which would make new ones.
  TestNodeOptions options = Options();
  options.snapshot_interval_entries = 0;
  for (const auto& [path, expected] :
       {std::pair(SnapshotPath(newer), older),
        std::pair(SnapshotPath(older), EntryNumber())}) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    ASSERT_TRUE(file.is_open()) << path;
    file.seekp(100);
    const int old = file.get();
    file.seekp(100);
    file.put(static_cast<char>(old ^ 1));
    file.close();
    TestNode again(options);
    EXPECT_EQ(again.recovered_snapshot(), expected);
    EXPECT_EQ(again.StateDigest(), live);
  }
}

// A file whose own digest is right but of which the journal knows nothing.
TEST_F(RecoveryTest, ASnapshotTheJournalDoesNotVouchForIsNotLoaded) {
  TestNodeOptions options = Options();
  options.snapshot_interval_entries = 0;
  TestNode node(options);
  for (int i = 1; i <= 5; ++i) node.Send("registrar", EnterpriseRequest(i));
  const Digest live = node.StateDigest();
  std::string state;
  LUHENG_CHECK_OK(node.sequencer().ReadSync([&](const World& world) {
    StateWriter writer([&state](absl::string_view piece) {
      state.append(piece.data(), piece.size());
    });
    world.Save(writer);
  }));
  struct Row {
    const char* name;
    EntryNumber entry;
    std::string bytes;
  };
  const Row rows[] = {
      {"TrueButNotCovered", EntryNumber(6), state},
      {"AnotherEntry", EntryNumber(3), state},
      {"BeyondTheEnd", EntryNumber(600), state},
      {"Nonsense", EntryNumber(4), "nonsense"},
      {"Empty", EntryNumber(2), ""},
  };
  for (const Row& row : rows) {
    LUHENG_CHECK_OK(node.snapshots()->Write(
        row.entry, Sha256Suite().Hash(row.bytes), row.bytes, 10));
  }
  node.Restart();
  EXPECT_EQ(node.recovered_snapshot(), EntryNumber());
  EXPECT_EQ(node.replayed(), 6);
  EXPECT_EQ(node.StateDigest(), live);
}

TEST_F(RecoveryTest, ASnapshotOfAnotherJournalIsNotLoaded) {
  TempDirectory other;
  TestNodeOptions options = Options();
  options.directory = other.path();
  options.genesis = [] {
    GenesisConfig config = testing::TestGenesis();
    config.journal_id = testing::TestId(99);
    return config;
  };
  TestNode foreign(options);
  const EntryNumber covered = RunUntilSnapshot(foreign);
  foreign.Stop();
  TestNode node(Options());
  RunUntilSnapshot(node);
  node.Stop();
  std::filesystem::remove_all(directory_.path() + "/snapshots");
  std::filesystem::copy(other.path() + "/snapshots",
                        directory_.path() + "/snapshots");
  ASSERT_TRUE(std::filesystem::exists(SnapshotPath(covered)));
  LUHENG_CHECK_OK(node.Start());
  EXPECT_EQ(node.recovered_snapshot(), EntryNumber());
}

TEST(SnapshotStoreTest, KeepsTheNewestAndIgnoresDrafts) {
  TempDirectory directory;
  auto store = SnapshotStore::Open(directory.path() + "/a/b");
  ASSERT_TRUE(store.ok());
  for (int64_t entry : {5, 70, 800}) {
    const std::string bytes(static_cast<size_t>(entry), 'x');
    LUHENG_CHECK_OK(
        store->Write(EntryNumber(entry), Sha256Suite().Hash(bytes), bytes));
  }
  std::ofstream(directory.path() + "/a/b/snapshot-00000000000000000900.part");
  EXPECT_THAT(store->List(),
              ::testing::ElementsAre(EntryNumber(800), EntryNumber(70)));
  EXPECT_EQ(store->Read(EntryNumber(70))->bytes, std::string(70, 'x'));
  EXPECT_EQ(store->Read(EntryNumber(5)).status().code(),
            absl::StatusCode::kNotFound);
  std::ofstream(directory.path() + "/a/b/snapshot-00000000000000000900")
      << "short";
  EXPECT_EQ(store->Read(EntryNumber(900)).status().code(),
            absl::StatusCode::kDataLoss);
}

// ---- Divergence -----------------------------------------------------------

// An area whose fold is not a function of the entries: it differs from one
// object to the next once an event arrived.
class Hidden final : public Area {
 public:
  static constexpr int kCommand = 1900;
  static constexpr int kEvent = 1900;

  explicit Hidden(uint64_t salt)
      : salt_(salt),
        commands_{{kCommand, "Hidden", &v1::OpenSession::default_instance(),
                   nullptr, nullptr, true, true}},
        events_{{kEvent, "Hidden", &v1::SessionOpened::default_instance()}} {}

  absl::string_view name() const override { return "hidden"; }
  absl::Span<const CommandSpec> commands() const override { return commands_; }
  absl::Span<const EventSpec> events() const override { return events_; }
  Verdict Decide(const DecideContext& context, const Command&, Entry& entry,
                 Outcome&) const override {
    entry.AddEvent(context.holder, kEvent, v1::SessionOpened());
    return std::nullopt;
  }
  void Apply(const ApplyContext&, const entry::v1::Event&) override {
    fold_ += salt_;
  }
  uint64_t fold() const override { return fold_; }
  void Save(StateWriter& writer) const override {
    writer.Int(static_cast<int64_t>(fold_));
  }
  absl::Status Load(StateReader& reader) override {
    fold_ = static_cast<uint64_t>(reader.Int());
    return reader.status();
  }

 private:
  const uint64_t salt_;
  uint64_t fold_ = 0;
  std::vector<CommandSpec> commands_;
  std::vector<EventSpec> events_;
};

TEST_F(RecoveryTest, TheShadowStopsTheNodeWhenFoldsDiffer) {
  TestNodeOptions options = Options();
  auto made = std::make_shared<std::atomic<uint64_t>>(0);
  options.make_world = [made] {
    auto world = testing::MakeTestWorld();
    world->AddArea(std::make_unique<Hidden>(++*made));
    return world;
  };
  TestNode node(options);
  node.Send("registrar", EnterpriseRequest(1));
  EXPECT_EQ(node.fatal_count(), 0);
  v1::OpenSession body;
  Command command;
  command.type = Hidden::kCommand;
  command.user = node.User("admin");
  command.request_id = testing::TestId(77);
  command.body = &body;
  const Outcome outcome = node.sequencer().SubmitSync(command);
  const absl::Status status = node.AwaitFatal();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              ::testing::HasSubstr(absl::StrCat(outcome.entry.value())));
}

}  // namespace
}  // namespace luheng::core
