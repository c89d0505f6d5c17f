#include "tests/style/source_tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace luheng::style {
namespace {

namespace fs = std::filesystem;

bool IsForeign(const std::string& name) {
  static const char* const kForeign[] = {".git", "build", "node_modules", "var",
                                         ".cache"};
  return std::find(std::begin(kForeign), std::end(kForeign), name) !=
         std::end(kForeign);
}

// Formats that are read as text. The license is not our text.
bool IsText(const fs::path& path) {
  static const char* const kSuffixes[] = {
      ".h",  ".cc",   ".cpp",  ".proto", ".md",  ".txt", ".cmake", ".in",
      ".sh", ".json", ".yaml", ".yml",   ".csv", ".ts",  ".tsx",   ".css"};
  const std::string name = path.filename().string();
  for (const char* suffix : kSuffixes) {
    if (absl::EndsWith(name, suffix)) return true;
  }
  return !absl::StrContains(name, '.') && name != "LICENSE";
}

std::string ReadText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file),
                     std::istreambuf_iterator<char>());
}

}  // namespace

SourceFile MakeFile(std::string path, absl::string_view text) {
  SourceFile file;
  file.path = std::move(path);
  file.lines = absl::StrSplit(text, '\n');
  if (!file.lines.empty() && file.lines.back().empty()) file.lines.pop_back();
  return file;
}

std::vector<SourceFile> ReadTree() {
  const fs::path root = LUHENG_SOURCE_DIR;
  std::vector<SourceFile> files;
  auto entry = fs::recursive_directory_iterator(root);
  for (; entry != fs::end(entry); ++entry) {
    if (IsForeign(entry->path().filename().string())) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file() && IsText(entry->path())) {
      files.push_back(MakeFile(fs::relative(entry->path(), root).string(),
                               ReadText(entry->path())));
    }
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

std::string FolderOf(absl::string_view path) {
  const size_t first = path.find('/');
  if (first == absl::string_view::npos) return "";
  const size_t second = path.find('/', first + 1);
  if (second == absl::string_view::npos) return "";
  return std::string(path.substr(0, second));
}

bool IsHeader(const SourceFile& file) {
  return absl::EndsWith(file.path, ".h");
}

bool IsCpp(const SourceFile& file) {
  return IsHeader(file) || absl::EndsWith(file.path, ".cc");
}

bool IsProto(const SourceFile& file) {
  return absl::EndsWith(file.path, ".proto");
}

}  // namespace luheng::style
