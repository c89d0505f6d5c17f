// The arithmetic of `luheng day report`, apart from where its numbers come
// from: the figures of a day from its trades, what every account must hold, and
// the lines that compare them. Integers only; what would not fit is told.
#ifndef LUHENG_CLIENTS_CLI_DAY_RECONCILE_H_
#define LUHENG_CLIENTS_CLI_DAY_RECONCILE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "clients/cli/day_data.h"
#include "clients/cli/day_ledger.h"

namespace luheng::cli {

struct TradeFact {
  int64_t price_minor = 0;
  int64_t lots = 0;
};

// One day of one instrument.
struct DayFigures {
  int64_t reference_minor = 0;
  int64_t open_minor = 0;
  int64_t high_minor = 0;
  int64_t low_minor = 0;
  int64_t volume_lots = 0;
  int64_t turnover_minor = 0;
  int64_t close_minor = 0;  // Volume-weighted; the reference without trades.
  int64_t trade_count = 0;

  friend bool operator==(const DayFigures&, const DayFigures&) = default;
};

// turnover / volume, rounded half up. Requires 0 <= turnover, 0 < volume.
int64_t MeanMinor(int64_t turnover_minor, int64_t volume_lots);
// (close - reference) / reference in hundredths of a percent, rounded half
// away from zero. Requires 0 < reference.
int64_t ChangeHundredths(int64_t close_minor, int64_t reference_minor);

// The figures of `trades`, first trade first. Nothing if they do not fit.
std::optional<DayFigures> FiguresOf(int64_t reference_minor,
                                    const std::vector<TradeFact>& trades);
// One of them.
int64_t ValueOf(Figure figure, const DayFigures& figures);
// All of them on one line.
std::string FiguresLine(const DayFigures& figures);

// floor and ceiling of notional * ppm / 10^6; requires 0 <= both.
int64_t FeeFloor(int64_t notional_minor, int64_t ppm);
int64_t FeeCeil(int64_t notional_minor, int64_t ppm);

// What the accounts must hold, counted from what came in and out, the fills
// and the orders that are still open. The system is holders/1.
class Recount {
 public:
  // Units issued (or, below zero, retired).
  void Units(const std::string& holder, const std::string& asset,
             int64_t amount);
  // Cash paid in (or, below zero, out).
  void Cash(const std::string& holder, int64_t amount_minor);
  // One side of a fill.
  void Fill(const std::string& holder, mv1::Side side, const std::string& asset,
            int64_t units, int64_t notional_minor, int64_t fee_minor);
  // What an open order holds.
  void Hold(const std::string& holder, const std::string& asset,
            int64_t amount);

  // Accounts that are not zero. What is on its way between a buyer and a
  // seller stands under the purpose CLEARING; it is zero once both sides of
  // every fill are counted.
  const std::map<AccountKey, int64_t>& balances() const { return balances_; }
  // Whether a sum did not fit; then nothing here holds.
  bool overflowed() const { return overflowed_; }

 private:
  void Move(const std::string& asset, int64_t amount,
            const std::string& from_holder, const char* from_purpose,
            const std::string& to_holder, const char* to_purpose);
  void Add(const AccountKey& key, int64_t amount);

  std::map<AccountKey, int64_t> balances_;
  bool overflowed_ = false;
};

inline constexpr char kSystemHolder[] = "holders/1";
inline constexpr char kCurrencyAsset[] = "assets/CNY";

// An account of two counts; a missing one is zero.
struct AccountLine {
  AccountKey key;
  int64_t expected = 0;
  int64_t ours = 0;

  bool matches() const { return expected == ours; }
};

// Every account that either of the two has, in order.
std::vector<AccountLine> CompareAccounts(
    const std::map<AccountKey, int64_t>& expected,
    const std::map<AccountKey, int64_t>& ours);

// A kind of refusal by one user on one day, counted.
struct RefusalLine {
  RefusedFact refused;
  int64_t expected = 0;
  int64_t ours = 0;

  bool matches() const { return expected == ours; }
};

std::vector<RefusalLine> CompareRefusals(
    const std::vector<RefusedFact>& expected,
    const std::vector<RefusedFact>& ours);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_DAY_RECONCILE_H_
