// The books: every balance of (holder, asset, purpose), folded from postings
// and from nothing else.
//
// Invariants: for each asset all balances sum to zero; no balance of a holder's
// purpose is below zero, only system accounts may be. Deterministic: equal
// postings leave equal books.
#ifndef LUHENG_LEDGER_ACCOUNTS_ACCOUNTS_H_
#define LUHENG_LEDGER_ACCOUNTS_ACCOUNTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "ledger/base/address_range.h"
#include "ledger/base/ids.h"
#include "ledger/entry/entry.h"
#include "ledger/entry/purpose.h"

namespace luheng {

// One balance that is not zero.
struct AccountBalance {
  HolderId holder;
  AssetId asset;
  Purpose purpose = Purpose::kNone;
  int64_t amount = 0;
};

// Thread-compatible; owned by the thread that owns the world. Holder and asset
// ids are 0 to 2^31 - 1.
class Accounts {
 public:
  // A row's position, stable for the life of the object.
  using RowIndex = uint32_t;
  static constexpr RowIndex kNoRow = UINT32_MAX;
  static constexpr RowIndex kRowsMax = 1 << 27;

  Accounts();
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  // The balance, 0 for an account that was never posted to. In the asset's
  // smallest unit.
  int64_t Get(HolderId holder, AssetId asset, Purpose purpose) const;

  // Adds `amount` to one balance. Requires that the result fits and is not
  // below zero unless `purpose` is a system purpose.
  void Post(HolderId holder, AssetId asset, Purpose purpose, int64_t amount) {
    PostToRow(RowFor(holder, asset, IsSystemPurpose(purpose)), purpose, amount);
  }
  // Applies all postings of an entry.
  void Apply(const EntryView& entry);

  // The same in two steps, for callers that keep a row's position.
  RowIndex RowFor(HolderId holder, AssetId asset, bool system);
  void PostToRow(RowIndex row, Purpose purpose, int64_t amount) {
    Row& to = rows_[row];
    int64_t& balance = to.amounts[SlotOf(purpose)];
    int64_t sum = 0;
    if (__builtin_add_overflow(balance, amount, &sum) ||
        (sum < 0 && !IsSystemPurpose(purpose))) {
      RefusePosting(to, purpose, balance, amount);
    }
    balance = sum;
    fold_ =
        (fold_ ^ (to.key * kFoldKey + static_cast<uint64_t>(sum))) * kFoldPrime;
  }
  int64_t GetFromRow(RowIndex row, Purpose purpose) const {
    return rows_[row].amounts[SlotOf(purpose)];
  }
  // Brings near what leads to the row of an account, and then the row itself.
  void PrefetchIndex(HolderId holder, AssetId asset) const {
    index_.prefetch(KeyOf(holder, asset, false));
  }
  void PrefetchRow(HolderId holder, AssetId asset) const {
    const auto it = index_.find(KeyOf(holder, asset, false));
    if (it != index_.end()) Prefetch(it->second);
  }
  // Brings a row near that will be posted to soon.
  void Prefetch(RowIndex row) const { __builtin_prefetch(&rows_[row], 1); }

  // All balances that are not zero, by holder, asset and purpose.
  std::vector<AccountBalance> Balances() const;
  // Those of one holder.
  std::vector<AccountBalance> BalancesOf(HolderId holder) const;
  // Whether `holder` has a balance that is not zero.
  bool HasBalance(HolderId holder) const;

  // A running fold over every balance ever written, in order: two books that
  // were folded from the same entries have the same. Cheap and always on; it
  // shows at once if two folds came to differ.
  uint64_t fold() const { return fold_; }
  // Puts back the fold of a snapshot, after its balances were posted.
  void RestoreFold(uint64_t fold) { fold_ = fold; }

  // Rows in use: one for each (holder, asset) ever posted to.
  int64_t row_count() const { return row_count_; }
  // Memory held.
  int64_t bytes() const;

 private:
  // The balances of one holder in one asset, one cache line. Slot i is purpose
  // 1 + i of a holder, or 6 + i of the system.
  struct alignas(64) Row {
    std::array<int64_t, 7> amounts{};
    uint64_t key = 0;  // See KeyOf.
  };
  static_assert(sizeof(Row) == 64);

  // Odd constants with well-mixed bits; any such pair would do, but it must
  // not change while snapshots carry the fold.
  static constexpr uint64_t kFoldKey = 0x9e3779b97f4a7c15;
  static constexpr uint64_t kFoldPrime = 0x100000001b3;

  static constexpr size_t SlotOf(Purpose purpose) {
    const auto number = static_cast<size_t>(purpose);
    return IsSystemPurpose(purpose) ? number - kHolderPurposeMax - 1
                                    : number - 1;
  }
  static uint64_t KeyOf(HolderId holder, AssetId asset, bool system);
  static void AppendRow(const Row& row, std::vector<AccountBalance>& out);
  // Stops the process: out of line, so that posting is short.
  [[noreturn]] static void RefusePosting(const Row& row, Purpose purpose,
                                         int64_t balance, int64_t amount);

  uint64_t fold_ = 0;
  // In order of making: the first row_count_ are in use. Large books of
  // accounts are hit at random, so they lie in huge pages.
  StableArray<Row> rows_{kRowsMax};
  RowIndex row_count_ = 0;
  // Looked up only, never iterated.
  absl::flat_hash_map<uint64_t, RowIndex> index_;
  // Rows of each holder, in order of making.
  absl::flat_hash_map<int64_t, std::vector<RowIndex>> rows_of_holder_;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_ACCOUNTS_ACCOUNTS_H_
