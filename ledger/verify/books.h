// The auditor's own balances, folded from postings.
#ifndef LUHENG_LEDGER_VERIFY_BOOKS_H_
#define LUHENG_LEDGER_VERIFY_BOOKS_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "ledger/verify/finding.h"
#include "luheng/entry/v1/entry.pb.h"

namespace luheng::verify {

// Thread-compatible.
class Books {
 public:
  // Of a holder and an asset, by purpose (ledger/entry/purpose.h has the
  // numbers; those above 5 are the system's and may go below zero).
  struct Account {
    int64_t holder = 0;
    int64_t asset = 0;
    int64_t purpose = 0;
    friend bool operator==(const Account&, const Account&) = default;
    template <typename Hash>
    friend Hash AbslHashValue(Hash hash, const Account& account) {
      return Hash::combine(std::move(hash), account.holder, account.asset,
                           account.purpose);
    }
  };

  // Folds the postings of one entry. Tells each thing that is wrong.
  void Fold(const std::vector<const entry::v1::Part*>& parts,
            const std::function<void(FindingCode, std::string)>& found);
  const absl::flat_hash_map<Account, int64_t>& balances() const {
    return balances_;
  }

 private:
  absl::flat_hash_map<Account, int64_t> balances_;
  // Of one entry, reused.
  std::vector<std::pair<int64_t, int64_t>> sums_;
};

}  // namespace luheng::verify

#endif  // LUHENG_LEDGER_VERIFY_BOOKS_H_
