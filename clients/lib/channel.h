// Connections to a Luheng server: mutual TLS from files, the published service
// config, keepalive within what the server permits, bounded messages.
#ifndef LUHENG_CLIENTS_LIB_CHANNEL_H_
#define LUHENG_CLIENTS_LIB_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/channel_arguments.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace luheng::client {

// Where the server is and who is calling.
struct ChannelOptions {
  // host:port, or any gRPC target. Where services run in processes of their
  // own, more of them follow: "host:7443,market=host:7444,registry=host:7445";
  // the word is the package of the services, the one without a word serves the
  // rest.
  std::string target;
  std::string ca_file;    // PEM, the authorities that sign servers.
  std::string cert_file;  // PEM, the caller's certificate chain.
  std::string key_file;   // PEM, the caller's private key.
  // Name that the server's certificate must carry, where it is not the
  // target's host. Empty: the host.
  std::string authority;
};

// Largest message that a client takes, in bytes.
constexpr int kReceiveBytesMax = 16 << 20;
// Pause before a ping on a quiet connection, in milliseconds. The server
// closes connections that ping more than every 30 s.
constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;

// What every channel of ours is opened with, whatever its credentials.
grpc::ChannelArguments DefaultArguments(const std::string& authority);

// Opens a channel; it connects with the first call.
// Errors: NOT_FOUND or PERMISSION_DENIED with the path if a file cannot be
// read, INVALID_ARGUMENT if `target` is empty.
absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(
    const ChannelOptions& options);

}  // namespace luheng::client

#endif  // LUHENG_CLIENTS_LIB_CHANNEL_H_
