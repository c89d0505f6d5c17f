#include "tests/style/number_rule.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/style/cpp_text.h"

namespace luheng::style {
namespace {

// Path prefixes where floating point is right, each with its reason.
const char* const kFloatAllowed[] = {
    "services/rpc/metrics",     // Prometheus counts in doubles.
    "services/server/metrics",  // The same.
    "clients/console/",         // Charts.
    "clients/cli/export.cc",    // What a spreadsheet's cells hold.
};

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

// A digit, a point and no third part, as in 0.5 or 1. but not in 1.2.3.
bool HasFloatLiteral(const std::string& code) {
  for (size_t i = 1; i + 1 < code.size(); ++i) {
    if (code[i] == '.' && IsDigit(code[i - 1]) && IsDigit(code[i + 1])) {
      return true;
    }
  }
  return false;
}

}  // namespace

Findings CheckNoFloat(const SourceFile& file) {
  if (!IsCpp(file) || absl::StartsWith(file.path, "tests/")) return {};
  for (const char* allowed : kFloatAllowed) {
    if (absl::StartsWith(file.path, allowed)) return {};
  }
  Findings findings;
  const std::vector<std::string> code = CodeOf(file.lines);
  for (size_t i = 0; i < code.size(); ++i) {
    if (absl::StartsWith(code[i], "#include")) continue;
    if (HasToken(code[i], "float") || HasToken(code[i], "double") ||
        HasFloatLiteral(code[i])) {
      findings.push_back({file.path, static_cast<int>(i) + 1,
                          "floating point outside charts and metrics"});
    }
  }
  return findings;
}

Findings CheckProtoNumbers(const SourceFile& file) {
  if (!IsProto(file) || !absl::StartsWith(file.path, "proto/luheng/"))
    return {};
  Findings findings;
  const std::vector<std::string> code = CodeOf(file.lines);
  for (size_t i = 0; i < code.size(); ++i) {
    for (const char* type : {"float", "double", "uint32", "uint64", "map<"}) {
      if (!HasToken(code[i], type)) continue;
      findings.push_back({file.path, static_cast<int>(i) + 1,
                          absl::StrCat("wire type ", type)});
    }
  }
  return findings;
}

}  // namespace luheng::style
