#include "tests/bench/bench_server.h"

#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "ledger/base/clock.h"
#include "ledger/journal/rocksdb_journal.h"
#include "luheng/market/v1/market.grpc.pb.h"
#include "services/server/certificates.h"
#include "services/server/node.h"
#include "tests/bench/bench_exchange.h"

extern char** environ;

namespace luheng::bench {
namespace {

namespace fs = std::filesystem;
namespace v1 = market::v1;

std::string TlsFile(const std::string& directory, const std::string& name) {
  return absl::StrCat(directory, "/tls/", name);
}

// A stream that answers each batch with one result for each command, alike in
// bytes to what the market answers.
class EchoStream final
    : public grpc::ServerBidiReactor<v1::StreamOrdersRequest,
                                     v1::StreamOrdersResponse> {
 public:
  EchoStream() { StartRead(&request_); }
  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    answer_.Clear();
    answer_.set_first_sequence(request_.first_sequence());
    answer_.set_entry(1'000'000 + request_.first_sequence());
    answer_.set_stamp_ns(SystemClock().Now().value());
    if (!request_.session_key().empty()) answer_.set_session(1);
    answer_.mutable_results()->Reserve(request_.commands_size());
    for (const v1::OrderCommand& command : request_.commands()) {
      v1::OrderResult& result = *answer_.add_results();
      result.set_order(1'000'000);
      result.set_state(v1::ORDER_STATE_OPEN);
      result.set_remaining_lots(command.place().quantity_lots());
    }
    StartWrite(&answer_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  v1::StreamOrdersRequest request_;
  v1::StreamOrdersResponse answer_;
};

class EchoService final : public v1::OrderService::CallbackService {
 public:
  grpc::ServerUnaryReactor* PlaceOrder(
      grpc::CallbackServerContext* context,
      const v1::PlaceOrderRequest* request,
      v1::PlaceOrderResponse* response) override {
    *response->mutable_order() = request->order();
    response->mutable_order()->set_name("holders/1/orders/1000000");
    response->mutable_order()->set_state(v1::ORDER_STATE_OPEN);
    response->set_held_amount(1000);
    response->set_fee_minor_max(10);
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerBidiReactor<v1::StreamOrdersRequest, v1::StreamOrdersResponse>*
  StreamOrders(grpc::CallbackServerContext*) override {
    return new EchoStream;
  }
};

void SayPort(int port) {
  std::printf("%d\n", port);
  std::fflush(stdout);
}

void WaitForInputEnd() {
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
}

int ServeEcho(const std::string& directory) {
  EchoService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(
      "127.0.0.1:0",
      server::MakeServerCredentials(TlsFile(directory, "ca.pem"),
                                    TlsFile(directory, "server.pem"),
                                    TlsFile(directory, "server.key"), 60),
      &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  LUHENG_CHECK(server != nullptr && port != 0) << "no port";
  SayPort(port);
  WaitForInputEnd();
  server->Shutdown(gpr_now(GPR_CLOCK_MONOTONIC));
  return 0;
}

// The defaults of production but for the rates, which would be what is
// measured.
server::Config NodeConfig(const std::string& directory) {
  server::Config config;
  config.data_dir = directory;
  config.listen = "127.0.0.1:0";
  config.admin_listen.clear();
  config.tls_ca = TlsFile(directory, "ca.pem");
  config.tls_cert = TlsFile(directory, "server.pem");
  config.tls_key = TlsFile(directory, "server.key");
  config.limits_orders_per_second = 0;
  config.limits_cancels_per_second = 0;
  config.limits_reads_per_second = 0;
  config.limits_commands_per_second = 0;
  return config;
}

int ServeNode(const std::string& directory) {
  rpc::LogOptions log_options;
  log_options.service = "bench";
  log_options.file = STDERR_FILENO;
  rpc::Log log(log_options, SystemClock());
  const auto on_fatal = [](const absl::Status& status) {
    std::fprintf(stderr, "node: %s\n", status.ToString().c_str());
    std::abort();
  };
  auto node = server::Node::Start(NodeConfig(directory),
                                  {log, SystemClock(), on_fatal});
  LUHENG_CHECK_OK(node.status());
  SayPort((*node)->port());
  WaitForInputEnd();
  (*node)->Drain();
  return 0;
}

}  // namespace

std::string TraderName(int64_t number) {
  return absl::StrCat("trader-", number);
}

void MakeMarketDirectory(const std::string& directory, int64_t trader_count,
                         int64_t instrument_count) {
  fs::remove_all(directory);
  fs::create_directories(directory);
  server::DevCaOptions ca;
  ca.directory = absl::StrCat(directory, "/tls");
  for (int64_t i = 1; i <= trader_count; ++i) ca.users.push_back(TraderName(i));
  ca.now = SystemClock().Now();
  LUHENG_CHECK_OK(server::MakeDevCa(ca));
  RocksDbJournalOptions options;
  options.directory = absl::StrCat(directory, "/journal");
  auto journal = OpenRocksDbJournal(options);
  LUHENG_CHECK_OK(journal.status());
  auto world = MakeBenchWorld();
  const core::GenesisConfig genesis = BenchGenesis();
  auto sequencer = core::Sequencer::Start({}, **journal, *world, SystemClock(),
                                          nullptr, &genesis);
  LUHENG_CHECK_OK(sequencer.status());
  const BenchExchange exchange(**sequencer, trader_count, instrument_count);
  (*sequencer)->Drain();
}

int ServeUntilInputEnds(ServerRole role, const std::string& directory) {
  return role == ServerRole::kNode ? ServeNode(directory)
                                   : ServeEcho(directory);
}

ChildServer::ChildServer(ServerRole role, const std::string& directory) {
  int in[2];
  int out[2];
  LUHENG_CHECK(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  const std::string log = absl::StrCat(directory, "/server.log");
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  std::string self = fs::read_symlink("/proc/self/exe").string();
  std::string word =
      role == ServerRole::kNode ? "--serve-node" : "--serve-echo";
  std::string path = directory;
  char* const arguments[] = {self.data(), word.data(), path.data(), nullptr};
  LUHENG_CHECK(posix_spawn(&pid_, self.c_str(), &actions, nullptr, arguments,
                           environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  input_ = in[1];
  std::FILE* const lines = fdopen(out[0], "r");
  LUHENG_CHECK(std::fscanf(lines, "%d", &port_) == 1) << "see " << log;
  std::fclose(lines);
}

ChildServer::~ChildServer() {
  close(input_);
  int status = 0;
  LUHENG_CHECK(waitpid(pid_, &status, 0) == pid_ && status == 0)
      << "server ended with " << status;
}

std::string ChildServer::target() const {
  return absl::StrCat("127.0.0.1:", port_);
}

double ChildServer::CpuSeconds() const {
  clockid_t clock = 0;
  timespec time{};
  LUHENG_CHECK(clock_getcpuclockid(pid_, &clock) == 0 &&
               clock_gettime(clock, &time) == 0);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace luheng::bench
