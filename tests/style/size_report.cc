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

// The line where the statement begins that ends on line `end`: as far back as
// its parentheses reach.
size_t HeadOf(const std::vector<std::string>& code, size_t end) {
  int open = 0;
  for (size_t i = end;; --i) {
    for (const char c : code[i]) open += c == ')' ? 1 : c == '(' ? -1 : 0;
    if (open <= 0 || i == 0) return i;
  }
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
    if (!absl::EndsWith(line, "{") || !absl::StrContains(line, ")") ||
        OpensScope(line)) {
      continue;
    }
    const size_t head = HeadOf(code, i);
    const size_t close = CloseOf(code, i, IndentOf(code[head]));
    if (close - i <= static_cast<size_t>(kFunctionLinesMax)) continue;
    findings.push_back({file.path, static_cast<int>(i) + 1,
                        absl::StrCat("a function of ", close - i, " lines")});
    i = close;
  }
  return findings;
}

}  // namespace luheng::style
