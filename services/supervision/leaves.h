// The data of the log's leaves: one commitment record for each entry. Public,
// unlike the entries: number, time and salted digests.
#ifndef LUHENG_SERVICES_SUPERVISION_LEAVES_H_
#define LUHENG_SERVICES_SUPERVISION_LEAVES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/journal/journal.h"

namespace luheng::supervision {

// The records of `count` leaves from leaf `first` (from 0) on, made anew from
// the blocks that hold their entries. Errors: OUT_OF_RANGE unless the journal
// has them; DATA_LOSS.
absl::StatusOr<std::vector<std::string>> ReadLeaves(const Journal& journal,
                                                    int64_t first,
                                                    int64_t count);

}  // namespace luheng::supervision

#endif  // LUHENG_SERVICES_SUPERVISION_LEAVES_H_
