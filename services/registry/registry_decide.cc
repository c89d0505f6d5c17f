// The rules of the registry's commands. Within a command the reasons rise: of
// several broken rules the one with the lowest number is answered.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "services/core/names.h"
#include "services/registry/county_code.h"
#include "services/registry/credit_code.h"
#include "services/registry/registry_area.h"
#include "services/registry/resources.h"

namespace luheng::registry {
namespace {

using core::FieldRefusal;
using core::Refusal;
using core::Verdict;
namespace reason = core::v1;

constexpr size_t kUserNameCharsMax = 64;

template <typename T>
const T& As(const core::Command& command) {
  LUHENG_CHECK(command.body->GetDescriptor() == T::descriptor())
      << "command " << command.type;
  return static_cast<const T&>(*command.body);
}

template <typename Response>
void SetAnswer(Response& response, const core::DecideContext& context,
               int64_t subject, core::Outcome& outcome) {
  response.set_entry(context.number.value());
  outcome.subject = subject;
  outcome.answer = response.SerializeAsString();
}

// A FieldRefusal whose value the text calls `name`.
template <typename Value>
Refusal NamedRefusal(core::Reason broken, const char* name, const char* field,
                     const Value& value, std::string rule) {
  Refusal refusal = FieldRefusal(broken, field, value, std::move(rule));
  refusal.details.emplace_back(name, absl::StrCat(value));
  return refusal;
}

bool IsUserName(absl::string_view name) {
  if (name.empty() || name.size() > kUserNameCharsMax || name[0] < 'a' ||
      name[0] > 'z') {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-';
  });
}

// Kinds that stand under a 统一社会信用代码.
bool HasCreditCode(v1::HolderKind kind) {
  switch (kind) {
    case v1::HOLDER_KIND_ENTERPRISE:
    case v1::HOLDER_KIND_COLLECTIVE:
    case v1::HOLDER_KIND_ASSOCIATION:
    case v1::HOLDER_KIND_BANK:
    case v1::HOLDER_KIND_VERIFIER:
    case v1::HOLDER_KIND_AGENCY:
      return true;
    default:
      return false;
  }
}

// A person shows nothing public and has a vault record; nobody else has one.
// The system's own holder is opened by the genesis entry alone.
bool FitsKind(const v1::Holder& holder) {
  const bool is_person = holder.kind() == v1::HOLDER_KIND_PERSON;
  if (!is_person && holder.kind() != v1::HOLDER_KIND_COUNTY &&
      !HasCreditCode(holder.kind())) {
    return false;
  }
  if (is_person) {
    return holder.code().empty() && holder.display_name().empty() &&
           holder.display_name_en().empty();
  }
  return holder.vault_record().empty();
}

bool HasDocuments(const v1::Holder& holder) {
  return !holder.documents().empty() &&
         std::all_of(holder.documents().begin(), holder.documents().end(),
                     [](const v1::Document& document) {
                       return document.sha256().size() == Digest::kSize;
                     });
}

Refusal LastAdministrator() {
  return {reason::REASON_LAST_ADMINISTRATOR,
          {{"role", v1::Role_Name(v1::ROLE_SECURITY_ADMIN)}}};
}

Refusal UnknownUser(const char* field, absl::string_view name) {
  return NamedRefusal(reason::REASON_USER_UNKNOWN, "user", field, name,
                      "a known user");
}

v1::HolderOpened OpenedEvent(HolderId id, const v1::Holder& holder) {
  v1::HolderOpened opened;
  opened.set_holder(id.value());
  opened.set_kind(holder.kind());
  opened.set_code(holder.code());
  opened.set_display_name(holder.display_name());
  opened.set_display_name_en(holder.display_name_en());
  opened.set_county(ParseCountyCode(holder.county_code()));
  for (const v1::Document& document : holder.documents()) {
    v1::DocumentRecord& record = *opened.add_documents();
    record.set_title(document.title());
    record.set_sha256(document.sha256());
  }
  opened.set_vault_record(FromHex(holder.vault_record()).value_or(""));
  return opened;
}

v1::RoleSet RoleEvent(UserId user, const Grant& grant, bool granted) {
  v1::RoleSet event;
  event.set_user(user.value());
  event.set_role(grant.role);
  event.set_county(grant.county);
  event.set_granted(granted);
  return event;
}

Grant GrantOf(const v1::RoleGrant& grant) {
  return {grant.role(), ParseCountyCode(grant.county_code())};
}

bool MaySetState(v1::HolderState from, v1::HolderState to) {
  switch (to) {
    case v1::HOLDER_STATE_ACTIVE:
      return from == v1::HOLDER_STATE_SUSPENDED;
    case v1::HOLDER_STATE_SUSPENDED:
      return from == v1::HOLDER_STATE_ACTIVE;
    case v1::HOLDER_STATE_CLOSED:
      return from != v1::HOLDER_STATE_CLOSED;
    default:
      return false;
  }
}

}  // namespace

Verdict RegistryArea::Decide(const core::DecideContext& context,
                             const core::Command& command, Entry& entry,
                             core::Outcome& outcome) const {
  const Draft draft{context, entry, outcome};
  switch (command.type) {
    case v1::COMMAND_TYPE_OPEN_HOLDER:
      return DecideOpenHolder(As<v1::OpenHolderRequest>(command), draft);
    case v1::COMMAND_TYPE_SET_HOLDER_STATE:
      return DecideSetHolderState(As<v1::SetHolderStateRequest>(command),
                                  draft);
    case v1::COMMAND_TYPE_SET_CONTROL_GROUP:
      return DecideSetControlGroup(As<v1::SetControlGroupRequest>(command),
                                   draft);
    case v1::COMMAND_TYPE_CREATE_USER:
      return DecideCreateUser(As<v1::CreateUserRequest>(command), draft);
    case v1::COMMAND_TYPE_SET_USER_STATE:
      return DecideSetUserState(As<v1::SetUserStateRequest>(command), draft);
    case v1::COMMAND_TYPE_GRANT_ROLE:
      return DecideGrantRole(As<v1::GrantRoleRequest>(command), draft);
    case v1::COMMAND_TYPE_REVOKE_ROLE:
      return DecideRevokeRole(As<v1::RevokeRoleRequest>(command), draft);
    case v1::COMMAND_TYPE_SET_PERMISSION:
      return DecideSetPermission(As<v1::SetPermissionRequest>(command), draft);
    case v1::COMMAND_TYPE_STORE_RECORD:
      return DecideStoreRecord(As<v1::StoreRecord>(command), draft);
    case v1::COMMAND_TYPE_ERASE_RECORD:
      return DecideEraseRecord(As<v1::EraseRecordRequest>(command), draft);
    default:
      return Refusal{reason::REASON_UNKNOWN_COMMAND, {}};
  }
}

// ---- Holders --------------------------------------------------------------

Verdict RegistryArea::CheckNewHolder(const v1::Holder& holder) const {
  if (!holder.code().empty() && holders_.FindByCode(holder.code())) {
    return NamedRefusal(reason::REASON_HOLDER_EXISTS, "code", "holder.code",
                        holder.code(), "not used by another holder");
  }
  if (HasCreditCode(holder.kind()) && !IsCreditCode(holder.code())) {
    return FieldRefusal(reason::REASON_CREDIT_CODE_INVALID, "holder.code",
                        holder.code(), "18 characters with a check digit");
  }
  const int64_t county = ParseCountyCode(holder.county_code());
  if (county == 0) {
    return FieldRefusal(reason::REASON_COUNTY_CODE_INVALID,
                        "holder.county_code", holder.county_code(),
                        "a GB/T 2260 code");
  }
  if (holder.kind() == v1::HOLDER_KIND_COUNTY &&
      holder.code() != holder.county_code()) {
    return FieldRefusal(reason::REASON_COUNTY_CODE_INVALID, "holder.code",
                        holder.code(), "the county's own code");
  }
  if (!FitsKind(holder)) {
    return FieldRefusal(reason::REASON_HOLDER_KIND_INVALID, "holder.kind",
                        v1::HolderKind_Name(holder.kind()),
                        "a kind that carries these fields");
  }
  if (!HasDocuments(holder)) {
    return FieldRefusal(reason::REASON_DOCUMENT_REQUIRED, "holder.documents",
                        holder.documents_size(), "at least 1");
  }
  if (holder.kind() != v1::HOLDER_KIND_PERSON) return std::nullopt;
  const std::string record = FromHex(holder.vault_record()).value_or("");
  const RecordData* data = records_.FindRaw(record);
  if (data == nullptr || data->erased || holders_.FindByRecord(record)) {
    return FieldRefusal(reason::REASON_VAULT_RECORD_UNKNOWN,
                        "holder.vault_record", holder.vault_record(),
                        "a stored record of no other holder");
  }
  return std::nullopt;
}

Verdict RegistryArea::DecideOpenHolder(const v1::OpenHolderRequest& request,
                                       Draft draft) const {
  const v1::Holder& holder = request.holder();
  const UserData* user = users_.Find(draft.context.user);
  const RoleMask roles = users_.RolesFor(v1::COMMAND_TYPE_OPEN_HOLDER,
                                         static_cast<int>(core::Step::kSubmit));
  if (user == nullptr ||
      !UserBook::Reaches(*user, roles, ParseCountyCode(holder.county_code()))) {
    return FieldRefusal(reason::REASON_PERMISSION_DENIED, "holder.county_code",
                        holder.county_code(), "within the scope of the role");
  }
  if (Verdict verdict = CheckNewHolder(holder)) return verdict;

  const v1::HolderOpened opened = OpenedEvent(holders_.next_id(), holder);
  draft.entry.AddEvent(kPublic, v1::EVENT_TYPE_HOLDER_OPENED, opened);
  v1::OpenHolderResponse response;
  *response.mutable_holder() =
      HolderResource(opened, v1::HOLDER_STATE_ACTIVE, HolderId());
  SetAnswer(response, draft.context, opened.holder(), draft.outcome);
  return std::nullopt;
}

Verdict RegistryArea::CheckClosing(HolderId holder) const {
  if (accounts_.HasBalance(holder) ||
      (usage_ != nullptr && usage_->InUse(holder))) {
    return NamedRefusal(reason::REASON_HOLDER_NOT_EMPTY, "holder", "name",
                        core::HolderName(holder),
                        "without balances and open orders");
  }
  const int role = v1::ROLE_SECURITY_ADMIN;
  if (users_.CountActive(role, UserId(), HolderId()) > 0 &&
      users_.CountActive(role, UserId(), holder) == 0) {
    return LastAdministrator();
  }
  return std::nullopt;
}

Verdict RegistryArea::DecideSetHolderState(
    const v1::SetHolderStateRequest& request, Draft draft) const {
  const HolderId id = core::ParseHolderName(request.name());
  const HolderData* data = holders_.Find(id);
  if (data == nullptr) {
    return NamedRefusal(reason::REASON_HOLDER_UNKNOWN, "holder", "name",
                        request.name(), "a known holder");
  }
  if (id == kSystemHolder || id == kOperatorHolder ||
      !MaySetState(data->state, request.state())) {
    return Refusal{reason::REASON_HOLDER_STATE_INVALID,
                   {{"from", v1::HolderState_Name(data->state)},
                    {"to", v1::HolderState_Name(request.state())}}};
  }
  if (request.state() == v1::HOLDER_STATE_CLOSED) {
    if (Verdict verdict = CheckClosing(id)) return verdict;
  }

  v1::HolderStateSet event;
  event.set_holder(id.value());
  event.set_state(request.state());
  event.set_reason(request.reason());
  draft.entry.AddEvent(id, v1::EVENT_TYPE_HOLDER_STATE_SET, event);
  // A suspended holder leaves the market at once: nothing of it may still
  // trade, and what its orders hold is its own again. A closed one has nothing.
  if (request.state() == v1::HOLDER_STATE_SUSPENDED && usage_ != nullptr) {
    usage_->DraftEndOfUse(id, draft.entry);
  }
  v1::SetHolderStateResponse response;
  *response.mutable_holder() =
      HolderResource(holders_, id, DateOf(draft.context.now));
  response.mutable_holder()->set_state(request.state());
  SetAnswer(response, draft.context, id.value(), draft.outcome);
  return std::nullopt;
}

Verdict RegistryArea::DecideSetControlGroup(
    const v1::SetControlGroupRequest& request, Draft draft) const {
  const auto from = ParseDate(request.from_date());
  const auto to = request.to_date().empty() ? std::optional<Date>(kOpenEnd)
                                            : ParseDate(request.to_date());
  if (!from || !to) {
    return FieldRefusal(
        reason::REASON_INVALID_FIELD, from ? "to_date" : "from_date",
        from ? request.to_date() : request.from_date(), "a date");
  }
  const HolderId id = core::ParseHolderName(request.holder());
  const ControlSpan span{core::ParseHolderName(request.beneficial_owner()),
                         *from, *to};
  for (const auto& [field, holder] :
       {std::pair("holder", id), std::pair("beneficial_owner", span.owner)}) {
    if (holders_.Find(holder) == nullptr) {
      return NamedRefusal(reason::REASON_HOLDER_UNKNOWN, "holder", field,
                          core::HolderName(holder), "a known holder");
    }
  }
  for (const auto& [field, holder] :
       {std::pair("holder", id), std::pair("beneficial_owner", span.owner)}) {
    if (holder == kSystemHolder ||
        holders_.Find(holder)->state == v1::HOLDER_STATE_CLOSED) {
      return NamedRefusal(reason::REASON_HOLDER_NOT_ACTIVE, "holder", field,
                          core::HolderName(holder), "not closed");
    }
  }
  if (holders_.WouldOverlap(id, span) ||
      holders_.Find(id)->control.size() >= kControlSpansMax) {
    return Refusal{
        reason::REASON_CONTROL_GROUP_OVERLAP,
        {{"from_date", request.from_date()},
         {"to_date", request.to_date().empty() ? "-" : request.to_date()}}};
  }
  if (span.to < span.from) {
    return FieldRefusal(reason::REASON_EFFECTIVE_DATE_INVALID, "to_date",
                        request.to_date(),
                        absl::StrCat("not before ", request.from_date()));
  }
  if (holders_.WouldCircle(id, span)) {
    return FieldRefusal(reason::REASON_CONTROL_GROUP_CIRCLE, "beneficial_owner",
                        request.beneficial_owner(),
                        "not controlled by the holder itself");
  }

  v1::ControlGroupSet event;
  event.set_holder(id.value());
  event.set_owner(span.owner.value());
  event.set_from_day(span.from.value());
  event.set_to_day(span.to == kOpenEnd ? 0 : span.to.value());
  draft.entry.AddEvent(id, v1::EVENT_TYPE_CONTROL_GROUP_SET, event);
  v1::SetControlGroupResponse response;
  SetAnswer(response, draft.context, id.value(), draft.outcome);
  return std::nullopt;
}

// ---- Users ----------------------------------------------------------------

// The reasons rise over the whole check; `user` need not exist yet.
Verdict RegistryArea::CheckGrant(const UserData& user,
                                 const v1::RoleGrant& grant,
                                 const char* field) const {
  const Grant wanted = GrantOf(grant);
  if (!grant.county_code().empty() &&
      (wanted.county == 0 || IsOwnStaffRole(wanted.role, user.agency))) {
    return FieldRefusal(reason::REASON_COUNTY_CODE_INVALID, field,
                        grant.county_code(),
                        "a GB/T 2260 code, none for roles of a holder's staff");
  }
  if (user.Has(wanted) || user.grants.size() >= kGrantsMax) {
    return NamedRefusal(reason::REASON_ROLE_STATE_INVALID, "role", field,
                        v1::Role_Name(grant.role()), "not granted yet");
  }
  if (!IsRoleOpenTo(wanted.role, user.agency)) {
    return FieldRefusal(reason::REASON_ROLE_NOT_OPEN, field,
                        v1::Role_Name(grant.role()),
                        "a role open to users of this kind of holder");
  }
  return std::nullopt;
}

bool RegistryArea::IsLastAdministrator(const UserData& user, UserId id) const {
  return user.active && (user.wide & MaskOf(v1::ROLE_SECURITY_ADMIN)) != 0 &&
         users_.CountActive(v1::ROLE_SECURITY_ADMIN, id, HolderId()) == 0;
}

Verdict RegistryArea::DecideCreateUser(const v1::CreateUserRequest& request,
                                       Draft draft) const {
  if (!IsUserName(request.user())) {
    return FieldRefusal(reason::REASON_INVALID_FIELD, "user", request.user(),
                        "1 to 64 of a-z, 0-9, dot and hyphen, from a letter");
  }
  const HolderId holder = core::ParseHolderName(request.holder());
  const HolderData* data = holders_.Find(holder);
  if (data == nullptr) {
    return NamedRefusal(reason::REASON_HOLDER_UNKNOWN, "holder", "holder",
                        request.holder(), "a known holder");
  }
  if (holder == kSystemHolder || data->state == v1::HOLDER_STATE_CLOSED) {
    return NamedRefusal(reason::REASON_HOLDER_NOT_ACTIVE, "holder", "holder",
                        request.holder(), "not closed");
  }
  // The user as it will be; grants are checked one after the other, and the
  // lowest reason over all of them is answered.
  UserData user;
  user.name = request.user();
  user.holder = holder;
  user.agency = data->kind() == v1::HOLDER_KIND_AGENCY;
  Verdict first;
  if (users_.FindByName(request.user())) {
    first = NamedRefusal(reason::REASON_USER_EXISTS, "user", "user",
                         request.user(), "not used by another user");
  }
  for (const v1::RoleGrant& grant : request.roles()) {
    Verdict verdict = CheckGrant(user, grant, "roles");
    if (verdict && (!first || verdict->reason < first->reason)) first = verdict;
    const Grant wanted = GrantOf(grant);
    user.grants.insert(
        std::lower_bound(user.grants.begin(), user.grants.end(), wanted),
        wanted);
  }
  if (first) return first;

  const UserId id = users_.next_id();
  v1::UserCreated created;
  created.set_user(id.value());
  created.set_name(user.name);
  created.set_holder(holder.value());
  draft.entry.AddEvent(holder, v1::EVENT_TYPE_USER_CREATED, created);
  for (const Grant& grant : user.grants) {
    draft.entry.AddEvent(holder, v1::EVENT_TYPE_ROLE_SET,
                         RoleEvent(id, grant, true));
  }
  v1::CreateUserResponse response;
  *response.mutable_user() = UserResource(user);
  SetAnswer(response, draft.context, id.value(), draft.outcome);
  return std::nullopt;
}

Verdict RegistryArea::DecideSetUserState(const v1::SetUserStateRequest& request,
                                         Draft draft) const {
  const UserId id =
      users_.FindByName(core::ParseTextName("users", request.name()));
  const UserData* user = users_.Find(id);
  if (user == nullptr) return UnknownUser("name", request.name());
  const bool active = request.state() == v1::USER_STATE_ACTIVE;
  if (!active && IsLastAdministrator(*user, id)) {
    return LastAdministrator();
  }
  if (active == user->active ||
      (!active && request.state() != v1::USER_STATE_SUSPENDED)) {
    return FieldRefusal(reason::REASON_USER_STATE_INVALID, "state",
                        v1::UserState_Name(request.state()),
                        "another state than now");
  }

  v1::UserStateSet event;
  event.set_user(id.value());
  event.set_state(request.state());
  event.set_reason(request.reason());
  draft.entry.AddEvent(user->holder, v1::EVENT_TYPE_USER_STATE_SET, event);
  v1::SetUserStateResponse response;
  *response.mutable_user() = UserResource(*user);
  response.mutable_user()->set_state(request.state());
  SetAnswer(response, draft.context, id.value(), draft.outcome);
  return std::nullopt;
}

Verdict RegistryArea::DecideGrantRole(const v1::GrantRoleRequest& request,
                                      Draft draft) const {
  const UserId id =
      users_.FindByName(core::ParseTextName("users", request.user()));
  const UserData* user = users_.Find(id);
  const Verdict verdict =
      CheckGrant(user == nullptr ? UserData() : *user, request.role(), "role");
  if (verdict &&
      (user != nullptr || verdict->reason < reason::REASON_USER_UNKNOWN)) {
    return verdict;
  }
  if (user == nullptr) return UnknownUser("user", request.user());

  const Grant grant = GrantOf(request.role());
  draft.entry.AddEvent(user->holder, v1::EVENT_TYPE_ROLE_SET,
                       RoleEvent(id, grant, true));
  v1::GrantRoleResponse response;
  *response.mutable_user() = UserResource(*user);
  *response.mutable_user()->add_roles() = request.role();
  SetAnswer(response, draft.context, id.value(), draft.outcome);
  return std::nullopt;
}

Verdict RegistryArea::DecideRevokeRole(const v1::RevokeRoleRequest& request,
                                       Draft draft) const {
  const UserId id =
      users_.FindByName(core::ParseTextName("users", request.user()));
  const UserData* user = users_.Find(id);
  if (user == nullptr) return UnknownUser("user", request.user());
  const Grant grant = GrantOf(request.role());
  // A malformed county parses to 0, which is another grant than the one meant.
  const bool malformed =
      grant.county == 0 && !request.role().county_code().empty();
  if (malformed || !user->Has(grant)) {
    return NamedRefusal(reason::REASON_ROLE_STATE_INVALID, "role", "role",
                        v1::Role_Name(request.role().role()), "granted");
  }
  if (grant.role == v1::ROLE_SECURITY_ADMIN && grant.county == 0 &&
      IsLastAdministrator(*user, id)) {
    return LastAdministrator();
  }

  draft.entry.AddEvent(user->holder, v1::EVENT_TYPE_ROLE_SET,
                       RoleEvent(id, grant, false));
  UserData after = *user;
  after.grants.erase(
      std::lower_bound(after.grants.begin(), after.grants.end(), grant));
  v1::RevokeRoleResponse response;
  *response.mutable_user() = UserResource(after);
  SetAnswer(response, draft.context, id.value(), draft.outcome);
  return std::nullopt;
}

Verdict RegistryArea::DecideSetPermission(
    const v1::SetPermissionRequest& request, Draft draft) const {
  if (request.role() == v1::ROLE_UNSPECIFIED ||
      !v1::Role_IsValid(request.role())) {
    return FieldRefusal(reason::REASON_INVALID_FIELD, "role", request.role(),
                        "a role");
  }
  if (request.command() < 1 || request.command() >= kCommandTypeMax) {
    return FieldRefusal(reason::REASON_INVALID_FIELD, "command",
                        request.command(), "a registered command type");
  }
  if (request.step() == v1::STEP_UNSPECIFIED ||
      !v1::Step_IsValid(request.step())) {
    return FieldRefusal(reason::REASON_INVALID_FIELD, "step", request.step(),
                        "a step");
  }
  // Without these two nobody could give a permission back.
  const bool keeps_access =
      request.command() == v1::COMMAND_TYPE_SET_PERMISSION ||
      request.command() == v1::COMMAND_TYPE_GRANT_ROLE;
  if (keeps_access && !request.allowed() &&
      request.role() == v1::ROLE_SECURITY_ADMIN) {
    return LastAdministrator();
  }

  v1::PermissionSet event;
  event.set_role(request.role());
  event.set_command(request.command());
  event.set_step(request.step());
  event.set_allowed(request.allowed());
  draft.entry.AddEvent(kPublic, v1::EVENT_TYPE_PERMISSION_SET, event);
  v1::SetPermissionResponse response;
  SetAnswer(response, draft.context, request.command(), draft.outcome);
  return std::nullopt;
}

// ---- Vault records --------------------------------------------------------

Verdict RegistryArea::DecideStoreRecord(const v1::StoreRecord& request,
                                        Draft draft) const {
  const auto id = Id16::From(request.record());
  if (!id || records_.Find(*id) != nullptr) {
    return FieldRefusal(reason::REASON_INVALID_FIELD, "record",
                        ToHex(request.record()), "an unused 16-byte id");
  }
  if (request.salted_digest().size() != Digest::kSize) {
    return FieldRefusal(reason::REASON_INVALID_FIELD, "salted_digest",
                        ToHex(request.salted_digest()), "32 bytes");
  }

  v1::RecordStored event;
  event.set_record(request.record());
  event.set_salted_digest(request.salted_digest());
  draft.entry.AddEvent(draft.context.holder, v1::EVENT_TYPE_RECORD_STORED,
                       event);
  v1::PutRecordResponse response;
  response.set_record(ToHex(request.record()));
  SetAnswer(response, draft.context, 0, draft.outcome);
  return std::nullopt;
}

Verdict RegistryArea::DecideEraseRecord(const v1::EraseRecordRequest& request,
                                        Draft draft) const {
  const std::string raw = FromHex(request.record()).value_or("");
  const RecordData* data = records_.FindRaw(raw);
  if (data == nullptr || data->erased) {
    return FieldRefusal(reason::REASON_VAULT_RECORD_UNKNOWN, "record",
                        request.record(), "a stored record");
  }

  v1::RecordErased event;
  event.set_record(raw);
  event.set_reason(request.reason());
  draft.entry.AddEvent(draft.context.holder, v1::EVENT_TYPE_RECORD_ERASED,
                       event);
  v1::EraseRecordResponse response;
  SetAnswer(response, draft.context, 0, draft.outcome);
  return std::nullopt;
}

}  // namespace luheng::registry
