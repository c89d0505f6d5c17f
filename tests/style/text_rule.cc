#include "tests/style/text_rule.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/style/cpp_text.h"

namespace luheng::style {
namespace {

const char* const kDishonest[] = {
    "sleep_for", "sleep_until",  "usleep",     "nanosleep",
    "SleepFor",  "sleep(",       "GTEST_SKIP", "DISABLED_",
    "absl::Now", "system_clock", "std::time(",
};

// Split, so that this file does not name them.
const char* const kForbidden[] = {
    "registry.npm"
    "js.org",
    "deb.debian"
    ".org",
    "security.debian"
    ".org",
    "proxy.gol"
    "ang.org",
    "pypi"
    ".org",
    "cra"
    "tes.io/api",
    "/wo"
    "rk/",
    "/tm"
    "p/b-",
    "/tm"
    "p/helper",
};

bool NamesToken(absl::string_view line, absl::string_view word) {
  // DISABLED_ is a prefix of a test's name.
  return absl::EndsWith(word, "_") ? absl::StrContains(line, word)
                                   : HasToken(line, word);
}

// Whether `line` holds a TODO without "(#digits)" behind it.
bool HasBareTodo(absl::string_view line) {
  static const std::string kTodo = std::string("TO") + "DO";
  const size_t at = line.find(kTodo);
  if (at == absl::string_view::npos || !HasToken(line, kTodo)) return false;
  const absl::string_view rest = line.substr(at + kTodo.size());
  return !(absl::StartsWith(rest, "(#") && rest.size() > 2 &&
           absl::ascii_isdigit(static_cast<unsigned char>(rest[2])));
}

}  // namespace

Findings CheckTestHonesty(const SourceFile& file) {
  if (!absl::StartsWith(file.path, "tests/") || !IsCpp(file)) return {};
  const bool bench = absl::StartsWith(file.path, "tests/bench/");
  Findings findings;
  const std::vector<std::string> code = CodeOf(file.lines);
  for (size_t i = 0; i < code.size(); ++i) {
    for (const char* word : kDishonest) {
      const bool clock =
          absl::StrContains(word, "Now") || absl::StrContains(word, "clock");
      if ((bench && clock) || !NamesToken(code[i], word)) continue;
      findings.push_back({file.path, static_cast<int>(i) + 1,
                          absl::StrCat(word, " in a test")});
    }
  }
  return findings;
}

Findings CheckTodos(const SourceFile& file) {
  // Documents may speak of the rule; code may not break it.
  if (absl::EndsWith(file.path, ".md") ||
      absl::StartsWith(file.path, "tests/style/")) {
    return {};
  }
  Findings findings;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    if (HasBareTodo(file.lines[i]) || HasToken(file.lines[i],
                                               "FIX"
                                               "ME")) {
      findings.push_back({file.path, static_cast<int>(i) + 1,
                          "a note of work to do without an issue number"});
    }
  }
  return findings;
}

Findings CheckForbiddenWords(const SourceFile& file) {
  Findings findings;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    for (const char* word : kForbidden) {
      if (!absl::StrContains(file.lines[i], word)) continue;
      findings.push_back(
          {file.path, static_cast<int>(i) + 1, absl::StrCat("names ", word)});
    }
  }
  return findings;
}

}  // namespace luheng::style
