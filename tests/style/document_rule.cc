#include "tests/style/document_rule.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace luheng::style {
namespace {

constexpr size_t kReadmeLinesMax = 60;

// The verbs of ./dev are its functions verb_<name>.
std::set<std::string> Verbs(const SourceFile& dev) {
  std::set<std::string> verbs;
  for (const std::string& line : dev.lines) {
    if (!absl::StartsWith(line, "verb_")) continue;
    std::string name = line.substr(5, line.find('(') - 5);
    for (char& c : name) c = c == '_' ? '-' : c;
    verbs.insert(name);
  }
  return verbs;
}

using FilesByPath = std::map<std::string, const SourceFile*>;

// What is wrong with the command on `line`, or "".
std::string WrongWith(absl::string_view line, const FilesByPath& files) {
  const std::vector<std::string> words =
      absl::StrSplit(line, ' ', absl::SkipEmpty());
  if (words.empty() || !absl::StartsWith(words[0], "./")) return "";
  const auto file = files.find(words[0].substr(2));
  if (file == files.end()) return absl::StrCat(words[0], " does not exist");
  if (words[0] == "./dev" && words.size() > 1 &&
      !Verbs(*file->second).contains(words[1])) {
    return absl::StrCat("./dev has no verb ", words[1]);
  }
  return "";
}

bool NeedsReadme(absl::string_view path) {
  for (const char* top : {"ledger/", "matching/", "services/", "clients/"}) {
    if (absl::StartsWith(path, top)) return true;
  }
  return false;
}

}  // namespace

Findings CheckReadmes(const std::vector<SourceFile>& tree) {
  std::set<std::string> folders;
  std::map<std::string, size_t> readmes;
  for (const SourceFile& file : tree) {
    const std::string folder = FolderOf(file.path);
    if (IsCpp(file) && NeedsReadme(file.path)) folders.insert(folder);
    if (file.path == absl::StrCat(folder, "/README.md")) {
      readmes[folder] = file.lines.size();
    }
  }
  Findings findings;
  for (const std::string& folder : folders) {
    const auto readme = readmes.find(folder);
    if (readme == readmes.end()) {
      findings.push_back({folder, 0, "has no README.md"});
    } else if (readme->second > kReadmeLinesMax) {
      findings.push_back({absl::StrCat(folder, "/README.md"), 0,
                          "is longer than one screen of 60 lines"});
    }
  }
  return findings;
}

Findings CheckExamples(const std::vector<SourceFile>& tree) {
  FilesByPath files;
  for (const SourceFile& file : tree) files[file.path] = &file;
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!absl::EndsWith(file.path, ".md")) continue;
    bool in_example = false;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      if (absl::StartsWith(file.lines[i], "```")) {
        in_example = file.lines[i] == "```sh run";
        continue;
      }
      if (!in_example) continue;
      const std::string wrong = WrongWith(file.lines[i], files);
      if (wrong.empty()) continue;
      findings.push_back({file.path, static_cast<int>(i) + 1, wrong});
    }
  }
  return findings;
}

}  // namespace luheng::style
