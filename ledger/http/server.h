// A small HTTP/1.1 server for documents that anybody may read and for short
// posts: a bounded number of connections, threads and bytes, and time-outs for
// those who are slow. No TLS: a reverse proxy adds it.
#ifndef LUHENG_LEDGER_HTTP_SERVER_H_
#define LUHENG_LEDGER_HTTP_SERVER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace httplib {
class Server;
}

namespace luheng {

inline constexpr int kHttpOk = 200;
inline constexpr int kHttpBadRequest = 400;
inline constexpr int kHttpForbidden = 403;
inline constexpr int kHttpNotFound = 404;
inline constexpr int kHttpConflict = 409;
inline constexpr int kHttpUnprocessable = 422;
inline constexpr int kHttpInternal = 500;
inline constexpr int kHttpUnavailable = 503;
inline constexpr char kPlainText[] = "text/plain; charset=utf-8";

struct HttpRequest {
  // GET for HEAD, too: what it answers is then sent without its body.
  std::string method;
  // As it was sent: not decoded, with its query.
  std::string target;
  std::string body;
  std::string client;  // Its address.
};

struct HttpAnswer {
  int status = kHttpOk;
  std::string content_type = kPlainText;
  std::string body;
  std::string cache_control;  // Empty sends none.
};

struct HttpServerOptions {
  // host:port; port 0 takes a free one.
  std::string listen;
  // Connections that are served, and those that wait for that; further ones
  // wait with the kernel, which refuses what is too much.
  size_t threads = 8;
  size_t waiting_max = 64;
  // Largest body of a POST; 0 permits only GET and HEAD.
  size_t body_bytes_max = 0;
  // For each read and write; between two requests a connection has a second.
  absl::Duration timeout = absl::Seconds(5);
  int requests_per_connection_max = 100;
  // Whether its threads yield the processors to the market.
  bool yields = false;
};

// Owns its threads. Thread-safe.
class HttpServer {
 public:
  // Called on any of its threads, several at the same time.
  using Handler = std::function<HttpAnswer(const HttpRequest& request)>;

  // Listens. Errors: INVALID_ARGUMENT if `listen` is not an address;
  // UNAVAILABLE if it is taken.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      const HttpServerOptions& options, Handler handler);
  // Ends what is under way first.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return port_; }

 private:
  HttpServer(const HttpServerOptions& options, Handler handler);

  absl::Status Listen();
  void Route();

  const HttpServerOptions options_;
  const Handler handler_;
  std::unique_ptr<httplib::Server> server_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_HTTP_SERVER_H_
