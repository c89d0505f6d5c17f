#include "services/server/config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "ledger/base/status_macros.h"
#include "services/server/nearest_name.h"

namespace luheng::server {
namespace {

// Reads one file into a LoadedConfig and collects what is wrong with it.
class FileReader {
 public:
  FileReader(std::string file, LoadedConfig& loaded)
      : file_(std::move(file)), loaded_(loaded) {}

  void Read(const YAML::Node& root) {
    if (root.IsNull()) return;
    if (!root.IsMap()) {
      Fault(root, "the file must hold keys and values");
      return;
    }
    ReadMap(root, "");
  }
  const std::vector<std::string>& faults() const { return faults_; }

 private:
  std::string Place(const YAML::Node& node) const {
    const YAML::Mark mark = node.Mark();
    return absl::StrCat(file_, ":", mark.line + 1, ":", mark.column + 1);
  }
  void Fault(const YAML::Node& node, absl::string_view what) {
    faults_.push_back(absl::StrCat(Place(node), ": ", what));
  }

  void ReadMap(const YAML::Node& map, const std::string& prefix) {
    for (const auto& item : map) {
      const std::string path = absl::StrCat(prefix, item.first.Scalar());
      if (!seen_.insert(path).second) {
        Fault(item.first, absl::StrCat("\"", path, "\" stands here twice"));
      } else if (const ConfigKey* key = FindConfigKey(path)) {
        ReadValue(*key, item.second);
      } else if (item.second.IsMap() && IsSection(path)) {
        ReadMap(item.second, absl::StrCat(path, "."));
      } else {
        Fault(item.first, absl::StrCat("unknown key \"", path, "\"; ",
                                       DidYouMean(path, Names())));
      }
    }
  }

  void ReadValue(const ConfigKey& key, const YAML::Node& value) {
    std::string text;
    if (value.IsScalar()) {
      text = value.Scalar();
    } else if (value.IsSequence()) {
      std::vector<std::string> words;
      for (const auto& word : value) words.push_back(word.Scalar());
      text = absl::StrJoin(words, ",");
    } else {
      Fault(value, absl::StrCat(key.path, " must be a single value"));
      return;
    }
    const absl::Status set = SetValue(loaded_.config, key, text);
    if (!set.ok()) Fault(value, set.message());
    loaded_.origins[std::string(key.path)] = Place(value);
  }

  static bool IsSection(absl::string_view path) {
    const std::string prefix = absl::StrCat(path, ".");
    return std::any_of(ConfigKeys().begin(), ConfigKeys().end(),
                       [&](const ConfigKey& key) {
                         return absl::StartsWith(key.path, prefix);
                       });
  }
  static std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const ConfigKey& key : ConfigKeys()) names.emplace_back(key.path);
    return names;
  }

  const std::string file_;
  LoadedConfig& loaded_;
  std::set<std::string> seen_;
  std::vector<std::string> faults_;
};

absl::Status ReadFile(const std::string& file, LoadedConfig& loaded,
                      std::vector<std::string>& faults) {
  std::ifstream stream(file);
  if (!stream) {
    return absl::NotFoundError(
        absl::StrCat("configuration ", file, " cannot be read"));
  }
  // The library throws; what it says becomes a fault like ours.
  try {
    FileReader reader(file, loaded);
    reader.Read(YAML::Load(stream));
    faults = reader.faults();
  } catch (const YAML::Exception& error) {
    faults.push_back(absl::StrCat(file, ":", error.mark.line + 1, ":",
                                  error.mark.column + 1, ": ", error.msg));
  }
  return absl::OkStatus();
}

void ReadEnvironment(const std::vector<std::string>& environment,
                     LoadedConfig& loaded, std::vector<std::string>& faults) {
  for (const std::string& variable : environment) {
    if (!absl::StartsWith(variable, "LUHENG_")) continue;
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(variable, absl::MaxSplits('=', 1));
    const auto key = std::find_if(
        ConfigKeys().begin(), ConfigKeys().end(),
        [&](const ConfigKey& k) { return EnvironmentName(k) == parts.first; });
    if (key == ConfigKeys().end()) {
      loaded.warnings.push_back(absl::StrCat(parts.first, " names no key"));
      continue;
    }
    const absl::Status set = SetValue(loaded.config, *key, parts.second);
    if (!set.ok()) {
      faults.push_back(absl::StrCat(parts.first, ": ", set.message()));
    }
    loaded.origins[std::string(key->path)] = parts.first;
  }
}

void ReadFlags(const ConfigSources& sources, LoadedConfig& loaded,
               std::vector<std::string>& faults) {
  for (const auto& [path, text] : sources.flags) {
    const std::string flag = absl::StrCat("--", path);
    const ConfigKey* key = FindConfigKey(path);
    if (key == nullptr) {
      faults.push_back(absl::StrCat(flag, ": unknown key"));
      continue;
    }
    const absl::Status set = SetValue(loaded.config, *key, text);
    if (!set.ok()) faults.push_back(absl::StrCat(flag, ": ", set.message()));
    loaded.origins[path] = flag;
  }
}

// Rules about more than one key.
void CheckTogether(const LoadedConfig& loaded,
                   std::vector<std::string>& faults) {
  const Config& config = loaded.config;
  // Where the key was set, for a fault that is about it.
  const auto at = [&loaded](const char* key) {
    const auto origin = loaded.origins.find(key);
    return origin == loaded.origins.end() ? std::string()
                                          : absl::StrCat(origin->second, ": ");
  };
  if (config.limits_deadline_ms_default > config.limits_deadline_ms_max) {
    faults.push_back(
        "limits.deadline_ms_default must be at most limits.deadline_ms_max");
  }
  if (config.clock_mode == "machine" && !config.clock_start.empty()) {
    faults.push_back(absl::StrCat(at("clock.start"), "clock.start is \"",
                                  config.clock_start,
                                  "\"; it is only for clock.mode rehearsal"));
  }
  const bool said =
      std::any_of(faults.begin(), faults.end(), [](const std::string& fault) {
        return absl::StrContains(fault, "clock.start is");
      });
  if (config.clock_mode == "rehearsal" && config.clock_start.empty() && !said) {
    faults.push_back(absl::StrCat(
        at(loaded.origins.count("clock.start") > 0 ? "clock.start"
                                                   : "clock.mode"),
        "clock.start is \"\"; with clock.mode rehearsal it must be ",
        RangeText(*FindConfigKey("clock.start"))));
  }
  if (config.services.empty()) faults.push_back("services must not be empty");
}

}  // namespace

absl::StatusOr<LoadedConfig> LoadConfig(const ConfigSources& sources) {
  LoadedConfig loaded;
  std::vector<std::string> faults;
  if (!sources.file.empty()) {
    RETURN_IF_ERROR(ReadFile(sources.file, loaded, faults));
  }
  ReadEnvironment(sources.environment, loaded, faults);
  ReadFlags(sources, loaded, faults);
  CheckTogether(loaded, faults);
  if (!faults.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  }
  return loaded;
}

std::string PrintConfig(const Config& config,
                        const std::map<std::string, std::string>& origins) {
  std::string text;
  std::string section;
  for (const ConfigKey& key : ConfigKeys()) {
    const size_t dot = key.path.find('.');
    const bool nested = dot != absl::string_view::npos;
    const std::string now(nested ? key.path.substr(0, dot) : "");
    if (now != section && nested) absl::StrAppend(&text, "\n", now, ":\n");
    section = now;
    const char* indent = nested ? "  " : "";
    const std::string range = RangeText(key);
    absl::StrAppend(&text, indent, "# ", key.documentation,
                    range.empty() ? "" : absl::StrCat(" [", range, "]"), "\n");
    const auto origin = origins.find(std::string(key.path));
    absl::StrAppend(&text, indent, key.path.substr(nested ? dot + 1 : 0), ": ",
                    ValueOf(config, key));
    if (origin != origins.end()) {
      absl::StrAppend(&text, "  # from ", origin->second);
    }
    text += '\n';
  }
  return text;
}

}  // namespace luheng::server
