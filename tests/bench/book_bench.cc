// Measures the production book against the std::map references on the common
// order streams, all in one process on one CPU, in turns. Prints nanoseconds a
// command and ratios (best rounds); a target is a ratio to HeapMapBook. Fails
// if any run does not come to the stream's public result, or a ratio misses its
// target under --enforce.
//
// The target is for commands that come one by one, as they come to the map. A
// second figure is for commands that the book hears of a few ahead of their
// turn, as in a batch of the sequencer.
//
// Usage: luheng_book_bench [--rounds N] [--stream NAME] [--tsv] [--enforce]
#include <sched.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "tests/bench/allocation_count.h"
#include "tests/bench/book_runner.h"
#include "tests/bench/map_book.h"
#include "tests/bench/table_row.h"

namespace luheng::bench {
namespace {

struct Options {
  int rounds = 7;
  std::string stream;  // Empty: all.
  bool tsv = false;
  bool enforce = false;
};

struct Run {
  double nanos_per_command = 0;
  int64_t allocation_count = 0;  // In the timed part.
  StreamResult result;
};

// The best round says most about the code: all that disturbs a round on a
// shared machine makes it slower.
double Best(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

struct Row {
  std::string stream;
  std::vector<double> map_nanos;
  std::vector<double> list_map_nanos;
  std::vector<double> book_nanos;
  std::vector<double> announced_nanos;
  int64_t map_allocations = 0;
  int64_t book_allocations = 0;
  int64_t book_bytes = 0;
  int64_t resting_count = 0;

  double Ratio() const { return Best(book_nanos) / Best(map_nanos); }
  double AnnouncedRatio() const {
    return Best(announced_nanos) / Best(map_nanos);
  }
  double ListRatio() const { return Best(book_nanos) / Best(list_map_nanos); }
};

// The budgets of the project's speed section, by stream.
double TargetRatio(absl::string_view stream) {
  if (stream == "s1") return 0.40;
  if (stream == "s100") return 0.45;
  return 0.34;
}

// Stays on the CPU it is on, so that both engines use the same one.
void PinToOneCpu() {
  const int cpu = sched_getcpu();
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  if (sched_setaffinity(0, sizeof(set), &set) != 0) {
    std::fprintf(stderr, "not pinned to a CPU\n");
  }
}

// CPU time of this thread: what others do on the machine meanwhile disturbs
// it less than it does the time of day.
double ThreadNanos() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 +
         static_cast<double>(now.tv_nsec);
}

// `kAnnounced`: the engine hears of a command ahead of its turn.
template <bool kAnnounced, typename Engine>
Run RunStream(const Stream& stream, Engine& engine) {
  HashSink sink;
  const Command* const commands = stream.commands.data();
  for (size_t i = 0; i < stream.prefill_count; ++i) {
    engine.Run(commands[i], sink);
  }
  const int64_t allocations = AllocationCount();
  const double start = ThreadNanos();
  if constexpr (kAnnounced) {
    engine.RunAnnounced(commands, stream.prefill_count, stream.commands.size(),
                        sink);
  } else {
    for (size_t i = stream.prefill_count; i < stream.commands.size(); ++i) {
      engine.Run(commands[i], sink);
    }
  }
  const double elapsed = ThreadNanos() - start;
  Run run;
  run.allocation_count = AllocationCount() - allocations;
  run.nanos_per_command = elapsed / static_cast<double>(stream.commands.size() -
                                                        stream.prefill_count);
  engine.CountResting(sink.result);
  run.result = sink.result;
  return run;
}

void CheckResult(const char* engine, const NamedStream& named,
                 const StreamResult& result) {
  if (result == named.result) return;
  absl::FPrintF(stderr,
                "%s on %s: trade hash %016x of %d trades, expected %016x of "
                "%d; resting %d, expected %d\n",
                engine, named.spec.name, result.trade_hash, result.trade_count,
                named.result.trade_hash, named.result.trade_count,
                result.resting_count, named.result.resting_count);
  std::exit(1);
}

template <typename MapBookT>
Run RunMap(const NamedStream& named, const Stream& stream) {
  MapBookT map_book(named.spec.instrument_count, stream.order_id_max);
  const Run run = RunStream<false>(stream, map_book);
  CheckResult("map book", named, run.result);
  return run;
}

template <bool kAnnounced>
Run RunBook(const NamedStream& named, const Stream& stream, Row& row) {
  BookRunner book({.order_count = 1 << 17,
                   .level_count = 1 << 15,
                   .id_page_count = 1 << 11});
  const Run run = RunStream<kAnnounced>(stream, book);
  CheckResult("book", named, run.result);
  row.book_allocations += run.allocation_count;
  row.book_bytes = book.books().bytes();
  row.resting_count = book.books().order_count();
  return run;
}

Row Measure(const NamedStream& named, int rounds) {
  const Stream stream = MakeStream(named.spec);
  CheckResult("generator", named, stream.result);
  Row row;
  row.stream = named.spec.name;
  for (int round = 0; round < rounds; ++round) {
    const Run map_run = RunMap<HeapMapBook>(named, stream);
    const Run list_run = RunMap<ListMapBook>(named, stream);
    const Run book_run = RunBook<false>(named, stream, row);
    const Run announced_run = RunBook<true>(named, stream, row);
    row.map_nanos.push_back(map_run.nanos_per_command);
    row.list_map_nanos.push_back(list_run.nanos_per_command);
    row.book_nanos.push_back(book_run.nanos_per_command);
    row.announced_nanos.push_back(announced_run.nanos_per_command);
    row.map_allocations = map_run.allocation_count;
  }
  return row;
}

void PrintText(const Row& row) {
  absl::PrintF(
      "%-5s map %6.1f ns  book %6.1f ns  ratio %.3f (target %.2f)  "
      "list map %6.1f ns  ratio %.3f\n"
      "      announced %.1f ns, ratio %.3f; allocations: map %d, book %d; "
      "book memory %.1f MiB for %d orders\n",
      row.stream, Best(row.map_nanos), Best(row.book_nanos), row.Ratio(),
      TargetRatio(row.stream), Best(row.list_map_nanos), row.ListRatio(),
      Best(row.announced_nanos), row.AnnouncedRatio(), row.map_allocations,
      row.book_allocations, static_cast<double>(row.book_bytes) / (1 << 20),
      row.resting_count);
}

void PrintTsv(const Row& row) {
  const auto line = [&](absl::string_view metric, double value) {
    absl::PrintF("book\t%s\t%s\t%.4g\n", row.stream, metric, value);
  };
  line("map_ns_per_command", Best(row.map_nanos));
  line("book_ns_per_command", Best(row.book_nanos));
  line("ratio", row.Ratio());
  line("announced_ns_per_command", Best(row.announced_nanos));
  line("announced_ratio", row.AnnouncedRatio());
  line("list_map_ns_per_command", Best(row.list_map_nanos));
  line("list_map_ratio", row.ListRatio());
  line("ratio_target", TargetRatio(row.stream));
  line("book_allocation_count", static_cast<double>(row.book_allocations));
  line("book_bytes", static_cast<double>(row.book_bytes));
}

void ReportRow(const Row& row) {
  const double target = TargetRatio(row.stream);
  Report({"book " + row.stream,
          absl::StrFormat("%.1f ns/order", Best(row.book_nanos)),
          absl::StrFormat("map %.1f ns", Best(row.map_nanos)),
          absl::StrFormat("%.3f", row.Ratio()),
          absl::StrFormat("<= %.2f", target), row.Ratio() <= target});
  Report({"book " + row.stream + ", announced",
          absl::StrFormat("%.1f ns/order", Best(row.announced_nanos)),
          absl::StrFormat("map %.1f ns", Best(row.map_nanos)),
          absl::StrFormat("%.3f", row.AnnouncedRatio())});
}

bool ParseOptions(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const absl::string_view flag = argv[i];
    if (flag == "--tsv") {
      options.tsv = true;
    } else if (flag == "--enforce") {
      options.enforce = true;
    } else if (flag == "--stream" && i + 1 < argc) {
      options.stream = argv[++i];
    } else if (flag != "--rounds" || i + 1 == argc ||
               !absl::SimpleAtoi(argv[++i], &options.rounds) ||
               options.rounds < 1) {
      return false;
    }
  }
  return true;
}

int Main(int argc, char** argv) {
  Options options;
  if (!ParseOptions(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: %s [--rounds N] [--stream s1|s100|w1] [--tsv] "
                 "[--enforce]\n",
                 argv[0]);
    return 2;
  }
  PinToOneCpu();
  bool met = true;
  for (const NamedStream& named : NamedStreams()) {
    if (!options.stream.empty() && options.stream != named.spec.name) continue;
    const Row row = Measure(named, options.rounds);
    options.tsv ? PrintTsv(row) : PrintText(row);
    ReportRow(row);
    std::fflush(stdout);
    met = met && row.Ratio() <= TargetRatio(row.stream);
  }
  return options.enforce && !met ? 3 : 0;
}

}  // namespace
}  // namespace luheng::bench

int main(int argc, char** argv) { return luheng::bench::Main(argc, argv); }
