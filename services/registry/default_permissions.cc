#include "services/registry/default_permissions.h"

#include <utility>

#include "luheng/core/v1/events.pb.h"
#include "luheng/market/v1/events.pb.h"
#include "luheng/registry/v1/registry.pb.h"
#include "luheng/settlement/v1/events.pb.h"
#include "services/registry/user_book.h"

namespace luheng::registry {
namespace {

constexpr RoleMask kSystemAdmin = MaskOf(v1::ROLE_SYSTEM_ADMIN);
constexpr RoleMask kSecurityAdmin = MaskOf(v1::ROLE_SECURITY_ADMIN);
constexpr RoleMask kRegistrar = MaskOf(v1::ROLE_REGISTRAR);
constexpr RoleMask kRegistrarApprover = MaskOf(v1::ROLE_REGISTRAR_APPROVER);
constexpr RoleMask kOperator = MaskOf(v1::ROLE_MARKET_OPERATOR);
constexpr RoleMask kTrader = MaskOf(v1::ROLE_TRADER);
constexpr RoleMask kCashier = MaskOf(v1::ROLE_CASHIER);
constexpr RoleMask kCashChecker = MaskOf(v1::ROLE_CASH_CHECKER);
constexpr RoleMask kCashApprover = MaskOf(v1::ROLE_CASH_APPROVER);
// System and security administrators watch each other.
constexpr RoleMask kAdmins = kSystemAdmin | kSecurityAdmin;
// Everybody whose command can come under approval, as proposer or as one of
// those who decide. What they may decide on is the row of the command itself.
constexpr RoleMask kParties = kAdmins | kRegistrar | kRegistrarApprover |
                              kOperator | kTrader | kCashier | kCashChecker |
                              kCashApprover;
constexpr RoleMask kNobody = 0;

struct Row {
  int command;
  RoleMask submit;
  RoleMask check;
  RoleMask approve;
};

// Roles of the trader, and of a cashier outside agencies, reach only the user's
// own holder; see user_book.h.
constexpr Row kRows[] = {
    // The node and its parameters.
    {core::v1::COMMAND_TYPE_SET_APPROVAL_RULE, kSystemAdmin, kAdmins, kAdmins},
    {core::v1::COMMAND_TYPE_CHECK_PROPOSAL, kParties, kNobody, kNobody},
    {core::v1::COMMAND_TYPE_APPROVE_PROPOSAL, kParties, kNobody, kNobody},
    {core::v1::COMMAND_TYPE_REJECT_PROPOSAL, kParties, kNobody, kNobody},
    {core::v1::COMMAND_TYPE_ACKNOWLEDGE_CLOCK_JUMP, kSystemAdmin, kAdmins,
     kAdmins},
    {core::v1::COMMAND_TYPE_ADVANCE_CLOCK, kSystemAdmin, kAdmins, kAdmins},
    {core::v1::COMMAND_TYPE_OPEN_SESSION, kTrader | kOperator, kNobody,
     kNobody},

    // Users, roles, permissions.
    {v1::COMMAND_TYPE_CREATE_USER, kSecurityAdmin, kAdmins, kAdmins},
    {v1::COMMAND_TYPE_SET_USER_STATE, kSecurityAdmin, kAdmins, kAdmins},
    {v1::COMMAND_TYPE_GRANT_ROLE, kSecurityAdmin, kAdmins, kAdmins},
    {v1::COMMAND_TYPE_REVOKE_ROLE, kSecurityAdmin, kAdmins, kAdmins},
    {v1::COMMAND_TYPE_SET_PERMISSION, kSecurityAdmin, kAdmins, kAdmins},

    // Holders and their data.
    {v1::COMMAND_TYPE_OPEN_HOLDER, kRegistrar, kRegistrarApprover,
     kRegistrarApprover},
    {v1::COMMAND_TYPE_SET_HOLDER_STATE, kRegistrar, kRegistrarApprover,
     kRegistrarApprover},
    {v1::COMMAND_TYPE_SET_CONTROL_GROUP, kRegistrar, kRegistrarApprover,
     kRegistrarApprover},
    {v1::COMMAND_TYPE_STORE_RECORD, kRegistrar, kRegistrarApprover,
     kRegistrarApprover},
    {v1::COMMAND_TYPE_ERASE_RECORD, kRegistrar, kRegistrarApprover,
     kRegistrarApprover},

    // What is traded, and the day.
    {market::v1::COMMAND_TYPE_DEFINE_INSTRUMENT, kRegistrar, kRegistrarApprover,
     kRegistrarApprover},
    {market::v1::COMMAND_TYPE_SET_INSTRUMENT_RULES, kRegistrar,
     kRegistrarApprover, kRegistrarApprover},
    {market::v1::COMMAND_TYPE_SET_REFERENCE_PRICE, kOperator,
     kRegistrarApprover, kRegistrarApprover},
    {market::v1::COMMAND_TYPE_SET_INSTRUMENT_HALT, kOperator,
     kRegistrarApprover, kRegistrarApprover},
    {market::v1::COMMAND_TYPE_SET_CALENDAR_DAYS, kOperator, kRegistrarApprover,
     kRegistrarApprover},

    // Orders. The operator may take others' orders out, and place none.
    {market::v1::COMMAND_TYPE_PLACE_ORDER, kTrader, kNobody, kNobody},
    {market::v1::COMMAND_TYPE_CANCEL_ORDER, kTrader | kOperator, kNobody,
     kNobody},
    {market::v1::COMMAND_TYPE_AMEND_ORDER, kTrader, kNobody, kNobody},
    {market::v1::COMMAND_TYPE_CANCEL_ALL, kTrader | kOperator, kNobody,
     kNobody},

    // Units and cash.
    {settlement::v1::COMMAND_TYPE_DEFINE_ASSET, kRegistrar, kRegistrarApprover,
     kRegistrarApprover},
    {settlement::v1::COMMAND_TYPE_ISSUE_UNITS, kRegistrar, kRegistrarApprover,
     kRegistrarApprover},
    {settlement::v1::COMMAND_TYPE_RETIRE_UNITS, kRegistrar, kRegistrarApprover,
     kRegistrarApprover},
    {settlement::v1::COMMAND_TYPE_DEPOSIT, kCashier, kCashChecker,
     kCashApprover},
    {settlement::v1::COMMAND_TYPE_WITHDRAW, kCashier, kCashChecker,
     kCashApprover},
};

void Append(int command, v1::Step step, RoleMask roles,
            std::vector<v1::PermissionSet>& events) {
  for (int role = 1; role <= v1::Role_MAX; ++role) {
    if ((roles & MaskOf(role)) == 0) continue;
    v1::PermissionSet& event = events.emplace_back();
    event.set_role(role);
    event.set_command(command);
    event.set_step(step);
    event.set_allowed(true);
  }
}

}  // namespace

std::vector<v1::PermissionSet> DefaultPermissions() {
  std::vector<v1::PermissionSet> events;
  for (const Row& row : kRows) {
    Append(row.command, v1::STEP_SUBMIT, row.submit, events);
    Append(row.command, v1::STEP_CHECK, row.check, events);
    Append(row.command, v1::STEP_APPROVE, row.approve, events);
  }
  return events;
}

}  // namespace luheng::registry
