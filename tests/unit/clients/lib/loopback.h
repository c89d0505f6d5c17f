// A real gRPC server in the test's own process, on a free port of the loopback
// address, and a client of it with the arguments that every channel has.
#ifndef LUHENG_TESTS_UNIT_CLIENTS_LIB_LOOPBACK_H_
#define LUHENG_TESTS_UNIT_CLIENTS_LIB_LOOPBACK_H_

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/lib/client.h"

namespace luheng::client {

class LoopbackServer {
 public:
  explicit LoopbackServer(std::initializer_list<grpc::Service*> services) {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port_);
    for (grpc::Service* service : services) builder.RegisterService(service);
    server_ = builder.BuildAndStart();
  }
  ~LoopbackServer() { server_->Shutdown(); }

  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }

  // Pauses that the client takes are noted, not waited out.
  std::unique_ptr<Client> NewClient(CallOptions options = {}) {
    options.sleep = [this](absl::Duration pause) { pauses_.push_back(pause); };
    return std::make_unique<Client>(
        grpc::CreateCustomChannel(address(), grpc::InsecureChannelCredentials(),
                                  DefaultArguments("")),
        std::move(options));
  }

  const std::vector<absl::Duration>& pauses() const { return pauses_; }

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::vector<absl::Duration> pauses_;
};

}  // namespace luheng::client

#endif  // LUHENG_TESTS_UNIT_CLIENTS_LIB_LOOPBACK_H_
