#include "ledger/http/server.h"

#include <httplib.h>

#include <chrono>
#include <deque>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "ledger/base/status_macros.h"
#include "ledger/base/thread.h"

namespace luheng {
namespace {

constexpr int kMethodNotAllowed = 405;
constexpr char kProbe[] = "/.listening";

// Serves connections on a fixed number of threads. Who accepts further ones
// waits for room, so that they stay with the kernel.
class BoundedPool : public httplib::TaskQueue {
 public:
  BoundedPool(size_t threads, size_t waiting_max, bool yields)
      : waiting_max_(waiting_max) {
    for (size_t i = 0; i < threads; ++i) {
      threads_.emplace_back([this, yields] { Run(yields); });
    }
  }

  void enqueue(std::function<void()> serve) override {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &BoundedPool::HasRoom));
    waiting_.push_back(std::move(serve));
  }
  void shutdown() override {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  bool HasRoom() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return waiting_.size() < waiting_max_;
  }
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !waiting_.empty();
  }
  void Run(bool yields) {
    NameThread("http");
    if (yields) YieldToTheMarket();
    for (;;) {
      std::function<void()> serve;
      {
        absl::MutexLock lock(&mutex_);
        mutex_.Await(absl::Condition(this, &BoundedPool::HasWork));
        // What was accepted is served, so that its socket is closed.
        if (waiting_.empty()) return;
        serve = std::move(waiting_.front());
        waiting_.pop_front();
      }
      serve();
    }
  }

  const size_t waiting_max_;
  absl::Mutex mutex_;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

void Send(HttpAnswer from, httplib::Response& to) {
  to.status = from.status;
  if (!from.cache_control.empty()) {
    to.set_header("Cache-Control", from.cache_control);
  }
  // Whatever a body holds, no browser takes it for a page.
  to.set_header("X-Content-Type-Options", "nosniff");
  to.set_content(std::move(from.body), from.content_type);
}

}  // namespace

HttpServer::HttpServer(const HttpServerOptions& options, Handler handler)
    : options_(options),
      handler_(std::move(handler)),
      server_(std::make_unique<httplib::Server>()) {}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    const HttpServerOptions& options, Handler handler) {
  std::unique_ptr<HttpServer> server(
      new HttpServer(options, std::move(handler)));
  server->Route();
  RETURN_IF_ERROR(server->Listen());
  return server;
}

void HttpServer::Route() {
  httplib::Server& server = *server_;
  const auto timeout = absl::ToChronoMicroseconds(options_.timeout);
  server.set_read_timeout(timeout);
  server.set_write_timeout(timeout);
  // Stopping waits for connections that are idle.
  server.set_keep_alive_timeout(1);
  server.set_keep_alive_max_count(
      static_cast<size_t>(options_.requests_per_connection_max));
  server.set_payload_max_length(options_.body_bytes_max);
  server.set_tcp_nodelay(true);
  server.new_task_queue = [options = options_] {
    return new BoundedPool(options.threads, options.waiting_max,
                           options.yields);
  };
  const bool posts = options_.body_bytes_max > 0;
  server.set_pre_routing_handler(
      [posts](const httplib::Request& request, httplib::Response& to) {
        using Handled = httplib::Server::HandlerResponse;
        if (request.method == "GET" || request.method == "HEAD" ||
            (posts && request.method == "POST")) {
          return Handled::Unhandled;
        }
        to.set_header("Allow", posts ? "GET, HEAD, POST" : "GET, HEAD");
        Send({kMethodNotAllowed, kPlainText, "method not allowed\n", ""}, to);
        return Handled::Handled;
      });
  const auto serve = [this](const httplib::Request& request,
                            httplib::Response& to) {
    const bool post = request.method == "POST";
    Send(handler_({post ? "POST" : "GET", request.target, request.body,
                   request.remote_addr}),
         to);
  };
  server.Get(kProbe, [](const httplib::Request&, httplib::Response& to) {
    Send({kHttpOk, kPlainText, "ok\n", "no-store"}, to);
  });
  server.Get(".*", serve);
  if (posts) server.Post(".*", serve);
}

absl::Status HttpServer::Listen() {
  const std::string& listen = options_.listen;
  const size_t colon = listen.rfind(':');
  int port = 0;
  if (colon == std::string::npos ||
      !absl::SimpleAtoi(listen.substr(colon + 1), &port) || port < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", listen, "\" is not host:port"));
  }
  absl::string_view name = absl::string_view(listen).substr(0, colon);
  if (absl::ConsumePrefix(&name, "[")) absl::ConsumeSuffix(&name, "]");
  const std::string host(name);
  port_ = port == 0 ? server_->bind_to_any_port(host.c_str())
          : server_->bind_to_port(host.c_str(), port) ? port
                                                      : -1;
  if (port_ <= 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", listen));
  }
  thread_ = std::thread([this] {
    NameThread("http-accept");
    server_->listen_after_bind();
  });
  // Stopping a server that does not run yet would be lost: see it answer first.
  httplib::Client client(host, port_);
  if (client.Get(kProbe)) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("no answer on ", listen));
}

HttpServer::~HttpServer() {
  if (!thread_.joinable()) return;
  server_->stop();
  thread_.join();
}

}  // namespace luheng
