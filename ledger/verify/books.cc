#include "ledger/verify/books.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "luheng/settlement/v1/events.pb.h"

namespace luheng::verify {
namespace {

constexpr int64_t kSystem = 1;
constexpr int64_t kAvailable = 1;
constexpr int64_t kHeld = 2;
constexpr int64_t kHolderPurposeMax = 5;
constexpr int64_t kIssuance = 6;
constexpr int64_t kRetired = 7;
constexpr int64_t kBank = 8;
constexpr int64_t kFees = 9;
constexpr int64_t kPurposeMax = 11;

std::string NameOf(int64_t holder, int64_t asset, int64_t purpose) {
  return absl::StrCat("holder ", holder, ", asset ", asset, ", purpose ",
                      purpose);
}

// What an issue, a retirement, a deposit or a withdrawal moves.
void ExpectMove(const Fact& fact, std::vector<Change>& expected) {
  const auto [type, holder, asset, amount, a, b, c] = fact.v;
  const bool in = type == settlement::v1::EVENT_TYPE_UNITS_ISSUED ||
                  type == settlement::v1::EVENT_TYPE_CASH_IN;
  int64_t contra = kBank;
  if (type == settlement::v1::EVENT_TYPE_UNITS_ISSUED) contra = kIssuance;
  if (type == settlement::v1::EVENT_TYPE_UNITS_RETIRED) contra = kRetired;
  // Does not overflow for an amount that is one.
  const int64_t change = in ? amount : -amount;
  expected.push_back({holder, asset, kAvailable, change});
  expected.push_back({kSystem, asset, contra, -change});
}

FindingCode CodeOf(int64_t purpose) {
  if (purpose == kHeld) return FindingCode::kHold;
  if (purpose == kFees) return FindingCode::kFee;
  return FindingCode::kPostingsUnexplained;
}

auto KeyOf(const Change& change) {
  return std::tie(change.holder, change.asset, change.purpose);
}

}  // namespace

void Books::Post(const Change& posting, const FoundFn& found) {
  const auto sum =
      std::find_if(sums_.begin(), sums_.end(),
                   [&](const auto& row) { return row.first == posting.asset; });
  int64_t& total = sum != sums_.end()
                       ? sum->second
                       : sums_.emplace_back(posting.asset, 0).second;
  int64_t& balance =
      balances_[{posting.holder, posting.asset, posting.purpose}];
  if (posting.purpose < 1 || posting.purpose > kPurposeMax ||
      __builtin_add_overflow(total, posting.amount, &total) ||
      __builtin_add_overflow(balance, posting.amount, &balance)) {
    found(FindingCode::kAmountOverflow,
          absl::StrCat(NameOf(posting.holder, posting.asset, posting.purpose),
                       ", posting ", posting.amount));
  } else if (balance < 0 && posting.purpose <= kHolderPurposeMax) {
    below_zero_.push_back({posting.holder, posting.asset, posting.purpose});
  }
}

void Books::CheckSums(absl::Span<const Change> postings, const FoundFn& found) {
  sums_.clear();
  below_zero_.clear();
  for (const Change& posting : postings) Post(posting, found);
  for (const auto& [asset, total] : sums_) {
    if (total == 0) continue;
    found(FindingCode::kPostingsUnbalanced,
          absl::StrCat("asset ", asset, ", sum ", total));
  }
  // An entry is one fact: only what it leaves counts.
  for (const Account& account : below_zero_) {
    const int64_t balance = balances_[account];
    if (balance >= 0) continue;
    found(FindingCode::kBalanceNegative,
          absl::StrCat(NameOf(account.holder, account.asset, account.purpose),
                       ", balance ", balance));
  }
}

void Books::CheckExpected(absl::Span<const Change> postings,
                          std::vector<Change>& expected, const FoundFn& found) {
  for (Change change : postings) {
    // A posting that has no negative was told already.
    change.amount = change.amount == INT64_MIN ? 0 : -change.amount;
    expected.push_back(change);
  }
  std::sort(
      expected.begin(), expected.end(),
      [](const Change& a, const Change& b) { return KeyOf(a) < KeyOf(b); });
  for (size_t i = 0; i < expected.size();) {
    const Change& first = expected[i];
    absl::int128 sum = 0;
    for (; i < expected.size() && KeyOf(expected[i]) == KeyOf(first); ++i) {
      sum += expected[i].amount;
    }
    if (sum == 0) continue;
    found(CodeOf(first.purpose),
          absl::StrCat(NameOf(first.holder, first.asset, first.purpose),
                       ", posted is ", sum > 0 ? "less" : "more", " by ",
                       static_cast<int64_t>(sum > 0 ? sum : -sum)));
  }
}

void Books::Fold(absl::Span<const Change> postings,
                 absl::Span<const Fact> facts, std::vector<Change>& expected,
                 const FoundFn& found) {
  for (const Fact& fact : facts) {
    if (fact.kind != FactKind::kMoved) continue;
    if (fact.v[3] > 0) {
      ExpectMove(fact, expected);
    } else {
      found(FindingCode::kAmountOverflow, absl::StrCat("amount ", fact.v[3]));
    }
  }
  if (postings.empty() && expected.empty()) return;
  CheckSums(postings, found);
  CheckExpected(postings, expected, found);
}

std::vector<AssetTotal> Books::Finish(const std::vector<Change>& holds,
                                      const FoundFn& found) const {
  std::map<Account, int64_t> held;
  for (const Change& hold : holds) {
    held[{hold.holder, hold.asset, hold.purpose}] += hold.amount;
  }
  std::map<int64_t, AssetTotal> totals;
  for (const auto& [account, balance] : balances_) {
    AssetTotal& total = totals[account.asset];
    total.asset = account.asset;
    if (account.purpose == kIssuance || account.purpose == kBank) {
      total.issued -= balance;
    } else if (account.purpose == kRetired) {
      total.retired += balance;
    } else {
      total.held += balance;
    }
    if (account.purpose == kHeld && balance != 0) held[account] -= balance;
  }
  for (const auto& [account, missing] : held) {
    if (missing == 0) continue;
    found(FindingCode::kHold,
          absl::StrCat(NameOf(account.holder, account.asset, account.purpose),
                       ", at the end the balance is off by ", -missing));
  }
  std::vector<AssetTotal> rows;
  for (const auto& [asset, total] : totals) {
    rows.push_back(total);
    if (total.issued == total.held + total.retired) continue;
    found(FindingCode::kIssued,
          absl::StrCat("asset ", asset, ", issued ", total.issued, ", held ",
                       total.held, ", retired ", total.retired));
  }
  return rows;
}

}  // namespace luheng::verify
