// Clients that load a server: order streams with a window of batches under
// way, and callers that each have one unary call under way.
#ifndef LUHENG_TESTS_BENCH_ORDER_CLIENTS_H_
#define LUHENG_TESTS_BENCH_ORDER_CLIENTS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "grpcpp/channel.h"
#include "luheng/market/v1/market.pb.h"

namespace luheng::bench {

// A connection of its own as trader `number` of DIRECTORY/tls.
std::shared_ptr<grpc::Channel> OpenTraderChannel(const std::string& directory,
                                                 const std::string& target,
                                                 int64_t number);

// What one stream sends: whole batches, made before the clock starts.
struct StreamLoad {
  std::vector<market::v1::StreamOrdersRequest> batches;
};

struct StreamTotals {
  double seconds = 0;  // From the first batch to the last answer.
  int64_t answered = 0;
  int64_t refused = 0;
  int32_t first_reason = 0;
  int64_t last_entry = 0;
  std::vector<double> batch_ms;  // Each batch's way there and back.
};

// Sends loads[i] over channels[i], `window` batches under way on each, and
// waits for all answers. Stops the process if one is missing or out of order.
// Streams opened again for further loads carry on their sessions.
StreamTotals RunStreams(
    const std::vector<std::shared_ptr<grpc::Channel>>& channels,
    const std::vector<StreamLoad>& loads, int64_t window);

struct UnaryTotals {
  double seconds = 0;
  std::vector<double> micros;  // Of each call.
};

// `caller_count` callers, one call each at a time, over the channels in turn,
// for `call_count` calls in all. `first_id` makes client order ids unique.
UnaryTotals RunUnary(
    const std::vector<std::shared_ptr<grpc::Channel>>& channels,
    int64_t caller_count, int64_t call_count, int64_t first_id);

}  // namespace luheng::bench

#endif  // LUHENG_TESTS_BENCH_ORDER_CLIENTS_H_
