// Everything that `day report` compares, as the API tells it.
#ifndef LUHENG_CLIENTS_CLI_DAY_EVIDENCE_H_
#define LUHENG_CLIENTS_CLI_DAY_EVIDENCE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/day_ledger.h"
#include "clients/cli/day_market.h"
#include "clients/cli/day_office.h"
#include "clients/cli/day_reconcile.h"

namespace luheng::cli {

// A trading day of an instrument: symbol and date.
using DayKey = std::pair<std::string, std::string>;

struct Evidence {
  int64_t last_entry = 0;
  LedgerFacts ledger;
  MarketNames names;
  std::map<std::string, std::string> holder_names;  // By "holders/N".
  std::map<DayKey, mv1::DailyBar> bars;
  std::map<DayKey, std::vector<TradeFact>> trades;
  int64_t trade_count = 0;
  std::map<std::string, std::vector<mv1::Fill>> fills;         // By holder.
  std::map<std::string, std::vector<mv1::Order>> open_orders;  // By holder.
  std::map<AccountKey, int64_t> balances;
  std::vector<sv1::TrialBalanceLine> trial_balance;
};

// Asks for all of it as the audit administrator, once the views have caught up
// with the ledger. Errors: the server's; UNAVAILABLE if they do not.
absl::StatusOr<Evidence> GatherEvidence(Office& office,
                                        const ProvinceData& data);

// What the accounts must hold, by the ledger's issues and payments, the fills
// with fees recomputed from the instruments' rules, and the open orders.
// `wrong_fees` counts fills whose own fee differs.
Recount RecountOf(const Evidence& evidence, int64_t& fees_minor,
                  int64_t& wrong_fees);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_DAY_EVIDENCE_H_
