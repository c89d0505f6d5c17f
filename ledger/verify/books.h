// The auditor's own balances, folded from postings; and whether the postings
// are exactly what the entry's events say.
#ifndef LUHENG_LEDGER_VERIFY_BOOKS_H_
#define LUHENG_LEDGER_VERIFY_BOOKS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "ledger/verify/facts.h"

namespace luheng::verify {

// What there is of an asset. Issued is what came in: units by issuing, cash by
// the bank.
struct AssetTotal {
  int64_t asset = 0;
  int64_t issued = 0;
  // With holders, and with the system's fees, treasury and clearing.
  int64_t held = 0;
  int64_t retired = 0;
};

// Thread-compatible.
class Books {
 public:
  // Of a holder and an asset, by purpose (ledger/entry/purpose.h has the
  // numbers; those above 5 are the system's and may go below zero).
  struct Account {
    int64_t holder = 0;
    int64_t asset = 0;
    int64_t purpose = 0;
    friend auto operator<=>(const Account&, const Account&) = default;
    template <typename Hash>
    friend Hash AbslHashValue(Hash hash, const Account& account) {
      return Hash::combine(std::move(hash), account.holder, account.asset,
                           account.purpose);
    }
  };

  // Folds the postings of one entry. `expected` is what its fills and holds
  // make of them; what came in or left stands in `facts`. Uses `expected` up.
  void Fold(absl::Span<const Change> postings, absl::Span<const Fact> facts,
            std::vector<Change>& expected, const FoundFn& found);
  // Holds the balances of what is held against `holds`, and what was issued
  // against what is held and retired.
  std::vector<AssetTotal> Finish(const std::vector<Change>& holds,
                                 const FoundFn& found) const;
  const absl::flat_hash_map<Account, int64_t>& balances() const {
    return balances_;
  }

 private:
  void Post(const Change& posting, const FoundFn& found);
  void CheckSums(absl::Span<const Change> postings, const FoundFn& found);
  static void CheckExpected(absl::Span<const Change> postings,
                            std::vector<Change>& expected,
                            const FoundFn& found);

  absl::flat_hash_map<Account, int64_t> balances_;
  // Of one entry, reused.
  std::vector<std::pair<int64_t, int64_t>> sums_;
  std::vector<Account> below_zero_;
};

}  // namespace luheng::verify

#endif  // LUHENG_LEDGER_VERIFY_BOOKS_H_
