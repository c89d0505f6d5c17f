// Rules on words: what tests may not do, what a TODO needs, and what no file of
// the checkout may name.
#ifndef LUHENG_TESTS_STYLE_TEXT_RULE_H_
#define LUHENG_TESTS_STYLE_TEXT_RULE_H_

#include "tests/style/source_tree.h"

namespace luheng::style {

// Tests neither sleep nor read the wall clock (benchmarks may) nor skip.
Findings CheckTestHonesty(const SourceFile& file);

// A TODO carries an issue number: TODO(#12).
Findings CheckTodos(const SourceFile& file);

// No host of a package registry and no path of one machine.
Findings CheckForbiddenWords(const SourceFile& file);

}  // namespace luheng::style

#endif  // LUHENG_TESTS_STYLE_TEXT_RULE_H_
