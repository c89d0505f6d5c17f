// What our errors carry on the wire.
#include "services/rpc/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace luheng::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// All details of type `Detail` in `status`.
template <typename Detail>
std::vector<Detail> DetailsOf(const grpc::Status& status) {
  google::rpc::Status full;
  EXPECT_TRUE(full.ParseFromString(status.error_details()));
  EXPECT_EQ(full.code(), status.error_code());
  EXPECT_EQ(full.message(), status.error_message());
  std::vector<Detail> found;
  for (const auto& any : full.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) found.push_back(detail);
  }
  return found;
}

TEST(StatusTest, EveryReasonCarriesOneErrorInfoAndOneText) {
  for (const ReasonRow& row : ReasonRows()) {
    const grpc::Status status = ToStatus(row.reason);
    EXPECT_EQ(status.error_code(), row.code);
    const auto infos = DetailsOf<google::rpc::ErrorInfo>(status);
    ASSERT_EQ(infos.size(), 1u);
    EXPECT_EQ("REASON_" + infos[0].reason(), core::v1::Reason_Name(row.reason));
    EXPECT_LE(infos[0].reason().size(), 63u);
    EXPECT_EQ(infos[0].domain(), "luheng");
    EXPECT_EQ(DetailsOf<google::rpc::LocalizedMessage>(status).size(), 1u);
    EXPECT_EQ(DetailsOf<google::rpc::PreconditionFailure>(status).size(),
              row.code == grpc::StatusCode::FAILED_PRECONDITION ? 1u : 0u);
    EXPECT_EQ(DetailsOf<google::rpc::RetryInfo>(status).size(),
              row.retry_ms > 0 ? 1u : 0u);
  }
}

TEST(StatusTest, NamesFieldValueAndRule) {
  const grpc::Status status = ToStatus(Reason::REASON_PRICE_NOT_ON_TICK,
                                       {{"field", "order.price_minor_per_lot"},
                                        {"value", "5805"},
                                        {"rule", "a multiple of 10"}},
                                       {Locale::kEnglish, "3f2a"});
  EXPECT_THAT(status.error_message(),
              HasSubstr("order.price_minor_per_lot 5805"));
  const auto bad = DetailsOf<google::rpc::BadRequest>(status);
  ASSERT_EQ(bad.size(), 1u);
  EXPECT_EQ(bad[0].field_violations(0).field(), "order.price_minor_per_lot");
  EXPECT_EQ(bad[0].field_violations(0).description(),
            "must be a multiple of 10, not 5805");
  const auto info = DetailsOf<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info[0].metadata().at("value"), "5805");
  const auto request = DetailsOf<google::rpc::RequestInfo>(status);
  ASSERT_EQ(request.size(), 1u);
  EXPECT_EQ(request[0].request_id(), "3f2a");
  const auto text = DetailsOf<google::rpc::LocalizedMessage>(status);
  EXPECT_EQ(text[0].locale(), "en");
  EXPECT_THAT(text[0].message(), HasSubstr("58.05"));
}

TEST(StatusTest, ListsAllViolations) {
  const grpc::Status status = ToStatus(
      {{"holder", "", "present"}, {"amount_minor", "-100", "1 to 500000"}});
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(),
              HasSubstr("holder must be present; amount_minor must be 1 to "
                        "500000, not -100."));
  const auto bad = DetailsOf<google::rpc::BadRequest>(status);
  ASSERT_EQ(bad.size(), 1u);
  EXPECT_EQ(bad[0].field_violations_size(), 2);
  const auto text = DetailsOf<google::rpc::LocalizedMessage>(status);
  ASSERT_EQ(text.size(), 1u);
  EXPECT_EQ(text[0].locale(), "zh-CN");
  EXPECT_EQ(text[0].message(),
            "请求中有必填项缺失或填写有误。持有人必填；金额应为 0.01 至 "
            "5,000.00。");
  EXPECT_EQ(DetailsOf<google::rpc::ErrorInfo>(status).size(), 1u);
}

TEST(StatusTest, RetryDelayOfTheRefusalWins) {
  const auto retry = DetailsOf<google::rpc::RetryInfo>(
      ToStatus(Reason::REASON_RATE_LIMITED, {{"retry_after_ms", "2500"}}));
  ASSERT_EQ(retry.size(), 1u);
  EXPECT_EQ(retry[0].retry_delay().seconds(), 2);
  EXPECT_EQ(retry[0].retry_delay().nanos(), 500'000'000);
}

TEST(StatusTest, FailuresKeepTheirCodeAndHideTheInside) {
  const grpc::Status broken =
      ToStatus(absl::InternalError("secret of the disk"));
  EXPECT_EQ(broken.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_THAT(broken.error_message(), Not(HasSubstr("secret")));
  EXPECT_EQ(ToStatus(absl::UnknownError("x")).error_code(),
            grpc::StatusCode::INTERNAL);
  const grpc::Status beyond = ToStatus(absl::OutOfRangeError("entry 9"));
  EXPECT_EQ(beyond.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(beyond.error_message(), "entry 9");
  EXPECT_EQ(DetailsOf<google::rpc::ErrorInfo>(beyond)[0].reason(),
            "BEYOND_END");
  EXPECT_TRUE(ToStatus(absl::OkStatus()).ok());
}

TEST(LocaleTest, TheGreatestWeightWinsThenTheFirst) {
  EXPECT_EQ(LocaleOf("zh;q=0.5, en;q=0.9"), Locale::kEnglish);
  EXPECT_EQ(LocaleOf("en;q=0.125,zh-Hans-CN;q=0.126"), Locale::kChinese);
  EXPECT_EQ(LocaleOf("en;q=0.5, zh ; q=0.5"), Locale::kEnglish);
  EXPECT_EQ(LocaleOf("zh;q=0.9, en-US"), Locale::kEnglish);
  EXPECT_EQ(LocaleOf("en;q=1.000, zh;q=1"), Locale::kEnglish);
  EXPECT_EQ(LocaleOf("zh;q=0, en;q=0.001"), Locale::kEnglish);
  // Neither a weight nor a language.
  EXPECT_EQ(LocaleOf("en;q=2, en;q=, en;q=0.-1, en;level=1"), Locale::kChinese);
  EXPECT_EQ(LocaleOf("zho, enm;q=1, en;q=0.2"), Locale::kEnglish);
  EXPECT_EQ(LocaleOf(",;,;;q=1"), Locale::kChinese);
}

TEST(LocaleTest, FirstKnownLanguageWins) {
  EXPECT_EQ(LocaleOf(""), Locale::kChinese);
  EXPECT_EQ(LocaleOf("fr, en-GB;q=0.8"), Locale::kEnglish);
  EXPECT_EQ(LocaleOf("zh-CN,en"), Locale::kChinese);
  EXPECT_EQ(LocaleOf("EN"), Locale::kEnglish);
}

}  // namespace
}  // namespace luheng::rpc
