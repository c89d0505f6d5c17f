#include "clients/lib/error.h"

#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace luheng::client {
namespace {

grpc::Status FullStatus() {
  google::rpc::Status details;
  details.set_code(3);
  details.set_message("price is off tick");
  google::rpc::ErrorInfo info;
  info.set_reason("PRICE_NOT_ON_TICK");
  info.set_domain("luheng");
  (*info.mutable_metadata())["tick_minor"] = "1";
  (*info.mutable_metadata())["price_minor"] = "5851";
  details.add_details()->PackFrom(info);
  google::rpc::BadRequest bad_request;
  for (const char* field : {"order.price", "order.quantity"}) {
    auto* violation = bad_request.add_field_violations();
    violation->set_field(field);
    violation->set_description("is wrong");
  }
  details.add_details()->PackFrom(bad_request);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(1);
  retry.mutable_retry_delay()->set_nanos(500'000'000);
  details.add_details()->PackFrom(retry);
  google::rpc::LocalizedMessage localized;
  localized.set_locale("zh-CN");
  localized.set_message("价格不合最小变动价位");
  details.add_details()->PackFrom(localized);
  return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "price is off tick",
                      details.SerializeAsString());
}

TEST(ErrorTest, DecodesEveryDetail) {
  const Error error = DecodeError(FromGrpc(FullStatus()));
  EXPECT_EQ(error.code, absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(error.message, "price is off tick");
  EXPECT_EQ(error.text(), "价格不合最小变动价位");
  EXPECT_EQ(error.reason, "PRICE_NOT_ON_TICK");
  ASSERT_EQ(error.metadata.size(), 2u);
  EXPECT_EQ(error.metadata[0].first, "price_minor");
  EXPECT_EQ(error.metadata[1].second, "1");
  ASSERT_EQ(error.field_violations.size(), 2u);
  EXPECT_EQ(error.field_violations[1].field, "order.quantity");
  EXPECT_EQ(error.retry_delay, absl::Milliseconds(1500));
}

TEST(ErrorTest, KeepsCodeAndMessageWhereDetailsAreMissingOrBroken) {
  for (const char* details : {"", "\xff\xff not a message"}) {
    const Error error = DecodeError(
        FromGrpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone", details)));
    EXPECT_EQ(error.code, absl::StatusCode::kUnavailable);
    EXPECT_EQ(error.text(), "gone");
    EXPECT_TRUE(error.reason.empty());
  }
}

TEST(ErrorTest, SuccessIsNoError) {
  EXPECT_TRUE(FromGrpc(grpc::Status::OK).ok());
}

struct CodeCase {
  absl::StatusCode code;
  ExitCode exit;
};

class ExitCodeTest : public testing::TestWithParam<CodeCase> {};

TEST_P(ExitCodeTest, IsAsPublished) {
  EXPECT_EQ(ExitCodeOf(GetParam().code), GetParam().exit);
}

INSTANTIATE_TEST_SUITE_P(
    Codes, ExitCodeTest,
    testing::Values(
        CodeCase{absl::StatusCode::kOk, ExitCode::kOk},
        CodeCase{absl::StatusCode::kInternal, ExitCode::kFailure},
        CodeCase{absl::StatusCode::kCancelled, ExitCode::kFailure},
        CodeCase{absl::StatusCode::kOutOfRange, ExitCode::kFailure},
        CodeCase{absl::StatusCode::kInvalidArgument, ExitCode::kUsage},
        CodeCase{absl::StatusCode::kNotFound, ExitCode::kNotFound},
        CodeCase{absl::StatusCode::kPermissionDenied, ExitCode::kDenied},
        CodeCase{absl::StatusCode::kUnauthenticated, ExitCode::kDenied},
        CodeCase{absl::StatusCode::kAborted, ExitCode::kConflict},
        CodeCase{absl::StatusCode::kAlreadyExists, ExitCode::kConflict},
        CodeCase{absl::StatusCode::kFailedPrecondition, ExitCode::kConflict},
        CodeCase{absl::StatusCode::kUnavailable, ExitCode::kUnavailable},
        CodeCase{absl::StatusCode::kDeadlineExceeded, ExitCode::kUnavailable},
        CodeCase{absl::StatusCode::kResourceExhausted, ExitCode::kUnavailable},
        CodeCase{absl::StatusCode::kDataLoss, ExitCode::kVerificationFailed}));

}  // namespace
}  // namespace luheng::client
