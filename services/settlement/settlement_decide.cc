// The rules of settlement's commands. Within a command the reasons rise: of
// several broken rules the one with the lowest number is answered.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "ledger/base/checked.h"
#include "services/core/names.h"
#include "services/settlement/settlement_area.h"

namespace luheng::settlement {
namespace {

using core::FieldRefusal;
using core::Refusal;
using core::Verdict;
namespace reason = core::v1;

constexpr size_t kSymbolCharsMax = 32;

template <typename T>
const T& As(const core::Command& command) {
  LUHENG_CHECK(command.body->GetDescriptor() == T::descriptor())
      << "command " << command.type;
  return static_cast<const T&>(*command.body);
}

template <typename Response>
void SetAnswer(Response& response, const core::DecideContext& context,
               int64_t subject, core::Outcome& outcome) {
  response.set_entry(context.number.value());
  outcome.subject = subject;
  outcome.answer = response.SerializeAsString();
}

// A FieldRefusal whose value the text calls `name`.
Refusal NamedRefusal(core::Reason broken, const char* name, const char* field,
                     const std::string& value, std::string rule) {
  Refusal refusal = FieldRefusal(broken, field, value, std::move(rule));
  refusal.details.emplace_back(name, value);
  return refusal;
}

bool IsSymbol(absl::string_view symbol) {
  if (symbol.empty() || symbol.size() > kSymbolCharsMax) return false;
  return std::all_of(symbol.begin(), symbol.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool IsAmount(int64_t amount) { return amount >= 1 && amount <= kAmountMax; }

Refusal AmountOutOfRange(const char* field, int64_t amount) {
  return FieldRefusal(reason::REASON_AMOUNT_OUT_OF_RANGE, field, amount,
                      absl::StrCat("1 to ", kAmountMax));
}

Refusal OperationInvalid(const std::string& asset) {
  return NamedRefusal(reason::REASON_ASSET_OPERATION_INVALID, "asset", "asset",
                      asset, "not a currency");
}

}  // namespace

Verdict SettlementArea::Decide(const core::DecideContext& context,
                               const core::Command& command, Entry& entry,
                               core::Outcome& outcome) const {
  const Draft draft{context, entry, outcome};
  switch (command.type) {
    case v1::COMMAND_TYPE_DEFINE_ASSET:
      return DecideDefineAsset(As<v1::DefineAssetRequest>(command), draft);
    case v1::COMMAND_TYPE_ISSUE_UNITS:
      return DecideIssue(As<v1::IssueUnitsRequest>(command), draft);
    case v1::COMMAND_TYPE_RETIRE_UNITS:
      return DecideRetire(As<v1::RetireUnitsRequest>(command), draft);
    case v1::COMMAND_TYPE_DEPOSIT:
      return DecideDeposit(As<v1::DepositRequest>(command), draft);
    case v1::COMMAND_TYPE_WITHDRAW:
      return DecideWithdraw(As<v1::WithdrawRequest>(command), draft);
    default:
      return Refusal{reason::REASON_UNKNOWN_COMMAND, {}};
  }
}

Verdict SettlementArea::DecideDefineAsset(const v1::DefineAssetRequest& request,
                                          Draft draft) const {
  const v1::Asset& asset = request.asset();
  if (!IsSymbol(asset.symbol())) {
    return FieldRefusal(reason::REASON_INVALID_FIELD, "asset.symbol",
                        asset.symbol(), "1 to 32 of A-Z, 0-9 and hyphen");
  }
  if (asset.kind() == v1::ASSET_KIND_UNSPECIFIED ||
      !v1::AssetKind_IsValid(asset.kind())) {
    return FieldRefusal(reason::REASON_INVALID_FIELD, "asset.kind",
                        asset.kind(), "a kind of asset");
  }
  if (FindAsset(asset.symbol())) {
    return NamedRefusal(reason::REASON_SYMBOL_EXISTS, "symbol", "asset.symbol",
                        asset.symbol(), "not used by another asset");
  }
  // The market has one currency, and the genesis entry defined it.
  if (asset.kind() == v1::ASSET_KIND_CURRENCY) {
    return OperationInvalid(asset.symbol());
  }

  v1::AssetDefined event;
  event.set_asset(asset_count() + 1);
  event.set_symbol(asset.symbol());
  event.set_kind(asset.kind());
  event.set_display_name(asset.display_name());
  event.set_display_name_en(asset.display_name_en());
  event.set_unit(asset.unit());
  draft.entry.AddEvent(kPublic, v1::EVENT_TYPE_ASSET_DEFINED, event);
  v1::DefineAssetResponse response;
  *response.mutable_asset() = AssetResource(event);
  SetAnswer(response, draft.context, event.asset(), draft.outcome);
  return std::nullopt;
}

Verdict SettlementArea::CheckHolder(HolderId holder,
                                    absl::string_view name) const {
  if (!holders_.Exists(holder)) {
    return NamedRefusal(reason::REASON_HOLDER_UNKNOWN, "holder", "holder",
                        std::string(name), "a known holder");
  }
  if (!holders_.IsActive(holder)) {
    return NamedRefusal(reason::REASON_HOLDER_NOT_ACTIVE, "holder", "holder",
                        std::string(name), "active");
  }
  return std::nullopt;
}

Verdict SettlementArea::CheckBalances(const Movement& movement) const {
  const int64_t available =
      accounts_.Get(movement.holder, movement.asset, Purpose::kAvailable);
  if (!movement.in && available < movement.amount) {
    const char* suffix = IsCurrency(movement.asset) ? "_minor" : "";
    return Refusal{
        reason::REASON_INSUFFICIENT_BALANCE,
        {{absl::StrCat("needed", suffix), absl::StrCat(movement.amount)},
         {absl::StrCat("available", suffix), absl::StrCat(available)}}};
  }
  const int64_t change = movement.in ? movement.amount : -movement.amount;
  const int64_t contra =
      accounts_.Get(kSystemHolder, movement.asset, movement.contra);
  if (!CheckedAdd(available, change) || !CheckedSub(contra, change)) {
    return Refusal{reason::REASON_BALANCE_OVERFLOW,
                   {{"amount", absl::StrCat(movement.amount)}}};
  }
  return std::nullopt;
}

template <typename Request>
Verdict SettlementArea::CheckUnits(const Request& request,
                                   const Movement& movement) const {
  if (Verdict verdict = CheckHolder(movement.holder, request.holder())) {
    return verdict;
  }
  if (Find(movement.asset) == nullptr) {
    return NamedRefusal(reason::REASON_ASSET_UNKNOWN, "asset", "asset",
                        request.asset(), "a known asset");
  }
  if (!IsAmount(movement.amount)) {
    return AmountOutOfRange("amount", movement.amount);
  }
  if (IsCurrency(movement.asset)) return OperationInvalid(request.asset());
  return CheckBalances(movement);
}

// The balance comes before the reference and the overflow after it, as their
// numbers say.
template <typename Request>
Verdict SettlementArea::CheckCash(const Request& request,
                                  const Movement& movement) const {
  if (Verdict verdict = CheckHolder(movement.holder, request.holder())) {
    return verdict;
  }
  if (!IsAmount(movement.amount)) {
    return AmountOutOfRange("amount_minor", movement.amount);
  }
  const Verdict balances = CheckBalances(movement);
  if (balances && balances->reason < reason::REASON_BANK_REFERENCE_REUSED) {
    return balances;
  }
  if (bank_references_.contains(request.bank_reference())) {
    return NamedRefusal(reason::REASON_BANK_REFERENCE_REUSED, "bank_reference",
                        "bank_reference", request.bank_reference(),
                        "used once");
  }
  return balances;
}

void SettlementArea::DraftMovement(const Movement& movement, Entry& entry) {
  if (movement.in) {
    entry.Move(movement.asset, movement.amount, kSystemHolder, movement.contra,
               movement.holder, Purpose::kAvailable);
  } else {
    entry.Move(movement.asset, movement.amount, movement.holder,
               Purpose::kAvailable, kSystemHolder, movement.contra);
  }
}

namespace {

v1::UnitsMoved UnitsEvent(HolderId holder, AssetId asset, int64_t amount,
                          const std::string& basis) {
  v1::UnitsMoved event;
  event.set_holder(holder.value());
  event.set_asset(asset.value());
  event.set_amount(amount);
  event.set_basis(basis);
  return event;
}

v1::CashMoved CashEvent(HolderId holder, int64_t amount,
                        const std::string& reference) {
  v1::CashMoved event;
  event.set_holder(holder.value());
  event.set_amount(amount);
  event.set_bank_reference(reference);
  return event;
}

}  // namespace

Verdict SettlementArea::DecideIssue(const v1::IssueUnitsRequest& request,
                                    Draft draft) const {
  const Movement movement{
      .holder = core::ParseHolderName(request.holder()),
      .asset = FindAsset(core::ParseTextName("assets", request.asset())),
      .amount = request.amount(),
      .contra = Purpose::kIssuance,
      .in = true};
  if (Verdict verdict = CheckUnits(request, movement)) return verdict;
  draft.entry.AddEvent(movement.holder, v1::EVENT_TYPE_UNITS_ISSUED,
                       UnitsEvent(movement.holder, movement.asset,
                                  movement.amount, request.basis()));
  DraftMovement(movement, draft.entry);
  v1::IssueUnitsResponse response;
  SetAnswer(response, draft.context, movement.holder.value(), draft.outcome);
  return std::nullopt;
}

Verdict SettlementArea::DecideRetire(const v1::RetireUnitsRequest& request,
                                     Draft draft) const {
  const Movement movement{
      .holder = core::ParseHolderName(request.holder()),
      .asset = FindAsset(core::ParseTextName("assets", request.asset())),
      .amount = request.amount(),
      .contra = Purpose::kRetired,
      .in = false};
  if (Verdict verdict = CheckUnits(request, movement)) return verdict;
  draft.entry.AddEvent(movement.holder, v1::EVENT_TYPE_UNITS_RETIRED,
                       UnitsEvent(movement.holder, movement.asset,
                                  movement.amount, request.basis()));
  DraftMovement(movement, draft.entry);
  v1::RetireUnitsResponse response;
  SetAnswer(response, draft.context, movement.holder.value(), draft.outcome);
  return std::nullopt;
}

Verdict SettlementArea::DecideDeposit(const v1::DepositRequest& request,
                                      Draft draft) const {
  const Movement movement{.holder = core::ParseHolderName(request.holder()),
                          .asset = kCurrency,
                          .amount = request.amount_minor(),
                          .contra = Purpose::kBank,
                          .in = true};
  if (Verdict verdict = CheckCash(request, movement)) return verdict;
  draft.entry.AddEvent(
      movement.holder, v1::EVENT_TYPE_CASH_IN,
      CashEvent(movement.holder, movement.amount, request.bank_reference()));
  DraftMovement(movement, draft.entry);
  v1::DepositResponse response;
  SetAnswer(response, draft.context, movement.holder.value(), draft.outcome);
  return std::nullopt;
}

Verdict SettlementArea::DecideWithdraw(const v1::WithdrawRequest& request,
                                       Draft draft) const {
  const Movement movement{.holder = core::ParseHolderName(request.holder()),
                          .asset = kCurrency,
                          .amount = request.amount_minor(),
                          .contra = Purpose::kBank,
                          .in = false};
  if (Verdict verdict = CheckCash(request, movement)) return verdict;
  draft.entry.AddEvent(
      movement.holder, v1::EVENT_TYPE_CASH_OUT,
      CashEvent(movement.holder, movement.amount, request.bank_reference()));
  DraftMovement(movement, draft.entry);
  v1::WithdrawResponse response;
  SetAnswer(response, draft.context, movement.holder.value(), draft.outcome);
  return std::nullopt;
}

}  // namespace luheng::settlement
