// The common order stream as the market's own commands: bodies, users and
// sessions, ready to be submitted.
#ifndef LUHENG_TESTS_BENCH_COMMAND_STREAM_H_
#define LUHENG_TESTS_BENCH_COMMAND_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ledger/base/ids.h"
#include "luheng/market/v1/market.pb.h"
#include "services/core/command.h"
#include "tests/bench/order_stream.h"

namespace luheng::bench {

struct StreamCommand {
  int64_t trader = 0;  // From 1.
  market::v1::OrderCommand body;
};

// All commands of `stream`, those before `stream.prefill_count` included. Ids
// in the stream are dense from 1, as the market assigns them when it has no
// other orders. An amendment's whole quantity is what was filled so far plus
// the stream's new open quantity.
std::vector<StreamCommand> MakeCommands(const Stream& stream);

// `from` as a core command, command `sequence` of its trader's session. Borrows
// the body.
core::Command ToCommand(const StreamCommand& from, UserId user,
                        SessionId session, int64_t sequence);

}  // namespace luheng::bench

#endif  // LUHENG_TESTS_BENCH_COMMAND_STREAM_H_
