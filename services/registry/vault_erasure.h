// Carries erasures from the ledger into the vault: follows the journal as a
// projection and erases each record whose erasure was decided, approved or
// not, whoever asked for it. It has no rows; erasing again does no harm.
#ifndef LUHENG_SERVICES_REGISTRY_VAULT_ERASURE_H_
#define LUHENG_SERVICES_REGISTRY_VAULT_ERASURE_H_

#include "ledger/views/projection.h"
#include "services/registry/vault.h"

namespace luheng::registry {

class VaultErasure final : public Projection {
 public:
  // Borrows `vault`.
  explicit VaultErasure(Vault& vault) : vault_(vault) {}

  absl::string_view name() const override { return "vault"; }
  int64_t schema() const override { return 1; }
  absl::Status Apply(const EntryView& entry, ViewRows& rows) override;

 private:
  Vault& vault_;
};

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_VAULT_ERASURE_H_
