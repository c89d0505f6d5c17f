// Commands and outcomes as they travel between a follower and the node that
// appends.
#ifndef LUHENG_SERVICES_REPLICATION_FORWARDED_H_
#define LUHENG_SERVICES_REPLICATION_FORWARDED_H_

#include <vector>

#include "absl/status/statusor.h"
#include "luheng/ledger/v1/journal.pb.h"
#include "services/core/command.h"
#include "services/core/world.h"

namespace luheng::replication {

// Writes the commands of `submission` into `request`.
void WriteCommands(const core::Submission& submission,
                   ledger::v1::ForwardCommandsRequest& request);

// The submission that `request` describes, without its `done`. Of `catalog`
// only the command types are used. Errors: INVALID_ARGUMENT for a type that
// this node does not know, a body that does not parse, or a sender that is no
// user: nobody forwards what the node tells itself.
absl::StatusOr<core::Submission> ReadCommands(
    const ledger::v1::ForwardCommandsRequest& request,
    const core::World& catalog);

void WriteOutcomes(const std::vector<core::Outcome>& outcomes,
                   ledger::v1::ForwardCommandsResponse& response);
std::vector<core::Outcome> ReadOutcomes(
    const ledger::v1::ForwardCommandsResponse& response);

}  // namespace luheng::replication

#endif  // LUHENG_SERVICES_REPLICATION_FORWARDED_H_
