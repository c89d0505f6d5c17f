// What the ledger itself says: every entry read once by the audit
// administrator, its postings folded to balances, and the facts that `day open`
// and `day report` ask for picked out.
#ifndef LUHENG_CLIENTS_CLI_DAY_LEDGER_H_
#define LUHENG_CLIENTS_CLI_DAY_LEDGER_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/protos.h"
#include "clients/lib/client.h"

namespace luheng::cli {

// One account: holder's name, asset's name, purpose without its prefix
// ("AVAILABLE").
using AccountKey = std::tuple<std::string, std::string, std::string>;

// Units or cash that came into the market or left it.
struct Movement {
  int64_t holder = 0;
  int64_t asset = 0;   // 1 is CNY.
  int64_t amount = 0;  // Negative if it left.
  std::string basis;   // Or the bank's reference.
};

struct ReferenceFact {
  int64_t instrument = 0;
  int64_t price_minor = 0;
  std::string basis;
  std::string date;
};

// An order that `decide` refused.
struct RefusedFact {
  std::string date;
  std::string user;
  std::string reason;  // Without REASON_.

  friend auto operator<=>(const RefusedFact&, const RefusedFact&) = default;
};

class LedgerFacts {
 public:
  // Takes the next entry. Errors: DATA_LOSS if its number does not follow the
  // one before, if a part does not parse, or if a balance overflows.
  absl::Status Take(const lv1::EntryRecord& entry);

  int64_t entry_count() const { return entry_count_; }
  const std::vector<Movement>& units() const { return units_; }
  const std::vector<Movement>& cash() const { return cash_; }
  const std::vector<ReferenceFact>& references() const { return references_; }
  const std::vector<RefusedFact>& refused() const { return refused_; }
  // Balances that are not zero.
  const std::map<AccountKey, int64_t>& balances() const { return balances_; }

  bool HasUnits(const std::string& basis) const;
  bool HasCash(const std::string& reference) const;
  bool HasCalendar(const std::string& basis) const {
    return calendars_.contains(basis);
  }
  bool HasReference(int64_t instrument, int64_t price_minor,
                    const std::string& basis) const;

 private:
  absl::Status TakePosting(const lv1::PostingText& posting);
  absl::Status TakeEvent(const std::string& date, int64_t type,
                         const std::string& body);

  int64_t entry_count_ = 0;
  std::vector<Movement> units_;
  std::vector<Movement> cash_;
  std::set<std::string> calendars_;
  std::vector<ReferenceFact> references_;
  std::vector<RefusedFact> refused_;
  std::map<AccountKey, int64_t> balances_;
};

// Reads the whole ledger through `client`. Errors: the server's, and those of
// LedgerFacts::Take().
absl::StatusOr<LedgerFacts> ReadLedger(client::Client& client);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_DAY_LEDGER_H_
