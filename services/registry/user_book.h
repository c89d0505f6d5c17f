// The users, their roles, and which role may take which step of which command.
// A part of the registry's state.
//
// Roles are of two sorts. Those of a holder's own staff (trader, viewer, and a
// cashier who does not work for an agency) reach only the user's own holder.
// Those of the operator and the authorities are open to users of agencies only
// and reach every holder, or those of one county, prefecture or province.
//
// Invariants: ids are dense from 1; names are unique; grants are in order of
// (role, county) without repetition. Whether a user may do something is
// answered from masks, one bit per role, without a search.
#ifndef LUHENG_SERVICES_REGISTRY_USER_BOOK_H_
#define LUHENG_SERVICES_REGISTRY_USER_BOOK_H_

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "ledger/base/ids.h"
#include "luheng/registry/v1/events.pb.h"
#include "luheng/registry/v1/registry.pb.h"
#include "services/core/state_io.h"

namespace luheng::registry {

// One bit per role: 1 << number.
using RoleMask = uint16_t;
constexpr RoleMask MaskOf(int role) {
  return static_cast<RoleMask>(1u << static_cast<unsigned>(role));
}
static_assert(v1::Role_MAX < 16, "a role is a bit of RoleMask");

// Command types are below this.
inline constexpr int kCommandTypeMax = 2000;
// Most grants of one user.
inline constexpr size_t kGrantsMax = 64;

// Whether `role` reaches only the user's own holder.
bool IsOwnStaffRole(int role, bool agency);
// Whether a user of such a holder may have `role`.
bool IsRoleOpenTo(int role, bool agency);

struct Grant {
  int role = 0;
  // 0 is all.
  int64_t county = 0;
  friend auto operator<=>(const Grant&, const Grant&) = default;
};

struct UserData {
  std::string name;
  HolderId holder;
  // Whether its holder is an agency.
  bool agency = false;
  bool active = true;
  std::vector<Grant> grants;

  // Derived from `grants`: roles that reach the own holder only, every holder,
  // and holders of some counties.
  RoleMask own = 0;
  RoleMask wide = 0;
  RoleMask scoped = 0;

  RoleMask all() const { return static_cast<RoleMask>(own | wide | scoped); }
  bool Has(const Grant& grant) const;
};

// Thread-compatible; owned by the world's thread.
class UserBook {
 public:
  UserBook();

  UserId next_id() const { return UserId(count() + 1); }
  int64_t count() const { return static_cast<int64_t>(users_.size()); }
  // Null if unknown. Valid until the next Create.
  const UserData* Find(UserId user) const;
  // Zero if none.
  UserId FindByName(absl::string_view name) const;

  // The roles that may take `step` (1 to 3) of `command`; none if either is out
  // of range.
  RoleMask RolesFor(int command, int step) const;
  // Whether one of `roles`, held by `user`, reaches holders of `county`.
  static bool Reaches(const UserData& user, RoleMask roles, int64_t county);
  // Active users with an unlimited `role`, leaving out `except` and those of
  // `except_holder` (zero leaves out nobody).
  int64_t CountActive(int role, UserId except, HolderId except_holder) const;

  void Create(const v1::UserCreated& event, bool agency);
  void SetState(const v1::UserStateSet& event);
  void SetRole(const v1::RoleSet& event);
  void SetPermission(const v1::PermissionSet& event);

  void Save(core::StateWriter& writer) const;
  void Load(core::StateReader& reader);

 private:
  UserData& Get(int64_t user);
  void LoadUser(core::StateReader& reader);

  std::vector<UserData> users_;
  // Looked up only, never iterated.
  absl::flat_hash_map<std::string, UserId> by_name_;
  // By command and step.
  std::vector<RoleMask> permissions_;
};

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_USER_BOOK_H_
