#include "services/server/admin_http.h"

#include <httplib.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace luheng::server {
namespace {

constexpr int kOk = 200;
constexpr int kUnavailable = 503;
constexpr char kText[] = "text/plain; charset=utf-8";
constexpr char kPrometheusText[] = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace

AdminHttp::AdminHttp() : server_(std::make_unique<httplib::Server>()) {}

absl::StatusOr<std::unique_ptr<AdminHttp>> AdminHttp::Start(
    const std::string& listen, AdminSources sources) {
  const size_t colon = listen.rfind(':');
  int port = 0;
  if (colon == std::string::npos ||
      !absl::SimpleAtoi(listen.substr(colon + 1), &port)) {
    return absl::InvalidArgumentError(
        absl::StrCat("admin_listen \"", listen, "\" is not host:port"));
  }
  absl::string_view host = absl::string_view(listen).substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  std::unique_ptr<AdminHttp> admin(new AdminHttp);
  admin->sources_ = std::move(sources);
  const AdminSources& from = admin->sources_;
  httplib::Server& server = *admin->server_;
  server.Get("/healthz", [](const httplib::Request&, httplib::Response& to) {
    to.set_content("ok\n", kText);
  });
  server.Get("/readyz", [&from](const httplib::Request&,
                                httplib::Response& to) {
    const std::string why = from.not_ready();
    to.status = why.empty() ? kOk : kUnavailable;
    to.set_content(why.empty() ? "ready\n" : absl::StrCat(why, "\n"), kText);
  });
  server.Get("/metrics",
             [&from](const httplib::Request&, httplib::Response& to) {
               to.set_content(from.metrics(), kPrometheusText);
             });
  admin->port_ = port == 0 ? server.bind_to_any_port(std::string(host).c_str())
                 : server.bind_to_port(std::string(host).c_str(), port) ? port
                                                                        : -1;
  if (admin->port_ <= 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", listen));
  }
  admin->thread_ = std::thread([&server] { server.listen_after_bind(); });
  // Stopping a server that does not run yet would be lost: see it answer first.
  if (!httplib::Client(std::string(host), admin->port_).Get("/healthz")) {
    return absl::UnavailableError(absl::StrCat("no answer on ", listen));
  }
  return admin;
}

AdminHttp::~AdminHttp() {
  if (!thread_.joinable()) return;
  server_->stop();
  thread_.join();
}

}  // namespace luheng::server
