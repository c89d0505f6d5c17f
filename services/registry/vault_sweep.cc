#include "services/registry/vault_sweep.h"

#include <set>
#include <string>
#include <vector>

#include "ledger/base/status_macros.h"
#include "luheng/registry/v1/events.pb.h"
#include "services/core/core_area.h"

namespace luheng::registry {
namespace {

// Records whose registration waits for other persons.
std::set<std::string> Proposed(const core::Approvals& approvals) {
  std::set<std::string> records;
  for (const ProposalId id : approvals.Newest(ProposalId(), INT64_MAX)) {
    const core::Proposal& proposal = *approvals.Find(id);
    v1::StoreRecord body;
    if (proposal.open() && proposal.command == v1::COMMAND_TYPE_STORE_RECORD &&
        body.ParseFromString(proposal.payload)) {
      records.insert(body.record());
    }
  }
  return records;
}

}  // namespace

absl::StatusOr<int64_t> SweepVault(Vault& vault, const Id16& journal_id,
                                   const core::World& world,
                                   const RegistryArea& area) {
  RETURN_IF_ERROR(vault.Bind(journal_id));
  ASSIGN_OR_RETURN(const std::vector<Id16> stored, vault.Records());
  const std::set<std::string> proposed = Proposed(world.core().approvals());
  int64_t count = 0;
  for (const Id16& record : stored) {
    if (area.records().Find(record) != nullptr ||
        proposed.count(record.str()) > 0) {
      continue;
    }
    RETURN_IF_ERROR(vault.Discard(record));
    ++count;
  }
  return count;
}

}  // namespace luheng::registry
