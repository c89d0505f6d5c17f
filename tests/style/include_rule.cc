#include "tests/style/include_rule.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace luheng::style {
namespace {

// Folder -> folders that it may include besides itself. What those may include
// comes with them. "*" is every folder but clients and tests.
const std::map<std::string, std::vector<std::string>>& Table() {
  static const auto* const kTable =
      new std::map<std::string, std::vector<std::string>>{
          {"ledger/base", {}},
          {"ledger/merkle", {"ledger/base"}},
          {"ledger/http", {"ledger/base"}},
          // Commitments are hashes, and merkle has the hash suites.
          {"ledger/entry", {"ledger/base", "ledger/merkle", "proto"}},
          {"ledger/journal", {"ledger/entry", "ledger/merkle"}},
          {"ledger/accounts", {"ledger/entry"}},
          {"ledger/views", {"ledger/journal", "ledger/accounts"}},
          {"ledger/verify", {"ledger/merkle", "proto"}},
          {"matching/book", {"ledger/base"}},
          {"matching/auction", {"ledger/base"}},
          {"services/core",
           {"ledger/journal", "ledger/accounts", "ledger/views",
            "matching/book", "matching/auction"}},
          {"services/registry", {"services/core", "services/rpc"}},
          {"services/water", {"services/core", "services/rpc"}},
          {"services/emission", {"services/core", "services/rpc"}},
          {"services/carbon", {"services/core", "services/rpc"}},
          {"services/market",
           {"services/core", "services/rpc", "matching/book",
            "matching/auction"}},
          {"services/compensation", {"services/core", "services/rpc"}},
          {"services/settlement", {"services/core", "services/rpc"}},
          {"services/supervision",
           {"services/core", "services/rpc", "ledger/views", "ledger/http"}},
          {"services/replication", {"services/core", "services/rpc"}},
          {"services/operations", {"services/core", "services/rpc"}},
          {"services/rpc", {"ledger/base", "proto"}},
          {"services/gateway",
           {"services/rpc", "ledger/merkle", "ledger/http"}},
          {"services/server", {"*"}},
          {"clients/lib", {"proto", "ledger/merkle"}},
          {"clients/witness", {"ledger/merkle", "ledger/http"}},
          {"clients/cli", {"clients/lib", "clients/witness", "ledger/verify"}},
          {"clients/console", {}},
      };
  return *kTable;
}

// First path component of a third-party header -> who may include it.
struct Restricted {
  const char* prefix;
  std::vector<std::string> folders;
};
const std::vector<Restricted>& RestrictedLibraries() {
  static const auto* const kLibraries = new std::vector<Restricted>{
      {"rocksdb/",
       {"ledger/journal", "ledger/views", "ledger/verify",
        // The vault and the idempotent stores of a node.
        "services/registry", "services/core", "services/server"}},
      {"openssl/",
       // The journal draws the secrets of its blocks.
       {"ledger/merkle", "ledger/journal", "services/registry", "services/rpc",
        "services/gateway", "services/server", "clients/"}},
      {"grpcpp/", {"services/", "clients/", "ledger/verify"}},
      {"grpc/", {"services/", "clients/", "ledger/verify"}},
      {"httplib.h", {"ledger/http", "services/rpc", "services/server"}},
      {"prometheus/", {"services/rpc", "services/server"}},
      {"yaml-cpp/", {"services/server", "clients/"}},
      {"gtest/", {}},
      {"gmock/", {}},
  };
  return *kLibraries;
}

void Close(const std::string& folder, std::set<std::string>& closed) {
  if (!closed.insert(folder).second) return;
  const auto row = Table().find(folder);
  if (row == Table().end()) return;
  for (const std::string& next : row->second) Close(next, closed);
}

// The path between the quotes or brackets of an #include, or "".
std::string IncludedPath(absl::string_view line) {
  if (!absl::ConsumePrefix(&line, "#include ")) return "";
  const size_t end = line.find_first_of("\">", 1);
  if (end == absl::string_view::npos) return "";
  return std::string(line.substr(1, end - 1));
}

bool IsOurs(absl::string_view path) {
  for (const char* top :
       {"ledger/", "matching/", "services/", "clients/", "tests/"}) {
    if (absl::StartsWith(path, top)) return true;
  }
  return false;
}

std::string TargetOf(absl::string_view included) {
  if (absl::EndsWith(included, ".pb.h") &&
      (absl::StartsWith(included, "luheng/") ||
       absl::StartsWith(included, "google/rpc/"))) {
    return "proto";
  }
  return IsOurs(included) ? FolderOf(included) : "";
}

bool MayInclude(const std::string& folder, const std::string& target) {
  std::set<std::string> closed;
  Close(folder, closed);
  if (closed.contains(target)) return true;
  return closed.contains("*") && !absl::StartsWith(target, "clients/") &&
         !absl::StartsWith(target, "tests/");
}

bool IsRestricted(const std::string& folder, absl::string_view included) {
  for (const Restricted& library : RestrictedLibraries()) {
    if (!absl::StartsWith(included, library.prefix)) continue;
    for (const std::string& allowed : library.folders) {
      if (absl::StartsWith(folder, allowed)) return false;
    }
    return true;
  }
  return false;
}

}  // namespace

Findings CheckIncludes(const SourceFile& file) {
  Findings findings;
  if (!IsCpp(file) || absl::StartsWith(file.path, "tests/")) return findings;
  const std::string folder = FolderOf(file.path);
  for (size_t i = 0; i < file.lines.size(); ++i) {
    const std::string included = IncludedPath(file.lines[i]);
    if (included.empty()) continue;
    const int line = static_cast<int>(i) + 1;
    const std::string target = TargetOf(included);
    if (!Table().contains(folder)) {
      findings.push_back({file.path, line,
                          absl::StrCat(folder,
                                       " has no row in the include "
                                       "table")});
      break;
    }
    if ((!target.empty() && !MayInclude(folder, target)) ||
        IsRestricted(folder, included)) {
      findings.push_back(
          {file.path, line, absl::StrCat(folder, " may not use ", included)});
    }
  }
  return findings;
}

}  // namespace luheng::style
