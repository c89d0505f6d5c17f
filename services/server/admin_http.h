// The operators' door: /healthz, /readyz and /metrics over plain HTTP, for
// probes and Prometheus. It tells nothing confidential, but belongs on
// loopback or a management network.
#ifndef LUHENG_SERVICES_SERVER_ADMIN_HTTP_H_
#define LUHENG_SERVICES_SERVER_ADMIN_HTTP_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"

namespace httplib {
class Server;
}

namespace luheng::server {

struct AdminSources {
  // Why the node is not ready; empty if it is. Both are thread-safe.
  std::function<std::string()> not_ready;
  std::function<std::string()> metrics;
};

// Owns a thread. Thread-safe.
class AdminHttp {
 public:
  // Listens on `listen` (host:port, port 0 takes a free one). Errors:
  // INVALID_ARGUMENT if that is not an address; UNAVAILABLE if it is taken.
  static absl::StatusOr<std::unique_ptr<AdminHttp>> Start(
      const std::string& listen, AdminSources sources);
  ~AdminHttp();

  int port() const { return port_; }

 private:
  AdminHttp();

  AdminSources sources_;
  std::unique_ptr<httplib::Server> server_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_ADMIN_HTTP_H_
