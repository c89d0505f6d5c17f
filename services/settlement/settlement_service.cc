#include "services/settlement/settlement_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "ledger/base/status_macros.h"
#include "ledger/views/statement.h"
#include "services/core/names.h"
#include "services/rpc/number_page.h"

namespace luheng::settlement {
namespace {

using core::Refusal;
using core::Verdict;
using core::World;
using google::protobuf::util::TimeUtil;
using rpc::Caller;
using rpc::FieldChecks;
using rpc::Presence;
namespace reason = core::v1;

constexpr int64_t kNameCharsMax = 100;
constexpr int64_t kBasisCharsMax = 200;
constexpr int64_t kReferenceCharsMax = 64;
constexpr int64_t kUnitCharsMax = 16;

Verdict BadToken() { return Refusal{reason::REASON_PAGE_TOKEN_INVALID, {}}; }

// The asset of a filter; zero is all. Refuses an unknown one.
Verdict FindFilter(const SettlementArea& area, const std::string& name,
                   AssetId& asset) {
  if (name.empty()) return std::nullopt;
  asset = area.FindAsset(core::ParseTextName("assets", name));
  if (asset) return std::nullopt;
  return Refusal{reason::REASON_ASSET_UNKNOWN, {{"asset", name}}};
}

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

void CheckBalanceFilter(const v1::ListBalancesRequest& request,
                        FieldChecks& check) {
  check.Holder("holder", request.holder(), Presence::kOptional);
  check.Asset("asset", request.asset(), Presence::kOptional);
}

v1::Balance Show(const AccountBalance& balance, const SettlementArea& area,
                 const core::HolderDirectory& holders) {
  v1::Balance shown;
  shown.set_holder(core::HolderName(balance.holder));
  shown.set_asset(core::TextName("assets", area.AssetSymbol(balance.asset)));
  shown.set_purpose(static_cast<v1::Purpose>(balance.purpose));
  shown.set_amount(balance.amount);
  shown.set_holder_display_name(holders.DisplayName(balance.holder));
  return shown;
}

// Order of a holder's balances, and the page key of one.
int64_t RankOf(const AccountBalance& balance) {
  return balance.asset.value() * (kPurposeMax + 1) +
         static_cast<int64_t>(balance.purpose);
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

SettlementService::Reactor* SettlementService::ListBalances(
    Context* context, const v1::ListBalancesRequest* request,
    v1::ListBalancesResponse* response) {
  return request->holder().empty()
             ? ListBalancesOfAll(context, request, response)
             : ListBalancesOfHolder(context, request, response);
}

SettlementService::Reactor* SettlementService::ListBalancesOfHolder(
    Context* context, const v1::ListBalancesRequest* request,
    v1::ListBalancesResponse* response) {
  const rpc::PageTokens& tokens = backend_.edge.page_tokens();
  return rpc::ServeRead(
      backend_, context, request, response, CheckBalanceFilter,
      [&area = area_, &holders = holders_, &tokens](
          const World& world, const Caller& caller, const auto& r,
          v1::ListBalancesResponse& answer) -> Verdict {
        const HolderId holder = core::ParseHolderName(r.holder());
        if (!world.access().MayRead(caller.user, holder)) {
          return Refusal{reason::REASON_PERMISSION_DENIED, {}};
        }
        if (!holders.Exists(holder)) {
          return Refusal{reason::REASON_HOLDER_UNKNOWN,
                         {{"holder", r.holder()}}};
        }
        AssetId asset;
        if (Verdict verdict = FindFilter(area, r.asset(), asset)) {
          return verdict;
        }
        const auto cursor = tokens.Open(r);
        int64_t after = 0;
        if (!cursor || (!cursor->last_key.empty() &&
                        !absl::SimpleAtoi(cursor->last_key, &after))) {
          return BadToken();
        }
        const int32_t size = rpc::CoercePageSize(r.page_size());
        for (const AccountBalance& balance :
             world.accounts().BalancesOf(holder)) {
          if ((asset && balance.asset != asset) || RankOf(balance) <= after) {
            continue;
          }
          if (answer.balances_size() == size) {
            answer.set_next_page_token(
                tokens.Make(r, {absl::StrCat(after), world.last_entry()}));
            break;
          }
          *answer.add_balances() = Show(balance, area, holders);
          after = RankOf(balance);
        }
        return std::nullopt;
      });
}

namespace {

struct BalancesPlan {
  AssetId asset;
  std::string after;
  BalancePage page;
};

}  // namespace

SettlementService::Reactor* SettlementService::ListBalancesOfAll(
    Context* context, const v1::ListBalancesRequest* request,
    v1::ListBalancesResponse* response) {
  const rpc::PageTokens& tokens = backend_.edge.page_tokens();
  return ServeFromViews<BalancesPlan>(
      backend_, views_, context, request, response, CheckBalanceFilter,
      [&area = area_, &tokens](const World&, const auto& call,
                               BalancesPlan& plan) -> Verdict {
        const auto cursor = tokens.Open(call.request());
        if (!cursor) return BadToken();
        plan.after = cursor->last_key;
        return FindFilter(area, call.request().asset(), plan.asset);
      },
      [](const ViewSnapshot& views, const auto& call,
         BalancesPlan& plan) -> absl::Status {
        const int32_t size = rpc::CoercePageSize(call.request().page_size());
        ASSIGN_OR_RETURN(plan.page,
                         ReadBalances(views, {plan.asset, plan.after, size}));
        return absl::OkStatus();
      },
      // Who may not read everything sees the rows that it may read; a page can
      // then be short and still have a next one.
      [&area = area_, &holders = holders_, &tokens](
          const World& world, auto& call, const BalancesPlan& plan) {
        const UserId user = call.caller().user;
        const bool all = world.access().MayReadAll(user);
        for (const AccountBalance& balance : plan.page.rows) {
          if (all || world.access().MayRead(user, balance.holder)) {
            *call.answer().add_balances() = Show(balance, area, holders);
          }
        }
        if (plan.page.next.empty()) return;
        call.answer().set_next_page_token(tokens.Make(
            call.request(),
            {plan.page.next, EntryNumber(call.answer().as_of_entry())}));
      });
}

namespace {

struct StatementPlan {
  StatementQuery query;
  StatementPage page;
};

v1::StatementLine ShowLine(const StatementRow& row, const SettlementArea& area,
                           const World& world) {
  v1::StatementLine line;
  line.set_entry(row.entry.value());
  *line.mutable_time() = TimeUtil::NanosecondsToTimestamp(row.stamp.value());
  line.set_asset(core::TextName("assets", area.AssetSymbol(row.asset)));
  line.set_purpose(static_cast<v1::Purpose>(row.purpose));
  line.set_amount(row.amount);
  line.set_balance_after(row.balance_after);
  line.set_command_name(std::string(world.CommandName(row.command)));
  return line;
}

}  // namespace

SettlementService::Reactor* SettlementService::ListStatementLines(
    Context* context, const v1::ListStatementLinesRequest* request,
    v1::ListStatementLinesResponse* response) {
  const rpc::PageTokens& tokens = backend_.edge.page_tokens();
  return ServeFromViews<StatementPlan>(
      backend_, views_, context, request, response,
      [](const auto& r, FieldChecks& check) {
        check.Holder("holder", r.holder());
        check.Asset("asset", r.asset(), Presence::kOptional);
        check.Range("first_entry", r.first_entry(), 0, INT64_MAX);
      },
      [&area = area_, &tokens](const World& world, const auto& call,
                               StatementPlan& plan) -> Verdict {
        const auto& r = call.request();
        StatementQuery& query = plan.query;
        query.holder = core::ParseHolderName(r.holder());
        if (!world.access().MayRead(call.caller().user, query.holder)) {
          return Refusal{reason::REASON_PERMISSION_DENIED, {}};
        }
        const auto cursor = tokens.Open(r);
        if (!cursor) return BadToken();
        query.after = cursor->last_key;
        query.first_entry = EntryNumber(r.first_entry());
        query.rows_max = rpc::CoercePageSize(r.page_size());
        return FindFilter(area, r.asset(), query.asset);
      },
      [](const ViewSnapshot& views, const auto&,
         StatementPlan& plan) -> absl::Status {
        ASSIGN_OR_RETURN(plan.page, ReadStatement(views, plan.query));
        return absl::OkStatus();
      },
      [&area = area_, &tokens](const World& world, auto& call,
                               const StatementPlan& plan) {
        for (const StatementRow& row : plan.page.rows) {
          *call.answer().add_lines() = ShowLine(row, area, world);
        }
        if (plan.page.next.empty()) return;
        call.answer().set_next_page_token(tokens.Make(
            call.request(),
            {plan.page.next, EntryNumber(call.answer().as_of_entry())}));
      });
}

SettlementService::Reactor* SettlementService::GetTrialBalance(
    Context* context, const v1::GetTrialBalanceRequest* request,
    v1::GetTrialBalanceResponse* response) {
  using Plan = std::vector<TrialBalance>;
  return ServeFromViews<Plan>(
      backend_, views_, context, request, response,
      [](const auto&, FieldChecks&) {},
      [](const World&, const auto&, Plan&) -> Verdict { return std::nullopt; },
      [](const ViewSnapshot& views, const auto&, Plan& plan) -> absl::Status {
        ASSIGN_OR_RETURN(plan, ReadTrialBalance(views));
        return absl::OkStatus();
      },
      [&area = area_](const World&, auto& call, const Plan& plan) {
        for (const TrialBalance& sum : plan) {
          v1::TrialBalanceLine& line = *call.answer().add_lines();
          line.set_asset(core::TextName("assets", area.AssetSymbol(sum.asset)));
          line.set_debit(sum.debit);
          line.set_credit(sum.credit);
          line.set_account_count(sum.account_count);
        }
      });
}

}  // namespace luheng::settlement
