#include "services/rpc/edge.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace luheng::rpc {
namespace {

constexpr int64_t kNanosPerMillisecond = 1'000'000;
// gRPC rounds deadlines up and messages take time on their way.
constexpr int64_t kDeadlineSlackMs = 1'000;

Locale LocaleOfCall(const grpc::CallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find("accept-language");
  if (found == metadata.end()) return Locale::kChinese;
  return LocaleOf(
      absl::string_view(found->second.data(), found->second.size()));
}

// The entry that the node must have first; 0 if the call names none.
EntryNumber MinEntryOf(const grpc::CallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(kMinEntryKey);
  int64_t entry = 0;
  if (found == metadata.end() ||
      !absl::SimpleAtoi(
          absl::string_view(found->second.data(), found->second.size()),
          &entry)) {
    return EntryNumber();
  }
  return EntryNumber(entry);
}

// What is wrong with the deadline of a unary call.
grpc::Status CheckDeadline(const grpc::CallbackServerContext& context,
                           int64_t max_ms, const ErrorContext& error) {
  const absl::optional<int64_t> left_ms = TimeLeftMs(context);
  if (!left_ms || *left_ms <= max_ms + kDeadlineSlackMs) {
    return grpc::Status::OK;
  }
  return ToStatus({{"grpc-timeout", absl::StrCat(*left_ms, " ms"),
                    absl::StrCat("at most ", max_ms, " ms")}},
                  error);
}

grpc::Status TooFast(const Caller& caller, RateClass rate_class,
                     const RateLimit& limit, int64_t wait_ns) {
  const int64_t wait_ms =
      (wait_ns + kNanosPerMillisecond - 1) / kNanosPerMillisecond;
  return ToStatus(Reason::REASON_RATE_LIMITED,
                  {{"user", caller.user_name},
                   {"class", std::string(RateClassName(rate_class))},
                   {"per_second_count", absl::StrCat(limit.per_second)},
                   {"retry_after_ms", absl::StrCat(wait_ms)}},
                  caller.error);
}

}  // namespace

absl::optional<int64_t> TimeLeftMs(const grpc::ServerContextBase& context) {
  const gpr_timespec deadline = context.raw_deadline();
  if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0) {
    return absl::nullopt;
  }
  const gpr_timespec left =
      gpr_time_sub(deadline, gpr_now(deadline.clock_type));
  return gpr_time_to_millis(left);
}

Edge::Edge(const EdgeOptions& options, UserDirectory& users, Clock& clock,
           PageTokens page_tokens)
    : options_(options),
      users_(users),
      page_tokens_(std::move(page_tokens)),
      limiter_(options.rates, clock) {}

void Edge::Admit(const grpc::CallbackServerContext& context,
                 const MethodRow* row, std::string request_id, CallShape shape,
                 std::function<void(Admission)> then) {
  Caller caller;
  caller.error.locale = LocaleOfCall(context);
  // A refusal repeats it in its trailers, which must stay small.
  if (ParseUuid(request_id)) caller.error.request_id = std::move(request_id);
  const auto refuse = [&](Reason reason) {
    then(ToStatus(reason, {}, caller.error));
  };
  if (row == nullptr) return refuse(Reason::REASON_METHOD_UNKNOWN);
  const auto identity = IdentityOf(*context.auth_context());
  if (!identity) return refuse(Reason::REASON_UNKNOWN_USER);
  caller.user_name = identity->user_name;
  caller.credential = identity->certificate;
  if (draining()) return refuse(Reason::REASON_DRAINING);
  if (shape == CallShape::kUnary) {
    const grpc::Status late =
        CheckDeadline(context, options_.deadline_ms_max, caller.error);
    if (!late.ok()) return then(late);
  }
  const grpc::Status fast = Charge(caller, row->rate);
  if (!fast.ok()) return then(fast);
  const std::string name = caller.user_name;
  users_.Find(
      name, MinEntryOf(context),
      [caller = std::move(caller),
       then = std::move(then)](absl::StatusOr<KnownUser> known) mutable {
        if (!known.ok() && !absl::IsNotFound(known.status())) {
          return then(ToStatus(known.status(), caller.error));
        }
        if (!known.ok()) {
          return then(ToStatus(Reason::REASON_UNKNOWN_USER,
                               {{"user", caller.user_name}}, caller.error));
        }
        caller.user = known->user;
        caller.holder = known->holder;
        then(std::move(caller));
      });
}

grpc::Status Edge::Charge(const Caller& caller, RateClass rate_class,
                          int64_t count) {
  const int64_t wait_ns = limiter_.Take(caller.user_name, rate_class, count);
  if (wait_ns == 0) return grpc::Status::OK;
  return TooFast(caller, rate_class, limiter_.limit(rate_class), wait_ns);
}

grpc::Status Edge::CheckSize(const google::protobuf::Message& message,
                             const ErrorContext& error) const {
  const auto bytes = static_cast<int64_t>(message.ByteSizeLong());
  if (bytes <= options_.message_bytes_max) return grpc::Status::OK;
  return ToStatus(Reason::REASON_MESSAGE_TOO_LARGE,
                  {{"bytes", absl::StrCat(bytes)},
                   {"limit_bytes", absl::StrCat(options_.message_bytes_max)}},
                  error);
}

void Edge::Drain() { draining_.store(true, std::memory_order_relaxed); }

}  // namespace luheng::rpc
