// Page tokens, rate limits, the table of methods, fingerprints, traces and log
// lines.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "luheng/core/v1/core.pb.h"
#include "luheng/ledger/v1/journal.pb.h"
#include "luheng/ledger/v1/ledger.pb.h"
#include "luheng/market/v1/market.pb.h"
#include "luheng/registry/v1/registry.pb.h"
#include "luheng/settlement/v1/settlement.pb.h"
#include "services/rpc/call_log.h"
#include "services/rpc/log.h"
#include "services/rpc/methods.h"
#include "services/rpc/metrics.h"
#include "services/rpc/page_token.h"
#include "services/rpc/rate_limit.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/temp_directory.h"

namespace luheng::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

registry::v1::ListHoldersRequest Holders(const std::string& county) {
  registry::v1::ListHoldersRequest request;
  request.set_county_code(county);
  return request;
}

TEST(PageTokenTest, LeadsBackToTheCursor) {
  const PageTokens tokens = PageTokens::Random();
  auto request = Holders("140927");
  EXPECT_EQ(tokens.Open(request), PageCursor());
  const PageCursor cursor{std::string("\0key", 4), EntryNumber(4711)};
  request.set_page_token(tokens.Make(request, cursor));
  // The size of a page is no part of the filter.
  request.set_page_size(7);
  EXPECT_EQ(tokens.Open(request), cursor);
}

TEST(PageTokenTest, IsOfOneListFilterAndKey) {
  const PageTokens tokens = PageTokens::Random();
  const std::string token =
      tokens.Make(Holders("140927"), {"key", EntryNumber(1)});
  auto other_filter = Holders("140928");
  other_filter.set_page_token(token);
  EXPECT_EQ(tokens.Open(other_filter), std::nullopt);
  registry::v1::ListUsersRequest other_list;
  other_list.set_page_token(token);
  EXPECT_EQ(tokens.Open(other_list), std::nullopt);
  auto same = Holders("140927");
  same.set_page_token(token);
  EXPECT_EQ(PageTokens::Random().Open(same), std::nullopt);
  EXPECT_NE(tokens.Open(same), std::nullopt);
}

TEST(PageTokenTest, EveryChangedBitIsSeen) {
  const PageTokens tokens = PageTokens::Random();
  auto request = Holders("140927");
  std::string raw;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(
      tokens.Make(request, {"key", EntryNumber(1)}), &raw));
  for (size_t bit = 0; bit < raw.size() * 8; ++bit) {
    std::string changed = raw;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    request.set_page_token(absl::WebSafeBase64Escape(changed));
    EXPECT_EQ(tokens.Open(request), std::nullopt) << bit;
  }
  for (size_t size = 1; size < raw.size(); ++size) {
    request.set_page_token(absl::WebSafeBase64Escape(raw.substr(0, size)));
    EXPECT_EQ(tokens.Open(request), std::nullopt) << size;
  }
}

TEST(PageTokenTest, KeyFileOutlivesTheProcess) {
  const luheng::testing::TempDirectory directory;
  const std::string path = absl::StrCat(directory.path(), "/key");
  const auto first = PageTokens::AtPath(path);
  ASSERT_TRUE(first.ok()) << first.status();
  struct stat file {};
  ASSERT_EQ(stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  auto request = Holders("140927");
  request.set_page_token(first->Make(request, {"key", EntryNumber(1)}));
  EXPECT_NE(PageTokens::AtPath(path)->Open(request), std::nullopt);
  std::ofstream(path) << "short";
  EXPECT_TRUE(absl::IsFailedPrecondition(PageTokens::AtPath(path).status()));
}

class RateLimitTest : public ::testing::Test {
 protected:
  static RateLimits Limits() {
    RateLimits limits{};
    limits[static_cast<size_t>(RateClass::kOrders)] = {10, 3};
    limits[static_cast<size_t>(RateClass::kCancels)] = {10, 1};
    return limits;
  }
  luheng::testing::FakeClock clock_;
  RateLimiter limiter_{Limits(), clock_};
};

TEST_F(RateLimitTest, GivesTheBurstThenTheRate) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(limiter_.Take("li", RateClass::kOrders), 0);
  }
  EXPECT_EQ(limiter_.Take("li", RateClass::kOrders), 100'000'000);
  clock_.Advance(99'999'999);
  EXPECT_EQ(limiter_.Take("li", RateClass::kOrders), 1);
  clock_.Advance(1);
  EXPECT_EQ(limiter_.Take("li", RateClass::kOrders), 0);
  EXPECT_GT(limiter_.Take("li", RateClass::kOrders), 0);
}

TEST_F(RateLimitTest, OrdersDoNotStarveCancelsNorOthers) {
  while (limiter_.Take("li", RateClass::kOrders) == 0) {
  }
  EXPECT_EQ(limiter_.Take("li", RateClass::kCancels), 0);
  EXPECT_EQ(limiter_.Take("wang", RateClass::kOrders), 0);
}

TEST_F(RateLimitTest, LargeBatchesPassFromAFullBucketAndArePaid) {
  EXPECT_EQ(limiter_.Take("li", RateClass::kOrders, 10), 0);
  // Ten calls take a second; three of them may be missing again.
  EXPECT_EQ(limiter_.Take("li", RateClass::kOrders), 800'000'000);
}

TEST_F(RateLimitTest, ZeroIsNoLimit) {
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(limiter_.Take("li", RateClass::kReads), 0);
  }
}

TEST(MethodsTest, EveryMethodOfTheProtosHasARow) {
  std::set<std::string> methods;
  for (const google::protobuf::FileDescriptor* file :
       {core::v1::ListProposalsRequest::descriptor()->file(),
        ledger::v1::FollowBlocksRequest::descriptor()->file(),
        ledger::v1::GetEntryRequest::descriptor()->file(),
        market::v1::PlaceOrderRequest::descriptor()->file(),
        registry::v1::GetHolderRequest::descriptor()->file(),
        settlement::v1::DepositRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      const auto* service = file->service(s);
      for (int m = 0; m < service->method_count(); ++m) {
        const auto* method = service->method(m);
        const std::string name =
            absl::StrCat("/", service->full_name(), "/", method->name());
        methods.insert(name);
        const MethodRow* row = FindMethod(name);
        ASSERT_NE(row, nullptr) << name;
        EXPECT_EQ(FindMethodOfRequest(method->input_type()), row) << name;
        EXPECT_NE(row->command == 0, row->read == ReadScope::kNone) << name;
      }
    }
  }
  EXPECT_EQ(Methods().size(), methods.size());
  EXPECT_EQ(FindMethod("/luheng.core.v1.NodeService/Format"), nullptr);
}

TEST(TraceTest, TakesOnlyWellFormedHeaders) {
  const std::string id = "4bf92f3577b34da6a3ce929d0e0e4736";
  EXPECT_EQ(TraceIdOf("00-" + id + "-00f067aa0ba902b7-01"), id);
  EXPECT_EQ(TraceIdOf("00-" + std::string(32, '0') + "-00f067aa0ba902b7-01"),
            std::nullopt);
  EXPECT_EQ(
      TraceIdOf("00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
      std::nullopt);
  EXPECT_EQ(TraceIdOf("00-" + id), std::nullopt);
}

// What a log with `options` writes for `write`.
template <typename Function>
std::string Written(LogOptions options, Function write) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  options.file = ends[1];
  luheng::testing::FakeClock clock;
  {
    Log log(options, clock);
    write(log);
  }
  close(ends[1]);
  std::string text(4096, '\0');
  const ssize_t size = read(ends[0], text.data(), text.size());
  close(ends[0]);
  text.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return text;
}

TEST(LogTest, WritesOneJsonLine) {
  LogOptions options;
  options.service = "n1";
  options.version = "9";
  EXPECT_EQ(Written(options,
                    [](Log& log) {
                      log.Write(LogLevel::kDebug, "unseen");
                      log.Write(
                          LogLevel::kInfo, "a \"b\"\n\xFF",
                          {{"n", 5}, LogField::Milliseconds("dur_ms", 12'034)});
                    }),
            "{\"ts\":\"2022-10-21T09:00:00.000000000+08:00\",\"level\":"
            "\"info\",\"msg\":\"a \\\"b\\\"\\u000a\xEF\xBF\xBD\",\"service\":"
            "\"n1\",\"version\":\"9\",\"n\":5,\"dur_ms\":12.034}\n");
}

TEST(LogTest, WritesTextWithoutControlCharacters) {
  LogOptions options;
  options.format = LogFormat::kText;
  EXPECT_EQ(Written(options,
                    [](Log& log) {
                      log.Write(LogLevel::kError, "m", {{"k", "a\nb"}});
                    }),
            "09:00:00.000 error   m k=\"a\\u000ab\"\n");
}

TEST(MetricsTest, NamesCallsAsDashboardsExpect) {
  Metrics metrics;
  const std::string known = "/luheng.core.v1.NodeService/GetNodeStatus";
  MethodMetrics& method = metrics.ForMethod(known, "unary");
  EXPECT_EQ(&metrics.ForMethod(known, "unary"), &method);
  method.Started();
  method.Handled(grpc::StatusCode::OK, 1'500'000);
  // Whatever a client makes up is one series.
  EXPECT_EQ(&metrics.ForMethod("/a/b", "unary"),
            &metrics.ForMethod("/c/d", "unary"));
  metrics.AddCertificate("server", [] { return int64_t{5}; });
  metrics.AddCertificate("ca", [] { return int64_t{6}; });
  const std::string text = metrics.Expose();
  EXPECT_THAT(text, HasSubstr("grpc_server_handled_total{grpc_code=\"OK\",grpc_"
                              "method=\"GetNodeStatus\",grpc_service=\"luheng."
                              "core.v1.NodeService\",grpc_type=\"unary\"} 1"));
  EXPECT_THAT(text, HasSubstr("grpc_server_handling_seconds_sum"));
  EXPECT_THAT(text, HasSubstr("process_resident_memory_bytes"));
  EXPECT_THAT(text, Not(HasSubstr("grpc_method=\"b\"")));
  const std::string type = "# TYPE luheng_tls_cert_expiry_timestamp_seconds";
  EXPECT_EQ(text.find(type), text.rfind(type));
  EXPECT_THAT(text, HasSubstr("{role=\"ca\"} 6"));
}

}  // namespace
}  // namespace luheng::rpc
