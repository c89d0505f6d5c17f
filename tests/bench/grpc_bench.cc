// The whole path as a client sees it: a node in a process of its own, mutual
// TLS over loopback, a durable journal on a real file system, client and server
// on the same processors.
//
//   stream  the s100 order stream in batches over bidirectional streams; beside
//           it an echo of the same messages over the same TLS
//   unary   PlaceOrder at 1, 8 and 64 callers; beside it an echo of the same
//           message
//
// A stream is one trader's, so the common stream is dealt to several: buyers
// and sellers apart, so that nobody meets its own orders, and an order's
// cancels and amendments (by client order id) behind it on the same stream. How
// the streams mix is left to chance, so what trades varies; that every command
// is answered in order, and is in the journal afterwards, is checked.
//
// Usage: luheng_grpc_bench [--count N] [--streams N] [--window N] [--batch N]
//                          [--unary N] [--only stream|unary] [directory]
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/journal/rocksdb_journal.h"
#include "luheng/core/v1/reason.pb.h"
#include "services/core/recovery.h"
#include "tests/bench/bench_exchange.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/command_stream.h"
#include "tests/bench/order_clients.h"
#include "tests/bench/table_row.h"

namespace luheng::bench {
namespace {

constexpr int64_t kInstruments = 100;
constexpr double kTargetPerSecond = 200'000;

struct Options {
  int64_t count = 500'000;  // Timed commands.
  int64_t streams = 4;
  int64_t window = 8;
  int64_t batch = 500;
  int64_t unary = 20'000;  // Calls at 64 callers; fewer at fewer.
  std::string only;
  std::string directory = "build/bench/grpc";
};

using Channels = std::vector<std::shared_ptr<grpc::Channel>>;

Channels OpenChannels(const Options& options, const ChildServer& server) {
  Channels channels;
  for (int64_t i = 1; i <= options.streams; ++i) {
    channels.push_back(
        OpenTraderChannel(options.directory, server.target(), i));
  }
  return channels;
}

// Deals commands to streams: even ones buy, odd ones sell.
class Dealer {
 public:
  Dealer(const Options& options, const Stream& stream)
      : options_(options), owner_(stream.order_id_max + 1) {
    sequences_.resize(static_cast<size_t>(options.streams));
  }

  // Loads of commands [begin, end), in order.
  std::vector<StreamLoad> Deal(const Stream& stream,
                               const std::vector<StreamCommand>& commands,
                               size_t begin, size_t end) {
    std::vector<StreamLoad> loads(static_cast<size_t>(options_.streams));
    for (size_t i = begin; i < end; ++i) {
      const Command& from = stream.commands[i];
      if (from.operation == Operation::kNew) {
        owner_[from.id] = StreamOf(from);
      }
      const size_t to = owner_[from.id];
      market::v1::OrderCommand& command = Append(loads[to], to);
      command = commands[i].body;
      // The id that the market gave is not known before its answer.
      const std::string name = absl::StrCat("o", from.id);
      if (command.has_cancel()) {
        command.mutable_cancel()->set_order(0);
        command.mutable_cancel()->set_client_order_id(name);
      } else if (command.has_amend()) {
        command.mutable_amend()->set_order(0);
        command.mutable_amend()->set_client_order_id(name);
      }
    }
    return loads;
  }

 private:
  size_t StreamOf(const Command& command) const {
    const auto half = static_cast<size_t>(options_.streams) / 2;
    return 2 * (command.account % half) +
           (command.side == matching::Side::kBuy ? 0 : 1);
  }
  market::v1::OrderCommand& Append(StreamLoad& load, size_t stream) {
    if (load.batches.empty() ||
        load.batches.back().commands_size() == options_.batch) {
      load.batches.emplace_back().set_first_sequence(sequences_[stream] + 1);
    }
    ++sequences_[stream];
    return *load.batches.back().add_commands();
  }

  const Options& options_;
  std::vector<size_t> owner_;  // Stream of each order.
  std::vector<int64_t> sequences_;
};

double OwnCpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct StreamRun {
  double per_second = 0;
  int64_t last_entry = 0;
};

StreamRun MeasureStreams(const char* name, const ChildServer& server,
                         const Options& options, const Channels& channels,
                         const std::vector<StreamLoad>& prefill,
                         const std::vector<StreamLoad>& timed) {
  RunStreams(channels, prefill, options.window);
  const double server_cpu = server.CpuSeconds();
  const double client_cpu = OwnCpuSeconds();
  const StreamTotals totals = RunStreams(channels, timed, options.window);
  const auto count = static_cast<double>(totals.answered);
  absl::PrintF(
      "%s: %d commands in %.2f s, processor time a command: server %.2f us, "
      "client %.2f us; batch p50 %.1f ms, p99 %.1f ms; refused %d (%s)\n",
      name, totals.answered, totals.seconds,
      (server.CpuSeconds() - server_cpu) / count * 1e6,
      (OwnCpuSeconds() - client_cpu) / count * 1e6,
      Quantile(totals.batch_ms, 0.5), Quantile(totals.batch_ms, 0.99),
      totals.refused,
      core::v1::Reason_Name(
          static_cast<core::v1::Reason>(totals.first_reason)));
  return {count / totals.seconds, totals.last_entry};
}

// What was acknowledged is in the journal, and the journal can be folded: each
// entry's number, stamp and balance are checked on the way.
void CheckJournal(const Options& options, int64_t acknowledged) {
  RocksDbJournalOptions journal_options;
  journal_options.directory = options.directory + "/journal";
  auto journal = OpenRocksDbJournal(journal_options);
  LUHENG_CHECK_OK(journal.status());
  LUHENG_CHECK((*journal)->tail().last_entry.value() >= acknowledged);
  auto recovered = core::Recover(**journal, MakeBenchWorld, nullptr);
  LUHENG_CHECK_OK(recovered.status());
  int64_t cash = 0;
  for (const AccountBalance& balance :
       recovered->world->accounts().Balances()) {
    if (balance.asset == AssetId(1)) cash += balance.amount;
  }
  LUHENG_CHECK(cash == 0) << "cash sums to " << cash;
}

void BenchStreams(const Options& options) {
  StreamSpec spec;
  spec.name = "s100";
  spec.instrument_count = kInstruments;
  spec.timed_count = static_cast<uint64_t>(options.count);
  const Stream stream = MakeStream(spec);
  const std::vector<StreamCommand> commands = MakeCommands(stream);
  Dealer dealer(options, stream);
  const std::vector<StreamLoad> prefill =
      dealer.Deal(stream, commands, 0, stream.prefill_count);
  const std::vector<StreamLoad> timed =
      dealer.Deal(stream, commands, stream.prefill_count, commands.size());
  StreamRun echo;
  {
    const ChildServer server(ServerRole::kEcho, options.directory);
    echo = MeasureStreams("echo", server, options,
                          OpenChannels(options, server), prefill, timed);
  }
  StreamRun node;
  {
    const ChildServer server(ServerRole::kNode, options.directory);
    node = MeasureStreams("node", server, options,
                          OpenChannels(options, server), prefill, timed);
  }
  CheckJournal(options, node.last_entry);
  Report({"gRPC stream, durable orders",
          absl::StrCat(Thousands(node.per_second), "/s"),
          absl::StrCat("echo ", Thousands(echo.per_second), "/s"),
          absl::StrFormat("%.2f", node.per_second / echo.per_second),
          absl::StrCat(">= ", Thousands(kTargetPerSecond)),
          node.per_second >= kTargetPerSecond});
}

void BenchUnary(const Options& options) {
  const int64_t callers[] = {1, 8, 64};
  std::vector<UnaryTotals> echo;
  std::vector<UnaryTotals> node;
  for (const ServerRole role : {ServerRole::kEcho, ServerRole::kNode}) {
    const ChildServer server(role, options.directory);
    const Channels channels = OpenChannels(options, server);
    int64_t id = 1;
    for (const int64_t count : callers) {
      const int64_t calls = options.unary * std::min<int64_t>(count, 8) / 8;
      RunUnary(channels, count, calls / 10 + 1, id);  // Warm.
      id += calls;
      (role == ServerRole::kEcho ? echo : node)
          .push_back(RunUnary(channels, count, calls, id));
      id += calls;
    }
  }
  for (size_t i = 0; i < std::size(callers); ++i) {
    for (const auto& [name, q] : {std::pair{"p50", 0.5}, {"p99", 0.99}}) {
      const double value = Quantile(node[i].micros, q);
      const double limit = Quantile(echo[i].micros, q);
      Report({absl::StrFormat("gRPC unary %s, %d callers", name, callers[i]),
              absl::StrCat(Digits(value), " us"),
              absl::StrCat("echo ", Digits(limit), " us"),
              absl::StrFormat("%.1f", value / limit)});
    }
    Report({absl::StrFormat("gRPC unary calls, %d callers", callers[i]),
            absl::StrCat(Thousands(static_cast<double>(node[i].micros.size()) /
                                   node[i].seconds),
                         "/s"),
            absl::StrCat("echo ",
                         Thousands(static_cast<double>(echo[i].micros.size()) /
                                   echo[i].seconds),
                         "/s"),
            absl::StrFormat("%.2f",
                            static_cast<double>(node[i].micros.size()) /
                                node[i].seconds /
                                (static_cast<double>(echo[i].micros.size()) /
                                 echo[i].seconds))});
  }
}

bool ParseOptions(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag.rfind("--", 0) != 0) {
      options.directory = flag;
      continue;
    }
    if (++i == argc) return false;
    int64_t* const number = flag == "--count"     ? &options.count
                            : flag == "--streams" ? &options.streams
                            : flag == "--window"  ? &options.window
                            : flag == "--batch"   ? &options.batch
                            : flag == "--unary"   ? &options.unary
                                                  : nullptr;
    if (flag == "--only") {
      options.only = argv[i];
    } else if (number == nullptr || !absl::SimpleAtoi(argv[i], number) ||
               *number < 1) {
      return false;
    }
  }
  return options.streams % 2 == 0 && options.streams <= 100;
}

int Main(int argc, char** argv) {
  Options options;
  if (!ParseOptions(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: %s [--count N] [--streams EVEN] [--window N] "
                 "[--batch N] [--unary N] [--only stream|unary] [directory]\n",
                 argv[0]);
    return 2;
  }
  MakeMarketDirectory(options.directory, options.streams, kInstruments);
  if (options.only != "unary") BenchStreams(options);
  if (options.only != "stream") BenchUnary(options);
  std::filesystem::remove_all(options.directory);
  return 0;
}

}  // namespace
}  // namespace luheng::bench

int main(int argc, char** argv) {
  using luheng::bench::ServerRole;
  const std::string word = argc == 3 ? argv[1] : "";
  if (word == "--serve-node") {
    return luheng::bench::ServeUntilInputEnds(ServerRole::kNode, argv[2]);
  }
  if (word == "--serve-echo") {
    return luheng::bench::ServeUntilInputEnds(ServerRole::kEcho, argv[2]);
  }
  return luheng::bench::Main(argc, argv);
}
