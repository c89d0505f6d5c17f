// How a header begins: with a comment that says what it is, then its guard.
#ifndef LUHENG_TESTS_STYLE_HEADER_RULE_H_
#define LUHENG_TESTS_STYLE_HEADER_RULE_H_

#include "tests/style/source_tree.h"

namespace luheng::style {

// Line 1 is a comment; then #ifndef and #define of LUHENG_<PATH>_H_, and the
// #endif names it.
Findings CheckHeader(const SourceFile& file);

}  // namespace luheng::style

#endif  // LUHENG_TESTS_STYLE_HEADER_RULE_H_
