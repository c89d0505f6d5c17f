// Every key of the configuration: the specification that `luhengd config print
// --defaults` prints.
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "ledger/merkle/note_key.h"
#include "services/rpc/field_checks.h"
#include "services/server/config.h"

namespace luheng::server {
namespace {

constexpr int64_t kGiB = int64_t{1} << 30;
constexpr int64_t kRateMax = 10'000'000;

// Whether a stamp can hold it.
bool IsMoment(absl::string_view text) {
  absl::Time time;
  std::string error;
  return absl::ParseTime(absl::RFC3339_full, text, &time, &error) &&
         time > absl::UnixEpoch() &&
         time < absl::FromCivil(absl::CivilYear(2262), absl::UTCTimeZone());
}

bool IsUser(absl::string_view text) { return rpc::IsUserName(text); }

bool IsOrigin(absl::string_view text) { return IsNoteKeyName(text); }

const std::vector<ConfigKey>& Keys() {
  static const auto* const kKeys = new std::vector<ConfigKey>{
      {"node_name", &Config::node_name, "",
       "Name of the node in its log and status."},
      {"data_dir", &Config::data_dir, "",
       "Directory of the journal, snapshots, views and vault."},
      {"listen", &Config::listen, "",
       "Address of the gRPC API, host:port; port 0 takes a free one."},
      {"port_file", &Config::port_file, "",
       "File that the port is written to once it is open; empty writes none."},
      {"admin_listen", &Config::admin_listen, "",
       "Address of /healthz, /readyz and /metrics, without TLS: keep it on "
       "loopback. Empty serves none."},
      {"admin_port_file", &Config::admin_port_file, "",
       "File that the admin port is written to; empty writes none."},
      {"services",
       &Config::services,
       "",
       "Services that this process exposes.",
       0,
       0,
       {"core", "ledger", "journal", "registry", "market", "settlement"}},
      {"reflection", &Config::reflection, "",
       "Whether clients may ask for the API's description."},
      {"drain_seconds", &Config::drain_seconds, "seconds",
       "Time for calls and streams to end after SIGTERM.", 0, 600},
      {"public_http.listen", &Config::public_http_listen, "",
       "Address of the log's public checkpoints and tiles, host:port, without "
       "TLS: put a reverse proxy before it. Empty serves none."},
      {"public_http.port_file", &Config::public_http_port_file, "",
       "File that the public port is written to; empty writes none."},
      {"tls.ca", &Config::tls_ca, "",
       "PEM file of the authorities whose client certificates are accepted."},
      {"tls.cert", &Config::tls_cert, "",
       "PEM file of the server's certificate chain."},
      {"tls.key", &Config::tls_key, "",
       "PEM file of the server's private key."},
      {"tls.reload_seconds", &Config::tls_reload_seconds, "seconds",
       "How often the three files are looked at; new ones hold for new "
       "connections.",
       1, 86'400},
      {"limits.message_bytes_max", &Config::limits_message_bytes_max, "bytes",
       "Largest message that is received.", 1'024, 64 << 20},
      {"limits.deadline_ms_max", &Config::limits_deadline_ms_max,
       "milliseconds", "Longest deadline that a call may have.", 100, 600'000},
      {"limits.deadline_ms_default", &Config::limits_deadline_ms_default,
       "milliseconds", "Deadline of a call that has none.", 100, 600'000},
      {"limits.connection_age_seconds_max",
       &Config::limits_connection_age_seconds_max, "seconds",
       "Age at which a connection is asked to end, so that clients spread and "
       "meet new certificates.",
       10, 86'400},
      {"limits.connection_age_grace_seconds",
       &Config::limits_connection_age_grace_seconds, "seconds",
       "Time for the calls of such a connection.", 1, 3'600},
      {"limits.queue_commands_max", &Config::limits_queue_commands_max,
       "commands", "Commands that may wait to be decided.", 1, kRateMax},
      {"limits.orders_per_second", &Config::limits_orders_per_second,
       "orders a second", "Orders and amendments of one user; 0 is no limit.",
       0, kRateMax},
      {"limits.orders_burst", &Config::limits_orders_burst, "orders",
       "Orders of one user at once.", 1, kRateMax},
      {"limits.cancels_per_second", &Config::limits_cancels_per_second,
       "cancels a second", "Cancels of one user; 0 is no limit.", 0, kRateMax},
      {"limits.cancels_burst", &Config::limits_cancels_burst, "cancels",
       "Cancels of one user at once.", 1, kRateMax},
      {"limits.commands_per_second", &Config::limits_commands_per_second,
       "commands a second", "Other commands of one user; 0 is no limit.", 0,
       kRateMax},
      {"limits.commands_burst", &Config::limits_commands_burst, "commands",
       "Other commands of one user at once.", 1, kRateMax},
      {"limits.reads_per_second", &Config::limits_reads_per_second,
       "reads a second", "Reads of one user; 0 is no limit.", 0, kRateMax},
      {"limits.reads_burst", &Config::limits_reads_burst, "reads",
       "Reads of one user at once.", 1, kRateMax},
      {"journal.block_bytes", &Config::journal_block_bytes, "bytes",
       "Size at which a block of entries is closed.", 4'096, 128 << 10},
      {"journal.memtable_bytes", &Config::journal_memtable_bytes, "bytes",
       "Memory for blocks that are not in a sorted file yet.", 1 << 20,
       4 * kGiB},
      {"journal.disk_reserve_bytes", &Config::journal_disk_reserve_bytes,
       "bytes", "Free disk space under which commands are refused.", 0,
       1'048'576 * kGiB},
      {"journal.adopt_missing_high_water",
       &Config::journal_adopt_missing_high_water, "",
       "Takes the journal's tail as it is although its high-water file is "
       "lost. Only after comparing it with a checkpoint kept elsewhere."},
      {"snapshot.interval_entries", &Config::snapshot_interval_entries,
       "entries", "Entries between snapshots; 0 makes none.", 0, 1'000'000'000},
      {"clock.mode",
       &Config::clock_mode,
       "",
       "Whose time entries are stamped with; a rehearsal's is moved by "
       "command.",
       0,
       0,
       {"machine", "rehearsal"}},
      {"clock.start",
       &Config::clock_start,
       "",
       "First moment of a rehearsal with an empty journal.",
       0,
       0,
       {},
       IsMoment,
       "a moment of 1970 to 2261 with its zone, for example "
       "2022-10-21T09:00:00+08:00"},
      {"genesis.file", &Config::genesis_file, "",
       "YAML file of entry 1; read only while the journal is empty."},
      {"vault.key", &Config::vault_key, "",
       "File with the key of the vault, made on first use; empty is vault.key "
       "in data_dir. Back it up apart from the data: without it no personal "
       "data can be read."},
      {"checkpoint.origin",
       &Config::checkpoint_origin,
       "",
       "Name of the ledger in its checkpoints, best a domain and a path of the "
       "operator; never changed once others rely on it.",
       0,
       0,
       {},
       IsOrigin,
       "1 to 255 bytes without spaces and plus signs"},
      {"checkpoint.key", &Config::checkpoint_key, "",
       "PEM file of the private key that signs checkpoints, made on first use; "
       "empty is checkpoint.key in data_dir."},
      {"checkpoint.interval_seconds", &Config::checkpoint_interval_seconds,
       "seconds", "How often a grown ledger is signed.", 1, 86'400},
      {"checkpoint.witness_policy", &Config::checkpoint_witness_policy, "",
       "File of the witnesses that are asked to cosign, a C2SP tlog-policy "
       "without a log line: witness <name> <vkey> <url>, group, quorum. Empty "
       "asks none."},
      {"checkpoint.witness_ca", &Config::checkpoint_witness_ca, "",
       "PEM file of the authorities of witnesses with https; empty takes the "
       "system's."},
      {"checkpoint.witness_wait_ms", &Config::checkpoint_witness_wait_ms,
       "milliseconds",
       "How long a checkpoint waits for its quorum before it is published with "
       "the cosignatures it has.",
       1, 60'000},
      {"replication.follow", &Config::replication_follow, "",
       "Address, host:port, of the node whose journal this one follows; empty: "
       "this node appends its own."},
      {"replication.cert", &Config::replication_cert, "",
       "PEM file of the certificate that a follower shows; empty is tls.cert."},
      {"replication.key", &Config::replication_key, "",
       "PEM file of its private key; empty is tls.key."},
      {"replication.verifier_key", &Config::replication_verifier_key, "",
       "Public key of the followed ledger's checkpoints, a C2SP vkey; a "
       "follower needs it."},
      {"replication.forwarders",
       &Config::replication_forwarders,
       "",
       "Names, as in their certificates, of the followers that may hand on "
       "commands of the users that they have authenticated.",
       0,
       0,
       {},
       IsUser,
       "names of certificates, separated by commas"},
      {"log.level",
       &Config::log_level,
       "",
       "Least level that is logged.",
       0,
       0,
       {"debug", "info", "warning", "error"}},
      {"log.format",
       &Config::log_format,
       "",
       "Lines on standard output; auto is text on a terminal, else json.",
       0,
       0,
       {"auto", "json", "text"}},
  };
  return *kKeys;
}

absl::Status Forbidden(const ConfigKey& key, absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat(
      key.path, " is \"", text, "\"; it must be ", RangeText(key)));
}

bool Permits(const ConfigKey& key, absl::string_view word) {
  if (key.words.empty()) {
    return key.is_good == nullptr || word.empty() || key.is_good(word);
  }
  for (absl::string_view permitted : key.words) {
    if (permitted == word) return true;
  }
  return false;
}

struct Setter {
  Config& config;
  const ConfigKey& key;
  absl::string_view text;

  absl::Status operator()(std::string Config::*member) {
    if (!Permits(key, text)) return Forbidden(key, text);
    config.*member = std::string(text);
    return absl::OkStatus();
  }
  absl::Status operator()(int64_t Config::*member) {
    int64_t value = 0;
    if (!absl::SimpleAtoi(text, &value) || value < key.min || value > key.max) {
      return Forbidden(key, text);
    }
    config.*member = value;
    return absl::OkStatus();
  }
  absl::Status operator()(bool Config::*member) {
    if (text != "true" && text != "false") return Forbidden(key, text);
    config.*member = text == "true";
    return absl::OkStatus();
  }
  absl::Status operator()(std::vector<std::string> Config::*member) {
    std::vector<std::string> words =
        absl::StrSplit(text, ',', absl::SkipWhitespace());
    for (std::string& word : words) {
      absl::StripAsciiWhitespace(&word);
      if (!Permits(key, word)) return Forbidden(key, word);
    }
    config.*member = std::move(words);
    return absl::OkStatus();
  }
};

// A text as a YAML scalar: in quotes, so that nothing in it has a meaning.
// As YAML's double quotes have it. Control characters are escaped: a line break
// inside quotes would be read as a space.
std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      absl::StrAppendFormat(&quoted, "\\x%02x", static_cast<uint8_t>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

struct Printer {
  const Config& config;

  std::string operator()(std::string Config::*member) {
    return Quoted(config.*member);
  }
  std::string operator()(int64_t Config::*member) {
    return absl::StrCat(config.*member);
  }
  std::string operator()(bool Config::*member) {
    return config.*member ? "true" : "false";
  }
  std::string operator()(std::vector<std::string> Config::*member) {
    return absl::StrCat("[", absl::StrJoin(config.*member, ", "), "]");
  }
};

}  // namespace

absl::Span<const ConfigKey> ConfigKeys() { return Keys(); }

const ConfigKey* FindConfigKey(absl::string_view path) {
  for (const ConfigKey& key : Keys()) {
    if (key.path == path) return &key;
  }
  return nullptr;
}

std::string EnvironmentName(const ConfigKey& key) {
  return absl::StrCat("LUHENG_", absl::AsciiStrToUpper(absl::StrReplaceAll(
                                     key.path, {{".", "_"}})));
}

std::string RangeText(const ConfigKey& key) {
  if (std::holds_alternative<bool Config::*>(key.member)) {
    return "true or false";
  }
  if (std::holds_alternative<int64_t Config::*>(key.member)) {
    return absl::StrCat(key.min, " to ", key.max, key.unit.empty() ? "" : " ",
                        key.unit);
  }
  if (key.words.empty()) return std::string(key.rule);
  return absl::StrCat("one of ", absl::StrJoin(key.words, ", "));
}

std::string ValueOf(const Config& config, const ConfigKey& key) {
  return std::visit(Printer{config}, key.member);
}

absl::Status SetValue(Config& config, const ConfigKey& key,
                      absl::string_view text) {
  return std::visit(Setter{config, key, text}, key.member);
}

}  // namespace luheng::server
