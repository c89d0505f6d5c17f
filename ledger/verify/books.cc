#include "ledger/verify/books.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

namespace luheng::verify {
namespace {

constexpr int64_t kHolderPurposeMax = 5;
constexpr int64_t kPurposeMax = 11;

std::string NameOf(const Books::Account& account) {
  return absl::StrCat("holder ", account.holder, ", asset ", account.asset,
                      ", purpose ", account.purpose);
}

}  // namespace

void Books::Fold(const std::vector<const entry::v1::Part*>& parts,
                 const std::function<void(FindingCode, std::string)>& found) {
  sums_.clear();
  std::vector<Account> touched;
  for (const entry::v1::Part* part : parts) {
    for (const entry::v1::Posting& posting : part->postings()) {
      const Account account{part->audience(), posting.asset(),
                            posting.purpose()};
      const auto sum = std::find_if(
          sums_.begin(), sums_.end(),
          [&](const auto& row) { return row.first == posting.asset(); });
      const bool known = sum != sums_.end();
      int64_t& total =
          known ? sum->second : sums_.emplace_back(posting.asset(), 0).second;
      int64_t& balance = balances_[account];
      if (posting.purpose() < 1 || posting.purpose() > kPurposeMax ||
          __builtin_add_overflow(total, posting.amount(), &total) ||
          __builtin_add_overflow(balance, posting.amount(), &balance)) {
        found(FindingCode::kAmountOverflow,
              absl::StrCat(NameOf(account), ", posting ", posting.amount()));
        continue;
      }
      touched.push_back(account);
    }
  }
  for (const auto& [asset, total] : sums_) {
    if (total == 0) continue;
    found(FindingCode::kPostingsUnbalanced,
          absl::StrCat("asset ", asset, ", sum ", total));
  }
  // An entry is one fact: only what it leaves counts.
  for (const Account& account : touched) {
    const int64_t balance = balances_[account];
    if (balance >= 0 || account.purpose > kHolderPurposeMax) continue;
    found(FindingCode::kBalanceNegative,
          absl::StrCat(NameOf(account), ", balance ", balance));
  }
}

}  // namespace luheng::verify
