#include "ledger/views/statement.h"

#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/base/checked.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"

namespace luheng {
namespace {

constexpr absl::string_view kName = "statement";
constexpr size_t kLineKeyBytes = 1 + 8 + 8 + 8 + 8;
constexpr size_t kLineValueBytes = 4 * 8;
// Accounts that one page of an earlier entry looks at.
constexpr int64_t kAsOfAccountsMax = 2000;
constexpr size_t kBalanceKeyBytes = 1 + 8 + 8 + 8;

std::string Packed(char kind, std::initializer_list<int64_t> numbers) {
  std::string bytes;
  if (kind != 0) bytes.push_back(kind);
  for (int64_t number : numbers) {
    AppendBigEndian64(static_cast<uint64_t>(number), bytes);
  }
  return bytes;
}

// The `index`th number of a key (behind its first byte) or of a value.
int64_t NumberAt(absl::string_view bytes, size_t index) {
  return static_cast<int64_t>(
      LoadBigEndian64(bytes.data() + bytes.size() % 8 + index * 8));
}

std::string BalanceKey(HolderId holder, AssetId asset, int64_t purpose) {
  return Packed('b', {holder.value(), asset.value(), purpose});
}

std::string HistoryList(HolderId holder, AssetId asset, int64_t purpose) {
  return Packed('h', {holder.value(), asset.value(), purpose});
}

absl::Status Malformed(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("statement: malformed ", what));
}

// Changes the balance by `amount` and returns it.
absl::StatusOr<int64_t> ChangeBalance(HolderId holder, AssetId asset,
                                      int64_t purpose, int64_t amount,
                                      ViewRows& rows) {
  const std::string key = BalanceKey(holder, asset, purpose);
  ASSIGN_OR_RETURN(const std::optional<std::string> row, rows.Get(key));
  if (row && row->size() != 8) return Malformed("balance");
  const auto sum = CheckedAdd(row ? NumberAt(*row, 0) : 0, amount);
  if (!sum) return absl::DataLossError("statement: a balance does not fit");
  if (*sum == 0) {
    RETURN_IF_ERROR(rows.Delete(key));
  } else {
    RETURN_IF_ERROR(rows.Put(key, Packed(0, {*sum})));
  }
  return *sum;
}

int64_t CommandOf(const EntryView& entry) {
  for (const auto& part : entry.parts) {
    if (part->has_origin()) return part->origin().command();
  }
  return 0;
}

StatementRow RowOf(absl::string_view key, absl::string_view value) {
  StatementRow row;
  row.entry = EntryNumber(NumberAt(key, 1));
  row.asset = AssetId(NumberAt(key, 2));
  row.purpose = static_cast<Purpose>(NumberAt(key, 3));
  row.amount = NumberAt(value, 0);
  row.balance_after = NumberAt(value, 1);
  row.stamp = Stamp(NumberAt(value, 2));
  row.command = static_cast<int>(NumberAt(value, 3));
  return row;
}

// The rows of a page.
struct PageRange {
  std::string first;
  // That all of them begin with.
  std::string prefix;
  // Behind the last one; empty is none.
  std::string end;
  // Where the page before ended; empty for the first page.
  std::string after;
  int64_t rows_max = 0;

  // Where the page begins. INVALID_ARGUMENT if `after` is of another list.
  absl::StatusOr<std::string> Begin() const {
    if (after.empty()) return first;
    if (absl::StartsWith(after, prefix)) return after;
    return absl::InvalidArgumentError("the page is of another list");
  }
};

// Fills a page with what take(key, value, page) makes of each row.
template <typename Page, typename Take>
absl::StatusOr<Page> ReadPage(const ViewSnapshot& views, const PageRange& range,
                              Take take) {
  ASSIGN_OR_RETURN(const std::string begin, range.Begin());
  Page page;
  int64_t seen = 0;
  absl::Status malformed;
  const auto row = [&](absl::string_view key, absl::string_view value) {
    if (!range.end.empty() && key >= range.end) return false;
    if (static_cast<int64_t>(page.rows.size()) == range.rows_max ||
        seen++ == kStatementScanMax) {
      page.next = std::string(key);
      return false;
    }
    malformed = take(key, value, page);
    return malformed.ok();
  };
  RETURN_IF_ERROR(views.Scan(kName, begin, range.prefix, row));
  RETURN_IF_ERROR(malformed);
  return page;
}

absl::Status TakeBalance(absl::string_view key, absl::string_view value,
                         AccountBalance& balance) {
  if (key.size() != kBalanceKeyBytes || value.size() != 8) {
    return Malformed("balance");
  }
  balance = {HolderId(NumberAt(key, 0)), AssetId(NumberAt(key, 1)),
             static_cast<Purpose>(NumberAt(key, 2)), NumberAt(value, 0)};
  return absl::OkStatus();
}

}  // namespace

absl::Status StatementProjection::Apply(const EntryView& entry,
                                        ViewRows& rows) {
  const int64_t command = CommandOf(entry);
  // Merged first, so that an account has one line even if two parts move it.
  std::map<std::tuple<HolderId, AssetId, int64_t>, int64_t> changes;
  for (const auto& part : entry.parts) {
    for (const entry::v1::Posting& posting : part->postings()) {
      int64_t& change = changes[{HolderId(part->audience()),
                                 AssetId(posting.asset()), posting.purpose()}];
      const auto sum = CheckedAdd(change, posting.amount());
      if (!sum) return absl::DataLossError("statement: a sum does not fit");
      change = *sum;
    }
  }
  for (const auto& [account, amount] : changes) {
    const auto& [holder, asset, purpose] = account;
    if (amount == 0) continue;
    ASSIGN_OR_RETURN(const int64_t balance,
                     ChangeBalance(holder, asset, purpose, amount, rows));
    // There are many accounts, and most of them move rarely.
    histories_.Append(HistoryList(holder, asset, purpose),
                      {entry.number.value(), balance}, Growth::kRarely);
    RETURN_IF_ERROR(rows.Put(
        Packed('l',
               {holder.value(), entry.number.value(), asset.value(), purpose}),
        Packed(0, {amount, balance, entry.stamp.value(), command})));
  }
  return absl::OkStatus();
}

absl::StatusOr<StatementPage> ReadStatement(const ViewSnapshot& views,
                                            const StatementQuery& query) {
  const auto take = [&query](absl::string_view key, absl::string_view value,
                             StatementPage& page) {
    if (key.size() != kLineKeyBytes || value.size() != kLineValueBytes) {
      return Malformed("line");
    }
    StatementRow row = RowOf(key, value);
    if (!query.asset || row.asset == query.asset) page.rows.push_back(row);
    return absl::OkStatus();
  };
  const int64_t holder = query.holder.value();
  const int64_t last = query.last_entry ? query.last_entry.value() : INT64_MAX;
  const PageRange range{
      Packed('l', {holder, query.first_entry.value()}), Packed('l', {holder}),
      last == INT64_MAX ? "" : Packed('l', {holder, last + 1}), query.after,
      query.rows_max};
  return ReadPage<StatementPage>(views, range, take);
}

namespace {

// What the keys of the accounts of `query` begin with.
std::string AccountsPrefix(char kind, const BalanceQuery& query) {
  if (!query.holder) return std::string(1, kind);
  if (!query.asset) return Packed(kind, {query.holder.value()});
  return Packed(kind, {query.holder.value(), query.asset.value()});
}

// The first account at or behind `from` that has a history; nothing if no more
// begins with `prefix`.
absl::StatusOr<std::optional<AccountBalance>> FindAccount(
    const ViewSnapshot& views, const std::string& from,
    const std::string& prefix) {
  std::optional<AccountBalance> account;
  RETURN_IF_ERROR(views.Scan(
      kName, from, prefix, [&](absl::string_view key, absl::string_view) {
        account = {HolderId(NumberAt(key, 0)), AssetId(NumberAt(key, 1)),
                   static_cast<Purpose>(NumberAt(key, 2)), 0};
        return false;
      }));
  return account;
}

// Balances of an earlier entry, account by account from their histories.
absl::StatusOr<BalancePage> ReadBalancesAsOf(const ViewSnapshot& views,
                                             const BalanceQuery& query) {
  const std::string prefix = AccountsPrefix('h', query);
  const PageRange range{prefix, prefix, "", query.after, query.rows_max};
  BalancePage page;
  ASSIGN_OR_RETURN(std::string from, range.Begin());
  for (int64_t seen = 0;; ++seen) {
    ASSIGN_OR_RETURN(const auto account, FindAccount(views, from, prefix));
    if (!account) return page;
    const auto purpose = static_cast<int64_t>(account->purpose);
    const std::string list =
        HistoryList(account->holder, account->asset, purpose);
    if (static_cast<int64_t>(page.rows.size()) == query.rows_max ||
        seen == kAsOfAccountsMax) {
      page.next = list;
      return page;
    }
    from = HistoryList(account->holder, account->asset, purpose + 1);
    if (query.asset && account->asset != query.asset) continue;
    const ListReader history(views, kName, list);
    ASSIGN_OR_RETURN(const auto last, history.Floor(query.as_of.value()));
    if (!last || last->value == 0) continue;
    page.rows.push_back(*account);
    page.rows.back().amount = last->value;
  }
}

}  // namespace

absl::StatusOr<BalancePage> ReadBalances(const ViewSnapshot& views,
                                         const BalanceQuery& query) {
  if (query.as_of) return ReadBalancesAsOf(views, query);
  const auto take = [&query](absl::string_view key, absl::string_view value,
                             BalancePage& page) {
    AccountBalance balance;
    RETURN_IF_ERROR(TakeBalance(key, value, balance));
    if (!query.asset || balance.asset == query.asset) {
      page.rows.push_back(balance);
    }
    return absl::OkStatus();
  };
  const std::string prefix = AccountsPrefix('b', query);
  return ReadPage<BalancePage>(
      views, {prefix, prefix, "", query.after, query.rows_max}, take);
}

absl::StatusOr<std::vector<TrialBalance>> ReadTrialBalance(
    const ViewSnapshot& views, EntryNumber as_of) {
  std::map<AssetId, TrialBalance> sums;
  BalanceQuery query{HolderId(), AssetId(), as_of, "", kStatementScanMax};
  do {
    ASSIGN_OR_RETURN(const BalancePage page, ReadBalances(views, query));
    for (const AccountBalance& balance : page.rows) {
      TrialBalance& sum = sums[balance.asset];
      sum.asset = balance.asset;
      ++sum.account_count;
      int64_t& side = balance.amount > 0 ? sum.debit : sum.credit;
      const auto next = CheckedAdd(side, balance.amount);
      if (!next) return absl::DataLossError("statement: a sum does not fit");
      side = *next;
    }
    query.after = page.next;
  } while (!query.after.empty());
  std::vector<TrialBalance> lines;
  for (const auto& [asset, sum] : sums) lines.push_back(sum);
  return lines;
}

}  // namespace luheng
