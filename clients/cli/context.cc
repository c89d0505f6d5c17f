#include "clients/cli/context.h"

#include <istream>
#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/texts.h"

namespace luheng::cli {

absl::StatusOr<client::Client*> Context::client() {
  if (client_ == nullptr) {
    CLIENT_ASSIGN_OR_RETURN(const client::ChannelOptions channel, Channel());
    CLIENT_ASSIGN_OR_RETURN(client_, Connect(channel));
  }
  return client_.get();
}

absl::StatusOr<std::unique_ptr<client::Client>> Context::Connect(
    const client::ChannelOptions& channel) const {
  client::CallOptions call;
  CLIENT_ASSIGN_OR_RETURN(call.timeout, timeout());
  call.seen = seen_;
  call.language = language == Language::kChinese ? "zh-CN" : "en";
  return environment_.connect(channel, call);
}

absl::StatusOr<std::unique_ptr<client::Client>> Context::ConnectAs(
    const std::string& user) const {
  const std::string stem = absl::StrCat(options.credentials, "/", user);
  client::ChannelOptions channel;
  channel.target = options.server;
  channel.authority = options.authority;
  channel.ca_file = absl::StrCat(options.credentials, "/ca.pem");
  channel.cert_file = absl::StrCat(stem, ".pem");
  channel.key_file = absl::StrCat(stem, ".key");
  return Connect(channel);
}

absl::StatusOr<client::ChannelOptions> Context::Channel() const {
  client::ChannelOptions channel;
  channel.target = options.server;
  channel.authority = options.authority;
  const bool has_files = !options.cert.empty() && !options.key.empty();
  if (!has_files && options.as_user.empty()) {
    return Wrong(text::kWhoIsCalling, options.credentials);
  }
  const std::string stem =
      absl::StrCat(options.credentials, "/", options.as_user);
  channel.ca_file = options.ca.empty()
                        ? absl::StrCat(options.credentials, "/ca.pem")
                        : options.ca;
  channel.cert_file =
      options.cert.empty() ? absl::StrCat(stem, ".pem") : options.cert;
  channel.key_file =
      options.key.empty() ? absl::StrCat(stem, ".key") : options.key;
  return channel;
}

Format Context::format() const {
  if (options.format == "json") return Format::kJson;
  return options.format == "csv" ? Format::kCsv : Format::kTable;
}

absl::StatusOr<absl::Duration> Context::timeout() const {
  absl::Duration value;
  if (!absl::ParseDuration(options.timeout, &value) ||
      value <= absl::ZeroDuration()) {
    return Wrong(text::kBadTimeout, options.timeout);
  }
  return value;
}

bool Context::HasColor(bool is_terminal) const {
  if (options.color == "always") return true;
  if (options.color == "never") return false;
  return is_terminal && environment_.variable("NO_COLOR").empty() &&
         environment_.variable("TERM") != "dumb";
}

void Context::WriteNote(const std::string& line) {
  environment_.err << line << "\n";
}

absl::Status Context::Confirm(const std::string& question) {
  if (options.yes) return absl::OkStatus();
  if (options.no_input || !environment_.in_is_terminal) {
    return Wrong(text::kNeedsYes, question);
  }
  environment_.err << question << " " << Say(text::kYesNo) << " " << std::flush;
  std::string answer;
  std::getline(environment_.in, answer);
  absl::StripAsciiWhitespace(&answer);
  const std::string lower = absl::AsciiStrToLower(answer);
  if (lower == "y" || lower == "yes" || lower == "是") {
    return absl::OkStatus();
  }
  return absl::CancelledError(Say(text::kNotConfirmed));
}

}  // namespace luheng::cli
