// The gRPC server of a node: mutual TLS with files that are read again while it
// runs, health, reflection, keepalive, limits, the call log. It serves only
// services all of whose methods have a row in rpc/methods.cc.
#ifndef LUHENG_SERVICES_SERVER_GRPC_HOST_H_
#define LUHENG_SERVICES_SERVER_GRPC_HOST_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "ledger/base/clock.h"
#include "services/rpc/log.h"
#include "services/rpc/metrics.h"
#include "services/rpc/open_calls.h"

namespace luheng::server {

struct GrpcHostOptions {
  std::string listen;  // host:port; port 0 takes a free one.
  int64_t message_bytes_max = 4 << 20;
  int64_t connection_age_seconds_max = 600;
  int64_t connection_age_grace_seconds = 30;
  bool reflection = true;
};

// A service and its full name, for example "luheng.market.v1.OrderService".
struct HostedService {
  std::string name;
  std::unique_ptr<grpc::Service> service;
};

// Credentials that ask for a client certificate of `ca`, verify it, and follow
// the three files with a delay of `reload_seconds`. The files must belong
// together when they change: replace them one right after the other.
std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(
    const std::string& ca, const std::string& cert, const std::string& key,
    int64_t reload_seconds);

// Thread-safe.
class GrpcHost {
 public:
  // Borrows log, metrics and clock. Errors: FAILED_PRECONDITION if a method has
  // no row; UNAVAILABLE if the address is taken or the certificates are no
  // good.
  static absl::StatusOr<std::unique_ptr<GrpcHost>> Start(
      const GrpcHostOptions& options, std::vector<HostedService> services,
      const std::shared_ptr<grpc::ServerCredentials>& credentials,
      rpc::Log& log, rpc::Metrics& metrics, Clock& clock);
  // Shuts down at once if Shutdown was not called.
  ~GrpcHost();

  int port() const { return port_; }
  // What health checks answer, for every service and for "".
  void SetServing(bool serving);
  // Waits up to `grace_seconds` until no call of our services is under way,
  // then takes no more and cancels the rest.
  void Shutdown(int64_t grace_seconds);
  // Ends that wait, now or later.
  void Hasten();

 private:
  GrpcHost() = default;

  std::vector<HostedService> services_;
  rpc::OpenCalls open_calls_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_GRPC_HOST_H_
