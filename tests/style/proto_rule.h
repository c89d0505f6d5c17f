// Every element of a proto of ours says what it is.
#ifndef LUHENG_TESTS_STYLE_PROTO_RULE_H_
#define LUHENG_TESTS_STYLE_PROTO_RULE_H_

#include "tests/style/source_tree.h"

namespace luheng::style {

// Each service, rpc, message, enum, oneof, field and enum value has a comment
// above it or at the end of its line.
Findings CheckProtoComments(const SourceFile& file);

}  // namespace luheng::style

#endif  // LUHENG_TESTS_STYLE_PROTO_RULE_H_
