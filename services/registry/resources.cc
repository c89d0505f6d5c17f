#include "services/registry/resources.h"

#include "ledger/base/check.h"
#include "ledger/base/digest.h"
#include "services/core/names.h"
#include "services/registry/county_code.h"

namespace luheng::registry {

v1::Holder HolderResource(const v1::HolderOpened& opened, v1::HolderState state,
                          HolderId owner) {
  v1::Holder holder;
  holder.set_name(core::HolderName(HolderId(opened.holder())));
  holder.set_kind(static_cast<v1::HolderKind>(opened.kind()));
  holder.set_code(opened.code());
  holder.set_display_name(opened.display_name());
  holder.set_display_name_en(opened.display_name_en());
  holder.set_county_code(FormatCountyCode(opened.county()));
  holder.set_state(state);
  for (const v1::DocumentRecord& record : opened.documents()) {
    v1::Document& document = *holder.add_documents();
    document.set_title(record.title());
    document.set_sha256(record.sha256());
  }
  holder.set_vault_record(ToHex(opened.vault_record()));
  if (owner && owner.value() != opened.holder()) {
    holder.set_beneficial_owner(core::HolderName(owner));
  }
  return holder;
}

v1::Holder HolderResource(const HolderBook& holders, HolderId holder,
                          Date today) {
  const HolderData* data = holders.Find(holder);
  LUHENG_CHECK(data != nullptr) << "holder " << holder;
  return HolderResource(data->opened, data->state,
                        holders.BeneficialOwner(holder, today));
}

v1::User UserResource(const UserData& data) {
  v1::User user;
  user.set_name(core::TextName("users", data.name));
  user.set_holder(core::HolderName(data.holder));
  user.set_state(data.active ? v1::USER_STATE_ACTIVE
                             : v1::USER_STATE_SUSPENDED);
  for (const Grant& grant : data.grants) {
    v1::RoleGrant& role = *user.add_roles();
    role.set_role(static_cast<v1::Role>(grant.role));
    role.set_county_code(FormatCountyCode(grant.county));
  }
  return user;
}

}  // namespace luheng::registry
