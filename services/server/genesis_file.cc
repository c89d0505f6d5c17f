#include "services/server/genesis_file.h"

#include <openssl/rand.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ledger/base/check.h"
#include "luheng/registry/v1/registry.pb.h"
#include "services/registry/county_code.h"
#include "services/registry/credit_code.h"
#include "services/rpc/field_checks.h"
#include "services/server/nearest_name.h"

namespace luheng::server {
namespace {

constexpr int64_t kTextCharsMax = 200;

class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  core::GenesisConfig Read(const YAML::Node& root) {
    using Node = YAML::Node;
    ReadMap(root,
            {{"journal_id", [this](const Node& n) { JournalId(n); }},
             {"hash_suite", [this](const Node& n) { HashSuite(n); }},
             {"operator", [this](const Node& n) { Operator(n); }},
             {"administrators", [this](const Node& n) { Administrators(n); }}},
            {"operator", "administrators"});
    if (config_.journal_id.is_zero()) {
      LUHENG_CHECK(RAND_bytes(config_.journal_id.data.data(), Id16::kSize) == 1)
          << "no random bytes";
    }
    return config_;
  }
  const std::vector<std::string>& faults() const { return faults_; }

 private:
  using Fields = std::map<std::string, std::function<void(const YAML::Node&)>>;

  void Fault(const YAML::Node& node, absl::string_view what) {
    const YAML::Mark mark = node.Mark();
    faults_.push_back(absl::StrCat(file_, ":", mark.line + 1, ":",
                                   mark.column + 1, ": ", what));
  }

  void ReadMap(const YAML::Node& map, const Fields& fields,
               std::set<std::string> missing) {
    if (!map.IsMap()) return Fault(map, "expected keys and values");
    std::vector<std::string> names;
    for (const auto& [name, read] : fields) names.push_back(name);
    std::set<std::string> seen;
    for (const auto& item : map) {
      const std::string name = item.first.Scalar();
      const auto field = fields.find(name);
      if (field == fields.end()) {
        Fault(item.first, absl::StrCat("unknown key \"", name, "\"; ",
                                       DidYouMean(name, names)));
        continue;
      }
      if (!seen.insert(name).second) {
        Fault(item.first, absl::StrCat("\"", name, "\" stands here twice"));
        continue;
      }
      missing.erase(name);
      field->second(item.second);
    }
    if (!missing.empty()) {
      Fault(map, absl::StrCat("missing: ", absl::StrJoin(missing, ", ")));
    }
  }

  void JournalId(const YAML::Node& node) {
    const auto id = ParseUuid(node.Scalar());
    if (!id) return Fault(node, "journal_id must be a UUID");
    config_.journal_id = *id;
  }
  void HashSuite(const YAML::Node& node) {
    const std::string& name = node.Scalar();
    if (name == "sha256") {
      config_.suite = HashSuiteId::kSha256;
    } else if (name == "sm3") {
      config_.suite = HashSuiteId::kSm3;
    } else {
      Fault(node, "hash_suite must be sha256 or sm3");
    }
  }
  // A text that an entry can hold: valid UTF-8, at least `min` characters.
  void Text(const YAML::Node& node, int64_t min, std::string& to) {
    to = node.Scalar();
    rpc::FieldChecks check;
    if (!check.Text("", to, min, kTextCharsMax)) {
      Fault(node, absl::StrCat("expected a text of ", min, " to ",
                               kTextCharsMax, " characters"));
    }
  }
  void Operator(const YAML::Node& node) {
    ReadMap(node,
            {{"name", [this](const YAML::Node& n) { OperatorName(n); }},
             {"name_en",
              [this](const YAML::Node& n) {
                Text(n, 0, config_.operator_name_en);
              }},
             {"code", [this](const YAML::Node& n) { Code(n); }},
             {"county", [this](const YAML::Node& n) { County(n); }}},
            {"name", "code", "county"});
  }
  void OperatorName(const YAML::Node& node) {
    Text(node, 1, config_.operator_name);
  }
  void Code(const YAML::Node& node) {
    config_.operator_code = node.Scalar();
    if (!registry::IsCreditCode(config_.operator_code)) {
      Fault(node,
            "code must be a credit code of 18 characters with its check "
            "character");
    }
  }
  void County(const YAML::Node& node) {
    config_.operator_county = registry::ParseCountyCode(node.Scalar());
    if (config_.operator_county == 0) {
      Fault(node, "county must be six digits of GB/T 2260");
    }
  }
  void Administrators(const YAML::Node& node) {
    if (!node.IsSequence()) return Fault(node, "expected a list");
    for (const auto& item : node) {
      core::GenesisUser user;
      ReadMap(item,
              {{"user", [&](const YAML::Node& n) { UserName(n, user); }},
               {"roles", [&](const YAML::Node& n) { Roles(n, user); }}},
              {"user", "roles"});
      config_.administrators.push_back(std::move(user));
    }
    if (config_.administrators.size() < 2) {
      Fault(node, "at least two administrators: one approves the other");
    }
  }
  void UserName(const YAML::Node& node, core::GenesisUser& user) {
    user.name = node.Scalar();
    if (!rpc::IsUserName(user.name)) {
      Fault(node, "a user's name is 1 to 64 of a-z, 0-9, dot and hyphen");
    }
    if (!users_.insert(user.name).second) {
      Fault(node, absl::StrCat("user ", user.name, " stands here twice"));
    }
  }
  // An administrator who can do nothing would leave a journal that nobody can
  // govern.
  void Roles(const YAML::Node& node, core::GenesisUser& user) {
    if (!node.IsSequence() || node.size() == 0) {
      return Fault(node, "roles must be a list of at least one role");
    }
    for (const auto& item : node) {
      registry::v1::Role role = registry::v1::ROLE_UNSPECIFIED;
      if (!registry::v1::Role_Parse(absl::StrCat("ROLE_", item.Scalar()),
                                    &role) ||
          role == registry::v1::ROLE_UNSPECIFIED) {
        Fault(item, absl::StrCat("no role is called ", item.Scalar()));
      }
      if (std::count(user.roles.begin(), user.roles.end(), role) > 0) {
        Fault(item, absl::StrCat("role ", item.Scalar(), " stands here twice"));
      }
      user.roles.push_back(role);
    }
  }

  const std::string file_;
  core::GenesisConfig config_;
  std::set<std::string> users_;
  std::vector<std::string> faults_;
};

}  // namespace

absl::StatusOr<core::GenesisConfig> ReadGenesisFile(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) {
    return absl::NotFoundError(
        absl::StrCat("genesis file ", file, " cannot be read"));
  }
  // The library throws; what it says becomes an error like ours.
  try {
    Reader reader(file);
    core::GenesisConfig config = reader.Read(YAML::Load(stream));
    if (reader.faults().empty()) return config;
    return absl::InvalidArgumentError(absl::StrJoin(reader.faults(), "\n"));
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ":", error.mark.line + 1, ":", error.mark.column + 1,
                     ": ", error.msg));
  }
}

}  // namespace luheng::server
