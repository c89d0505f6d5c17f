// A real node without gRPC for benchmarks: world, RocksDB journal, sequencer,
// filled through ordinary commands with holders, traders, units and cash.
#ifndef LUHENG_TESTS_BENCH_BENCH_EXCHANGE_H_
#define LUHENG_TESTS_BENCH_BENCH_EXCHANGE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "ledger/journal/journal.h"
#include "services/core/recovery.h"
#include "services/core/sequencer.h"
#include "services/core/world.h"
#include "services/market/market_area.h"
#include "tests/bench/command_stream.h"

namespace luheng::bench {

// An empty world with every area, as the server composes it.
std::unique_ptr<core::World> MakeBenchWorld();

// Genesis with three administrators who hold every role.
core::GenesisConfig BenchGenesis();

// Sends commands in submissions of `batch` commands, a bounded number of them
// under way, and checks that each was accepted unless told otherwise.
class CommandPump {
 public:
  CommandPump(core::Sequencer& sequencer, int64_t batch, int64_t under_way);
  ~CommandPump();

  // Queues one command; `body` must outlive Flush.
  void Send(core::Command command);
  // Waits until everything sent is durable.
  void Flush();
  int64_t refused_count() const;
  // The first refusal's reason, for the report.
  core::Reason first_reason() const;

 private:
  struct Shared;
  void SubmitBatch();

  core::Sequencer& sequencer_;
  const int64_t batch_;
  std::vector<core::Command> commands_;
  std::shared_ptr<Shared> shared_;
};

// Opens `holder_count` holders with one trader and one order session each, and
// `instrument_count` instruments; every holder gets cash and units of each.
// Trader i (from 1) is user_of(i).
class BenchExchange {
 public:
  static constexpr int64_t kInstrumentFirst = 1;

  BenchExchange(core::Sequencer& sequencer, int64_t holder_count,
                int64_t instrument_count);

  UserId user_of(int64_t trader) const {
    return users_[static_cast<size_t>(trader - 1)];
  }
  SessionId session_of(int64_t trader) const {
    return sessions_[static_cast<size_t>(trader - 1)];
  }

 private:
  void DropApprovals();
  void OpenHolders(int64_t count);
  void DefineInstruments(int64_t count);
  void Fund(int64_t holder_count, int64_t instrument_count);
  void OpenSessions(int64_t count);
  // One command of administrator `who` (1 to 3), which must be accepted.
  core::Outcome Do(int who, int type, const google::protobuf::Message& body);

  core::Sequencer& sequencer_;
  std::vector<UserId> users_;
  std::vector<SessionId> sessions_;
  std::vector<int64_t> holders_;
  int64_t request_count_ = 0;
};

// Sends `commands` from `next` on until the journal has `entries`.
// `sequences` has each trader's last position in its session, by trader.
void PumpTo(int64_t entries, core::Sequencer& sequencer,
            const BenchExchange& exchange,
            const std::vector<StreamCommand>& commands,
            std::vector<int64_t>& sequences, size_t& next);

}  // namespace luheng::bench

#endif  // LUHENG_TESTS_BENCH_BENCH_EXCHANGE_H_
