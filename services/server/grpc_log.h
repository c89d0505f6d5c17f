// What gRPC says of itself (refused handshakes, broken connections) as lines of
// our log instead of its own on standard error.
#ifndef LUHENG_SERVICES_SERVER_GRPC_LOG_H_
#define LUHENG_SERVICES_SERVER_GRPC_LOG_H_

#include "services/rpc/log.h"

namespace luheng::server {

// At most one lives at a time: gRPC has one log function for the process.
// Afterwards, gRPC's threads may still speak; they are not heard.
class GrpcLog {
 public:
  // Borrows `log`.
  explicit GrpcLog(rpc::Log& log);
  ~GrpcLog();
  GrpcLog(const GrpcLog&) = delete;
  GrpcLog& operator=(const GrpcLog&) = delete;
};

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_GRPC_LOG_H_
