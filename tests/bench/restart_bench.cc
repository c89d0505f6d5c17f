// Starting again over a journal of a million entries: from a snapshot and the
// tail behind it, and by folding everything from entry 1. Beside the full
// replay, in the same run, reading and checking the same blocks without folding
// them. Fails unless both come to the digest of the world that was stopped.
//
// The files were written just before and are in the page cache.
//
// Usage: luheng_restart_bench [entries [directory]]
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "ledger/base/check.h"
#include "ledger/base/clock.h"
#include "ledger/entry/entry.h"
#include "ledger/journal/rocksdb_journal.h"
#include "services/core/recovery.h"
#include "services/core/shadow_fold.h"
#include "services/core/snapshot.h"
#include "tests/bench/bench_exchange.h"
#include "tests/bench/command_stream.h"
#include "tests/bench/table_row.h"

namespace luheng::bench {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kHolders = 1000;  // The accounts of the stream.
constexpr double kSnapshotSecondsMax = 3;
constexpr double kReplayPerSecondMin = 500'000;

struct Size {
  int64_t entries = 1'000'000;
  int64_t instruments = 100;
};

std::unique_ptr<Journal> OpenJournal(const std::string& directory) {
  RocksDbJournalOptions options;
  options.directory = directory + "/journal";
  auto journal = OpenRocksDbJournal(options);
  LUHENG_CHECK_OK(journal.status());
  return *std::move(journal);
}

core::SnapshotStore OpenSnapshots(const std::string& directory) {
  auto store = core::SnapshotStore::Open(directory + "/snapshots");
  LUHENG_CHECK_OK(store.status());
  return *std::move(store);
}

double SecondsSince(absl::Time begin) {
  return absl::ToDoubleSeconds(absl::Now() - begin);
}

// Waits until the shadow has folded all that is durable, so that its snapshot
// is where it is wanted.
void AwaitShadow(const core::ShadowFold& shadow, const Journal& journal,
                 int64_t snapshot_min) {
  while (shadow.folded_entry() < journal.tail().last_entry.value() ||
         shadow.snapshot_entry() < snapshot_min) {
    journal.AwaitBlock(BlockNumber(journal.tail().number.value() + 1),
                       absl::Milliseconds(5));
  }
}

// Fills a data directory as a node does; the digest it ends with.
Digest Fill(const std::string& directory, const Size& size) {
  fs::remove_all(directory);
  fs::create_directories(directory);
  StreamSpec spec;
  spec.name = "s100";
  spec.instrument_count = static_cast<uint32_t>(size.instruments);
  spec.timed_count = static_cast<uint64_t>(size.entries);
  const std::vector<StreamCommand> commands = MakeCommands(MakeStream(spec));
  const auto journal = OpenJournal(directory);
  const core::SnapshotStore snapshots = OpenSnapshots(directory);
  auto world = MakeBenchWorld();
  const core::GenesisConfig genesis = BenchGenesis();
  core::ShadowFoldOptions shadow_options;
  shadow_options.snapshot_interval_entries = size.entries * 3 / 4;
  shadow_options.on_fatal = [](const absl::Status& status) {
    LUHENG_CHECK_OK(status);
  };
  core::ShadowFold shadow(shadow_options, *journal, MakeBenchWorld, snapshots);
  auto sequencer = core::Sequencer::Start({}, *journal, *world, SystemClock(),
                                          nullptr, &genesis, {&shadow});
  LUHENG_CHECK_OK(sequencer.status());
  shadow.Start(**sequencer);
  const BenchExchange exchange(**sequencer, kHolders, size.instruments);
  std::vector<int64_t> sequences(kHolders + 1);
  size_t next = 0;
  PumpTo(size.entries * 3 / 4, **sequencer, exchange, commands, sequences,
         next);
  AwaitShadow(shadow, *journal, size.entries * 3 / 4);
  PumpTo(size.entries, **sequencer, exchange, commands, sequences, next);
  shadow.Stop();
  (*sequencer)->Drain();
  return world->StateDigest();
}

struct Restart {
  double seconds = 0;
  core::Recovered recovered;
};

Restart Time(const std::string& directory, bool with_snapshots) {
  const absl::Time begin = absl::Now();
  const auto journal = OpenJournal(directory);
  const core::SnapshotStore snapshots = OpenSnapshots(directory);
  auto recovered = core::Recover(*journal, MakeBenchWorld,
                                 with_snapshots ? &snapshots : nullptr);
  LUHENG_CHECK_OK(recovered.status());
  return {SecondsSince(begin), *std::move(recovered)};
}

// What limits a replay: all blocks read and checked.
double ReadSeconds(const std::string& directory) {
  const auto journal = OpenJournal(directory);
  const absl::Time begin = absl::Now();
  const auto cursor = journal->ReadFrom(BlockNumber(1));
  int64_t entries = 0;
  while (true) {
    auto block = cursor->Next();
    LUHENG_CHECK_OK(block.status());
    if (!block->has_value()) break;
    entries += (*block)->entry_count();
  }
  LUHENG_CHECK(entries == journal->tail().last_entry.value());
  return SecondsSince(begin);
}

void CheckDigest(const char* what, const Restart& restart,
                 const Digest& expected) {
  if (restart.recovered.world->StateDigest() == expected) return;
  std::fprintf(stderr, "restart: another state after %s\n", what);
  std::exit(1);
}

void Run(const Size& size, const std::string& directory) {
  const Digest digest = Fill(directory, size);
  {
    const Restart restart = Time(directory, true);
    CheckDigest("a snapshot", restart, digest);
    LUHENG_CHECK(restart.recovered.snapshot.value() > 0) << "no snapshot";
    const int64_t tail = restart.recovered.replayed;
    Report({absl::StrFormat("restart of %s entries, snapshot",
                            Thousands(static_cast<double>(
                                restart.recovered.snapshot.value() + tail))),
            absl::StrFormat("%.2f s", restart.seconds),
            absl::StrCat("tail ", Thousands(static_cast<double>(tail))), "",
            absl::StrFormat("< %.0f s", kSnapshotSecondsMax),
            restart.seconds < kSnapshotSecondsMax});
  }
  const Restart restart = Time(directory, false);
  CheckDigest("a full replay", restart, digest);
  LUHENG_CHECK(restart.recovered.snapshot.value() == 0);
  const auto count = static_cast<double>(restart.recovered.replayed);
  const double read = ReadSeconds(directory);
  const double per_second = count / restart.seconds;
  Report({"full replay, entries", absl::StrCat(Thousands(per_second), "/s"),
          absl::StrCat("read ", Thousands(count / read), "/s"),
          absl::StrFormat("%.2f", read / restart.seconds),
          absl::StrCat(">= ", Thousands(kReplayPerSecondMin)),
          per_second >= kReplayPerSecondMin});
}

}  // namespace
}  // namespace luheng::bench

int main(int argc, char** argv) {
  luheng::bench::Size size;
  if (argc > 1) size.entries = std::atol(argv[1]);
  if (size.entries < 500'000) {
    // What opens the market must fit into three quarters.
    size.instruments = 1;
  }
  if (size.entries < 10'000) {
    std::fprintf(stderr, "usage: %s [entries, 10000 or more [directory]]\n",
                 argv[0]);
    return 2;
  }
  const std::string directory = argc > 2 ? argv[2] : "build/bench/restart";
  luheng::bench::Run(size, directory);
  std::filesystem::remove_all(directory);
  return 0;
}
