// Cleans the vault when a node starts: a record is stored before the ledger
// says so, and a crash or a refusal in between leaves personal data that
// nothing names.
#ifndef LUHENG_SERVICES_REGISTRY_VAULT_SWEEP_H_
#define LUHENG_SERVICES_REGISTRY_VAULT_SWEEP_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "ledger/base/digest.h"
#include "services/core/world.h"
#include "services/registry/registry_area.h"
#include "services/registry/vault.h"

namespace luheng::registry {

// Ties `vault` to the journal and erases each record that neither the ledger
// nor an open proposal names; the number of them. Requires that nobody stores
// meanwhile. Errors: FAILED_PRECONDITION if the vault belongs to another
// journal or its key is another, and then nothing is erased; those of Vault.
absl::StatusOr<int64_t> SweepVault(Vault& vault, const Id16& journal_id,
                                   const core::World& world,
                                   const RegistryArea& area);

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_VAULT_SWEEP_H_
