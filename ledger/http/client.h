// Short requests to another's HTTP server, plain or by TLS. The answer is not
// to be trusted in any way: it is bounded in bytes and time.
#ifndef LUHENG_LEDGER_HTTP_CLIENT_H_
#define LUHENG_LEDGER_HTTP_CLIENT_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "ledger/http/server.h"

namespace httplib {
class Client;
}

namespace luheng {

struct HttpClientOptions {
  // Of connecting, and of each read and write; twice this for all of a body.
  absl::Duration timeout = absl::Seconds(5);
  size_t body_bytes_max = 64 << 10;
  // PEM file of the authorities for https; empty takes the system's.
  std::string ca_file;
};

// Thread-compatible but for Cancel, which any thread may call.
class HttpClient {
 public:
  // Of `url`, http[s]://host[:port][/prefix]. Errors: INVALID_ARGUMENT.
  static absl::StatusOr<std::unique_ptr<HttpClient>> Make(
      absl::string_view url, const HttpClientOptions& options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // `path` begins with a slash and follows the prefix. Errors: UNAVAILABLE if
  // there is no answer in time; RESOURCE_EXHAUSTED if it is too large.
  absl::StatusOr<HttpAnswer> Get(const std::string& path);
  absl::StatusOr<HttpAnswer> Post(const std::string& path, std::string body);
  // Ends what is under way.
  void Cancel();

 private:
  HttpClient(const HttpClientOptions& options, std::string prefix);
  absl::StatusOr<HttpAnswer> Ask(const char* method, const std::string& path,
                                 std::string body);

  const HttpClientOptions options_;
  const std::string prefix_;
  std::unique_ptr<httplib::Client> client_;
};

// Whether HttpClient::Make takes `url`.
bool IsHttpUrl(absl::string_view url);

}  // namespace luheng

#endif  // LUHENG_LEDGER_HTTP_CLIENT_H_
