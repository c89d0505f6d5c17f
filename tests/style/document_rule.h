// Documents: one-screen READMEs, and examples that can be run.
#ifndef LUHENG_TESTS_STYLE_DOCUMENT_RULE_H_
#define LUHENG_TESTS_STYLE_DOCUMENT_RULE_H_

#include <vector>

#include "tests/style/source_tree.h"

namespace luheng::style {

// Each second-level folder with sources has a README.md of at most 60 lines.
// Tests and proto packages need none.
Findings CheckReadmes(const std::vector<SourceFile>& tree);

// In a block of a document fenced "```sh run", each command that begins with
// "./" exists, and `./dev VERB` is a verb of it. (CI runs the verbs.)
Findings CheckExamples(const std::vector<SourceFile>& tree);

}  // namespace luheng::style

#endif  // LUHENG_TESTS_STYLE_DOCUMENT_RULE_H_
