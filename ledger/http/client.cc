#include "ledger/http/client.h"

#include <httplib.h>

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"

namespace luheng {
namespace {

constexpr int kPortMax = 65'535;

struct Url {
  std::string server;  // http[s]://host[:port]
  std::string prefix;  // Without a slash at its end.
};

std::optional<Url> ParseUrl(absl::string_view url) {
  absl::string_view rest = url;
  if (!absl::ConsumePrefix(&rest, "http://") &&
      !absl::ConsumePrefix(&rest, "https://")) {
    return std::nullopt;
  }
  for (const char c : rest) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c)) || c == '?' ||
        c == '#' || c == '@') {
      return std::nullopt;
    }
  }
  const absl::string_view place = rest.substr(0, rest.find('/'));
  const size_t colon = place.rfind(':');
  const bool has_port = colon != absl::string_view::npos && place.back() != ']';
  int port = 0;
  if (has_port && (!absl::SimpleAtoi(place.substr(colon + 1), &port) ||
                   port < 1 || port > kPortMax)) {
    return std::nullopt;
  }
  if (place.empty() || (has_port && colon == 0)) return std::nullopt;
  absl::string_view prefix = rest.substr(place.size());
  while (absl::ConsumeSuffix(&prefix, "/")) {
  }
  const size_t server = url.size() - rest.size() + place.size();
  return Url{std::string(url.substr(0, server)), std::string(prefix)};
}

}  // namespace

bool IsHttpUrl(absl::string_view url) { return ParseUrl(url).has_value(); }

absl::StatusOr<std::unique_ptr<HttpClient>> HttpClient::Make(
    absl::string_view url, const HttpClientOptions& options) {
  const std::optional<Url> parsed = ParseUrl(url);
  if (!parsed) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", url, "\" is not http[s]://host[:port][/prefix]"));
  }
  std::unique_ptr<HttpClient> made(new HttpClient(options, parsed->prefix));
  made->client_ = std::make_unique<httplib::Client>(parsed->server);
  httplib::Client& client = *made->client_;
  if (!client.is_valid()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", url, "\" is no URL"));
  }
  const auto timeout = absl::ToChronoMicroseconds(options.timeout);
  client.set_connection_timeout(timeout);
  client.set_read_timeout(timeout);
  client.set_write_timeout(timeout);
  client.set_tcp_nodelay(true);
  client.set_keep_alive(true);
  client.set_follow_location(false);
  client.enable_server_certificate_verification(true);
  if (!options.ca_file.empty()) client.set_ca_cert_path(options.ca_file);
  return made;
}

HttpClient::HttpClient(const HttpClientOptions& options, std::string prefix)
    : options_(options), prefix_(std::move(prefix)) {}

HttpClient::~HttpClient() = default;

absl::StatusOr<HttpAnswer> HttpClient::Ask(const char* method,
                                           const std::string& path,
                                           std::string body) {
  HttpAnswer answer;
  bool too_large = false;
  const absl::Time end = absl::Now() + 2 * options_.timeout;
  httplib::Request request;
  request.method = method;
  request.path = prefix_ + path;
  request.body = std::move(body);
  if (!request.body.empty()) request.set_header("Content-Type", kPlainText);
  request.content_receiver = [&](const char* data, size_t size, uint64_t,
                                 uint64_t) {
    too_large = answer.body.size() + size > options_.body_bytes_max;
    if (too_large || absl::Now() > end) return false;
    answer.body.append(data, size);
    return true;
  };
  const httplib::Result result = client_->send(request);
  if (too_large) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "the answer is longer than ", options_.body_bytes_max, " bytes"));
  }
  if (!result) {
    return absl::UnavailableError(
        absl::StrCat("no answer: ", httplib::to_string(result.error())));
  }
  answer.status = result->status;
  answer.content_type = result->get_header_value("Content-Type");
  answer.cache_control = result->get_header_value("Cache-Control");
  return answer;
}

absl::StatusOr<HttpAnswer> HttpClient::Get(const std::string& path) {
  return Ask("GET", path, "");
}

absl::StatusOr<HttpAnswer> HttpClient::Post(const std::string& path,
                                            std::string body) {
  return Ask("POST", path, std::move(body));
}

void HttpClient::Cancel() { client_->stop(); }

}  // namespace luheng
