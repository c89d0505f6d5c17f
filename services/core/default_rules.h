// The approval rules that a journal begins with. They are written into entry 1
// and replaced by SetApprovalRule; nothing reads this table later.
#ifndef LUHENG_SERVICES_CORE_DEFAULT_RULES_H_
#define LUHENG_SERVICES_CORE_DEFAULT_RULES_H_

#include <vector>

#include "ledger/base/stamp.h"
#include "luheng/core/v1/events.pb.h"

namespace luheng::core {

// Minting, opening holders, freezing, roles, parameters and cash need other
// persons; suspending a user or taking a role back does not, since it must
// work at once.
std::vector<v1::ApprovalRuleSet> DefaultApprovalRules(Stamp now);

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_DEFAULT_RULES_H_
