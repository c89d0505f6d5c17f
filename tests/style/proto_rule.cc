#include "tests/style/proto_rule.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/style/cpp_text.h"

namespace luheng::style {
namespace {

bool StartsWithAny(absl::string_view text,
                   const std::vector<const char*>& words) {
  for (const char* word : words) {
    if (absl::StartsWith(text, word)) return true;
  }
  return false;
}

// Whether a statement that begins with `code` declares an element. Fields and
// values are what has a number: `name = 3`.
bool IsElement(absl::string_view code) {
  if (StartsWithAny(code, {"service ", "rpc ", "message ", "enum ", "oneof "}))
    return true;
  if (StartsWithAny(code, {"syntax", "package", "import", "option", "reserved",
                           "extend", "extensions", "}", ")", "]", "returns"})) {
    return false;
  }
  const size_t equals = code.find(" = ");
  if (equals == absl::string_view::npos) return false;
  const size_t number = code.find_first_not_of(" -", equals + 2);
  return number != absl::string_view::npos && code[number] >= '0' &&
         code[number] <= '9';
}

}  // namespace

Findings CheckProtoComments(const SourceFile& file) {
  if (!IsProto(file) || !absl::StartsWith(file.path, "proto/luheng/"))
    return {};
  Findings findings;
  const std::vector<std::string> code = CodeOf(file.lines);
  for (size_t i = 0; i < code.size(); ++i) {
    const absl::string_view statement = absl::StripAsciiWhitespace(code[i]);
    if (!IsElement(statement)) continue;
    const bool above =
        i > 0 &&
        absl::StartsWith(absl::StripAsciiWhitespace(file.lines[i - 1]), "//");
    if (above || absl::StrContains(file.lines[i], "//")) continue;
    findings.push_back({file.path, static_cast<int>(i) + 1,
                        absl::StrCat("no comment on: ", statement)});
  }
  return findings;
}

}  // namespace luheng::style
