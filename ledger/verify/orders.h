// The auditor's own order table: every order from its events, and what an
// entry's postings must therefore be.
//
// Nothing is matched again. Of each fill it is checked that both orders were
// open, of the same instrument and opposite sides, within their limits and
// remainders, and that the maker rested. Fees, holds, cash and units follow:
// a fill's fee is floor(notional * rate) by the rate in force when its order
// was accepted; a buy order holds rest * limit + ceil(fee of that), a sell
// order its units. Events of an entry are taken in the order placed, filled,
// ended, in whatever parts they stand.
#ifndef LUHENG_LEDGER_VERIFY_ORDERS_H_
#define LUHENG_LEDGER_VERIFY_ORDERS_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "ledger/verify/facts.h"

namespace luheng::verify {

// Thread-compatible.
class Orders {
 public:
  // Folds the order events of one entry and adds to `expected` what its
  // postings must be on their account. Tells each thing that is wrong.
  void Fold(int64_t stamp, absl::Span<const Fact> facts,
            std::vector<Change>& expected, const FoundFn& found);

  int64_t open_count() const { return static_cast<int64_t>(open_.size()); }
  // What all open orders hold, one row an order.
  std::vector<Change> Holds() const;

 private:
  struct Rules {
    int64_t effective = 0;
    int64_t buyer_ppm = 0;
    int64_t seller_ppm = 0;
  };
  struct Instrument {
    int64_t asset = 0;
    int64_t lot_units = 0;
    std::vector<Rules> rules;  // by effective stamp
  };
  struct Order {
    int64_t holder = 0;
    int64_t asset = 0;
    int64_t lot_units = 0;
    int64_t price = 0;
    int64_t open = 0;
    int64_t fee_ppm = 0;
    int32_t instrument = 0;
    bool buys = false;
    bool rests = false;
    // In this entry.
    bool is_new = false;
    bool paused = false;
    // What it held before this entry, -1 if it was not touched yet.
    int64_t hold_before = -1;
  };

  void AddRules(const Fact& fact);
  void Place(const Fact& fact, int64_t stamp, const FoundFn& found);
  void Reprice(const Fact& fact, int64_t stamp, const FoundFn& found);
  void Fill(const Fact& fact, std::vector<Change>& expected,
            const FoundFn& found);
  bool CheckFill(const Fact& fact, const Order& taker, const Order& maker,
                 const FoundFn& found);
  void Settle(const Fact& fact, const Order& taker, const Order& maker,
              std::vector<Change>& expected) const;
  void End(const Fact& fact, const FoundFn& found);
  void Finish(std::vector<Change>& expected, const FoundFn& found);
  // The open order that `fact` names, noted as touched. Null, and told, if
  // there is none or it is another holder's than the part's.
  Order* Touch(int64_t order, const FoundFn& found);
  Order* Own(const Fact& fact, const FoundFn& found);
  // False if no rules are in force.
  static bool SetFee(const Instrument& instrument, int64_t stamp, Order& order);
  static int64_t HoldOf(const Order& order);

  absl::flat_hash_map<int64_t, Instrument> instruments_;
  absl::flat_hash_map<int64_t, Order> open_;
  int64_t last_order_ = 0;
  // The taker that goes on in the next entry; 0 if none does.
  int64_t sweep_ = 0;
  std::vector<int64_t> touched_;  // of one entry, reused
};

}  // namespace luheng::verify

#endif  // LUHENG_LEDGER_VERIFY_ORDERS_H_
