// C++ (and proto) text without its comments and literals, so that rules look at
// code only.
#ifndef LUHENG_TESTS_STYLE_CPP_TEXT_H_
#define LUHENG_TESTS_STYLE_CPP_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace luheng::style {

// `lines` with comments and the insides of string and character literals
// replaced by spaces; columns and line numbers stay. The text of an #include
// stays. Raw strings are understood.
std::vector<std::string> CodeOf(const std::vector<std::string>& lines);

// Whether `token` stands in `line` with no identifier character beside it. If
// `token` itself begins or ends with another character, that side is free.
bool HasToken(absl::string_view line, absl::string_view token);

}  // namespace luheng::style

#endif  // LUHENG_TESTS_STYLE_CPP_TEXT_H_
