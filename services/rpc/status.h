// The one place that turns reasons and failures into gRPC statuses. Every
// status that is not OK carries google.rpc.Status in its details with exactly
// one ErrorInfo (reason, domain "luheng", the values), LocalizedMessage, and
// where they apply BadRequest, PreconditionFailure, QuotaFailure, RetryInfo and
// RequestInfo. `message` is English and for developers. Thread-safe.
#ifndef LUHENG_SERVICES_RPC_STATUS_H_
#define LUHENG_SERVICES_RPC_STATUS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/status.h"
#include "services/rpc/reason_table.h"

namespace luheng::rpc {

// The domain of our ErrorInfo.
inline constexpr char kErrorDomain[] = "luheng";

// What an error text needs to know of the call.
struct ErrorContext {
  Locale locale = Locale::kChinese;
  // Of the request; empty if it has none.
  std::string request_id;
};

// The language that an `accept-language` header gives the greatest weight among
// zh and en, of equal ones the first; Chinese if it names neither.
Locale LocaleOf(absl::string_view accept_language);

// One field of a request that is wrong. `rule` is in the words of RuleText.
struct FieldViolation {
  std::string field;  // Path, for example "order.quantity_lots".
  std::string value;  // As received, shortened; empty if missing.
  std::string rule;
};

// The status of a refusal. Requires reason != REASON_UNSPECIFIED. Details
// `field`, `value` and `rule` name a field that is wrong; `retry_after_ms`
// overrides the table's delay.
grpc::Status ToStatus(Reason reason, const Details& details = {},
                      const ErrorContext& context = {});
// INVALID_FIELD with all of `violations`, at least one.
grpc::Status ToStatus(const std::vector<FieldViolation>& violations,
                      const ErrorContext& context = {});
// A failure: its code stays, unless it is UNKNOWN, which becomes INTERNAL. The
// texts of INTERNAL and DATA_LOSS are not shown to the caller; log them.
grpc::Status ToStatus(const absl::Status& failure,
                      const ErrorContext& context = {});

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_STATUS_H_
