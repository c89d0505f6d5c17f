// The checkout as the style rules see it: every text file of ours, by path.
// Build folders, dependencies of tools and version control are left out.
#ifndef LUHENG_TESTS_STYLE_SOURCE_TREE_H_
#define LUHENG_TESTS_STYLE_SOURCE_TREE_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace luheng::style {

struct SourceFile {
  // Relative to the root, for example "ledger/base/amount.h".
  std::string path;
  // The lines without their ends.
  std::vector<std::string> lines;
};

// A breach of a rule.
struct Finding {
  std::string path;
  // From 1; 0 if the breach is the whole file's.
  int line = 0;
  std::string message;

  friend std::ostream& operator<<(std::ostream& out, const Finding& finding) {
    return out << finding.path << ":" << finding.line << ": "
               << finding.message;
  }
};
using Findings = std::vector<Finding>;

// A file made of `text`, for the rules' own tests.
SourceFile MakeFile(std::string path, absl::string_view text);

// All files under the root of the checkout, ordered by path.
std::vector<SourceFile> ReadTree();

// The folder of the include table that `path` belongs to: its first two
// components, or "" for a file above them.
std::string FolderOf(absl::string_view path);

bool IsCpp(const SourceFile& file);
bool IsHeader(const SourceFile& file);
bool IsProto(const SourceFile& file);

}  // namespace luheng::style

#endif  // LUHENG_TESTS_STYLE_SOURCE_TREE_H_
