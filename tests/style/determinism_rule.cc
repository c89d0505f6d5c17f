#include "tests/style/determinism_rule.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/style/cpp_text.h"

namespace luheng::style {
namespace {

const char* const kDeterministic[] = {
    "matching/",
    "ledger/accounts/",
    "ledger/entry/",
    "services/core/",
    "services/registry/",
    "services/market/",
    "services/water/",
    "services/emission/",
    "services/carbon/",
    "services/compensation/",
    "services/settlement/",
};

// Files of those folders that neither decide nor apply.
struct Exempt {
  const char* prefix;
  const char* reason;
};
const Exempt kExempt[] = {
    {"services/core/sequencer", "stamps commands and owns the thread"},
    {"services/core/pipeline", "encodes, hashes and syncs behind deciding"},
    {"services/core/commit_pipeline", "syncs blocks on its own thread"},
    {"services/core/jump_watch", "compares the clocks before a stamp is given"},
    {"services/core/rehearsal_clock", "is a clock"},
    {"services/core/committer", "syncs blocks on its own thread"},
    {"services/core/follower", "folds another node's blocks on its thread"},
    {"services/core/shadow", "folds on its own thread, writes snapshots"},
    {"services/core/snapshot", "reads and writes files"},
    {"services/core/command_queue", "is filled by other threads"},
    {"services/core/bounded_queue", "is filled by other threads"},
    {"services/core/queue", "is filled by other threads"},
    {"services/core/salt", "draws the blocks' secrets"},
    {"services/core/node", "starts and stops the threads"},
    {"services/core/stream", "hands durable blocks to readers' threads"},
    {"services/registry/vault", "keeps personal data in its own store"},
    {"services/market/market_data", "hands durable changes to watchers"},
    {"services/market/watch_stream", "writes one stream to one reader"},
    {"services/market/order_stream", "reads batches for the sequencer"},
    {"services/market/update_log", "its flag is set by other threads"},
};

// One word that one file may use.
struct Allowed {
  const char* path;
  const char* token;
  const char* reason;
};
const Allowed kAllowed[] = {
    {"ledger/entry/entry.cc", "thread_local",
     "a scratch message, cleared before each use"},
};

bool IsAllowed(absl::string_view path, absl::string_view token) {
  for (const Allowed& allowed : kAllowed) {
    if (path == allowed.path && token == allowed.token) return true;
  }
  return false;
}

const char* const kForbidden[] = {
    // Clocks.
    "system_clock",
    "steady_clock",
    "high_resolution_clock",
    "absl::Now",
    "std::time",
    "gettimeofday",
    "clock_gettime",
    "SystemClock",
    "\"ledger/base/clock.h\"",
    // Chance.
    "<random>",
    "random_device",
    "std::rand",
    "RAND_bytes",
    "absl::BitGen",
    "mt19937",
    "getrandom",
    // Threads.
    "<thread>",
    "<mutex>",
    "<atomic>",
    "<future>",
    "<condition_variable>",
    "std::thread",
    "std::jthread",
    "std::async",
    "std::mutex",
    "std::atomic",
    "absl::Mutex",
    "thread_local",
    "this_thread",
    // Files, locale, environment.
    "<fstream>",
    "<iostream>",
    "<filesystem>",
    "fopen",
    "std::cout",
    "std::cerr",
    "<locale>",
    "setlocale",
    "std::locale",
    "getenv",
};

// The names of variables and members that `code` declares as hash tables.
std::set<std::string> HashTables(const std::vector<std::string>& code) {
  std::set<std::string> names;
  for (const std::string& line : code) {
    if (!absl::StrContains(line, "_hash_") &&
        !absl::StrContains(line, "unordered_")) {
      continue;
    }
    const size_t close = line.rfind('>');
    if (close == std::string::npos) continue;
    std::string name(
        absl::StripAsciiWhitespace(absl::string_view(line).substr(close + 1)));
    name = name.substr(0, name.find_first_of(" ;={("));
    if (!name.empty() && name[0] != '&' && name[0] != ':') names.insert(name);
  }
  return names;
}

// What a range-for on `line` walks over, or "".
std::string Walked(absl::string_view line) {
  const size_t begin = line.find("for (");
  if (begin == absl::string_view::npos) return "";
  const size_t colon = line.find(" : ", begin);
  if (colon == absl::string_view::npos) return "";
  const absl::string_view rest = line.substr(colon + 3);
  return std::string(rest.substr(0, rest.find(')')));
}

}  // namespace

bool IsDeterministic(absl::string_view path) {
  for (const Exempt& exempt : kExempt) {
    if (absl::StartsWith(path, exempt.prefix)) return false;
  }
  // An area's gRPC edge hands commands to the sequencer and decides nothing.
  if (absl::EndsWith(path, "_service.h") || absl::EndsWith(path, "_service.cc"))
    return false;
  for (const char* folder : kDeterministic) {
    if (absl::StartsWith(path, folder)) return true;
  }
  return false;
}

Findings CheckDeterminism(const SourceFile& file) {
  if (!IsCpp(file) || !IsDeterministic(file.path)) return {};
  Findings findings;
  const std::vector<std::string> code = CodeOf(file.lines);
  for (size_t i = 0; i < code.size(); ++i) {
    for (const char* token : kForbidden) {
      if (!HasToken(code[i], token) || IsAllowed(file.path, token)) continue;
      findings.push_back({file.path, static_cast<int>(i) + 1,
                          absl::StrCat(token, " in deterministic code")});
    }
  }
  return findings;
}

Findings CheckHashIteration(const SourceFile& file) {
  if (!IsCpp(file) || !IsDeterministic(file.path)) return {};
  Findings findings;
  const std::vector<std::string> code = CodeOf(file.lines);
  const std::set<std::string> tables = HashTables(code);
  for (size_t i = 0; i < code.size(); ++i) {
    if (!tables.contains(Walked(code[i]))) continue;
    const bool excused =
        absl::StrContains(file.lines[i], "order-free") ||
        (i > 0 && absl::StrContains(file.lines[i - 1], "order-free"));
    if (excused) continue;
    findings.push_back({file.path, static_cast<int>(i) + 1,
                        "walks a hash table, whose order differs by process"});
  }
  return findings;
}

}  // namespace luheng::style
