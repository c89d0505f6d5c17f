#include "services/server/grpc_host.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "ledger/base/status_macros.h"
#include "services/rpc/call_log.h"
#include "services/rpc/methods.h"

namespace luheng::server {
namespace {

constexpr int kMillisPerSecond = 1'000;
constexpr int64_t kTransportFactor = 4;
// Clients may ping this often, and not more.
constexpr int kPingIntervalMinMs = 30'000;
// We ask a quiet client after this time, and give it that much.
constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
// Metadata of a call, certificates' names and traces included.
constexpr int kMetadataBytesMax = 16 << 10;

// Default deny: a service that could be called without a rule is not served.
absl::Status CheckMethods(const std::string& name) {
  const auto* service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          name);
  if (service == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("no service is called ", name));
  }
  for (int i = 0; i < service->method_count(); ++i) {
    const std::string method =
        absl::StrCat("/", name, "/", service->method(i)->name());
    if (rpc::FindMethod(method) == nullptr) {
      return absl::FailedPreconditionError(
          absl::StrCat(method, " has no row in services/rpc/methods.cc"));
    }
  }
  return absl::OkStatus();
}

int MillisOf(int64_t seconds) {
  return static_cast<int>(seconds) * kMillisPerSecond;
}

void SetArguments(const GrpcHostOptions& options,
                  grpc::ServerBuilder& builder) {
  // gRPC answers what is too large for it in words of its own, so it takes more
  // than the services do, and rpc::Edge refuses the rest in ours.
  builder.SetMaxReceiveMessageSize(
      static_cast<int>(kTransportFactor * options.message_bytes_max));
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
      kPingIntervalMinMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                             kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                             MillisOf(options.connection_age_seconds_max));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             MillisOf(options.connection_age_grace_seconds));
  // A second node on the same port is an error, not a silent sharing.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

// Both are switches of the whole process in gRPC.
void SwitchPlugins(bool reflection) {
  grpc::EnableDefaultHealthCheckService(true);
  if (reflection) grpc::reflection::InitProtoReflectionServerBuilderPlugin();
}

}  // namespace

std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(
    const std::string& ca, const std::string& cert, const std::string& key,
    int64_t reload_seconds) {
  const auto provider =
      std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
          key, cert, ca, static_cast<unsigned int>(reload_seconds));
  grpc::experimental::TlsServerCredentialsOptions options(provider);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return grpc::experimental::TlsServerCredentials(options);
}

absl::StatusOr<std::unique_ptr<GrpcHost>> GrpcHost::Start(
    const GrpcHostOptions& options, std::vector<HostedService> services,
    const std::shared_ptr<grpc::ServerCredentials>& credentials, rpc::Log& log,
    rpc::Metrics& metrics, Clock& clock) {
  SwitchPlugins(options.reflection);
  std::unique_ptr<GrpcHost> host(new GrpcHost);
  grpc::ServerBuilder builder;
  SetArguments(options, builder);
  for (const HostedService& hosted : services) {
    RETURN_IF_ERROR(CheckMethods(hosted.name));
    builder.RegisterService(hosted.service.get());
  }
  std::vector<
      std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
      interceptors;
  interceptors.push_back(
      rpc::MakeCallLog(log, metrics, clock, host->open_calls_));
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  builder.AddListeningPort(options.listen, credentials, &host->port_);
  host->services_ = std::move(services);
  host->server_ = builder.BuildAndStart();
  if (host->server_ == nullptr || host->port_ == 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", options.listen));
  }
  // Until the node is ready.
  host->SetServing(false);
  return host;
}

GrpcHost::~GrpcHost() {
  if (server_ == nullptr) return;
  Shutdown(0);
  server_->Wait();
}

void GrpcHost::SetServing(bool serving) {
  auto* const health = server_->GetHealthCheckService();
  health->SetServingStatus(serving);
  health->SetServingStatus("", serving);
  for (const HostedService& hosted : services_) {
    health->SetServingStatus(hosted.name, serving);
  }
}

// gRPC's own patience would also wait for health watches, which never end, and
// could not be shortened: it waits with the server locked.
void GrpcHost::Shutdown(int64_t grace_seconds) {
  open_calls_.Await(absl::Seconds(grace_seconds));
  server_->Shutdown(gpr_now(GPR_CLOCK_MONOTONIC));
}

void GrpcHost::Hasten() { open_calls_.Hasten(); }

}  // namespace luheng::server
