#include "services/registry/registry_area.h"

#include <iterator>

#include "ledger/base/check.h"
#include "ledger/entry/strict.h"
#include "services/core/names.h"
#include "services/registry/county_code.h"
#include "services/registry/default_permissions.h"

namespace luheng::registry {
namespace {

using core::CommandSpec;
using core::EventSpec;
using google::protobuf::Message;

template <typename T>
const Message* Prototype() {
  return &T::default_instance();
}

template <typename T>
HolderId TargetName(const Message& body) {
  return core::ParseHolderName(static_cast<const T&>(body).name());
}

template <typename T>
HolderId TargetHolder(const Message& body) {
  return core::ParseHolderName(static_cast<const T&>(body).holder());
}

template <typename T>
T ParseBody(const entry::v1::Event& event) {
  T body;
  LUHENG_CHECK(ParseStrict(event.body(), body)) << "event " << event.type();
  return body;
}

// Roles that read what concerns the holders which they reach.
constexpr RoleMask kReaders =
    MaskOf(v1::ROLE_AUDIT_ADMIN) | MaskOf(v1::ROLE_SUPERVISOR) |
    MaskOf(v1::ROLE_REGISTRAR) | MaskOf(v1::ROLE_REGISTRAR_APPROVER) |
    MaskOf(v1::ROLE_MARKET_OPERATOR) | MaskOf(v1::ROLE_CASHIER) |
    MaskOf(v1::ROLE_CASH_CHECKER) | MaskOf(v1::ROLE_CASH_APPROVER);
// Roles that, without a county, read everything.
constexpr RoleMask kReadersOfAll =
    MaskOf(v1::ROLE_AUDIT_ADMIN) | MaskOf(v1::ROLE_SUPERVISOR);

}  // namespace

absl::Span<const CommandSpec> RegistryArea::commands() const {
  static const CommandSpec kCommands[] = {
      {.type = v1::COMMAND_TYPE_OPEN_HOLDER,
       .name = "OpenHolder",
       .prototype = Prototype<v1::OpenHolderRequest>()},
      {.type = v1::COMMAND_TYPE_SET_HOLDER_STATE,
       .name = "SetHolderState",
       .prototype = Prototype<v1::SetHolderStateRequest>(),
       .target = TargetName<v1::SetHolderStateRequest>},
      {.type = v1::COMMAND_TYPE_SET_CONTROL_GROUP,
       .name = "SetControlGroup",
       .prototype = Prototype<v1::SetControlGroupRequest>(),
       .target = TargetHolder<v1::SetControlGroupRequest>},
      {.type = v1::COMMAND_TYPE_CREATE_USER,
       .name = "CreateUser",
       .prototype = Prototype<v1::CreateUserRequest>(),
       .target = TargetHolder<v1::CreateUserRequest>},
      {.type = v1::COMMAND_TYPE_SET_USER_STATE,
       .name = "SetUserState",
       .prototype = Prototype<v1::SetUserStateRequest>()},
      {.type = v1::COMMAND_TYPE_GRANT_ROLE,
       .name = "GrantRole",
       .prototype = Prototype<v1::GrantRoleRequest>()},
      {.type = v1::COMMAND_TYPE_REVOKE_ROLE,
       .name = "RevokeRole",
       .prototype = Prototype<v1::RevokeRoleRequest>()},
      {.type = v1::COMMAND_TYPE_SET_PERMISSION,
       .name = "SetPermission",
       .prototype = Prototype<v1::SetPermissionRequest>()},
      {.type = v1::COMMAND_TYPE_STORE_RECORD,
       .name = "StoreRecord",
       .prototype = Prototype<v1::StoreRecord>()},
      {.type = v1::COMMAND_TYPE_ERASE_RECORD,
       .name = "EraseRecord",
       .prototype = Prototype<v1::EraseRecordRequest>()},
  };
  return kCommands;
}

absl::Span<const EventSpec> RegistryArea::events() const {
  static const EventSpec kEvents[] = {
      {v1::EVENT_TYPE_HOLDER_OPENED, "HolderOpened",
       Prototype<v1::HolderOpened>()},
      {v1::EVENT_TYPE_HOLDER_STATE_SET, "HolderStateSet",
       Prototype<v1::HolderStateSet>()},
      {v1::EVENT_TYPE_CONTROL_GROUP_SET, "ControlGroupSet",
       Prototype<v1::ControlGroupSet>()},
      {v1::EVENT_TYPE_USER_CREATED, "UserCreated",
       Prototype<v1::UserCreated>()},
      {v1::EVENT_TYPE_USER_STATE_SET, "UserStateSet",
       Prototype<v1::UserStateSet>()},
      {v1::EVENT_TYPE_ROLE_SET, "RoleSet", Prototype<v1::RoleSet>()},
      {v1::EVENT_TYPE_PERMISSION_SET, "PermissionSet",
       Prototype<v1::PermissionSet>()},
      {v1::EVENT_TYPE_RECORD_STORED, "RecordStored",
       Prototype<v1::RecordStored>()},
      {v1::EVENT_TYPE_RECORD_ERASED, "RecordErased",
       Prototype<v1::RecordErased>()},
  };
  return kEvents;
}

void RegistryArea::Apply(const core::ApplyContext& context,
                         const entry::v1::Event& event) {
  switch (static_cast<int>(event.type())) {
    case v1::EVENT_TYPE_HOLDER_OPENED:
      return holders_.Open(ParseBody<v1::HolderOpened>(event));
    case v1::EVENT_TYPE_HOLDER_STATE_SET:
      return holders_.SetState(ParseBody<v1::HolderStateSet>(event));
    case v1::EVENT_TYPE_CONTROL_GROUP_SET:
      return holders_.SetControl(ParseBody<v1::ControlGroupSet>(event));
    case v1::EVENT_TYPE_USER_CREATED: {
      const auto body = ParseBody<v1::UserCreated>(event);
      const HolderData* holder = holders_.Find(HolderId(body.holder()));
      LUHENG_CHECK(holder != nullptr) << "holder " << body.holder();
      return users_.Create(body, holder->kind() == v1::HOLDER_KIND_AGENCY);
    }
    case v1::EVENT_TYPE_USER_STATE_SET:
      return users_.SetState(ParseBody<v1::UserStateSet>(event));
    case v1::EVENT_TYPE_ROLE_SET:
      return users_.SetRole(ParseBody<v1::RoleSet>(event));
    case v1::EVENT_TYPE_PERMISSION_SET:
      return users_.SetPermission(ParseBody<v1::PermissionSet>(event));
    case v1::EVENT_TYPE_RECORD_STORED: {
      const auto body = ParseBody<v1::RecordStored>(event);
      const auto id = Id16::From(body.record());
      const auto digest = Digest::From(body.salted_digest());
      LUHENG_CHECK(id && digest) << "entry " << context.number;
      return records_.Store(*id, {*digest, context.stamp, context.audience});
    }
    case v1::EVENT_TYPE_RECORD_ERASED: {
      const auto id = Id16::From(ParseBody<v1::RecordErased>(event).record());
      LUHENG_CHECK(id.has_value()) << "entry " << context.number;
      return records_.Erase(*id);
    }
    default:
      LUHENG_CHECK(false) << "event " << event.type();
  }
}

void RegistryArea::Save(core::StateWriter& writer) const {
  holders_.Save(writer);
  users_.Save(writer);
  records_.Save(writer);
}

absl::Status RegistryArea::Load(core::StateReader& reader) {
  holders_.Load(reader);
  users_.Load(reader);
  records_.Load(reader);
  return reader.status();
}

void RegistryArea::DraftGenesis(const core::GenesisConfig& config,
                                const core::DecideContext&,
                                Entry& entry) const {
  v1::HolderOpened system;
  system.set_holder(kSystemHolder.value());
  system.set_kind(v1::HOLDER_KIND_SYSTEM);
  system.set_display_name("绿衡");
  system.set_display_name_en("Luheng");
  system.set_county(config.operator_county);
  entry.AddEvent(kPublic, v1::EVENT_TYPE_HOLDER_OPENED, system);

  v1::HolderOpened exchange;
  exchange.set_holder(kOperatorHolder.value());
  exchange.set_kind(v1::HOLDER_KIND_AGENCY);
  exchange.set_code(config.operator_code);
  exchange.set_display_name(config.operator_name);
  exchange.set_display_name_en(config.operator_name_en);
  exchange.set_county(config.operator_county);
  entry.AddEvent(kPublic, v1::EVENT_TYPE_HOLDER_OPENED, exchange);

  for (const v1::PermissionSet& permission : DefaultPermissions()) {
    entry.AddEvent(kPublic, v1::EVENT_TYPE_PERMISSION_SET, permission);
  }

  int64_t user = 0;
  for (const core::GenesisUser& administrator : config.administrators) {
    v1::UserCreated created;
    created.set_user(++user);
    created.set_name(administrator.name);
    created.set_holder(kOperatorHolder.value());
    entry.AddEvent(kOperatorHolder, v1::EVENT_TYPE_USER_CREATED, created);
    for (int role : administrator.roles) {
      v1::RoleSet set;
      set.set_user(user);
      set.set_role(role);
      set.set_granted(true);
      entry.AddEvent(kOperatorHolder, v1::EVENT_TYPE_ROLE_SET, set);
    }
  }
}

// ---- AccessControl --------------------------------------------------------

UserId RegistryArea::FindUser(absl::string_view user_name) const {
  return users_.FindByName(user_name);
}

std::string RegistryArea::UserName(UserId user) const {
  const UserData* data = users_.Find(user);
  return data == nullptr ? "" : data->name;
}

HolderId RegistryArea::HolderOf(UserId user) const {
  const UserData* data = users_.Find(user);
  return data == nullptr ? HolderId() : data->holder;
}

bool RegistryArea::IsActive(UserId user) const {
  const UserData* data = users_.Find(user);
  if (data == nullptr || !data->active) return false;
  return holders_.Find(data->holder)->state != v1::HOLDER_STATE_CLOSED;
}

bool RegistryArea::Allows(UserId user, core::CommandType command,
                          core::Step step, HolderId target) const {
  const UserData* data = users_.Find(user);
  if (data == nullptr) return false;
  const RoleMask roles = users_.RolesFor(command, static_cast<int>(step));
  if ((roles & data->wide) != 0) return true;
  if ((roles & data->own) != 0 && (!target || target == data->holder)) {
    return true;
  }
  if ((roles & data->scoped) == 0) return false;
  if (!target) {
    return command == v1::COMMAND_TYPE_OPEN_HOLDER &&
           step == core::Step::kSubmit;
  }
  const HolderData* holder = holders_.Find(target);
  return holder != nullptr &&
         UserBook::Reaches(*data, roles, holder->opened.county());
}

bool RegistryArea::MayRead(UserId user, HolderId target) const {
  const UserData* data = users_.Find(user);
  if (data == nullptr) return false;
  if (data->holder == target) return true;
  // The node's own accounts belong to no county.
  if (target == kSystemHolder) return (data->wide & kReaders) != 0;
  const HolderData* holder = holders_.Find(target);
  return UserBook::Reaches(*data, kReaders,
                           holder == nullptr ? 0 : holder->opened.county());
}

bool RegistryArea::MayReadAll(UserId user) const {
  const UserData* data = users_.Find(user);
  return data != nullptr && (data->wide & kReadersOfAll) != 0;
}

// ---- HolderDirectory ------------------------------------------------------

bool RegistryArea::Exists(HolderId holder) const {
  return holders_.Find(holder) != nullptr;
}

bool RegistryArea::IsActive(HolderId holder) const {
  const HolderData* data = holders_.Find(holder);
  return data != nullptr && holder != kSystemHolder &&
         data->state == v1::HOLDER_STATE_ACTIVE;
}

HolderId RegistryArea::BeneficialOwner(HolderId holder, Date date) const {
  return holders_.BeneficialOwner(holder, date);
}

HolderId RegistryArea::FindByCode(absl::string_view code) const {
  return holders_.FindByCode(code);
}

std::string RegistryArea::DisplayName(HolderId holder) const {
  const HolderData* data = holders_.Find(holder);
  return data == nullptr ? "" : data->opened.display_name();
}

}  // namespace luheng::registry
