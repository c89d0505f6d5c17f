// What a node is configured by: one YAML file, then the environment
// (LUHENG_<KEY>), then flags; later ones win. Every key has a unit, a default,
// a range and a sentence of documentation in config_keys.cc. An unknown key or
// a value out of range is an error that says file, line and column. Nothing
// here decides a trade: what decides arrives by entries.
//
// Secrets are only ever given by the path of a file, so that printing a
// configuration shows none.
#ifndef LUHENG_SERVICES_SERVER_CONFIG_H_
#define LUHENG_SERVICES_SERVER_CONFIG_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace luheng::server {

// Names are the keys' with underscores for dots; meanings stand in
// config_keys.cc.
struct Config {
  std::string node_name = "luheng-1";
  std::string data_dir = "/var/lib/luheng";
  std::string listen = "127.0.0.1:7443";
  std::string port_file;
  std::string admin_listen = "127.0.0.1:7480";
  std::string admin_port_file;
  std::string public_http_listen;
  std::string public_http_port_file;
  std::vector<std::string> services = {"core",     "ledger", "journal",
                                       "registry", "market", "settlement"};
  bool reflection = true;
  int64_t drain_seconds = 10;
  std::string tls_ca = "/etc/luheng/tls/ca.pem";
  std::string tls_cert = "/etc/luheng/tls/server.pem";
  std::string tls_key = "/etc/luheng/tls/server.key";
  int64_t tls_reload_seconds = 60;
  int64_t limits_message_bytes_max = 4 << 20;
  int64_t limits_deadline_ms_max = 30'000;
  int64_t limits_deadline_ms_default = 10'000;
  int64_t limits_connection_age_seconds_max = 600;
  int64_t limits_connection_age_grace_seconds = 30;
  int64_t limits_queue_commands_max = 200'000;
  int64_t limits_orders_per_second = 20'000;
  int64_t limits_orders_burst = 100'000;
  int64_t limits_cancels_per_second = 20'000;
  int64_t limits_cancels_burst = 100'000;
  int64_t limits_commands_per_second = 200;
  int64_t limits_commands_burst = 1'000;
  int64_t limits_reads_per_second = 2'000;
  int64_t limits_reads_burst = 10'000;
  int64_t journal_block_bytes = 128 << 10;
  int64_t journal_memtable_bytes = 64 << 20;
  int64_t journal_disk_reserve_bytes = 256 << 20;
  bool journal_adopt_missing_high_water = false;
  int64_t snapshot_interval_entries = 1'000'000;
  std::string clock_mode = "machine";
  std::string clock_start;
  std::string genesis_file;
  std::string vault_key;
  std::string checkpoint_origin = "luheng.example/ledger";
  std::string checkpoint_key;
  int64_t checkpoint_interval_seconds = 10;
  std::string checkpoint_witness_policy;
  std::string checkpoint_witness_ca;
  int64_t checkpoint_witness_wait_ms = 2'000;
  std::string replication_follow;
  std::string replication_cert;
  std::string replication_key;
  std::string replication_verifier_key;
  std::vector<std::string> replication_forwarders;
  std::string log_level = "info";
  std::string log_format = "auto";
};

// One key.
struct ConfigKey {
  using Member =
      std::variant<std::string Config::*, int64_t Config::*, bool Config::*,
                   std::vector<std::string> Config::*>;

  // With dots, for example "limits.message_bytes_max".
  absl::string_view path;
  Member member;
  // For people: "bytes", "seconds"; empty if there is none.
  absl::string_view unit;
  absl::string_view documentation;
  // For integers.
  int64_t min = 0;
  int64_t max = 0;
  // For texts and lists: the permitted words; empty permits every text.
  std::vector<absl::string_view> words = {};
  // For other texts that are not empty: whether one is good, and what a good
  // one is. Null takes every text.
  bool (*is_good)(absl::string_view text) = nullptr;
  absl::string_view rule = "";
};

// All keys, in the order in which they are printed: keys of one section
// follow each other.
absl::Span<const ConfigKey> ConfigKeys();
const ConfigKey* FindConfigKey(absl::string_view path);
// "LUHENG_LIMITS_MESSAGE_BYTES_MAX".
std::string EnvironmentName(const ConfigKey& key);
// "1024 to 16777216 bytes", "one of json, text", "true or false", or the key's
// rule; empty if every text is permitted.
std::string RangeText(const ConfigKey& key);
// The key's value in `config`, as YAML.
std::string ValueOf(const Config& config, const ConfigKey& key);
// Sets `key` from text; lists are separated by commas. INVALID_ARGUMENT with
// the value and what is permitted.
absl::Status SetValue(Config& config, const ConfigKey& key,
                      absl::string_view text);

// The sources of a configuration.
struct ConfigSources {
  // Path of the file; empty for none.
  std::string file;
  // NAME=value, as `environ`.
  std::vector<std::string> environment;
  // (path, value) from flags.
  std::vector<std::pair<std::string, std::string>> flags;
};

struct LoadedConfig {
  Config config;
  // Where a value that is not the default came from: "file:3:7",
  // "LUHENG_LISTEN", "--listen"; by path.
  std::map<std::string, std::string> origins;
  // Variables LUHENG_* that name no key.
  std::vector<std::string> warnings;
};

// Errors: INVALID_ARGUMENT with all faults, one a line; NOT_FOUND or
// UNAVAILABLE if the file cannot be read.
absl::StatusOr<LoadedConfig> LoadConfig(const ConfigSources& sources);

// `config` as a YAML file with each key's documentation, range and, if it is in
// `origins`, its origin.
std::string PrintConfig(const Config& config,
                        const std::map<std::string, std::string>& origins);

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_CONFIG_H_
