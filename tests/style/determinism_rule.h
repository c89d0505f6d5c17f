// Code that decides or applies gives the same result on every node and every
// replay, so it may not see a clock, chance, threads, files, the locale or the
// environment, nor walk a hash table.
#ifndef LUHENG_TESTS_STYLE_DETERMINISM_RULE_H_
#define LUHENG_TESTS_STYLE_DETERMINISM_RULE_H_

#include "tests/style/source_tree.h"

namespace luheng::style {

// Whether `path` lies in a deterministic folder and is not listed, with its
// reason, as something else.
bool IsDeterministic(absl::string_view path);

// Nothing that differs from run to run is named or included.
Findings CheckDeterminism(const SourceFile& file);

// No range-for over a hash table declared in the same file, unless its line or
// the line above says "order-free" and why.
Findings CheckHashIteration(const SourceFile& file);

}  // namespace luheng::style

#endif  // LUHENG_TESTS_STYLE_DETERMINISM_RULE_H_
