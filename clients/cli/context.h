// What a command runs in: where it writes, what was asked for globally, and the
// connection, made when the first call needs it.
#ifndef LUHENG_CLIENTS_CLI_CONTEXT_H_
#define LUHENG_CLIENTS_CLI_CONTEXT_H_

#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/substitute.h"
#include "clients/cli/text.h"
#include "clients/lib/client.h"

namespace luheng::cli {

enum class Format { kTable, kJson, kCsv };
enum class ColorMode { kAuto, kAlways, kNever };

// What the process gives. Streams are borrowed.
struct Environment {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  // Environment variables; "" if not set.
  std::function<std::string(const std::string&)> variable;
  // Opens the connection; replaced in tests.
  std::function<absl::StatusOr<std::unique_ptr<client::Client>>(
      const client::ChannelOptions&, const client::CallOptions&)>
      connect = client::Client::Connect;
};

// The options that every command takes.
struct GlobalOptions {
  std::string server;       // host:port
  std::string authority;    // Name in the server's certificate.
  std::string credentials;  // Folder of ca.pem, USER.pem and USER.key.
  std::string as_user;      // Picks the certificate in that folder.
  std::string ca;
  std::string cert;
  std::string key;
  std::string request_id;  // To repeat a call that got no answer.
  std::string format = "table";
  std::string color = "auto";
  std::string language;
  std::string timeout = "10s";
  bool no_input = false;
  bool yes = false;
};

// One per process run. Data goes to stdout, everything else to stderr.
class Context {
 public:
  explicit Context(Environment& environment) : environment_(environment) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  GlobalOptions options;
  Language language = Language::kEnglish;
  // What parsing the command line chose; run afterwards.
  std::function<absl::Status()> action;

  // Connects on first use. Errors: INVALID_ARGUMENT if it is not said who is
  // calling, and those of client::OpenChannel().
  absl::StatusOr<client::Client*> client();

  std::istream& in() { return environment_.in; }
  std::ostream& out() { return environment_.out; }
  std::ostream& err() { return environment_.err; }
  const Environment& environment() const { return environment_; }

  Format format() const;
  bool color_on_out() const { return HasColor(environment_.out_is_terminal); }
  bool color_on_err() const { return HasColor(environment_.err_is_terminal); }
  bool is_live() const {
    return environment_.out_is_terminal && format() == Format::kTable;
  }
  // A further connection of this process, with the certificate of `user` from
  // the credentials folder. Errors: those of client::OpenChannel().
  absl::StatusOr<std::unique_ptr<client::Client>> ConnectAs(
      const std::string& user) const;
  // The timeout in Go's notation, 10s or 1m30s.
  absl::StatusOr<absl::Duration> timeout() const;

  // A text in the chosen language, with values for $0, $1, ...
  template <typename... Values>
  std::string Say(const Text& text, const Values&... values) const {
    return absl::Substitute(text.In(language), values...);
  }

  // Writes one line for people to stderr.
  template <typename... Values>
  void Note(const Text& text, const Values&... values) {
    WriteNote(Say(text, values...));
  }

  // A wrong argument, found after parsing.
  template <typename... Values>
  absl::Status Wrong(const Text& text, const Values&... values) const {
    return absl::InvalidArgumentError(Say(text, values...));
  }

  // Asks on a terminal; --yes answers. Errors: CANCELLED if the answer is no,
  // INVALID_ARGUMENT if nobody can be asked.
  absl::Status Confirm(const std::string& question);

  // A request with the id of --request-id, if one was given.
  template <typename Request>
  Request WithRequestId(Request request) const {
    if (!options.request_id.empty()) {
      request.set_request_id(options.request_id);
    }
    return request;
  }

 private:
  bool HasColor(bool is_terminal) const;
  void WriteNote(const std::string& line);
  absl::StatusOr<client::ChannelOptions> Channel() const;
  absl::StatusOr<std::unique_ptr<client::Client>> Connect(
      const client::ChannelOptions& channel) const;

  Environment& environment_;
  // Of all clients of this command: one user's work is there for the next.
  const std::shared_ptr<client::SeenEntry> seen_ =
      std::make_shared<client::SeenEntry>();
  std::unique_ptr<client::Client> client_;
};

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_CONTEXT_H_
