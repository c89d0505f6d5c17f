// A registry after genesis, with one enterprise, one county agency and users
// of both, for the registry's tests.
#ifndef LUHENG_TESTS_UNIT_SERVICES_REGISTRY_REGISTRY_FIXTURE_H_
#define LUHENG_TESTS_UNIT_SERVICES_REGISTRY_REGISTRY_FIXTURE_H_

#include <string>
#include <utility>
#include <vector>

#include "ledger/accounts/accounts.h"
#include "luheng/registry/v1/events.pb.h"
#include "luheng/registry/v1/registry.pb.h"
#include "services/core/names.h"
#include "services/registry/registry_area.h"
#include "tests/testing/area_runner.h"

namespace luheng::registry {

inline const char kOperatorCode[] = "11140000012345678U";
inline const char kEnterpriseCode[] = "91140927MA0ABCD1XT";
inline const char kOtherCode[] = "91141124MA0ABCD1XJ";
inline const char kThirdCode[] = "91141029MA0ABCD1XM";

inline core::GenesisConfig TestGenesis() {
  core::GenesisConfig config;
  config.operator_name = "山西环境权益交易中心";
  config.operator_name_en = "Shanxi Exchange";
  config.operator_code = kOperatorCode;
  config.operator_county = 140000;
  config.administrators = {
      {"admin.one", {v1::ROLE_SYSTEM_ADMIN, v1::ROLE_SECURITY_ADMIN}},
      {"admin.two", {v1::ROLE_SECURITY_ADMIN}}};
  return config;
}

inline v1::Holder HolderOf(v1::HolderKind kind, const std::string& code,
                           const std::string& county) {
  v1::Holder holder;
  holder.set_kind(kind);
  holder.set_code(code);
  holder.set_county_code(county);
  if (kind != v1::HOLDER_KIND_PERSON) holder.set_display_name("主体");
  v1::Document& document = *holder.add_documents();
  document.set_title("营业执照");
  document.set_sha256(std::string(32, 'd'));
  return holder;
}

inline v1::Holder Enterprise(const std::string& code = kEnterpriseCode) {
  return HolderOf(v1::HOLDER_KIND_ENTERPRISE, code, "140927");
}

class RegistryFixture {
 public:
  RegistryFixture()
      : area_(accounts_),
        runner_(area_, accounts_, StampAt(MakeDate(2022, 10, 21), 0)) {
    runner_.Genesis(area_, TestGenesis());
  }

  core::Outcome Run(int type, const google::protobuf::Message& body,
                    UserId user = UserId(1)) {
    return runner_.Run(type, body, user, area_.HolderOf(user));
  }
  core::Outcome Try(int type, const google::protobuf::Message& body,
                    UserId user = UserId(1)) {
    return runner_.Try(type, body, user, area_.HolderOf(user));
  }

  core::Outcome Open(const v1::Holder& holder, UserId user) {
    v1::OpenHolderRequest request;
    *request.mutable_holder() = holder;
    return Run(v1::COMMAND_TYPE_OPEN_HOLDER, request, user);
  }
  core::Outcome SetState(HolderId holder, v1::HolderState state) {
    v1::SetHolderStateRequest request;
    request.set_name(core::HolderName(holder));
    request.set_state(state);
    request.set_reason("test");
    return Run(v1::COMMAND_TYPE_SET_HOLDER_STATE, request);
  }
  core::Outcome Create(
      const std::string& name, HolderId holder,
      const std::vector<std::pair<v1::Role, std::string>>& roles = {}) {
    v1::CreateUserRequest request;
    request.set_user(name);
    request.set_holder(core::HolderName(holder));
    for (const auto& [role, county] : roles) {
      v1::RoleGrant& grant = *request.add_roles();
      grant.set_role(role);
      grant.set_county_code(county);
    }
    return Run(v1::COMMAND_TYPE_CREATE_USER, request);
  }
  core::Outcome Grant(const std::string& user, v1::Role role,
                      const std::string& county = "") {
    v1::GrantRoleRequest request;
    request.set_user("users/" + user);
    request.mutable_role()->set_role(role);
    request.mutable_role()->set_county_code(county);
    return Run(v1::COMMAND_TYPE_GRANT_ROLE, request);
  }
  core::Outcome Revoke(const std::string& user, v1::Role role,
                       const std::string& county = "") {
    v1::RevokeRoleRequest request;
    request.set_user("users/" + user);
    request.mutable_role()->set_role(role);
    request.mutable_role()->set_county_code(county);
    return Run(v1::COMMAND_TYPE_REVOKE_ROLE, request);
  }
  core::Outcome Control(HolderId holder, HolderId owner,
                        const std::string& from, const std::string& to = "") {
    v1::SetControlGroupRequest request;
    request.set_holder(core::HolderName(holder));
    request.set_beneficial_owner(core::HolderName(owner));
    request.set_from_date(from);
    request.set_to_date(to);
    return Run(v1::COMMAND_TYPE_SET_CONTROL_GROUP, request);
  }
  core::Outcome Store(char fill) {
    v1::StoreRecord record;
    record.set_record(std::string(16, fill));
    record.set_salted_digest(std::string(32, fill));
    return Run(v1::COMMAND_TYPE_STORE_RECORD, record);
  }

  // A registrar without limits, made on first use.
  UserId Registrar() {
    if (!area_.FindUser("registrar")) {
      Create("registrar", kOperatorHolder, {{v1::ROLE_REGISTRAR, ""}});
    }
    return area_.FindUser("registrar");
  }
  // An active holder of kind `kind`.
  HolderId NewHolder(const std::string& code,
                     v1::HolderKind kind = v1::HOLDER_KIND_ENTERPRISE,
                     const std::string& county = "140927") {
    return HolderId(Open(HolderOf(kind, code, county), Registrar()).subject);
  }

  Accounts accounts_;
  RegistryArea area_;
  luheng::testing::AreaRunner runner_;
};

}  // namespace luheng::registry

#endif  // LUHENG_TESTS_UNIT_SERVICES_REGISTRY_REGISTRY_FIXTURE_H_
