// A whole node on a disk: it starts from genesis, answers, drains, and goes on
// where it ended.
#include "services/server/node.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "luheng/core/v1/core.grpc.pb.h"
#include "services/server/certificates.h"
#include "tests/testing/temp_directory.h"

namespace luheng::server {
namespace {

using ::testing::HasSubstr;

constexpr char kGenesis[] =
    "operator: {name: 交易中心, name_en: Exchange, code: 91110000802100433B, "
    "county: 140000}\n"
    "administrators:\n"
    "  - {user: wang, roles: [SYSTEM_ADMIN, SECURITY_ADMIN]}\n"
    "  - {user: li, roles: [SYSTEM_ADMIN, SECURITY_ADMIN]}\n";

std::string ReadText(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class NodeTest : public ::testing::Test {
 protected:
  NodeTest() {
    DevCaOptions ca;
    ca.directory = Path("tls");
    ca.users = {"wang", "stranger"};
    ca.now = SystemClock().Now();
    EXPECT_EQ(MakeDevCa(ca), absl::OkStatus());
    std::ofstream(Path("genesis.yaml")) << kGenesis;
    config_.data_dir = Path("data");
    config_.listen = "127.0.0.1:0";
    config_.admin_listen = "127.0.0.1:0";
    config_.port_file = Path("port");
    config_.tls_ca = Path("tls/ca.pem");
    config_.tls_cert = Path("tls/server.pem");
    config_.tls_key = Path("tls/server.key");
    config_.genesis_file = Path("genesis.yaml");
    config_.journal_disk_reserve_bytes = 0;
  }

  std::string Path(const std::string& file) const {
    return absl::StrCat(directory_.path(), "/", file);
  }
  absl::StatusOr<std::unique_ptr<Node>> Start() {
    return Node::Start(config_, {log_, SystemClock(), [](const auto& status) {
                                   ADD_FAILURE() << status;
                                 }});
  }
  std::unique_ptr<core::v1::NodeService::Stub> StubAs(const Node& node,
                                                      const char* user) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = ReadText(config_.tls_ca);
    options.pem_cert_chain = ReadText(Path(absl::StrCat("tls/", user, ".pem")));
    options.pem_private_key =
        ReadText(Path(absl::StrCat("tls/", user, ".key")));
    return core::v1::NodeService::NewStub(
        grpc::CreateChannel(absl::StrCat("localhost:", node.port()),
                            grpc::SslCredentials(options)));
  }
  grpc::Status GetStatus(const Node& node, const char* user,
                         core::v1::GetNodeStatusResponse& answer) {
    grpc::ClientContext context;
    context.set_deadline(gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                      gpr_time_from_seconds(10, GPR_TIMESPAN)));
    return StubAs(node, user)->GetNodeStatus(&context, {}, &answer);
  }
  // Body of an admin page.
  static std::string Page(const Node& node, const char* path) {
    const auto result =
        httplib::Client("127.0.0.1", node.admin_port()).Get(path);
    return result ? absl::StrCat(result->status, " ", result->body) : "none";
  }

  luheng::testing::TempDirectory directory_;
  Config config_;
  static rpc::LogOptions Quiet() {
    rpc::LogOptions options;
    options.level = rpc::LogLevel::kError;
    return options;
  }
  rpc::Log log_{Quiet(), SystemClock()};
};

TEST_F(NodeTest, GoesOnWhereItEnded) {
  core::v1::GetNodeStatusResponse before;
  {
    auto node = Start();
    ASSERT_TRUE(node.ok()) << node.status();
    EXPECT_EQ(ReadText(config_.port_file), absl::StrCat((*node)->port(), "\n"));
    EXPECT_EQ(Page(**node, "/readyz"), "200 ready\n");
    EXPECT_EQ(Page(**node, "/healthz"), "200 ok\n");
    EXPECT_THAT(Page(**node, "/metrics"),
                HasSubstr("luheng_journal_entry_number 1\n"));
    const grpc::Status status = GetStatus(**node, "wang", before);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(before.accepting());
    core::v1::GetNodeStatusResponse unused;
    EXPECT_EQ(GetStatus(**node, "stranger", unused).error_code(),
              grpc::StatusCode::UNAUTHENTICATED);
    (*node)->Drain();
    EXPECT_EQ(Page(**node, "/readyz"), "503 draining\n");
    EXPECT_EQ(GetStatus(**node, "wang", unused).error_code(),
              grpc::StatusCode::UNAVAILABLE);
  }
  // Entry 1 is there: the file is not asked for again.
  config_.genesis_file.clear();
  auto node = Start();
  ASSERT_TRUE(node.ok()) << node.status();
  core::v1::GetNodeStatusResponse after;
  ASSERT_TRUE(GetStatus(**node, "wang", after).ok());
  EXPECT_EQ(after.journal_id(), before.journal_id());
  EXPECT_EQ(after.last_entry(), before.last_entry());
  EXPECT_EQ(after.chain(), before.chain());
}

TEST_F(NodeTest, OneNodeOwnsADataDirectory) {
  auto node = Start();
  ASSERT_TRUE(node.ok()) << node.status();
  const auto second = Start();
  EXPECT_TRUE(absl::IsFailedPrecondition(second.status())) << second.status();
  EXPECT_THAT(second.status().message(), HasSubstr(config_.data_dir));
}

TEST_F(NodeTest, SaysWhatIsMissing) {
  config_.genesis_file = Path("none.yaml");
  EXPECT_THAT(Start().status().message(), HasSubstr("none.yaml"));
  config_.tls_key = Path("tls/wang.key");
  EXPECT_THAT(Start().status().message(), HasSubstr("is not the key of"));
}

TEST_F(NodeTest, ARehearsalKeepsItsOwnDate) {
  config_.clock_mode = "rehearsal";
  config_.clock_start = "2022-10-21T09:00:00+08:00";
  for (int run = 0; run < 2; ++run) {
    auto node = Start();
    ASSERT_TRUE(node.ok()) << node.status();
    core::v1::GetNodeStatusResponse answer;
    ASSERT_TRUE(GetStatus(**node, "wang", answer).ok());
    EXPECT_TRUE(answer.rehearsal());
    EXPECT_EQ(DateOf(Stamp(answer.node_time().seconds() * kNanosPerSecond)),
              MakeDate(2022, 10, 21));
  }
}

}  // namespace
}  // namespace luheng::server
