#include "services/rpc/methods.h"

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "luheng/core/v1/events.pb.h"
#include "luheng/market/v1/events.pb.h"
#include "luheng/registry/v1/events.pb.h"
#include "luheng/settlement/v1/events.pb.h"

namespace luheng::rpc {
namespace {

namespace core = core::v1;
namespace market = market::v1;
namespace registry = registry::v1;
namespace settlement = settlement::v1;

#define CORE "/luheng.core.v1."
#define LEDGER "/luheng.ledger.v1."
#define MARKET "/luheng.market.v1."
#define REGISTRY "/luheng.registry.v1."
#define SETTLEMENT "/luheng.settlement.v1."

constexpr MethodRow Submit(const char* method, int command,
                           RateClass rate = RateClass::kCommands) {
  return {method, command, ReadScope::kNone, rate};
}
constexpr MethodRow Read(const char* method, ReadScope scope) {
  return {method, 0, scope, RateClass::kReads};
}

constexpr ReadScope kUsers = ReadScope::kUsers;
constexpr ReadScope kHolder = ReadScope::kHolder;
constexpr ReadScope kAll = ReadScope::kAll;

constexpr MethodRow kMethods[] = {
    // Proposals are shown to those who may decide on them, too.
    Read(CORE "ApprovalService/ListProposals", kHolder),
    Read(CORE "ApprovalService/GetProposal", kHolder),
    Submit(CORE "ApprovalService/CheckProposal",
           core::COMMAND_TYPE_CHECK_PROPOSAL),
    Submit(CORE "ApprovalService/ApproveProposal",
           core::COMMAND_TYPE_APPROVE_PROPOSAL),
    Submit(CORE "ApprovalService/RejectProposal",
           core::COMMAND_TYPE_REJECT_PROPOSAL),
    Submit(CORE "ApprovalService/SetApprovalRule",
           core::COMMAND_TYPE_SET_APPROVAL_RULE),
    Read(CORE "ApprovalService/ListApprovalRules", kUsers),
    Read(CORE "NodeService/GetNodeStatus", kUsers),
    Submit(CORE "NodeService/AcknowledgeClockJump",
           core::COMMAND_TYPE_ACKNOWLEDGE_CLOCK_JUMP),
    Submit(CORE "NodeService/AdvanceClock", core::COMMAND_TYPE_ADVANCE_CLOCK),

    // What of an entry is shown depends on the caller's holder.
    Read(LEDGER "LedgerService/GetEntry", kHolder),
    Read(LEDGER "LedgerService/ListEntries", kHolder),
    Read(LEDGER "LedgerService/GetReceipt", kHolder),
    Read(LEDGER "LedgerService/GetCheckpoint", kUsers),
    // For nodes; their service asks for more than a role.
    Read(LEDGER "JournalService/FollowBlocks", kAll),
    Read(LEDGER "JournalService/RequestCheckpoint", kAll),
    Read(LEDGER "JournalService/ForwardCommands", kAll),

    Submit(REGISTRY "RegistryService/OpenHolder",
           registry::COMMAND_TYPE_OPEN_HOLDER),
    Read(REGISTRY "RegistryService/GetHolder", kHolder),
    Read(REGISTRY "RegistryService/ListHolders", kHolder),
    Submit(REGISTRY "RegistryService/SetHolderState",
           registry::COMMAND_TYPE_SET_HOLDER_STATE),
    Submit(REGISTRY "RegistryService/SetControlGroup",
           registry::COMMAND_TYPE_SET_CONTROL_GROUP),
    Submit(REGISTRY "RegistryService/CreateUser",
           registry::COMMAND_TYPE_CREATE_USER),
    Read(REGISTRY "RegistryService/GetUser", kHolder),
    Read(REGISTRY "RegistryService/ListUsers", kHolder),
    Submit(REGISTRY "RegistryService/SetUserState",
           registry::COMMAND_TYPE_SET_USER_STATE),
    Submit(REGISTRY "RegistryService/GrantRole",
           registry::COMMAND_TYPE_GRANT_ROLE),
    Submit(REGISTRY "RegistryService/RevokeRole",
           registry::COMMAND_TYPE_REVOKE_ROLE),
    Submit(REGISTRY "RegistryService/SetPermission",
           registry::COMMAND_TYPE_SET_PERMISSION),
    Read(REGISTRY "RegistryService/GetCaller", kUsers),
    Submit(REGISTRY "VaultService/PutRecord",
           registry::COMMAND_TYPE_STORE_RECORD),
    Read(REGISTRY "VaultService/GetRecord", kHolder),
    Submit(REGISTRY "VaultService/EraseRecord",
           registry::COMMAND_TYPE_ERASE_RECORD),

    Submit(MARKET "InstrumentService/DefineInstrument",
           market::COMMAND_TYPE_DEFINE_INSTRUMENT),
    Submit(MARKET "InstrumentService/SetInstrumentRules",
           market::COMMAND_TYPE_SET_INSTRUMENT_RULES),
    Submit(MARKET "InstrumentService/SetReferencePrice",
           market::COMMAND_TYPE_SET_REFERENCE_PRICE),
    Submit(MARKET "InstrumentService/SetInstrumentHalt",
           market::COMMAND_TYPE_SET_INSTRUMENT_HALT),
    Submit(MARKET "InstrumentService/SetCalendarDays",
           market::COMMAND_TYPE_SET_CALENDAR_DAYS),
    Read(MARKET "InstrumentService/GetInstrument", kUsers),
    Read(MARKET "InstrumentService/ListInstruments", kUsers),
    Submit(MARKET "OrderService/PlaceOrder", market::COMMAND_TYPE_PLACE_ORDER,
           RateClass::kOrders),
    Submit(MARKET "OrderService/CancelOrder", market::COMMAND_TYPE_CANCEL_ORDER,
           RateClass::kCancels),
    Submit(MARKET "OrderService/CancelAllOrders",
           market::COMMAND_TYPE_CANCEL_ALL, RateClass::kCancels),
    Submit(MARKET "OrderService/AmendOrder", market::COMMAND_TYPE_AMEND_ORDER,
           RateClass::kOrders),
    Read(MARKET "OrderService/GetOrder", kHolder),
    Read(MARKET "OrderService/ListOrders", kHolder),
    Read(MARKET "OrderService/ListFills", kHolder),
    // Each batch is charged on its own, see Edge::Charge.
    Submit(MARKET "OrderService/StreamOrders", core::COMMAND_TYPE_OPEN_SESSION),
    Read(MARKET "OrderService/WatchOrders", kHolder),
    Read(MARKET "MarketDataService/GetBook", kUsers),
    Read(MARKET "MarketDataService/WatchBook", kUsers),
    Read(MARKET "MarketDataService/ListTrades", kUsers),
    Read(MARKET "MarketDataService/WatchTrades", kUsers),
    Read(MARKET "MarketDataService/GetTicker", kUsers),
    Read(MARKET "MarketDataService/ListDailyBars", kUsers),

    Submit(SETTLEMENT "SettlementService/DefineAsset",
           settlement::COMMAND_TYPE_DEFINE_ASSET),
    Read(SETTLEMENT "SettlementService/ListAssets", kUsers),
    Submit(SETTLEMENT "SettlementService/IssueUnits",
           settlement::COMMAND_TYPE_ISSUE_UNITS),
    Submit(SETTLEMENT "SettlementService/RetireUnits",
           settlement::COMMAND_TYPE_RETIRE_UNITS),
    Submit(SETTLEMENT "SettlementService/Deposit",
           settlement::COMMAND_TYPE_DEPOSIT),
    Submit(SETTLEMENT "SettlementService/Withdraw",
           settlement::COMMAND_TYPE_WITHDRAW),
    Read(SETTLEMENT "SettlementService/ListBalances", kHolder),
    Read(SETTLEMENT "SettlementService/ListStatementLines", kHolder),
    Read(SETTLEMENT "SettlementService/GetTrialBalance", kAll),
};

#undef CORE
#undef LEDGER
#undef MARKET
#undef REGISTRY
#undef SETTLEMENT

// The request type of "/luheng.a.v1.XService/Verb" is
// "luheng.a.v1.VerbRequest"; the linter of the protos holds us to it.
std::string RequestOf(absl::string_view method) {
  absl::ConsumePrefix(&method, "/");
  const absl::string_view service = method.substr(0, method.find('/'));
  return absl::StrCat(service.substr(0, service.rfind('.') + 1),
                      method.substr(method.find('/') + 1), "Request");
}

using Index = absl::flat_hash_map<std::string, const MethodRow*>;

}  // namespace

absl::string_view RateClassName(RateClass rate_class) {
  switch (rate_class) {
    case RateClass::kReads:
      return "reads";
    case RateClass::kOrders:
      return "orders";
    case RateClass::kCancels:
      return "cancels";
    case RateClass::kCommands:
      return "commands";
  }
  return "commands";
}

absl::Span<const MethodRow> Methods() { return kMethods; }

const MethodRow* FindMethod(absl::string_view method) {
  static const Index* const kIndex = [] {
    auto* index = new Index;
    for (const MethodRow& row : kMethods) (*index)[row.method] = &row;
    return index;
  }();
  const auto found = kIndex->find(method);
  return found == kIndex->end() ? nullptr : found->second;
}

const MethodRow* FindMethodOfRequest(
    const google::protobuf::Descriptor* request) {
  static const Index* const kIndex = [] {
    auto* index = new Index;
    for (const MethodRow& row : kMethods) {
      (*index)[RequestOf(row.method)] = &row;
    }
    return index;
  }();
  const auto found = kIndex->find(request->full_name());
  return found == kIndex->end() ? nullptr : found->second;
}

}  // namespace luheng::rpc
