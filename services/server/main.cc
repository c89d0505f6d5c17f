// luhengd: the node of Luheng.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/notification.h"
#include "ledger/base/check.h"
#include "ledger/base/clock.h"
#include "ledger/base/version.h"
#include "services/rpc/log.h"
#include "services/server/certificates.h"
#include "services/server/config.h"
#include "services/server/genesis_file.h"
#include "services/server/grpc_log.h"
#include "services/server/node.h"
#include "services/server/signals.h"

extern char** environ;

namespace luheng::server {
namespace {

// Exit codes, as everywhere in Luheng.
constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

int Say(const absl::Status& status) {
  if (status.ok()) return kDone;
  std::cerr << "luhengd: " << status.message() << "\n";
  return absl::IsInvalidArgument(status) ? kUsage : kFailed;
}

// The options of a subcommand that reads the configuration: --config and one
// flag for every key.
class ConfigOptions {
 public:
  explicit ConfigOptions(CLI::App& command) {
    command.add_option("--config", file_, "YAML configuration file");
    values_.reserve(ConfigKeys().size());
    for (const ConfigKey& key : ConfigKeys()) {
      values_.emplace_back(std::string(key.path), "");
      const std::string range = RangeText(key);
      command
          .add_option(
              absl::StrCat("--", key.path), values_.back().second,
              absl::StrCat(key.documentation, range.empty() ? "" : " ", range))
          ->group(
              "Configuration (also "
              "LUHENG_<KEY>)")
          ->each([this, path = std::string(key.path)](const std::string& text) {
            flags_.emplace_back(path, text);
          });
    }
  }

  // A short flag for the key `path`.
  void AddAlias(CLI::App& command, const char* flag, const char* path,
                const char* description) {
    command.add_option_function<std::string>(
        flag,
        [this, path](const std::string& text) {
          flags_.emplace_back(path, text);
        },
        description);
  }

  absl::StatusOr<LoadedConfig> Load() const {
    ConfigSources sources;
    sources.file = file_;
    for (char** variable = environ; *variable != nullptr; ++variable) {
      sources.environment.emplace_back(*variable);
    }
    sources.flags = flags_;
    return LoadConfig(sources);
  }

 private:
  std::string file_;
  // CLI11 keeps pointers into it; it does not grow after the constructor.
  std::vector<std::pair<std::string, std::string>> values_;
  std::vector<std::pair<std::string, std::string>> flags_;
};

rpc::LogOptions LogOptionsOf(const Config& config) {
  rpc::LogOptions options;
  options.level =
      rpc::ParseLogLevel(config.log_level).value_or(rpc::LogLevel::kInfo);
  const bool text = config.log_format == "text" ||
                    (config.log_format == "auto" && isatty(STDOUT_FILENO) == 1);
  options.format = text ? rpc::LogFormat::kText : rpc::LogFormat::kJson;
  options.service = config.node_name;
  options.version = kVersion;
  return options;
}

// A node that replays its journal has nothing to finish, and may take long: it
// ends as it stands, which is what it must survive anyway.
[[noreturn]] void StopStarting(rpc::Log& log) {
  log.Write(rpc::LogLevel::kInfo, "stopped while starting");
  log.Flush();
  std::_Exit(kDone);
}

// Runs a node until a signal or a failure ends it.
int Run(const ConfigOptions& options) {
  const auto loaded = options.Load();
  if (!loaded.ok()) return Say(loaded.status());
  Signals::Block();
  rpc::Log log(LogOptionsOf(loaded->config), SystemClock());
  for (const std::string& warning : loaded->warnings) {
    log.Write(rpc::LogLevel::kWarning, warning);
  }
  absl::Notification ending;
  std::atomic<bool> failed{false};
  std::atomic<bool> asked{false};
  const auto end = [&] {
    if (!asked.exchange(true)) ending.Notify();
  };
  const GrpcLog grpc_log(log);
  const NodeEnvironment environment{
      log, SystemClock(), [&](const absl::Status& status) {
        log.Write(rpc::LogLevel::kError, "the node fails",
                  {{"error", absl::string_view(status.message())}});
        failed = true;
        end();
      }};
  std::atomic<Node*> started{nullptr};
  auto signals = std::make_unique<Signals>(
      [&] {
        if (started == nullptr) StopStarting(log);
        end();
      },
      [&] { started.load()->Hasten(); });
  auto node = Node::Start(loaded->config, environment);
  if (!node.ok()) {
    log.Flush();
    return Say(node.status());
  }
  log.Write(rpc::LogLevel::kInfo, "ready",
            {{"port", (*node)->port()}, {"admin_port", (*node)->admin_port()}});
  started = node->get();
  ending.WaitForNotification();
  log.Write(rpc::LogLevel::kInfo, "draining");
  (*node)->Drain();
  signals.reset();
  if (failed) {
    // RocksDB asserts when a file that could not be written is closed. What was
    // acknowledged is on the disk; nothing else is worth an orderly end.
    log.Write(rpc::LogLevel::kInfo, "stopped");
    log.Flush();
    std::_Exit(kFailed);
  }
  node->reset();
  log.Write(rpc::LogLevel::kInfo, "stopped");
  return kDone;
}

// Looks at everything that a start would look at, without starting.
int CheckConfig(const ConfigOptions& options) {
  const auto loaded = options.Load();
  if (!loaded.ok()) return Say(loaded.status());
  const Config& config = loaded->config;
  for (const std::string& warning : loaded->warnings) {
    std::cerr << "luhengd: warning: " << warning << "\n";
  }
  const absl::Status certificates = CheckCertificates(
      config.tls_ca, config.tls_cert, config.tls_key, SystemClock().Now());
  if (!certificates.ok()) return Say(certificates);
  if (!config.genesis_file.empty()) {
    const auto genesis = ReadGenesisFile(config.genesis_file);
    if (!genesis.ok()) return Say(genesis.status());
  }
  std::cout << "The configuration is good.\n";
  return kDone;
}

int PrintConfiguration(const ConfigOptions& options, bool effective) {
  if (!effective) {
    std::cout << PrintConfig(Config(), {});
    return kDone;
  }
  const auto loaded = options.Load();
  if (!loaded.ok()) return Say(loaded.status());
  std::cout << PrintConfig(loaded->config, loaded->origins);
  return kDone;
}

int CheckCertificateFiles(const std::string& ca, const std::string& cert,
                          const std::string& key) {
  const auto info = ReadCertificate(cert);
  if (!info.ok()) return Say(info.status());
  std::cout << "subject:    " << info->subject
            << "\nissuer:     " << info->issuer
            << "\nnames:      " << absl::StrJoin(info->names, ", ")
            << "\nnot before: " << FormatStamp(info->not_before)
            << "\nnot after:  " << FormatStamp(info->not_after) << "\n";
  return Say(CheckCertificates(ca, cert, key, SystemClock().Now()));
}

void AddRun(CLI::App& app, int& exit_code) {
  CLI::App* const run = app.add_subcommand("run", "Run a node");
  auto options = std::make_shared<ConfigOptions>(*run);
  options->AddAlias(*run, "--follow", "replication.follow",
                    "Follow the node at this address, host:port");
  run->callback([options, &exit_code] { exit_code = Run(*options); });
}

void AddConfig(CLI::App& app, int& exit_code) {
  CLI::App* const config =
      app.add_subcommand("config", "Check or print the configuration");
  config->require_subcommand(1);
  CLI::App* const check = config->add_subcommand(
      "check", "Look at everything that a start would look at");
  auto checked = std::make_shared<ConfigOptions>(*check);
  check->callback([checked, &exit_code] { exit_code = CheckConfig(*checked); });
  CLI::App* const print =
      config->add_subcommand("print", "Print every key with its meaning");
  auto printed = std::make_shared<ConfigOptions>(*print);
  auto effective = std::make_shared<bool>(false);
  auto defaults = std::make_shared<bool>(false);
  auto* flag = print->add_flag("--effective", *effective,
                               "What a start would use, and from where");
  print->add_flag("--defaults", *defaults, "What holds without any (default)")
      ->excludes(flag);
  print->callback([printed, effective, defaults, &exit_code] {
    exit_code = PrintConfiguration(*printed, *effective);
  });
}

void AddDevCa(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "dev-ca", "Make certificates for development and rehearsals");
  auto options = std::make_shared<DevCaOptions>();
  command->add_option("--dir", options->directory, "Where they go")->required();
  command->add_option("--user", options->users, "Names of users");
  command->add_option("--expired-user", options->expired_users,
                      "Users whose certificates have ended, for tests");
  command->add_option("--server-name", options->server_names,
                      "Further names and addresses of the server");
  command->add_option("--days", options->days, "How long they hold")
      ->check(CLI::Range(1, 3650));
  command->add_flag("--renew", options->renew,
                    "A new authority and server certificate");
  command->callback([options, &exit_code] {
    options->now = SystemClock().Now();
    exit_code = Say(MakeDevCa(*options));
  });
}

void AddCert(CLI::App& app, int& exit_code) {
  CLI::App* const cert = app.add_subcommand("cert", "Look at certificates");
  cert->require_subcommand(1);
  CLI::App* const check = cert->add_subcommand(
      "check", "Whether certificate, key and authority fit and hold today");
  struct Paths {
    std::string ca;
    std::string cert;
    std::string key;
  };
  auto paths = std::make_shared<Paths>();
  check->add_option("--ca", paths->ca, "PEM file of the authorities")
      ->required();
  check->add_option("--cert", paths->cert, "PEM file of the certificate")
      ->required();
  check->add_option("--key", paths->key, "PEM file of its key")->required();
  check->callback([paths, &exit_code] {
    exit_code = CheckCertificateFiles(paths->ca, paths->cert, paths->key);
  });
}

// The words of the command line, last first as CLI11 takes them. It would take
// the word after `--key=` for its value; here that is the empty one.
std::vector<std::string> WordsOf(int argc, char** argv) {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    absl::string_view word(argv[i]);
    const bool empty_value =
        absl::StartsWith(word, "--") && absl::ConsumeSuffix(&word, "=");
    words.emplace_back(word);
    if (empty_value) words.emplace_back();
  }
  std::reverse(words.begin(), words.end());
  return words;
}

int Main(int argc, char** argv) {
  CLI::App app("The node of Luheng");
  app.set_version_flag("--version", absl::StrCat("luhengd ", VersionLine()));
  app.require_subcommand(1);
  int exit_code = kDone;
  AddRun(app, exit_code);
  AddConfig(app, exit_code);
  AddDevCa(app, exit_code);
  AddCert(app, exit_code);
  // CLI11 throws to end the parse; its answer is an exit code and a text.
  try {
    app.parse(WordsOf(argc, argv));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  return exit_code;
}

}  // namespace
}  // namespace luheng::server

int main(int argc, char** argv) { return luheng::server::Main(argc, argv); }
