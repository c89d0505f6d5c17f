// Which folder may include which: the table of ARCHITECTURE.md, as data.
#ifndef LUHENG_TESTS_STYLE_INCLUDE_RULE_H_
#define LUHENG_TESTS_STYLE_INCLUDE_RULE_H_

#include "tests/style/source_tree.h"

namespace luheng::style {

// A folder includes itself, what its row names, and what those rows name in
// turn; third-party headers of a restricted library only where it is listed.
Findings CheckIncludes(const SourceFile& file);

}  // namespace luheng::style

#endif  // LUHENG_TESTS_STYLE_INCLUDE_RULE_H_
