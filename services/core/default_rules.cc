#include "services/core/default_rules.h"

#include <cstdint>

#include "luheng/market/v1/events.pb.h"
#include "luheng/registry/v1/events.pb.h"
#include "luheng/settlement/v1/events.pb.h"

namespace luheng::core {
namespace {

// Up to `amount_max` (0: no bound) so many checks and approvals.
struct Row {
  int command;
  int64_t amount_max;
  int checks;
  int approvals;
};

constexpr int64_t kHundredMillionYuanFen = 10'000'000'000;
constexpr int64_t kExpiryNanos = 7 * kNanosPerDay;

// Rows of one command stand together, by rising bound.
constexpr Row kRows[] = {
    {v1::COMMAND_TYPE_SET_APPROVAL_RULE, 0, 0, 1},
    {registry::v1::COMMAND_TYPE_OPEN_HOLDER, 0, 0, 1},
    {registry::v1::COMMAND_TYPE_SET_HOLDER_STATE, 0, 0, 1},
    {registry::v1::COMMAND_TYPE_SET_CONTROL_GROUP, 0, 0, 1},
    {registry::v1::COMMAND_TYPE_CREATE_USER, 0, 0, 1},
    {registry::v1::COMMAND_TYPE_GRANT_ROLE, 0, 0, 1},
    {registry::v1::COMMAND_TYPE_SET_PERMISSION, 0, 0, 1},
    {registry::v1::COMMAND_TYPE_ERASE_RECORD, 0, 0, 1},
    {market::v1::COMMAND_TYPE_DEFINE_INSTRUMENT, 0, 0, 1},
    {market::v1::COMMAND_TYPE_SET_INSTRUMENT_RULES, 0, 0, 1},
    {market::v1::COMMAND_TYPE_SET_REFERENCE_PRICE, 0, 0, 1},
    {market::v1::COMMAND_TYPE_SET_CALENDAR_DAYS, 0, 0, 1},
    {settlement::v1::COMMAND_TYPE_DEFINE_ASSET, 0, 0, 1},
    {settlement::v1::COMMAND_TYPE_ISSUE_UNITS, 0, 1, 1},
    {settlement::v1::COMMAND_TYPE_RETIRE_UNITS, 0, 1, 1},
    {settlement::v1::COMMAND_TYPE_DEPOSIT, kHundredMillionYuanFen, 1, 1},
    {settlement::v1::COMMAND_TYPE_DEPOSIT, 0, 1, 2},
    {settlement::v1::COMMAND_TYPE_WITHDRAW, kHundredMillionYuanFen, 1, 1},
    {settlement::v1::COMMAND_TYPE_WITHDRAW, 0, 1, 2},
};

}  // namespace

std::vector<v1::ApprovalRuleSet> DefaultApprovalRules(Stamp now) {
  std::vector<v1::ApprovalRuleSet> rules;
  for (const Row& row : kRows) {
    if (rules.empty() || rules.back().command() != row.command) {
      v1::ApprovalRuleSet& rule = rules.emplace_back();
      rule.set_command(row.command);
      rule.set_expiry_ns(kExpiryNanos);
      rule.set_effective_ns(static_cast<uint64_t>(now.value()));
    }
    v1::TierRecord& tier = *rules.back().add_tiers();
    tier.set_amount_max(row.amount_max);
    tier.set_checks(row.checks);
    tier.set_approvals(row.approvals);
  }
  return rules;
}

}  // namespace luheng::core
