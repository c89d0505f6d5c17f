// The read models over a journal of a million entries (or ten, as asked): how
// fast they are rebuilt from entry 1, beside reading and checking the same
// blocks without folding them; and what reading them costs at that size: a page
// of a statement, a balance as of an early and of a late entry, a page of a
// search for two terms together.
//
// The files were written just before and are in the page cache.
//
// Usage: luheng_views_bench [entries [directory]]
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "ledger/base/check.h"
#include "ledger/base/clock.h"
#include "ledger/journal/rocksdb_journal.h"
#include "ledger/views/statement.h"
#include "ledger/views/views.h"
#include "services/core/ports.h"
#include "services/supervision/entry_index.h"
#include "tests/bench/bench_exchange.h"
#include "tests/bench/command_stream.h"
#include "tests/bench/table_row.h"

namespace luheng::bench {
namespace {

namespace fs = std::filesystem;
using supervision::EntryIndex;
using supervision::Term;
using supervision::TermKind;

constexpr int64_t kHolders = 1000;  // The accounts of the stream.
constexpr int64_t kFirstHolder = 3;
constexpr double kRebuildPerSecondMin = 100'000;
constexpr double kStatementP99MicrosMax = 5'000;
constexpr int kProbes = 2'000;
constexpr uint32_t kSeed = 20'221'021;

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

void Fill(const std::string& directory, const Size& size) {
  fs::remove_all(directory);
  fs::create_directories(directory);
  StreamSpec spec;
  spec.name = "s100";
  spec.instrument_count = static_cast<uint32_t>(size.instruments);
  spec.timed_count = static_cast<uint64_t>(size.entries);
  const std::vector<StreamCommand> commands = MakeCommands(MakeStream(spec));
  const auto journal = OpenJournal(directory);
  auto world = MakeBenchWorld();
  const core::GenesisConfig genesis = BenchGenesis();
  auto sequencer = core::Sequencer::Start({}, *journal, *world, SystemClock(),
                                          nullptr, &genesis, {});
  LUHENG_CHECK_OK(sequencer.status());
  const BenchExchange exchange(**sequencer, kHolders, size.instruments);
  std::vector<int64_t> sequences(kHolders + 1);
  size_t next = 0;
  PumpTo(size.entries, **sequencer, exchange, commands, sequences, next);
  (*sequencer)->Drain();
}

double SecondsSince(absl::Time begin) {
  return absl::ToDoubleSeconds(absl::Now() - begin);
}

double ReadSeconds(const Journal& journal) {
  const absl::Time begin = absl::Now();
  const auto cursor = journal.ReadFrom(BlockNumber(1));
  while (true) {
    auto block = cursor->Next();
    LUHENG_CHECK_OK(block.status());
    if (!block->has_value()) return SecondsSince(begin);
  }
}

// Microseconds of each of kProbes calls of read(random), sorted out below.
template <typename Read>
std::vector<double> Probe(Read read) {
  std::mt19937 random(kSeed);
  std::vector<double> micros;
  for (int i = 0; i < kProbes; ++i) {
    const absl::Time begin = absl::Now();
    read(random);
    micros.push_back(SecondsSince(begin) * 1e6);
  }
  return micros;
}

HolderId AnyHolder(std::mt19937& random) {
  return HolderId(kFirstHolder + static_cast<int64_t>(random() % kHolders));
}

void ReportStatement(const Views& views) {
  const auto micros = Probe([&views](std::mt19937& random) {
    const auto first = static_cast<int64_t>(
        random() % static_cast<uint64_t>(views.applied().value()));
    const auto page =
        ReadStatement(*views.Snapshot(), {.holder = AnyHolder(random),
                                          .first_entry = EntryNumber(first),
                                          .rows_max = 50});
    LUHENG_CHECK_OK(page.status());
  });
  const double p99 = Quantile(micros, 0.99);
  Report({"statement page of 50, p99", absl::StrFormat("%.0f us", p99),
          absl::StrFormat("p50 %.0f us", Median(micros)), "",
          absl::StrFormat("< %.0f us", kStatementP99MicrosMax),
          p99 < kStatementP99MicrosMax});
}

double AsOfMedian(const Views& views, EntryNumber as_of) {
  return Median(Probe([&views, as_of](std::mt19937& random) {
    const auto page =
        ReadBalances(*views.Snapshot(), {.holder = AnyHolder(random),
                                         .asset = AssetId(1),
                                         .as_of = as_of,
                                         .rows_max = 50});
    LUHENG_CHECK_OK(page.status());
  }));
}

void ReportAsOf(const Views& views) {
  const int64_t end = views.applied().value();
  const double early = AsOfMedian(views, EntryNumber(end / 20));
  const double late = AsOfMedian(views, EntryNumber(end * 19 / 20));
  Report({"balance as of a late entry", absl::StrFormat("%.0f us", late),
          absl::StrFormat("early entry %.0f us", early),
          absl::StrFormat("%.2f", late / early)});
}

void ReportSearch(const Views& views) {
  int64_t found = 0;
  const auto micros = Probe([&](std::mt19937& random) {
    const std::vector<Term> terms = {
        {TermKind::kHolder, AnyHolder(random).value()},
        {TermKind::kAsset, core::AssetDirectory::kCurrency.value()}};
    const auto page = supervision::FindEntries(
        *views.Snapshot(), {.terms = terms, .count_max = 50});
    LUHENG_CHECK_OK(page.status());
    found += static_cast<int64_t>(page->numbers.size());
  });
  LUHENG_CHECK(found > 0) << "no entry was found";
  Report({"search for two terms, page of 50, p99",
          absl::StrFormat("%.0f us", Quantile(micros, 0.99)),
          absl::StrFormat("p50 %.0f us", Median(micros))});
}

void Run(const Size& size, const std::string& directory) {
  Fill(directory, size);
  const auto journal = OpenJournal(directory);
  const double read = ReadSeconds(*journal);
  const auto catalog = MakeBenchWorld();
  StatementProjection statement;
  EntryIndex index(*catalog);
  ViewsOptions options;
  options.directory = directory + "/views";
  auto views = Views::Open(options, *journal, {&statement, &index});
  LUHENG_CHECK_OK(views.status());
  const absl::Time begin = absl::Now();
  (*views)->Start();
  const EntryNumber end = journal->tail().last_entry;
  LUHENG_CHECK_OK((*views)->Await(end));
  const double seconds = SecondsSince(begin);
  const auto count = static_cast<double>(end.value());
  Report({"views rebuilt, entries",
          absl::StrCat(Thousands(count / seconds), "/s"),
          absl::StrCat("read ", Thousands(count / read), "/s"),
          absl::StrFormat("%.2f", read / seconds),
          absl::StrCat(">= ", Thousands(kRebuildPerSecondMin)),
          count / seconds >= kRebuildPerSecondMin});
  ReportStatement(**views);
  ReportAsOf(**views);
  ReportSearch(**views);
}

}  // namespace
}  // namespace luheng::bench

int main(int argc, char** argv) {
  luheng::bench::Size size;
  if (argc > 1) size.entries = std::atol(argv[1]);
  if (size.entries < 500'000) size.instruments = 1;
  if (size.entries < 10'000) {
    std::fprintf(stderr, "usage: %s [entries, 10000 or more [directory]]\n",
                 argv[0]);
    return 2;
  }
  const std::string directory = argc > 2 ? argv[2] : "build/bench/views";
  luheng::bench::Run(size, directory);
  std::filesystem::remove_all(directory);
  return 0;
}
