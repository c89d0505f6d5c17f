// Amounts are integers: no floating point outside charts, benchmarks and
// metrics, and none of proto's unsigned, floating or map types on the wire.
#ifndef LUHENG_TESTS_STYLE_NUMBER_RULE_H_
#define LUHENG_TESTS_STYLE_NUMBER_RULE_H_

#include "tests/style/source_tree.h"

namespace luheng::style {

// C++ outside tests: no float, double or floating literal.
Findings CheckNoFloat(const SourceFile& file);

// Our protos: no float, double, uint32, uint64 or map.
Findings CheckProtoNumbers(const SourceFile& file);

}  // namespace luheng::style

#endif  // LUHENG_TESTS_STYLE_NUMBER_RULE_H_
