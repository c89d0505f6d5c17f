#include "services/registry/user_book.h"

#include <algorithm>
#include <utility>

#include "ledger/base/check.h"
#include "services/registry/county_code.h"

namespace luheng::registry {
namespace {

constexpr int kStepCount = 3;

// Where the roles for `step` of `command` stand; below zero if nowhere.
int64_t PermissionIndex(int64_t command, int64_t step) {
  if (command < 1 || command >= kCommandTypeMax || step < 1 ||
      step > kStepCount) {
    return -1;
  }
  return command * kStepCount + step - 1;
}

void DeriveMasks(UserData& user) {
  user.own = user.wide = user.scoped = 0;
  for (const Grant& grant : user.grants) {
    RoleMask& mask = IsOwnStaffRole(grant.role, user.agency) ? user.own
                     : grant.county == 0                     ? user.wide
                                                             : user.scoped;
    mask = static_cast<RoleMask>(mask | MaskOf(grant.role));
  }
}

}  // namespace

bool IsOwnStaffRole(int role, bool agency) {
  return role == v1::ROLE_TRADER || role == v1::ROLE_VIEWER ||
         (role == v1::ROLE_CASHIER && !agency);
}

bool IsRoleOpenTo(int role, bool agency) {
  return v1::Role_IsValid(role) && role != v1::ROLE_UNSPECIFIED &&
         (agency || IsOwnStaffRole(role, agency));
}

bool UserData::Has(const Grant& grant) const {
  return std::binary_search(grants.begin(), grants.end(), grant);
}

UserBook::UserBook()
    : permissions_(static_cast<size_t>(kCommandTypeMax) * kStepCount) {}

const UserData* UserBook::Find(UserId user) const {
  const int64_t id = user.value();
  if (id < 1 || id > count()) return nullptr;
  return &users_[static_cast<size_t>(id - 1)];
}

UserId UserBook::FindByName(absl::string_view name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? UserId() : it->second;
}

RoleMask UserBook::RolesFor(int command, int step) const {
  const int64_t index = PermissionIndex(command, step);
  return index < 0 ? RoleMask{0} : permissions_[static_cast<size_t>(index)];
}

bool UserBook::Reaches(const UserData& user, RoleMask roles, int64_t county) {
  if ((roles & user.wide) != 0) return true;
  if ((roles & user.scoped) == 0) return false;
  return std::any_of(
      user.grants.begin(), user.grants.end(), [&](const Grant& grant) {
        return (MaskOf(grant.role) & roles & user.scoped) != 0 &&
               grant.county != 0 && CountyCovers(grant.county, county);
      });
}

int64_t UserBook::CountActive(int role, UserId except,
                              HolderId except_holder) const {
  int64_t active = 0;
  for (size_t i = 0; i < users_.size(); ++i) {
    const UserData& user = users_[i];
    if (UserId(static_cast<int64_t>(i) + 1) == except) continue;
    if (except_holder && user.holder == except_holder) continue;
    if (user.active && (user.wide & MaskOf(role)) != 0) ++active;
  }
  return active;
}

UserData& UserBook::Get(int64_t user) {
  LUHENG_CHECK(user >= 1 && user <= count()) << "user " << user;
  return users_[static_cast<size_t>(user - 1)];
}

void UserBook::Create(const v1::UserCreated& event, bool agency) {
  LUHENG_CHECK(event.user() == next_id().value() &&
               by_name_.emplace(event.name(), next_id()).second)
      << "user " << event.user();
  UserData& user = users_.emplace_back();
  user.name = event.name();
  user.holder = HolderId(event.holder());
  user.agency = agency;
}

void UserBook::SetState(const v1::UserStateSet& event) {
  Get(event.user()).active = event.state() == v1::USER_STATE_ACTIVE;
}

void UserBook::SetRole(const v1::RoleSet& event) {
  UserData& user = Get(event.user());
  const Grant grant{static_cast<int>(event.role()), event.county()};
  LUHENG_CHECK(v1::Role_IsValid(grant.role) &&
               user.Has(grant) != event.granted())
      << "user " << event.user() << " role " << event.role();
  const auto at =
      std::lower_bound(user.grants.begin(), user.grants.end(), grant);
  if (event.granted()) {
    user.grants.insert(at, grant);
  } else {
    user.grants.erase(at);
  }
  DeriveMasks(user);
}

void UserBook::SetPermission(const v1::PermissionSet& event) {
  const int64_t index = PermissionIndex(event.command(), event.step());
  LUHENG_CHECK(index >= 0 && event.role() > 0 && event.role() <= v1::Role_MAX)
      << "command " << event.command() << " step " << event.step();
  RoleMask& roles = permissions_[static_cast<size_t>(index)];
  const RoleMask bit = MaskOf(static_cast<int>(event.role()));
  roles = static_cast<RoleMask>(event.allowed() ? roles | bit : roles & ~bit);
}

void UserBook::Save(core::StateWriter& writer) const {
  writer.Int(count());
  for (const UserData& user : users_) {
    writer.Text(user.name);
    writer.IdOf(user.holder);
    writer.Int(user.agency ? 1 : 0);
    writer.Int(user.active ? 1 : 0);
    writer.Int(static_cast<int64_t>(user.grants.size()));
    for (const Grant& grant : user.grants) {
      writer.Int(grant.role);
      writer.Int(grant.county);
    }
  }
  for (RoleMask roles : permissions_) writer.Int(roles);
}

void UserBook::LoadUser(core::StateReader& reader) {
  UserData user;
  user.name = std::string(reader.Text());
  user.holder = reader.IdOf<HolderId>();
  user.agency = reader.Int() != 0;
  user.active = reader.Int() != 0;
  const int64_t grant_count = reader.Count(kGrantsMax);
  for (int64_t i = 0; i < grant_count; ++i) {
    const auto role = static_cast<int>(reader.Count(v1::Role_MAX));
    user.grants.push_back({role, reader.Int()});
  }
  DeriveMasks(user);
  if (!by_name_.emplace(user.name, next_id()).second) {
    return reader.Fail("unused user name");
  }
  users_.push_back(std::move(user));
}

void UserBook::Load(core::StateReader& reader) {
  const int64_t user_count = reader.Count();
  for (int64_t i = 0; i < user_count && reader.status().ok(); ++i) {
    LoadUser(reader);
  }
  for (RoleMask& roles : permissions_) {
    roles = static_cast<RoleMask>(reader.Count(UINT16_MAX));
  }
}

}  // namespace luheng::registry
