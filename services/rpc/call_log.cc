#include "services/rpc/call_log.h"

#include <grpcpp/server_context.h>
#include <openssl/rand.h>

#include <atomic>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "ledger/base/check.h"
#include "ledger/base/digest.h"
#include "services/rpc/identity.h"

namespace luheng::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::Interceptor;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

const char* const kCodeNames[] = {
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
};

absl::string_view CodeName(grpc::StatusCode code) {
  const bool known = code >= 0 && code <= grpc::StatusCode::UNAUTHENTICATED;
  return known ? kCodeNames[code] : "UNKNOWN";
}

absl::string_view TypeName(ServerRpcInfo::Type type) {
  switch (type) {
    case ServerRpcInfo::Type::UNARY:
      return "unary";
    case ServerRpcInfo::Type::CLIENT_STREAMING:
      return "client_stream";
    case ServerRpcInfo::Type::SERVER_STREAMING:
      return "server_stream";
    case ServerRpcInfo::Type::BIDI_STREAMING:
      return "bidi_stream";
  }
  return "unary";
}

// What is our fault, or needs an operator, is louder than a refusal.
LogLevel LevelOf(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::DATA_LOSS:
    case grpc::StatusCode::UNKNOWN:
      return LogLevel::kError;
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::UNAUTHENTICATED:
      return LogLevel::kWarning;
    default:
      return LogLevel::kInfo;
  }
}

// Why a call was refused: our reason, or gRPC's own words. Our messages are not
// logged: they repeat values of the request, which may be personal.
std::string ReasonOf(const grpc::Status& status) {
  if (status.ok()) return "";
  google::rpc::Status details;
  if (status.error_details().empty() ||
      !details.ParseFromString(status.error_details())) {
    return status.error_message();
  }
  google::rpc::ErrorInfo info;
  for (const auto& detail : details.details()) {
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

// Trace ids for calls that bring none: unlike in other processes, and each
// different.
class TraceIds {
 public:
  TraceIds() {
    LUHENG_CHECK(RAND_bytes(reinterpret_cast<uint8_t*>(&process_),
                            sizeof(process_)) == 1)
        << "no random bytes";
  }
  std::string Next() {
    // A counter only; nothing is published through it.
    const uint64_t call = next_.fetch_add(1, std::memory_order_relaxed);
    return absl::StrFormat("%016x%016x", process_, call);
  }

 private:
  uint64_t process_ = 0;
  std::atomic<uint64_t> next_{1};
};

struct Sinks {
  Log& log;
  Metrics& metrics;
  Clock& clock;
  OpenCalls& open_calls;
  TraceIds trace_ids;
};

// Follows one call. Its hooks run one after another.
class CallFollower : public Interceptor {
 public:
  CallFollower(Sinks& sinks, ServerRpcInfo* info)
      : sinks_(sinks),
        info_(info),
        method_(info->method()),
        metrics_(sinks.metrics.ForMethod(method_, TypeName(info->type()))),
        start_(sinks.clock.MonotonicNanos()) {
    metrics_.Started();
    if (own_) sinks_.open_calls.Begin();
  }

  // A call that ends without a status was cut off.
  ~CallFollower() override {
    if (!done_) Done(grpc::StatusCode::CANCELLED, "");
    if (own_) sinks_.open_calls.End();
  }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      Begin();
    }
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::PRE_SEND_STATUS)) {
      const auto* trailing = methods->GetSendTrailingMetadata();
      if (trailing != nullptr) {
        const auto id = trailing->find("x-request-id");
        if (id != trailing->end()) request_id_ = id->second;
      }
      const grpc::Status status = methods->GetSendStatus();
      Done(status.error_code(), ReasonOf(status));
    }
    methods->Proceed();
  }

 private:
  void Begin() {
    grpc::ServerContextBase* const context = info_->server_context();
    const auto identity = IdentityOf(*context->auth_context());
    if (identity) actor_ = identity->user_name;
    const auto& metadata = context->client_metadata();
    const auto found = metadata.find("traceparent");
    if (found != metadata.end()) {
      trace_id_ = TraceIdOf(absl::string_view(found->second.data(),
                                              found->second.size()))
                      .value_or("");
    }
  }

  void Done(grpc::StatusCode code, absl::string_view reason) {
    if (std::exchange(done_, true)) return;
    const int64_t nanos = sinks_.clock.MonotonicNanos() - start_;
    metrics_.Handled(code, nanos);
    // Probes ask every few seconds; nobody reads that they were answered.
    const bool probe = absl::StartsWith(method_, "/grpc.health.");
    const LogLevel level = probe && code == grpc::StatusCode::OK
                               ? LogLevel::kDebug
                               : LevelOf(code);
    if (!sinks_.log.enabled(level)) return;
    if (trace_id_.empty()) trace_id_ = sinks_.trace_ids.Next();
    sinks_.log.Write(level, "call",
                     {{"trace_id", trace_id_},
                      {"request_id", request_id_},
                      {"actor", actor_},
                      {"rpc", method_},
                      {"code", CodeName(code)},
                      LogField::Milliseconds("dur_ms", nanos / 1000),
                      {"reason", reason}});
  }

  Sinks& sinks_;
  ServerRpcInfo* const info_;
  const std::string method_;
  MethodMetrics& metrics_;
  const int64_t start_;
  const bool own_ = absl::StartsWith(method_, "/luheng.");
  bool done_ = false;
  std::string actor_;
  std::string trace_id_;
  std::string request_id_;
};

class CallLog : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  CallLog(Log& log, Metrics& metrics, Clock& clock, OpenCalls& open_calls)
      : sinks_{log, metrics, clock, open_calls, {}} {}

  Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    return new CallFollower(sinks_, info);
  }

 private:
  Sinks sinks_;
};

bool IsLowerHex(absl::string_view text) {
  for (const char c : text) {
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> TraceIdOf(absl::string_view traceparent) {
  // version (2) - trace id (32) - parent id (16) - flags (2)
  if (traceparent.size() < 55 || traceparent[2] != '-' ||
      traceparent[35] != '-' || traceparent[52] != '-') {
    return std::nullopt;
  }
  const absl::string_view trace_id = traceparent.substr(3, 32);
  if (!IsLowerHex(trace_id) ||
      trace_id.find_first_not_of('0') == absl::string_view::npos) {
    return std::nullopt;
  }
  return std::string(trace_id);
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
MakeCallLog(Log& log, Metrics& metrics, Clock& clock, OpenCalls& open_calls) {
  return std::make_unique<CallLog>(log, metrics, clock, open_calls);
}

}  // namespace luheng::rpc
