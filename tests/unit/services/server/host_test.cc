// A real server over mutual TLS in this process, with a service that is written
// on rpc/unary_call.h over a sequencer that the test plays: identity, refused
// certificates, reloading, limits, deadlines, draining, errors, log and
// metrics.
#include <gmock/gmock.h>
#include <grpc/support/log.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "luheng/core/v1/core.grpc.pb.h"
#include "services/core/command.h"
#include "services/rpc/unary_call.h"
#include "services/server/certificates.h"
#include "services/server/grpc_host.h"
#include "services/server/grpc_log.h"
#include "tests/testing/temp_directory.h"

namespace luheng::server {
namespace {

using core::v1::AdvanceClockRequest;
using core::v1::AdvanceClockResponse;
using core::v1::GetNodeStatusRequest;
using core::v1::GetNodeStatusResponse;
using ::testing::HasSubstr;

constexpr char kUuid[] = "123e4567-e89b-12d3-a456-426614174000";
constexpr int kMessageBytesMax = 4096;

// Stands for the world.
struct NoWorld {};

// Answers reads at once, commands as the test says. Thread-safe.
class PlayedSequencer {
 public:
  void Submit(core::Submission submission) {
    absl::MutexLock lock(&mutex_);
    last_user_ = submission.commands[0].user;
    last_credential_ = submission.commands[0].credential;
    if (hold_) {
      held_.push_back(std::move(submission));
      return;
    }
    std::vector<core::Outcome> outcomes = {outcome_};
    submission.done(outcomes);
  }
  void Read(std::function<void(const NoWorld&)> read,
            std::function<void(absl::Status, EntryNumber)> done,
            EntryNumber min_entry) {
    read(NoWorld());
    done(absl::OkStatus(), std::max(min_entry, EntryNumber(7)));
  }

  void Answer(core::Outcome outcome) {
    absl::MutexLock lock(&mutex_);
    outcome_ = std::move(outcome);
  }
  void Hold() {
    absl::MutexLock lock(&mutex_);
    hold_ = true;
  }
  // Answers what was held back.
  void Release() {
    std::vector<core::Submission> held;
    {
      absl::MutexLock lock(&mutex_);
      held.swap(held_);
    }
    for (core::Submission& submission : held) {
      std::vector<core::Outcome> outcomes(1);
      submission.done(outcomes);
    }
  }
  UserId last_user() {
    absl::MutexLock lock(&mutex_);
    return last_user_;
  }
  Digest last_credential() {
    absl::MutexLock lock(&mutex_);
    return last_credential_;
  }

 private:
  absl::Mutex mutex_;
  core::Outcome outcome_;
  bool hold_ = false;
  std::vector<core::Submission> held_;
  UserId last_user_;
  Digest last_credential_;
};

struct PlayedAccess {
  bool IsActive(UserId user) const { return user != UserId(3); }
  bool MayReadAll(UserId) const { return false; }
};

using Backend = rpc::Backend<PlayedSequencer, PlayedAccess>;

class PlayedNode final : public core::v1::NodeService::CallbackService {
 public:
  explicit PlayedNode(const Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* GetNodeStatus(
      grpc::CallbackServerContext* context, const GetNodeStatusRequest* request,
      GetNodeStatusResponse* response) override {
    return rpc::ServeRead(
        backend_, context, request, response,
        [](const auto&, rpc::FieldChecks&) {},
        [](const NoWorld&, const rpc::Caller& caller, const auto&,
           GetNodeStatusResponse& answer) -> std::optional<core::Refusal> {
          answer.set_version(caller.user_name);
          answer.set_last_entry(caller.holder.value());
          return std::nullopt;
        });
  }
  grpc::ServerUnaryReactor* AdvanceClock(
      grpc::CallbackServerContext* context, const AdvanceClockRequest* request,
      AdvanceClockResponse* response) override {
    return rpc::ServeCommand(backend_, context, request, response,
                             [](const auto& r, rpc::FieldChecks& check) {
                               check.Timestamp("to_time", r.has_to_time(),
                                               r.to_time());
                             });
  }

 private:
  const Backend backend_;
};

// li is user 1, wang user 2, zhao user 3 (suspended); nobody else is known.
class PlayedUsers final : public rpc::UserDirectory {
 public:
  EntryNumber LastEntry() const override { return EntryNumber(); }
  void Find(const std::string& name, EntryNumber,
            std::function<void(absl::StatusOr<rpc::KnownUser>)> done) override {
    if (name == "li") return done(rpc::KnownUser{UserId(1), HolderId(11)});
    if (name == "wang") return done(rpc::KnownUser{UserId(2), HolderId(12)});
    if (name == "zhao") return done(rpc::KnownUser{UserId(3), HolderId(13)});
    done(absl::NotFoundError(name));
  }
};

std::string ReadText(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class HostTest : public ::testing::Test {
 protected:
  HostTest() {
    MakeCertificates(false);
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    log_read_ = ends[0];
    log_write_ = ends[1];
    rpc::LogOptions log;
    log.file = log_write_;
    log_.emplace(log, SystemClock());
  }
  ~HostTest() override {
    host_.reset();
    sequencer_.Release();
    log_.reset();
    close(log_read_);
    close(log_write_);
  }

  std::string Path(const std::string& file) const {
    return absl::StrCat(directory_.path(), "/", file);
  }
  void MakeCertificates(bool renew) {
    DevCaOptions options;
    options.directory = directory_.path();
    options.users = {"li", "wang", "zhao", "stranger"};
    options.expired_users = {"late"};
    options.now = SystemClock().Now();
    options.renew = renew;
    ASSERT_EQ(MakeDevCa(options), absl::OkStatus());
  }

  void Start(rpc::EdgeOptions edge = {}) {
    edge.message_bytes_max = kMessageBytesMax;
    edge_.emplace(edge, users_, SystemClock(), rpc::PageTokens::Random());
    std::vector<HostedService> services;
    services.push_back(
        {core::v1::NodeService::service_full_name(),
         std::make_unique<PlayedNode>(Backend{*edge_, sequencer_, access_})});
    GrpcHostOptions options;
    options.listen = "127.0.0.1:0";
    options.message_bytes_max = kMessageBytesMax;
    auto host = GrpcHost::Start(
        options, std::move(services),
        MakeServerCredentials(Path("ca.pem"), Path("server.pem"),
                              Path("server.key"), 1),
        *log_, metrics_, SystemClock());
    ASSERT_TRUE(host.ok()) << host.status();
    host_ = *std::move(host);
    host_->SetServing(true);
  }

  std::shared_ptr<grpc::Channel> ChannelAs(const std::string& user,
                                           const std::string& ca_pem) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = ca_pem;
    if (!user.empty()) {
      options.pem_cert_chain = ReadText(Path(user + ".pem"));
      options.pem_private_key = ReadText(Path(user + ".key"));
    }
    grpc::ChannelArguments arguments;
    // Each channel makes a connection of its own.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(absl::StrCat("localhost:", host_->port()),
                                     grpc::SslCredentials(options), arguments);
  }
  std::unique_ptr<core::v1::NodeService::Stub> StubAs(const std::string& user) {
    return core::v1::NodeService::NewStub(
        ChannelAs(user, ReadText(Path("ca.pem"))));
  }

  // Calls with a deadline of ten seconds.
  static void SetDeadline(grpc::ClientContext& context, int seconds = 10) {
    context.set_deadline(
        gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                     gpr_time_from_seconds(seconds, GPR_TIMESPAN)));
  }
  grpc::Status GetStatus(const std::string& user,
                         GetNodeStatusResponse* answer = nullptr) {
    grpc::ClientContext context;
    SetDeadline(context);
    GetNodeStatusResponse unused;
    return StubAs(user)->GetNodeStatus(&context, {},
                                       answer == nullptr ? &unused : answer);
  }
  grpc::Status Advance(const std::string& user, grpc::ClientContext& context,
                       const std::string& request_id = kUuid) {
    AdvanceClockRequest request;
    request.mutable_to_time()->set_seconds(1);
    request.set_request_id(request_id);
    AdvanceClockResponse answer;
    return StubAs(user)->AdvanceClock(&context, request, &answer);
  }
  grpc::Status Advance(const std::string& user) {
    grpc::ClientContext context;
    SetDeadline(context);
    return Advance(user, context);
  }

  // What grpc.health.v1.Health/Check answers for `service`: the serialized
  // message, so that no copy of that proto is needed. Field 1 is the name asked
  // for, and the status in the answer.
  static constexpr char kServing[] = "\x08\x01";
  static constexpr char kNotServing[] = "\x08\x02";
  std::string Health(const std::string& service) {
    std::string asked;
    if (!service.empty()) {
      asked = absl::StrCat(
          "\x0A", std::string(1, static_cast<char>(service.size())), service);
    }
    const grpc::Slice slice(asked);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    grpc::ClientContext context;
    SetDeadline(context);
    absl::Notification done;
    grpc::Status status;
    grpc::GenericStub stub(ChannelAs("li", ReadText(Path("ca.pem"))));
    stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", {}, &request,
                   &response, [&](grpc::Status result) {
                     status = std::move(result);
                     done.Notify();
                   });
    done.WaitForNotification();
    EXPECT_TRUE(status.ok()) << status.error_message();
    grpc::Slice answer;
    if (!response.DumpToSingleSlice(&answer).ok()) return "";
    return std::string(reinterpret_cast<const char*>(answer.begin()),
                       answer.size());
  }

  static std::string ReasonOf(const grpc::Status& status) {
    google::rpc::Status full;
    google::rpc::ErrorInfo info;
    full.ParseFromString(status.error_details());
    for (const auto& detail : full.details()) {
      if (detail.UnpackTo(&info)) return info.reason();
    }
    return "";
  }

  // What was logged so far.
  std::string Logged() {
    log_->Flush();
    std::string text(1 << 16, '\0');
    const ssize_t size = read(log_read_, text.data(), text.size());
    text.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return text;
  }

  luheng::testing::TempDirectory directory_;
  int log_read_ = -1;
  int log_write_ = -1;
  std::optional<rpc::Log> log_;
  rpc::Metrics metrics_;
  PlayedUsers users_;
  PlayedSequencer sequencer_;
  PlayedAccess access_;
  std::optional<rpc::Edge> edge_;
  std::unique_ptr<GrpcHost> host_;
};

TEST_F(HostTest, TheCertificateIsTheUser) {
  Start();
  GetNodeStatusResponse answer;
  const grpc::Status status = GetStatus("li", &answer);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(answer.version(), "li");
  EXPECT_EQ(answer.last_entry(), 11);
  ASSERT_TRUE(Advance("wang").ok());
  EXPECT_EQ(sequencer_.last_user(), UserId(2));
  EXPECT_EQ(sequencer_.last_credential(),
            rpc::FingerprintOfPem(ReadText(Path("wang.pem"))));
  EXPECT_FALSE(sequencer_.last_credential().is_zero());
}

TEST_F(HostTest, ExpiredForeignAndMissingCertificatesAreRefusedInTheHandshake) {
  Start();
  EXPECT_EQ(GetStatus("late").error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(GetStatus("").error_code(), grpc::StatusCode::UNAVAILABLE);
  // The server's own certificate is for servers only.
  EXPECT_EQ(GetStatus("server").error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(GetStatus("li").ok());
}

TEST_F(HostTest, StrangersAndTheSuspendedAreRefused) {
  Start();
  const grpc::Status stranger = GetStatus("stranger");
  EXPECT_EQ(stranger.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonOf(stranger), "UNKNOWN_USER");
  const grpc::Status suspended = GetStatus("zhao");
  EXPECT_EQ(suspended.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonOf(suspended), "USER_SUSPENDED");
}

TEST_F(HostTest, MethodsThatTheServiceDoesNotServeAreUnimplemented) {
  Start();
  grpc::ClientContext context;
  SetDeadline(context);
  core::v1::AcknowledgeClockJumpResponse answer;
  EXPECT_EQ(
      StubAs("li")->AcknowledgeClockJump(&context, {}, &answer).error_code(),
      grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(HostTest, AllViolationsComeAtOnceInTheCallersLanguage) {
  Start();
  grpc::ClientContext context;
  SetDeadline(context);
  context.AddMetadata("accept-language", "en");
  AdvanceClockResponse answer;
  const grpc::Status status = StubAs("li")->AdvanceClock(&context, {}, &answer);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("to_time must be present"));
  EXPECT_THAT(status.error_message(), HasSubstr("request_id must be present"));
  EXPECT_THAT(status.error_details(), HasSubstr("to time must be present"));
}

TEST_F(HostTest, RefusalsOfTheWorldReachTheCaller) {
  Start();
  core::Outcome refused;
  refused.reason = core::v1::REASON_CLOCK_BACKWARD;
  refused.details = {{"now_ns", "1666314000000000000"}};
  sequencer_.Answer(refused);
  const grpc::Status status = Advance("li");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "CLOCK_BACKWARD");
  EXPECT_THAT(status.error_details(), HasSubstr("2022-10-21 09:00:00"));
  EXPECT_THAT(status.error_details(), HasSubstr(kUuid));
}

TEST_F(HostTest, OversizedMessagesAreRefusedWithTheLimit) {
  Start();
  grpc::ClientContext context;
  SetDeadline(context);
  const grpc::Status status =
      Advance("li", context, std::string(2 * kMessageBytesMax, 'x'));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), HasSubstr("4096"));
  EXPECT_EQ(ReasonOf(status), "MESSAGE_TOO_LARGE");
  EXPECT_THAT(status.error_details(), HasSubstr("消息超过大小上限"));

  // Far beyond the limit nothing is read, and the words are gRPC's.
  grpc::ClientContext far_context;
  SetDeadline(far_context);
  const grpc::Status far =
      Advance("li", far_context, std::string(8 * kMessageBytesMax, 'x'));
  EXPECT_EQ(far.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(far), "");
}

TEST_F(HostTest, DeadlinesBeyondTheMaximumAreRefused) {
  Start();
  grpc::ClientContext context;
  SetDeadline(context, 300);
  const grpc::Status status = Advance("li", context);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("grpc-timeout"));
}

TEST_F(HostTest, CallsWithoutDeadlineEndAtTheDefault) {
  rpc::EdgeOptions options;
  options.deadline_ms_default = 100;
  Start(options);
  sequencer_.Hold();
  grpc::ClientContext context;
  const grpc::Status status = Advance("li", context);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(ReasonOf(status), "DEADLINE_EXCEEDED");
  // The late answer finds the call gone, and its request still there.
  sequencer_.Release();
}

TEST_F(HostTest, RatesAreLimitedByUserAndClass) {
  rpc::EdgeOptions options;
  options.rates[static_cast<size_t>(rpc::RateClass::kCommands)] = {1, 1};
  Start(options);
  grpc::Status last;
  int passed = 0;
  for (int i = 0; i < 50 && last.ok(); ++i, ++passed) last = Advance("li");
  EXPECT_EQ(ReasonOf(last), "RATE_LIMITED") << passed;
  EXPECT_THAT(last.error_details(), HasSubstr("RetryInfo"));
  EXPECT_TRUE(Advance("wang").ok());
  EXPECT_TRUE(GetStatus("li").ok());
}

TEST_F(HostTest, DrainingRefusesNewCallsAndFlipsHealth) {
  Start();
  EXPECT_EQ(Health(""), kServing);
  EXPECT_EQ(Health(core::v1::NodeService::service_full_name()), kServing);
  edge_->Drain();
  host_->SetServing(false);
  EXPECT_EQ(Health(""), kNotServing);
  EXPECT_EQ(Health(core::v1::NodeService::service_full_name()), kNotServing);
  const grpc::Status status = Advance("li");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(status), "DRAINING");
}

TEST_F(HostTest, CallsUnderWayAreAnsweredWhileItShutsDown) {
  Start();
  sequencer_.Hold();
  grpc::Status status;
  std::thread caller([&] { status = Advance("li"); });
  while (sequencer_.last_user() != UserId(1)) std::this_thread::yield();
  std::thread stopper([&] { host_->Shutdown(10); });
  sequencer_.Release();
  stopper.join();
  caller.join();
  EXPECT_TRUE(status.ok()) << status.error_message();
}

// Health watches last for ever: only calls of our services are waited for.
TEST_F(HostTest, AHealthWatchDoesNotHoldAShutdown) {
  Start();
  grpc::GenericStub stub(ChannelAs("li", ReadText(Path("ca.pem"))));
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto watch =
      stub.PrepareCall(&context, "/grpc.health.v1.Health/Watch", &queue);
  const auto next = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  watch->StartCall(nullptr);
  ASSERT_TRUE(next());
  // An empty request, which a default ByteBuffer is not: that one sends none.
  const grpc::Slice empty;
  watch->WriteLast(grpc::ByteBuffer(&empty, 1), grpc::WriteOptions(), nullptr);
  ASSERT_TRUE(next());
  grpc::ByteBuffer answer;
  watch->Read(&answer, nullptr);
  ASSERT_TRUE(next());
  // The test's own time limit is shorter.
  host_->Shutdown(100'000);
  watch->Read(&answer, nullptr);
  while (next()) watch->Read(&answer, nullptr);
  grpc::Status status;
  watch->Finish(&status, nullptr);
  next();
  EXPECT_FALSE(status.ok());
}

TEST_F(HostTest, HastenEndsTheWaitForCalls) {
  Start();
  sequencer_.Hold();
  grpc::Status status;
  std::thread caller([&] { status = Advance("li"); });
  while (sequencer_.last_user() != UserId(1)) std::this_thread::yield();
  std::thread stopper([&] { host_->Shutdown(100'000); });
  host_->Hasten();
  caller.join();
  sequencer_.Release();
  stopper.join();
  EXPECT_FALSE(status.ok());
}

TEST_F(HostTest, WhatGrpcSaysStandsInTheLog) {
  const GrpcLog grpc_log(*log_);
  gpr_log("/somewhere/far/tcp.cc", 17, GPR_LOG_SEVERITY_ERROR, "no %s", "way");
  const std::string log = Logged();
  EXPECT_THAT(log, HasSubstr("\"level\":\"warning\""));
  EXPECT_THAT(log, HasSubstr("\"msg\":\"grpc\""));
  EXPECT_THAT(log, HasSubstr("\"text\":\"no way\",\"at\":\"tcp.cc:17\""));
}

TEST_F(HostTest, EveryCallIsLoggedAndCountedOnce) {
  Start();
  grpc::ClientContext context;
  SetDeadline(context);
  context.AddMetadata(
      "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  ASSERT_TRUE(Advance("li", context).ok());
  EXPECT_EQ(context.GetServerTrailingMetadata().count("x-request-id"), 1u);
  EXPECT_EQ(ReasonOf(GetStatus("stranger")), "UNKNOWN_USER");
  host_.reset();
  const std::string log = Logged();
  EXPECT_THAT(log,
              HasSubstr(absl::StrCat(
                  "\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"request_"
                  "id\":\"",
                  kUuid,
                  "\",\"actor\":\"li\",\"rpc\":\"/luheng.core.v1.NodeService/"
                  "AdvanceClock\",\"code\":\"OK\",\"dur_ms\":")));
  EXPECT_THAT(log, HasSubstr("\"code\":\"UNAUTHENTICATED\""));
  EXPECT_THAT(log, HasSubstr("\"reason\":\"UNKNOWN_USER\""));
  const std::vector<std::string> lines =
      absl::StrSplit(log, '\n', absl::SkipEmpty());
  EXPECT_EQ(lines.size(), 2u) << log;
  EXPECT_THAT(metrics_.Expose(),
              HasSubstr("grpc_server_started_total{grpc_method=\"AdvanceClock\""
                        ",grpc_service=\"luheng.core.v1.NodeService\",grpc_"
                        "type=\"unary\"} 1"));
}

// Replaces authority and server certificate under the running server, then
// connects anew, trusting the new authority only, until the watcher has looked
// (it does each second). The bound ends the test if it never does.
TEST_F(HostTest, NewCertificatesHoldForNewConnections) {
  Start();
  const std::string old_ca = ReadText(Path("ca.pem"));
  const auto old_channel = ChannelAs("li", old_ca);
  ASSERT_TRUE(GetStatus("li").ok());
  MakeCertificates(true);
  const std::string new_ca = ReadText(Path("ca.pem"));
  ASSERT_NE(old_ca, new_ca);
  const absl::Notification never;
  bool seen = false;
  for (int attempt = 0; attempt < 600 && !seen; ++attempt) {
    seen = GetStatus("li").ok();
    if (!seen) never.WaitForNotificationWithTimeout(absl::Milliseconds(50));
  }
  EXPECT_TRUE(seen);
  // Who trusts the old authority only finds a stranger.
  grpc::ClientContext context;
  SetDeadline(context);
  GetNodeStatusResponse answer;
  EXPECT_EQ(core::v1::NodeService::NewStub(old_channel)
                ->GetNodeStatus(&context, {}, &answer)
                .error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(HostTest, UnknownServicesAreNotHosted) {
  edge_.emplace(rpc::EdgeOptions(), users_, SystemClock(),
                rpc::PageTokens::Random());
  std::vector<HostedService> services;
  services.push_back(
      {"luheng.core.v1.Casino",
       std::make_unique<PlayedNode>(Backend{*edge_, sequencer_, access_})});
  EXPECT_TRUE(absl::IsFailedPrecondition(
      GrpcHost::Start({"127.0.0.1:0"}, std::move(services),
                      grpc::InsecureServerCredentials(), *log_, metrics_,
                      SystemClock())
          .status()));
}

TEST_F(HostTest, ATakenPortIsAnError) {
  Start();
  std::vector<HostedService> services;
  services.push_back(
      {core::v1::NodeService::service_full_name(),
       std::make_unique<PlayedNode>(Backend{*edge_, sequencer_, access_})});
  GrpcHostOptions options;
  options.listen = absl::StrCat("127.0.0.1:", host_->port());
  EXPECT_TRUE(absl::IsUnavailable(
      GrpcHost::Start(options, std::move(services),
                      MakeServerCredentials(Path("ca.pem"), Path("server.pem"),
                                            Path("server.key"), 1),
                      *log_, metrics_, SystemClock())
          .status()));
}

TEST_F(HostTest, DevCertificatesAreKeptUntilRenewed) {
  const std::string before = ReadText(Path("li.pem"));
  const std::string late = ReadText(Path("late.pem"));
  MakeCertificates(false);
  EXPECT_EQ(ReadText(Path("li.pem")), before);
  MakeCertificates(true);
  EXPECT_NE(ReadText(Path("li.pem")), before);
  const Stamp now = SystemClock().Now();
  EXPECT_EQ(
      CheckCertificates(Path("ca.pem"), Path("li.pem"), Path("li.key"), now),
      absl::OkStatus());
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckCertificates(
      Path("ca.pem"), Path("late.pem"), Path("late.key"), now)));
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckCertificates(
      Path("ca.pem"), Path("li.pem"), Path("wang.key"), now)));
  const auto info = ReadCertificate(Path("server.pem"));
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->subject, "localhost");
  EXPECT_EQ(info->names.size(), 3u);
}

}  // namespace
}  // namespace luheng::server
