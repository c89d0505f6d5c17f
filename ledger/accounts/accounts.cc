#include "ledger/accounts/accounts.h"

#include <algorithm>

#include "ledger/base/check.h"
#include "ledger/base/checked.h"

namespace luheng {
namespace {

constexpr size_t kRowsFirst = 1024;
constexpr int64_t kIdMax = (int64_t{1} << 31) - 1;

bool SystemOf(uint64_t key) { return (key & 1) != 0; }
HolderId HolderOf(uint64_t key) {
  return HolderId(static_cast<int64_t>(key >> 32));
}
AssetId AssetOf(uint64_t key) {
  return AssetId(static_cast<int64_t>((key >> 1) & kIdMax));
}

bool ByAccount(const AccountBalance& a, const AccountBalance& b) {
  if (a.holder != b.holder) return a.holder < b.holder;
  if (a.asset != b.asset) return a.asset < b.asset;
  return a.purpose < b.purpose;
}

}  // namespace

Accounts::Accounts() { rows_.Grow(kRowsFirst); }

uint64_t Accounts::KeyOf(HolderId holder, AssetId asset, bool system) {
  LUHENG_CHECK(holder.value() >= 0 && holder.value() <= kIdMax &&
               asset.value() > 0 && asset.value() <= kIdMax)
      << "holder " << holder << " asset " << asset;
  return (static_cast<uint64_t>(holder.value()) << 32) |
         (static_cast<uint64_t>(asset.value()) << 1) | (system ? 1u : 0u);
}

int64_t Accounts::Get(HolderId holder, AssetId asset, Purpose purpose) const {
  const auto it = index_.find(KeyOf(holder, asset, IsSystemPurpose(purpose)));
  if (it == index_.end()) return 0;
  return rows_[it->second].amounts[SlotOf(purpose)];
}

Accounts::RowIndex Accounts::RowFor(HolderId holder, AssetId asset,
                                    bool system) {
  const uint64_t key = KeyOf(holder, asset, system);
  const auto [it, inserted] = index_.try_emplace(key, row_count_);
  if (inserted) {
    if (row_count_ == rows_.capacity()) rows_.Grow(size_t{row_count_} * 2);
    rows_[row_count_++].key = key;
    rows_of_holder_[holder.value()].push_back(it->second);
  }
  return it->second;
}

void Accounts::RefusePosting(const Row& row, Purpose purpose, int64_t balance,
                             int64_t amount) {
  const auto sum = CheckedAdd(balance, amount);
  LUHENG_CHECK(sum.has_value() && *sum >= 0)
      << "holder " << HolderOf(row.key) << " asset " << AssetOf(row.key)
      << " purpose " << static_cast<int>(purpose) << ": " << balance << " + "
      << amount;
  __builtin_unreachable();
}

void Accounts::Apply(const EntryView& entry) {
  LUHENG_CHECK(IsBalanced(entry)) << "entry " << entry.number;
  for (const auto& part : entry.parts) {
    for (const entry::v1::Posting& posting : part->postings()) {
      LUHENG_CHECK(IsValidPurpose(posting.purpose()))
          << "entry " << entry.number << " purpose " << posting.purpose();
      Post(HolderId(part->audience()), AssetId(posting.asset()),
           static_cast<Purpose>(posting.purpose()), posting.amount());
    }
  }
}

void Accounts::AppendRow(const Row& row, std::vector<AccountBalance>& out) {
  for (size_t i = 0; i < row.amounts.size(); ++i) {
    if (row.amounts[i] == 0) continue;
    const size_t number = SystemOf(row.key) ? i + kHolderPurposeMax + 1 : i + 1;
    out.push_back({HolderOf(row.key), AssetOf(row.key),
                   static_cast<Purpose>(number), row.amounts[i]});
  }
}

std::vector<AccountBalance> Accounts::Balances() const {
  std::vector<AccountBalance> balances;
  for (RowIndex row = 0; row < row_count_; ++row) {
    AppendRow(rows_[row], balances);
  }
  std::sort(balances.begin(), balances.end(), ByAccount);
  return balances;
}

std::vector<AccountBalance> Accounts::BalancesOf(HolderId holder) const {
  std::vector<AccountBalance> balances;
  const auto it = rows_of_holder_.find(holder.value());
  if (it == rows_of_holder_.end()) return balances;
  for (RowIndex row : it->second) AppendRow(rows_[row], balances);
  std::sort(balances.begin(), balances.end(), ByAccount);
  return balances;
}

bool Accounts::HasBalance(HolderId holder) const {
  return !BalancesOf(holder).empty();
}

int64_t Accounts::bytes() const {
  return rows_.bytes() +
         static_cast<int64_t>(index_.capacity() * (sizeof(uint64_t) * 2 + 1));
}

}  // namespace luheng
