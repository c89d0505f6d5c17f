#include "services/registry/registry_service.h"

#include <string>

#include "services/core/names.h"
#include "services/core/world.h"
#include "services/registry/county_code.h"
#include "services/registry/resources.h"
#include "services/rpc/number_page.h"

namespace luheng::registry {
namespace {

using core::Refusal;
using core::Verdict;
using core::World;
using rpc::Caller;
using rpc::FieldChecks;
using rpc::Presence;
namespace reason = core::v1;

constexpr int64_t kNameCharsMax = 100;
constexpr int64_t kReasonCharsMax = 200;

void CheckHolder(const v1::Holder& holder, FieldChecks& check) {
  check.Enum("holder.kind", holder.kind(), v1::HolderKind_descriptor());
  check.CountyCode("holder.county_code", holder.county_code());
  const bool person = holder.kind() == v1::HOLDER_KIND_PERSON;
  check.Text("holder.display_name", holder.display_name(), person ? 0 : 1,
             person ? 0 : kNameCharsMax);
  check.Text("holder.display_name_en", holder.display_name_en(), 0,
             kNameCharsMax);
  for (const v1::Document& document : holder.documents()) {
    check.Text("holder.documents.title", document.title(), 1, kNameCharsMax);
    check.Sha256("holder.documents.sha256", document.sha256());
  }
}

void CheckGrant(const char* role, const char* county,
                const v1::RoleGrant& grant, FieldChecks& check) {
  check.Enum(role, grant.role(), v1::Role_descriptor());
  check.CountyCode(county, grant.county_code(), Presence::kOptional);
}

Verdict Denied() { return Refusal{reason::REASON_PERMISSION_DENIED, {}}; }
Verdict BadToken() { return Refusal{reason::REASON_PAGE_TOKEN_INVALID, {}}; }

// Who may see a holder and its users: who may read what concerns it, and those
// who register users.
bool MaySee(const RegistryArea& area, UserId user, HolderId holder) {
  constexpr int kCreateUser = v1::COMMAND_TYPE_CREATE_USER;
  return area.MayRead(user, holder) ||
         area.Allows(user, kCreateUser, core::Step::kSubmit, holder) ||
         area.Allows(user, kCreateUser, core::Step::kApprove, holder);
}

v1::Holder Show(const RegistryArea& area, const World& world, HolderId holder) {
  return HolderResource(area.holders(), holder, DateOf(world.last_stamp()));
}

}  // namespace

RegistryService::Reactor* RegistryService::OpenHolder(
    Context* context, const v1::OpenHolderRequest* request,
    v1::OpenHolderResponse* response) {
  return rpc::ServeCommand(backend_, context, request, response,
                           [](const auto& r, FieldChecks& check) {
                             CheckHolder(r.holder(), check);
                           });
}

RegistryService::Reactor* RegistryService::GetHolder(
    Context* context, const v1::GetHolderRequest* request,
    v1::GetHolderResponse* response) {
  return rpc::ServeRead(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) {
        if (r.code().empty()) {
          check.Holder("name", r.name());
        } else if (!r.name().empty()) {
          check.Violate("code", r.code(), "not together with name");
        }
      },
      [&area = area_](const World& world, const Caller& caller, const auto& r,
                      v1::GetHolderResponse& answer) -> Verdict {
        const HolderId id = r.code().empty() ? core::ParseHolderName(r.name())
                                             : area.FindByCode(r.code());
        if (!MaySee(area, caller.user, id)) return Denied();
        if (!area.Exists(id)) {
          return Refusal{reason::REASON_HOLDER_UNKNOWN,
                         {{"holder", r.code().empty() ? r.name() : r.code()}}};
        }
        *answer.mutable_holder() = Show(area, world, id);
        return std::nullopt;
      });
}

RegistryService::Reactor* RegistryService::ListHolders(
    Context* context, const v1::ListHoldersRequest* request,
    v1::ListHoldersResponse* response) {
  const rpc::PageTokens& tokens = backend_.edge.page_tokens();
  return rpc::ServeRead(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) {
        check.Enum("kind", r.kind(), v1::HolderKind_descriptor(),
                   Presence::kOptional);
        check.CountyCode("county_code", r.county_code(), Presence::kOptional);
      },
      [&area = area_, &tokens](const World& world, const Caller& caller,
                               const auto& r,
                               v1::ListHoldersResponse& answer) -> Verdict {
        const int64_t county = ParseCountyCode(r.county_code());
        const auto add = [&](int64_t id) {
          const HolderData& data = *area.holders().Find(HolderId(id));
          if ((r.kind() != 0 && data.kind() != r.kind()) ||
              (county != 0 && data.opened.county() != county) ||
              !MaySee(area, caller.user, HolderId(id))) {
            return false;
          }
          *answer.add_holders() = Show(area, world, HolderId(id));
          return true;
        };
        return rpc::FillNumberPage(tokens, r, world.last_entry(),
                                   area.holders().count(), answer, add)
                   ? Verdict()
                   : BadToken();
      });
}

RegistryService::Reactor* RegistryService::SetHolderState(
    Context* context, const v1::SetHolderStateRequest* request,
    v1::SetHolderStateResponse* response) {
  return rpc::ServeCommand(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) {
        check.Holder("name", r.name());
        check.Enum("state", r.state(), v1::HolderState_descriptor());
        check.Text("reason", r.reason(), 1, kReasonCharsMax);
      });
}

RegistryService::Reactor* RegistryService::SetControlGroup(
    Context* context, const v1::SetControlGroupRequest* request,
    v1::SetControlGroupResponse* response) {
  return rpc::ServeCommand(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) {
        check.Holder("holder", r.holder());
        check.Holder("beneficial_owner", r.beneficial_owner());
        check.DateText("from_date", r.from_date());
        check.DateText("to_date", r.to_date(), Presence::kOptional);
      });
}

RegistryService::Reactor* RegistryService::CreateUser(
    Context* context, const v1::CreateUserRequest* request,
    v1::CreateUserResponse* response) {
  return rpc::ServeCommand(backend_, context, request, response,
                           [](const auto& r, FieldChecks& check) {
                             check.UserName("user", r.user());
                             check.Holder("holder", r.holder());
                             for (const v1::RoleGrant& grant : r.roles()) {
                               CheckGrant("roles.role", "roles.county_code",
                                          grant, check);
                             }
                           });
}

RegistryService::Reactor* RegistryService::GetUser(
    Context* context, const v1::GetUserRequest* request,
    v1::GetUserResponse* response) {
  return rpc::ServeRead(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) { check.User("name", r.name()); },
      [&area = area_](const World&, const Caller& caller, const auto& r,
                      v1::GetUserResponse& answer) -> Verdict {
        const UserId id = area.FindUser(core::ParseTextName("users", r.name()));
        if (!MaySee(area, caller.user, area.HolderOf(id))) return Denied();
        const UserData* user = area.users().Find(id);
        if (user == nullptr) {
          return Refusal{reason::REASON_USER_UNKNOWN, {{"user", r.name()}}};
        }
        *answer.mutable_user() = UserResource(*user);
        return std::nullopt;
      });
}

RegistryService::Reactor* RegistryService::ListUsers(
    Context* context, const v1::ListUsersRequest* request,
    v1::ListUsersResponse* response) {
  const rpc::PageTokens& tokens = backend_.edge.page_tokens();
  return rpc::ServeRead(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) {
        check.Holder("holder", r.holder(), Presence::kOptional);
      },
      [&area = area_, &tokens](const World& world, const Caller& caller,
                               const auto& r,
                               v1::ListUsersResponse& answer) -> Verdict {
        const HolderId holder = core::ParseHolderName(r.holder());
        const auto add = [&](int64_t id) {
          const UserData& user = *area.users().Find(UserId(id));
          if ((holder && user.holder != holder) ||
              !MaySee(area, caller.user, user.holder)) {
            return false;
          }
          *answer.add_users() = UserResource(user);
          return true;
        };
        return rpc::FillNumberPage(tokens, r, world.last_entry(),
                                   area.users().count(), answer, add)
                   ? Verdict()
                   : BadToken();
      });
}

RegistryService::Reactor* RegistryService::SetUserState(
    Context* context, const v1::SetUserStateRequest* request,
    v1::SetUserStateResponse* response) {
  return rpc::ServeCommand(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) {
        check.User("name", r.name());
        check.Enum("state", r.state(), v1::UserState_descriptor());
        check.Text("reason", r.reason(), 1, kReasonCharsMax);
      });
}

RegistryService::Reactor* RegistryService::GrantRole(
    Context* context, const v1::GrantRoleRequest* request,
    v1::GrantRoleResponse* response) {
  return rpc::ServeCommand(backend_, context, request, response,
                           [](const auto& r, FieldChecks& check) {
                             check.User("user", r.user());
                             CheckGrant("role.role", "role.county_code",
                                        r.role(), check);
                           });
}

RegistryService::Reactor* RegistryService::RevokeRole(
    Context* context, const v1::RevokeRoleRequest* request,
    v1::RevokeRoleResponse* response) {
  return rpc::ServeCommand(backend_, context, request, response,
                           [](const auto& r, FieldChecks& check) {
                             check.User("user", r.user());
                             CheckGrant("role.role", "role.county_code",
                                        r.role(), check);
                           });
}

RegistryService::Reactor* RegistryService::SetPermission(
    Context* context, const v1::SetPermissionRequest* request,
    v1::SetPermissionResponse* response) {
  return rpc::ServeCommand(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) {
        check.Enum("role", r.role(), v1::Role_descriptor());
        check.Range("command", r.command(), 1, kCommandTypeMax - 1);
        check.Enum("step", r.step(), v1::Step_descriptor());
      });
}

RegistryService::Reactor* RegistryService::GetCaller(
    Context* context, const v1::GetCallerRequest* request,
    v1::GetCallerResponse* response) {
  return rpc::ServeRead(
      backend_, context, request, response, [](const auto&, FieldChecks&) {},
      [&area = area_](const World& world, const Caller& caller, const auto&,
                      v1::GetCallerResponse& answer) -> Verdict {
        // The gate has found the user active.
        const UserData& user = *area.users().Find(caller.user);
        *answer.mutable_user() = UserResource(user);
        *answer.mutable_holder() = Show(area, world, user.holder);
        return std::nullopt;
      });
}

}  // namespace luheng::registry
