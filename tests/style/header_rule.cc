#include "tests/style/header_rule.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace luheng::style {
namespace {

std::string GuardOf(absl::string_view path) {
  std::string guard = "LUHENG_";
  for (const char c : path) {
    const bool plain = absl::ascii_isalnum(static_cast<unsigned char>(c));
    guard += plain ? absl::ascii_toupper(static_cast<unsigned char>(c)) : '_';
  }
  return guard + "_";
}

}  // namespace

Findings CheckHeader(const SourceFile& file) {
  if (!IsHeader(file)) return {};
  Findings findings;
  size_t at = 0;
  while (at < file.lines.size() && absl::StartsWith(file.lines[at], "//")) ++at;
  if (at == 0) {
    findings.push_back({file.path, 1, "does not open with a comment"});
  }
  while (at < file.lines.size() && file.lines[at].empty()) ++at;
  const std::string guard = GuardOf(file.path);
  const bool guarded = at + 1 < file.lines.size() &&
                       file.lines[at] == absl::StrCat("#ifndef ", guard) &&
                       file.lines[at + 1] == absl::StrCat("#define ", guard) &&
                       file.lines.back() == absl::StrCat("#endif  // ", guard);
  if (!guarded) {
    findings.push_back({file.path, static_cast<int>(at) + 1,
                        absl::StrCat("expected the guard ", guard)});
  }
  return findings;
}

}  // namespace luheng::style
