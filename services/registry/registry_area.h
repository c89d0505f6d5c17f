// The registry: holders, control groups, users, roles, permissions, and the
// ids of vault records. It answers the other areas' questions about who may do
// what and who takes part.
//
// What decides is in registry_decide.cc, one function per command; what folds
// is in the three books. Events about a holder's public side stand in the
// public part; those about its users, its state's reason and who controls it
// stand in the holder's own.
#ifndef LUHENG_SERVICES_REGISTRY_REGISTRY_AREA_H_
#define LUHENG_SERVICES_REGISTRY_REGISTRY_AREA_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "ledger/accounts/accounts.h"
#include "ledger/base/ids.h"
#include "services/core/area.h"
#include "services/core/genesis.h"
#include "services/core/ports.h"
#include "services/registry/holder_book.h"
#include "services/registry/record_book.h"
#include "services/registry/user_book.h"

namespace luheng::registry {

// Thread-compatible; owned by the world's thread.
class RegistryArea final : public core::Area,
                           public core::GenesisArea,
                           public core::AccessControl,
                           public core::HolderDirectory {
 public:
  // Borrows `accounts`.
  explicit RegistryArea(const Accounts& accounts) : accounts_(accounts) {}
  // Who knows what a holder has open, asked before it is suspended or closed.
  // Borrowed;
  // without one only balances count.
  void SetHolderUsage(const core::HolderUsage* usage) { usage_ = usage; }

  absl::string_view name() const override { return "registry"; }
  absl::Span<const core::CommandSpec> commands() const override;
  absl::Span<const core::EventSpec> events() const override;
  core::Verdict Decide(const core::DecideContext& context,
                       const core::Command& command, Entry& entry,
                       core::Outcome& outcome) const override;
  void Apply(const core::ApplyContext& context,
             const entry::v1::Event& event) override;
  void Save(core::StateWriter& writer) const override;
  absl::Status Load(core::StateReader& reader) override;

  void DraftGenesis(const core::GenesisConfig& config,
                    const core::DecideContext& context,
                    Entry& entry) const override;

  // AccessControl. Without a target, unlimited roles and those of the user's
  // own holder count; roles limited to a county count only for submitting
  // OpenHolder, which then looks at the new holder's county.
  UserId FindUser(absl::string_view name) const override;
  std::string UserName(UserId user) const override;
  HolderId HolderOf(UserId user) const override;
  // A user of a closed holder is not active.
  bool IsActive(UserId user) const override;
  bool Allows(UserId user, core::CommandType command, core::Step step,
              HolderId target) const override;
  // Own holder, or a reading role of an agency that reaches the holder.
  bool MayRead(UserId user, HolderId target) const override;
  bool MayReadAll(UserId user) const override;

  // HolderDirectory. The node's own holder exists and is never active: nobody
  // trades with it or credits it by command.
  bool Exists(HolderId holder) const override;
  bool IsActive(HolderId holder) const override;
  HolderId BeneficialOwner(HolderId holder, Date date) const override;
  HolderId FindByCode(absl::string_view code) const override;
  std::string DisplayName(HolderId holder) const override;

  const HolderBook& holders() const { return holders_; }
  const UserBook& users() const { return users_; }
  const RecordBook& records() const { return records_; }

 private:
  // What a rule may look at, and where it drafts.
  struct Draft {
    const core::DecideContext& context;
    Entry& entry;
    core::Outcome& outcome;
  };

  core::Verdict DecideOpenHolder(const v1::OpenHolderRequest& request,
                                 Draft draft) const;
  core::Verdict DecideSetHolderState(const v1::SetHolderStateRequest& request,
                                     Draft draft) const;
  core::Verdict DecideSetControlGroup(const v1::SetControlGroupRequest& request,
                                      Draft draft) const;
  core::Verdict DecideCreateUser(const v1::CreateUserRequest& request,
                                 Draft draft) const;
  core::Verdict DecideSetUserState(const v1::SetUserStateRequest& request,
                                   Draft draft) const;
  core::Verdict DecideGrantRole(const v1::GrantRoleRequest& request,
                                Draft draft) const;
  core::Verdict DecideRevokeRole(const v1::RevokeRoleRequest& request,
                                 Draft draft) const;
  core::Verdict DecideSetPermission(const v1::SetPermissionRequest& request,
                                    Draft draft) const;
  core::Verdict DecideStoreRecord(const v1::StoreRecord& request,
                                  Draft draft) const;
  core::Verdict DecideEraseRecord(const v1::EraseRecordRequest& request,
                                  Draft draft) const;

  core::Verdict CheckNewHolder(const v1::Holder& holder) const;
  core::Verdict CheckClosing(HolderId holder) const;
  core::Verdict CheckGrant(const UserData& user, const v1::RoleGrant& grant,
                           const char* field) const;
  // Whether the market of roles would lose its last security administrator.
  bool IsLastAdministrator(const UserData& user, UserId id) const;

  const Accounts& accounts_;
  const core::HolderUsage* usage_ = nullptr;
  HolderBook holders_;
  UserBook users_;
  RecordBook records_;
};

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_REGISTRY_AREA_H_
