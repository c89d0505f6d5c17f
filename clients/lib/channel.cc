#include "clients/lib/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <cerrno>
#include <fstream>
#include <sstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "clients/lib/service_config.h"
#include "clients/lib/status_macros.h"

namespace luheng::client {
namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::ErrnoToStatus(errno == 0 ? EIO : errno,
                               absl::StrCat("cannot read ", path));
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

grpc::ChannelArguments DefaultArguments(const std::string& authority) {
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(kServiceConfigJson);
  arguments.SetMaxReceiveMessageSize(kReceiveBytesMax);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  // A restarted server is found again soon, not after gRPC's two minutes.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  arguments.SetUserAgentPrefix("luheng-client");
  if (!authority.empty()) arguments.SetSslTargetNameOverride(authority);
  return arguments;
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(
    const ChannelOptions& options) {
  if (options.target.empty()) {
    return absl::InvalidArgumentError("the server's address is empty");
  }
  grpc::SslCredentialsOptions tls;
  CLIENT_ASSIGN_OR_RETURN(tls.pem_root_certs, ReadFile(options.ca_file));
  CLIENT_ASSIGN_OR_RETURN(tls.pem_cert_chain, ReadFile(options.cert_file));
  CLIENT_ASSIGN_OR_RETURN(tls.pem_private_key, ReadFile(options.key_file));
  return grpc::CreateCustomChannel(options.target, grpc::SslCredentials(tls),
                                   DefaultArguments(options.authority));
}

}  // namespace luheng::client
