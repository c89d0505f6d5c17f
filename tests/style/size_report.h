// Places to look at: long functions and long files. Reported, never a failure;
// a reviewer judges them.
#ifndef LUHENG_TESTS_STYLE_SIZE_REPORT_H_
#define LUHENG_TESTS_STYLE_SIZE_REPORT_H_

#include "tests/style/source_tree.h"

namespace luheng::style {

inline constexpr int kFunctionLinesMax = 60;
inline constexpr int kFileLinesMax = 600;

// Functions over 60 lines, and the file if it is over 600. Relies on the
// formatter: a body ends with a brace at its declaration's indentation.
Findings LongPlaces(const SourceFile& file);

}  // namespace luheng::style

#endif  // LUHENG_TESTS_STYLE_SIZE_REPORT_H_
