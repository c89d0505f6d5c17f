#include "clients/lib/error.h"

#include <google/protobuf/any.pb.h>

#include <algorithm>

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace luheng::client {
namespace {

constexpr char kDetailsUrl[] = "type.googleapis.com/google.rpc.Status";

absl::Duration ToDuration(const google::protobuf::Duration& value) {
  return absl::Seconds(value.seconds()) + absl::Nanoseconds(value.nanos());
}

void Take(const google::rpc::ErrorInfo& info, Error& error) {
  error.reason = info.reason();
  for (const auto& [key, value] : info.metadata()) {
    error.metadata.emplace_back(key, value);
  }
  // A proto map has no order; a reader wants the same one every time.
  std::sort(error.metadata.begin(), error.metadata.end());
}

void Take(const google::rpc::BadRequest& bad_request, Error& error) {
  for (const auto& violation : bad_request.field_violations()) {
    error.field_violations.push_back(
        {violation.field(), violation.description()});
  }
}

void Take(const google::rpc::PreconditionFailure& failure, Error& error) {
  for (const auto& violation : failure.violations()) {
    error.preconditions.push_back(
        {violation.subject(), violation.description()});
  }
}

void Take(const google::rpc::RetryInfo& info, Error& error) {
  error.retry_delay = ToDuration(info.retry_delay());
}

void Take(const google::rpc::LocalizedMessage& message, Error& error) {
  error.localized = message.message();
}

void Take(const google::rpc::RequestInfo& info, Error& error) {
  error.request_id = info.request_id();
}

// Takes `detail` if it is a Detail that parses.
template <typename Detail>
void TakeIf(const google::protobuf::Any& detail, Error& error) {
  Detail value;
  if (detail.Is<Detail>() && detail.UnpackTo(&value)) Take(value, error);
}

}  // namespace

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()),
                      status.error_message());
  if (!status.error_details().empty()) {
    result.SetPayload(kDetailsUrl, absl::Cord(status.error_details()));
  }
  return result;
}

Error DecodeError(const absl::Status& status) {
  Error error;
  error.code = status.code();
  error.message = std::string(status.message());
  const absl::optional<absl::Cord> payload = status.GetPayload(kDetailsUrl);
  google::rpc::Status details;
  if (!payload.has_value() || !details.ParseFromString(std::string(*payload))) {
    return error;
  }
  for (const google::protobuf::Any& detail : details.details()) {
    TakeIf<google::rpc::ErrorInfo>(detail, error);
    TakeIf<google::rpc::BadRequest>(detail, error);
    TakeIf<google::rpc::PreconditionFailure>(detail, error);
    TakeIf<google::rpc::RetryInfo>(detail, error);
    TakeIf<google::rpc::LocalizedMessage>(detail, error);
    TakeIf<google::rpc::RequestInfo>(detail, error);
  }
  return error;
}

ExitCode ExitCodeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return ExitCode::kOk;
    case absl::StatusCode::kInvalidArgument:
      return ExitCode::kUsage;
    case absl::StatusCode::kNotFound:
      return ExitCode::kNotFound;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return ExitCode::kDenied;
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
      return ExitCode::kConflict;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return ExitCode::kUnavailable;
    case absl::StatusCode::kDataLoss:
      return ExitCode::kVerificationFailed;
    default:
      return ExitCode::kFailure;
  }
}

}  // namespace luheng::client
