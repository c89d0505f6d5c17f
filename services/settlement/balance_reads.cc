// The reading side of SettlementService: balances now and as they were,
// statements, the trial balance.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "ledger/base/checked.h"
#include "ledger/base/status_macros.h"
#include "ledger/journal/find_time.h"
#include "ledger/views/statement.h"
#include "services/core/names.h"
#include "services/rpc/views_read.h"
#include "services/settlement/settlement_service.h"

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

Verdict BadToken() { return Refusal{reason::REASON_PAGE_TOKEN_INVALID, {}}; }

Stamp StampOf(const google::protobuf::Timestamp& time) {
  return Stamp(TimeUtil::TimestampToNanoseconds(time));
}

// Notes an entry or a time that cannot be read as of, or both at once.
template <typename Request>
void CheckAsOf(const Request& request, FieldChecks& check) {
  check.Range("at_entry", request.at_entry(), 0, INT64_MAX);
  check.Timestamp("at_time", request.has_at_time(), request.at_time(),
                  Presence::kOptional);
  if (request.at_entry() != 0 && request.has_at_time()) {
    check.Violate("at_time", TimeUtil::ToString(request.at_time()), "empty");
  }
}

// The entry that the request asks to read as of; zero is now. Errors: those of
// Journal::Read.
template <typename Request>
absl::StatusOr<EntryNumber> AsOf(const Journal& journal,
                                 const Request& request) {
  if (!request.has_at_time()) return EntryNumber(request.at_entry());
  const auto behind =
      CheckedAdd(StampOf(request.at_time()).value(), int64_t{1});
  ASSIGN_OR_RETURN(const EntryNumber first_after,
                   FindFirstSince(journal, Stamp(behind.value_or(INT64_MAX))));
  return EntryNumber(first_after.value() - 1);
}

// The asset of a filter; zero is all. Refuses an unknown one.
Verdict FindFilter(const SettlementArea& area, const std::string& name,
                   AssetId& asset) {
  if (name.empty()) return std::nullopt;
  asset = area.FindAsset(core::ParseTextName("assets", name));
  if (asset) return std::nullopt;
  return Refusal{reason::REASON_ASSET_UNKNOWN, {{"asset", name}}};
}

void CheckBalanceFilter(const v1::ListBalancesRequest& request,
                        FieldChecks& check) {
  check.Holder("holder", request.holder(), Presence::kOptional);
  check.Asset("asset", request.asset(), Presence::kOptional);
  CheckAsOf(request, check);
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

SettlementService::Reactor* SettlementService::ListBalances(
    Context* context, const v1::ListBalancesRequest* request,
    v1::ListBalancesResponse* response) {
  const bool is_now = request->at_entry() == 0 && !request->has_at_time();
  return is_now && !request->holder().empty()
             ? ListBalancesOfHolder(context, request, response)
             : ListBalancesFromViews(context, request, response);
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
  // What is durable when the call comes is in the answer.
  EntryNumber min_entry;
  bool is_empty = false;
  BalanceQuery query;
  BalancePage page;
};

// Before the first entry there was nothing. Zero means now to a query.
template <typename Request, typename Query>
absl::Status SetAsOf(const Journal& journal, const Request& request,
                     Query& query, bool& is_empty) {
  ASSIGN_OR_RETURN(query, AsOf(journal, request));
  is_empty = request.has_at_time() && !query;
  return absl::OkStatus();
}

}  // namespace

SettlementService::Reactor* SettlementService::ListBalancesFromViews(
    Context* context, const v1::ListBalancesRequest* request,
    v1::ListBalancesResponse* response) {
  const rpc::PageTokens& tokens = backend_.edge.page_tokens();
  return rpc::ServeFromViews<BalancesPlan>(
      backend_, views_, context, request, response, CheckBalanceFilter,
      [this, &tokens](const World& world, const auto& call,
                      BalancesPlan& plan) -> Verdict {
        const auto& r = call.request();
        BalanceQuery& query = plan.query;
        query.holder = core::ParseHolderName(r.holder());
        if (query.holder &&
            !world.access().MayRead(call.caller().user, query.holder)) {
          return Refusal{reason::REASON_PERMISSION_DENIED, {}};
        }
        if (query.holder && !holders_.Exists(query.holder)) {
          return Refusal{reason::REASON_HOLDER_UNKNOWN,
                         {{"holder", r.holder()}}};
        }
        const auto cursor = tokens.Open(r);
        if (!cursor) return BadToken();
        query.after = cursor->last_key;
        query.rows_max = rpc::CoercePageSize(r.page_size());
        plan.min_entry = std::max(backend_.sequencer.durable().entry,
                                  EntryNumber(r.at_entry()));
        return FindFilter(area_, r.asset(), query.asset);
      },
      [&journal = journal_](const ViewSnapshot& views, const auto& call,
                            BalancesPlan& plan) -> absl::Status {
        RETURN_IF_ERROR(
            SetAsOf(journal, call.request(), plan.query.as_of, plan.is_empty));
        if (plan.is_empty) return absl::OkStatus();
        ASSIGN_OR_RETURN(plan.page, ReadBalances(views, plan.query));
        return absl::OkStatus();
      },
      // Who may not read everything sees the rows that it may read; a page can
      // then be short and still have a next one.
      [this, &tokens](const World& world, auto& call,
                      const BalancesPlan& plan) {
        v1::ListBalancesResponse& answer = call.answer();
        if (plan.query.as_of || plan.is_empty) {
          answer.set_as_of_entry(plan.query.as_of.value());
        }
        const UserId user = call.caller().user;
        const bool all = world.access().MayReadAll(user);
        for (const AccountBalance& balance : plan.page.rows) {
          if (all || world.access().MayRead(user, balance.holder)) {
            *answer.add_balances() = Show(balance, area_, holders_);
          }
        }
        if (plan.page.next.empty()) return;
        answer.set_next_page_token(
            tokens.Make(call.request(),
                        {plan.page.next, EntryNumber(answer.as_of_entry())}));
      });
}

namespace {

struct StatementPlan {
  EntryNumber min_entry;
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

void CheckStatement(const v1::ListStatementLinesRequest& r,
                    FieldChecks& check) {
  check.Holder("holder", r.holder());
  check.Asset("asset", r.asset(), Presence::kOptional);
  check.Range("first_entry", r.first_entry(), 0, INT64_MAX);
  check.Range("last_entry", r.last_entry(), 0, INT64_MAX);
  check.Timestamp("start_time", r.has_start_time(), r.start_time(),
                  Presence::kOptional);
  check.Timestamp("end_time", r.has_end_time(), r.end_time(),
                  Presence::kOptional);
}

// Narrows the query to the request's times. False if nothing is left.
absl::StatusOr<bool> SetTimes(const Journal& journal,
                              const v1::ListStatementLinesRequest& request,
                              StatementQuery& query) {
  if (request.has_start_time()) {
    ASSIGN_OR_RETURN(const EntryNumber since,
                     FindFirstSince(journal, StampOf(request.start_time())));
    query.first_entry = std::max(query.first_entry, since);
  }
  if (request.has_end_time()) {
    ASSIGN_OR_RETURN(const EntryNumber since,
                     FindFirstSince(journal, StampOf(request.end_time())));
    const EntryNumber last(since.value() - 1);
    if (!last) return false;
    query.last_entry =
        query.last_entry ? std::min(query.last_entry, last) : last;
  }
  return !query.last_entry || query.first_entry <= query.last_entry;
}

}  // namespace

SettlementService::Reactor* SettlementService::ListStatementLines(
    Context* context, const v1::ListStatementLinesRequest* request,
    v1::ListStatementLinesResponse* response) {
  const rpc::PageTokens& tokens = backend_.edge.page_tokens();
  return rpc::ServeFromViews<StatementPlan>(
      backend_, views_, context, request, response, CheckStatement,
      [this, &tokens](const World& world, const auto& call,
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
        query.last_entry = EntryNumber(r.last_entry());
        query.rows_max = rpc::CoercePageSize(r.page_size());
        plan.min_entry = backend_.sequencer.durable().entry;
        return FindFilter(area_, r.asset(), query.asset);
      },
      [&journal = journal_](const ViewSnapshot& views, const auto& call,
                            StatementPlan& plan) -> absl::Status {
        ASSIGN_OR_RETURN(const bool any,
                         SetTimes(journal, call.request(), plan.query));
        if (!any) return absl::OkStatus();
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

namespace {

struct TrialPlan {
  EntryNumber min_entry;
  EntryNumber as_of;
  bool is_empty = false;
  std::vector<TrialBalance> sums;
};

}  // namespace

SettlementService::Reactor* SettlementService::GetTrialBalance(
    Context* context, const v1::GetTrialBalanceRequest* request,
    v1::GetTrialBalanceResponse* response) {
  return rpc::ServeFromViews<TrialPlan>(
      backend_, views_, context, request, response,
      [](const auto& r, FieldChecks& check) { CheckAsOf(r, check); },
      [this](const World&, const auto& call, TrialPlan& plan) -> Verdict {
        plan.min_entry = std::max(backend_.sequencer.durable().entry,
                                  EntryNumber(call.request().at_entry()));
        return std::nullopt;
      },
      [&journal = journal_](const ViewSnapshot& views, const auto& call,
                            TrialPlan& plan) -> absl::Status {
        RETURN_IF_ERROR(
            SetAsOf(journal, call.request(), plan.as_of, plan.is_empty));
        if (plan.is_empty) return absl::OkStatus();
        ASSIGN_OR_RETURN(plan.sums, ReadTrialBalance(views, plan.as_of));
        return absl::OkStatus();
      },
      [&area = area_](const World&, auto& call, const TrialPlan& plan) {
        if (plan.as_of || plan.is_empty) {
          call.answer().set_as_of_entry(plan.as_of.value());
        }
        for (const TrialBalance& sum : plan.sums) {
          v1::TrialBalanceLine& line = *call.answer().add_lines();
          line.set_asset(core::TextName("assets", area.AssetSymbol(sum.asset)));
          line.set_debit(sum.debit);
          line.set_credit(sum.credit);
          line.set_account_count(sum.account_count);
        }
      });
}

}  // namespace luheng::settlement
