// The whole pipeline without gRPC: decide, apply, encode, commit to the tree,
// sync on a real file system. Beside it, in the same run, what limits it: the
// same blocks' bytes appended raw to a file and synced.
//
// Usage: luheng_pipeline_bench [timed commands] [directory]
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "ledger/base/check.h"
#include "ledger/base/clock.h"
#include "ledger/journal/rocksdb_journal.h"
#include "luheng/market/v1/events.pb.h"
#include "tests/bench/bench_exchange.h"
#include "tests/bench/command_stream.h"
#include "tests/bench/table_row.h"

namespace luheng::bench {
namespace {

namespace fs = std::filesystem;

double Seconds(absl::Duration duration) {
  return absl::ToDoubleSeconds(duration);
}

// Remembers how long each append took and how large it was.
class TimedJournal final : public Journal {
 public:
  explicit TimedJournal(std::unique_ptr<Journal> journal)
      : journal_(std::move(journal)) {}

  absl::StatusOr<AppendResult> Append(Epoch epoch, BlockNumber number,
                                      const Digest& prev_digest,
                                      const SealedBlock& block) override {
    const absl::Time begin = absl::Now();
    auto result = journal_->Append(epoch, number, prev_digest, block);
    milliseconds.push_back(Seconds(absl::Now() - begin) * 1000);
    sizes.push_back(block.bytes.size());
    return result;
  }
  absl::Status Fence(Epoch epoch) override { return journal_->Fence(epoch); }
  Epoch current_epoch() const override { return journal_->current_epoch(); }
  JournalTail tail() const override { return journal_->tail(); }
  absl::StatusOr<std::string> Read(BlockNumber number) const override {
    return journal_->Read(number);
  }
  absl::StatusOr<BlockSecret> ReadSecret(BlockNumber number) const override {
    return journal_->ReadSecret(number);
  }
  absl::StatusOr<BlockNumber> FindBlockOf(EntryNumber number) const override {
    return journal_->FindBlockOf(number);
  }
  std::unique_ptr<BlockCursor> ReadFrom(BlockNumber from) const override {
    return journal_->ReadFrom(from);
  }
  bool AwaitBlock(BlockNumber number, absl::Duration timeout) const override {
    return journal_->AwaitBlock(number, timeout);
  }
  void StopWaiters() const override { journal_->StopWaiters(); }
  absl::StatusOr<std::string> ReadTile(TileId id,
                                       int64_t width) const override {
    return journal_->ReadTile(id, width);
  }

  // Written by the commit thread; read when it is idle.
  std::vector<double> milliseconds;
  std::vector<size_t> sizes;

 private:
  std::unique_ptr<Journal> journal_;
};

// Appends buffers of `sizes` to a file, each synced. Seconds.
double RawSyncSeconds(const std::string& path,
                      const std::vector<size_t>& sizes) {
  const int file = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  LUHENG_CHECK(file >= 0) << path;
  const std::string bytes(*std::max_element(sizes.begin(), sizes.end()), 'x');
  const absl::Time begin = absl::Now();
  for (size_t size : sizes) {
    LUHENG_CHECK(write(file, bytes.data(), size) == static_cast<ssize_t>(size));
    LUHENG_CHECK(fdatasync(file) == 0);
  }
  const double seconds = Seconds(absl::Now() - begin);
  close(file);
  unlink(path.c_str());
  return seconds;
}

core::Command ToCommand(const BenchExchange& exchange,
                        const StreamCommand& from, int64_t sequence) {
  core::Command command;
  command.user = exchange.user_of(from.trader);
  command.session = exchange.session_of(from.trader);
  command.sequence = sequence;
  if (from.body.has_place()) {
    command.type = market::v1::COMMAND_TYPE_PLACE_ORDER;
    command.body = &from.body.place();
  } else if (from.body.has_cancel()) {
    command.type = market::v1::COMMAND_TYPE_CANCEL_ORDER;
    command.body = &from.body.cancel();
  } else {
    command.type = market::v1::COMMAND_TYPE_AMEND_ORDER;
    command.body = &from.body.amend();
  }
  return command;
}

void Run(int64_t timed_count, const std::string& directory) {
  fs::remove_all(directory);
  StreamSpec spec;
  spec.name = "s100";
  spec.instrument_count = 100;
  spec.timed_count = static_cast<uint64_t>(timed_count);
  const Stream stream = MakeStream(spec);
  const std::vector<StreamCommand> commands = MakeCommands(stream);

  RocksDbJournalOptions options;
  options.directory = directory;
  auto opened = OpenRocksDbJournal(options);
  LUHENG_CHECK_OK(opened.status());
  TimedJournal journal(*std::move(opened));
  auto world = MakeBenchWorld();
  const core::GenesisConfig genesis = BenchGenesis();
  auto sequencer = core::Sequencer::Start({}, journal, *world, SystemClock(),
                                          nullptr, &genesis);
  LUHENG_CHECK_OK(sequencer.status());
  const BenchExchange exchange(**sequencer, 1000, 100);
  std::printf("seeded: %ld entries\n",
              static_cast<long>((*sequencer)->durable().entry.value()));

  CommandPump pump(**sequencer, 500, 32);
  std::vector<int64_t> sequences(1001);
  absl::Time begin;
  int64_t first_entry = 0;
  for (size_t i = 0; i < commands.size(); ++i) {
    if (i == stream.prefill_count) {
      pump.Flush();
      journal.milliseconds.clear();
      journal.sizes.clear();
      first_entry = (*sequencer)->durable().entry.value();
      begin = absl::Now();
    }
    const StreamCommand& from = commands[i];
    pump.Send(ToCommand(exchange, from,
                        ++sequences[static_cast<size_t>(from.trader)]));
  }
  pump.Flush();
  const double seconds = Seconds(absl::Now() - begin);
  const auto entries =
      static_cast<double>((*sequencer)->durable().entry.value() - first_entry);
  size_t bytes = 0;
  for (size_t size : journal.sizes) bytes += size;
  const double raw = RawSyncSeconds(directory + "/raw", journal.sizes);
  const auto count = static_cast<double>(timed_count);
  std::printf("durable orders/s        %.0f\n", count / seconds);
  std::printf("refused                 %ld (%s)\n",
              static_cast<long>(pump.refused_count()),
              core::v1::Reason_Name(pump.first_reason()).c_str());
  std::printf(
      "blocks                  %zu, %.0f bytes each\n", journal.sizes.size(),
      static_cast<double>(bytes) / static_cast<double>(journal.sizes.size()));
  std::printf("syncs/s                 %.0f, append p50 %.2f ms, p99 %.2f ms\n",
              static_cast<double>(journal.sizes.size()) / seconds,
              Quantile(journal.milliseconds, 0.5),
              Quantile(journal.milliseconds, 0.99));
  std::printf("bytes per entry         %.0f\n",
              static_cast<double>(bytes) / entries);
  std::printf(
      "raw append+sync         %.2f s for the same blocks; ratio %.2f\n", raw,
      seconds / raw);
  constexpr double kTarget = 400'000;
  Report({"pipeline, durable orders",
          absl::StrCat(Thousands(count / seconds), "/s"),
          absl::StrCat("raw sync ", Thousands(count / raw), "/s"),
          absl::StrFormat("%.2f", raw / seconds),
          absl::StrCat(">= ", Thousands(kTarget)), count / seconds >= kTarget});
  const auto syncs = static_cast<double>(journal.sizes.size());
  Report({"pipeline, syncs", absl::StrCat(Thousands(syncs / seconds), "/s"),
          absl::StrCat("raw ", Thousands(syncs / raw), "/s"),
          absl::StrFormat("%.2f", raw / seconds)});
  Report({"pipeline, sync p99",
          absl::StrFormat("%.2f ms", Quantile(journal.milliseconds, 0.99))});
  Report({"pipeline, entry",
          absl::StrFormat("%.0f bytes", static_cast<double>(bytes) / entries)});
  (*sequencer)->Drain();
}

}  // namespace
}  // namespace luheng::bench

int main(int argc, char** argv) {
  const int64_t count = argc > 1 ? std::atol(argv[1]) : 1'000'000;
  const std::string directory =
      argc > 2 ? argv[2] : "build/bench/pipeline-journal";
  std::filesystem::create_directories(
      std::filesystem::path(directory).parent_path());
  luheng::bench::Run(count, directory);
  std::filesystem::remove_all(directory);
  return 0;
}
