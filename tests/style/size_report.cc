#include "tests/style/size_report.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/style/cpp_text.h"

namespace luheng::style {
namespace {

size_t IndentOf(absl::string_view line) {
  const size_t indent = line.find_first_not_of(' ');
  return indent == absl::string_view::npos ? 0 : indent;
}

// Whether a block opened by `line` is a scope of declarations.
bool OpensScope(absl::string_view line) {
  line = absl::StripLeadingAsciiWhitespace(line);
  for (const char* word : {"namespace", "class ", "struct ", "enum ", "union ",
                           "extern ", "template", "}"}) {
    if (absl::StartsWith(line, word)) return true;
  }
  return false;
}

// The line that closes the block opened on line `begin`, or `begin`.
size_t CloseOf(const std::vector<std::string>& code, size_t begin,
               size_t indent) {
  for (size_t i = begin + 1; i < code.size(); ++i) {
    const absl::string_view line = code[i];
    if (IndentOf(line) == indent && absl::StartsWith(line.substr(indent), "}"))
      return i;
  }
  return begin;
}

}  // namespace

Findings LongPlaces(const SourceFile& file) {
  if (!IsCpp(file)) return {};
  Findings findings;
  const int count = static_cast<int>(file.lines.size());
  if (count > kFileLinesMax) {
    findings.push_back({file.path, 0, absl::StrCat(count, " lines")});
  }
  const std::vector<std::string> code = CodeOf(file.lines);
  for (size_t i = 0; i < code.size(); ++i) {
    const absl::string_view line = absl::StripTrailingAsciiWhitespace(code[i]);
    // A parameter list may have been wrapped: its last line holds ") ... {".
    if (!absl::EndsWith(line, "{") || !absl::StrContains(line, ")") ||
        OpensScope(line)) {
      continue;
    }
    size_t head = i;
    while (head > 0 && IndentOf(code[head]) >= 4 &&
           !absl::StrContains(code[head], "(")) {
      --head;
    }
    const size_t close = CloseOf(code, i, IndentOf(code[head]));
    if (close - i <= static_cast<size_t>(kFunctionLinesMax)) continue;
    findings.push_back({file.path, static_cast<int>(i) + 1,
                        absl::StrCat("a function of ", close - i, " lines")});
    i = close;
  }
  return findings;
}

}  // namespace luheng::style
