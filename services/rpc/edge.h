// The edge: what every call passes before an area's service sees it. It
// identifies the caller, refuses methods without a row, refuses deadlines
// beyond the maximum and callers beyond their rate, and learns the caller's
// ids. Services use it through unary_call.h; streams call Admit themselves.
#ifndef LUHENG_SERVICES_RPC_EDGE_H_
#define LUHENG_SERVICES_RPC_EDGE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "absl/types/optional.h"
#include "google/protobuf/message.h"
#include "grpcpp/server_context.h"
#include "ledger/base/clock.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "services/rpc/identity.h"
#include "services/rpc/methods.h"
#include "services/rpc/open_streams.h"
#include "services/rpc/page_token.h"
#include "services/rpc/rate_limit.h"
#include "services/rpc/status.h"

namespace luheng::rpc {

struct EdgeOptions {
  // A unary call may not ask for more than this ...
  int64_t deadline_ms_max = 30'000;
  // ... and gets this if it asks for nothing.
  int64_t deadline_ms_default = 10'000;
  // A larger message is refused with MESSAGE_TOO_LARGE.
  int64_t message_bytes_max = 4 << 20;
  RateLimits rates;
};

// Who calls, as far as the edge knows. Whether the user is active and may do
// what it asks is decided where the world is.
struct Caller {
  std::string user_name;
  UserId user;
  HolderId holder;
  // SHA-256 of the certificate.
  Digest credential;
  // For answers to this call.
  ErrorContext error;
};

// Metadata by which a client reads its own writes, whatever process it asks:
// each answer says which entry it rests on, at most, and each call may say
// which entry its node must have. Decimal.
inline constexpr char kLastEntryKey[] = "luheng-last-entry";
inline constexpr char kMinEntryKey[] = "luheng-min-entry";

// Milliseconds until the deadline of a call; nothing if it has none.
absl::optional<int64_t> TimeLeftMs(const grpc::ServerContextBase& context);

// Streams live as long as both sides want; unary calls have deadlines.
enum class CallShape { kUnary, kStream };

// Thread-safe.
class Edge {
 public:
  // Borrows `users` and `clock`.
  Edge(const EdgeOptions& options, UserDirectory& users, Clock& clock,
       PageTokens page_tokens);

  // What an answer of this node rests on at most, for kLastEntryKey.
  EntryNumber last_entry() const { return users_.LastEntry(); }

  // Admits a call of the method in `row` (null: the method has none). Calls
  // `then` once with the caller, or with the status to finish the call with: at
  // once if the user is known here, else later from another thread. `context`
  // must live until then. `count` is what the call costs in its rate class.
  using Admission = std::variant<grpc::Status, Caller>;
  void Admit(const grpc::CallbackServerContext& context, const MethodRow* row,
             std::string request_id, CallShape shape,
             std::function<void(Admission)> then);

  // Takes `count` further calls of an admitted stream from its caller's bucket.
  // OK, or RATE_LIMITED with the time to wait.
  grpc::Status Charge(const Caller& caller, RateClass rate_class,
                      int64_t count = 1);

  // From now on every new call is refused with DRAINING.
  void Drain();
  // Streams register here, so that Drain's caller can end them when the last
  // thing that they have to tell is told.
  OpenStreams& streams() { return streams_; }
  // OK, or MESSAGE_TOO_LARGE.
  grpc::Status CheckSize(const google::protobuf::Message& message,
                         const ErrorContext& error) const;
  bool draining() const { return draining_.load(std::memory_order_relaxed); }

  const EdgeOptions& options() const { return options_; }
  const PageTokens& page_tokens() const { return page_tokens_; }

 private:
  const EdgeOptions options_;
  UserDirectory& users_;
  PageTokens page_tokens_;
  RateLimiter limiter_;
  OpenStreams streams_;
  // A flag only; nothing is published through it.
  std::atomic<bool> draining_{false};
};

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_EDGE_H_
