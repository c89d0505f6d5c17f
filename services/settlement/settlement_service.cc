#include "services/settlement/settlement_service.h"

#include <string>

#include "services/core/names.h"
#include "services/rpc/number_page.h"

namespace luheng::settlement {
namespace {

using core::Refusal;
using core::Verdict;
using core::World;
using rpc::Caller;
using rpc::FieldChecks;
namespace reason = core::v1;

constexpr int64_t kNameCharsMax = 100;
constexpr int64_t kBasisCharsMax = 200;
constexpr int64_t kReferenceCharsMax = 64;
constexpr int64_t kUnitCharsMax = 16;

Verdict BadToken() { return Refusal{reason::REASON_PAGE_TOKEN_INVALID, {}}; }

template <typename Request>
void CheckUnits(const Request& request, FieldChecks& check) {
  check.Holder("holder", request.holder());
  check.Asset("asset", request.asset());
  check.Range("amount", request.amount(), 1, kAmountMax);
  check.Text("basis", request.basis(), 1, kBasisCharsMax);
}

template <typename Request>
void CheckCash(const Request& request, FieldChecks& check) {
  check.Holder("holder", request.holder());
  check.Range("amount_minor", request.amount_minor(), 1, kAmountMax);
  check.Text("bank_reference", request.bank_reference(), 1, kReferenceCharsMax);
}

}  // namespace

SettlementService::Reactor* SettlementService::DefineAsset(
    Context* context, const v1::DefineAssetRequest* request,
    v1::DefineAssetResponse* response) {
  return rpc::ServeCommand(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) {
        check.Symbol("asset.symbol", r.asset().symbol());
        check.Enum("asset.kind", r.asset().kind(), v1::AssetKind_descriptor());
        check.Text("asset.display_name", r.asset().display_name(), 1,
                   kNameCharsMax);
        check.Text("asset.display_name_en", r.asset().display_name_en(), 0,
                   kNameCharsMax);
        check.Text("asset.unit", r.asset().unit(), 1, kUnitCharsMax);
      });
}

SettlementService::Reactor* SettlementService::ListAssets(
    Context* context, const v1::ListAssetsRequest* request,
    v1::ListAssetsResponse* response) {
  const rpc::PageTokens& tokens = backend_.edge.page_tokens();
  return rpc::ServeRead(
      backend_, context, request, response, [](const auto&, FieldChecks&) {},
      [&area = area_, &tokens](const World& world, const Caller&, const auto& r,
                               v1::ListAssetsResponse& answer) -> Verdict {
        const auto add = [&](int64_t id) {
          *answer.add_assets() = AssetResource(*area.Find(AssetId(id)));
          return true;
        };
        return rpc::FillNumberPage(tokens, r, world.last_entry(),
                                   area.asset_count(), answer, add)
                   ? Verdict()
                   : BadToken();
      });
}

SettlementService::Reactor* SettlementService::IssueUnits(
    Context* context, const v1::IssueUnitsRequest* request,
    v1::IssueUnitsResponse* response) {
  return rpc::ServeCommand(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) { CheckUnits(r, check); });
}

SettlementService::Reactor* SettlementService::RetireUnits(
    Context* context, const v1::RetireUnitsRequest* request,
    v1::RetireUnitsResponse* response) {
  return rpc::ServeCommand(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) { CheckUnits(r, check); });
}

SettlementService::Reactor* SettlementService::Deposit(
    Context* context, const v1::DepositRequest* request,
    v1::DepositResponse* response) {
  return rpc::ServeCommand(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) { CheckCash(r, check); });
}

SettlementService::Reactor* SettlementService::Withdraw(
    Context* context, const v1::WithdrawRequest* request,
    v1::WithdrawResponse* response) {
  return rpc::ServeCommand(
      backend_, context, request, response,
      [](const auto& r, FieldChecks& check) { CheckCash(r, check); });
}

}  // namespace luheng::settlement
