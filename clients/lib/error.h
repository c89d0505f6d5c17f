// What a failed call says. The server sends google.rpc.Status in the trailing
// metadata; it travels through the client as a payload of absl::Status and is
// decoded here.
#ifndef LUHENG_CLIENTS_LIB_ERROR_H_
#define LUHENG_CLIENTS_LIB_ERROR_H_

#include <grpcpp/support/status.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace luheng::client {

// One field that the request got wrong.
struct FieldViolation {
  std::string field;
  std::string description;
};

// A decoded error. Strings are empty where the server said nothing.
struct Error {
  absl::StatusCode code = absl::StatusCode::kOk;
  std::string message;    // English, for developers.
  std::string localized;  // In the language that the call asked for.
  std::string reason;     // ErrorInfo.reason, for example SESSION_CLOSED.
  // ErrorInfo.metadata by key: the values that stand in the message.
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<FieldViolation> field_violations;
  std::vector<FieldViolation> preconditions;
  std::optional<absl::Duration> retry_delay;
  std::string request_id;  // RequestInfo.request_id.

  // The localized message, or the developer's if there is none.
  const std::string& text() const {
    return localized.empty() ? message : localized;
  }
};

// Exit codes of the command line. Stable.
enum class ExitCode : int {
  kOk = 0,
  kFailure = 1,
  kUsage = 2,
  kNotFound = 3,
  kDenied = 4,
  kConflict = 5,
  kUnavailable = 6,
  kVerificationFailed = 7,
};

// The same outcome as an absl::Status: same code, same message, the encoded
// details as payload.
absl::Status FromGrpc(const grpc::Status& status);

// Decodes what FromGrpc() kept. Details that do not parse are left out: an
// error must not hide behind another one.
Error DecodeError(const absl::Status& status);

// INVALID_ARGUMENT is usage, NOT_FOUND not found, PERMISSION_DENIED and
// UNAUTHENTICATED denied; ABORTED, ALREADY_EXISTS and FAILED_PRECONDITION are
// conflicts; UNAVAILABLE, DEADLINE_EXCEEDED and RESOURCE_EXHAUSTED mean try
// again; DATA_LOSS is a failed verification; the rest is failure.
ExitCode ExitCodeOf(absl::StatusCode code);

}  // namespace luheng::client

#endif  // LUHENG_CLIENTS_LIB_ERROR_H_
