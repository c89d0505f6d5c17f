// One structured line and the metrics of every call, whatever serves it: a gRPC
// server interceptor. Who called is taken from the certificate; the request id
// from the trailing metadata `x-request-id` that CallBase sets; the trace from
// the header `traceparent` (W3C), or a new one.
#ifndef LUHENG_SERVICES_RPC_CALL_LOG_H_
#define LUHENG_SERVICES_RPC_CALL_LOG_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "grpcpp/support/server_interceptor.h"
#include "ledger/base/clock.h"
#include "services/rpc/log.h"
#include "services/rpc/metrics.h"
#include "services/rpc/open_calls.h"

namespace luheng::rpc {

// The trace id of a `traceparent` header, 32 lower-case hex digits; nothing if
// it is malformed or all zero.
std::optional<std::string> TraceIdOf(absl::string_view traceparent);

// For ServerBuilder::experimental().SetInterceptorCreators. Borrows everything.
// Counts calls of our own services in `open_calls`.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
MakeCallLog(Log& log, Metrics& metrics, Clock& clock, OpenCalls& open_calls);

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_CALL_LOG_H_
