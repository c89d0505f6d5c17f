#include "tests/style/cpp_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace luheng::style {
namespace {

bool IsIdentifier(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// Copies code line by line and remembers what a line leaves open.
class Stripper {
 public:
  std::string Line(const std::string& line) {
    if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(line), "#include")) {
      return line;
    }
    std::string code(line.size(), ' ');
    size_t at = 0;
    while (at < line.size()) at = Step(line, at, code);
    return code;
  }

 private:
  // Consumes what begins at `at`; returns where the next thing begins.
  size_t Step(const std::string& line, size_t at, std::string& code) {
    if (in_comment_) return SkipUntil(line, at, "*/", in_comment_);
    if (!raw_end_.empty()) return SkipRaw(line, at);
    const absl::string_view rest = absl::string_view(line).substr(at);
    if (absl::StartsWith(rest, "//")) return line.size();
    if (absl::StartsWith(rest, "/*")) {
      in_comment_ = true;
      return at + 2;
    }
    if (absl::StartsWith(rest, "R\"")) {
      raw_end_ = absl::StrCat(")", rest.substr(2, rest.find('(') - 2), "\"");
      return at + 2;
    }
    const bool digit_separator =
        line[at] == '\'' && at > 0 && IsIdentifier(line[at - 1]);
    if (line[at] == '"' || (line[at] == '\'' && !digit_separator)) {
      return SkipLiteral(line, at);
    }
    code[at] = line[at];
    return at + 1;
  }

  static size_t SkipUntil(const std::string& line, size_t at, const char* end,
                          bool& open) {
    const size_t found = line.find(end, at);
    if (found == std::string::npos) return line.size();
    open = false;
    return found + 2;
  }

  size_t SkipRaw(const std::string& line, size_t at) {
    const size_t found = line.find(raw_end_, at);
    if (found == std::string::npos) return line.size();
    const size_t next = found + raw_end_.size();
    raw_end_.clear();
    return next;
  }

  static size_t SkipLiteral(const std::string& line, size_t at) {
    const char quote = line[at];
    for (++at; at < line.size() && line[at] != quote; ++at) {
      if (line[at] == '\\') ++at;
    }
    return at + 1;
  }

  bool in_comment_ = false;
  std::string raw_end_;
};

}  // namespace

std::vector<std::string> CodeOf(const std::vector<std::string>& lines) {
  Stripper stripper;
  std::vector<std::string> code;
  code.reserve(lines.size());
  for (const std::string& line : lines) code.push_back(stripper.Line(line));
  return code;
}

bool HasToken(absl::string_view line, absl::string_view token) {
  for (size_t at = line.find(token); at != absl::string_view::npos;
       at = line.find(token, at + 1)) {
    const size_t end = at + token.size();
    const bool free_before =
        at == 0 || !IsIdentifier(token.front()) || !IsIdentifier(line[at - 1]);
    const bool free_after = end == line.size() || !IsIdentifier(token.back()) ||
                            !IsIdentifier(line[end]);
    if (free_before && free_after) return true;
  }
  return false;
}

}  // namespace luheng::style
