// Instruments: an asset under dated rules, where it stands in its day, and its
// daily bars. Ids are dense from 1; symbols are unique.
#ifndef LUHENG_SERVICES_MARKET_INSTRUMENT_H_
#define LUHENG_SERVICES_MARKET_INSTRUMENT_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "luheng/market/v1/market.pb.h"
#include "services/core/state_io.h"
#include "services/market/daily_bar.h"
#include "services/market/rules.h"

namespace luheng::market {

// One instrument. Only `apply` writes it.
struct Instrument {
  InstrumentId id;
  std::string symbol;
  std::string display_name;
  std::string display_name_en;
  AssetId asset;
  int64_t lot_units = 1;
  std::string lot_name;
  // By effective stamp, never empty.
  std::vector<Rules> rules;
  // The step of the book's prices: divides the tick of all rules that orders
  // in the book were accepted under. It changes only while the book is empty.
  int64_t book_tick_minor = 1;
  v1::SessionState session = v1::SESSION_STATE_CLOSED;
  // When the session is looked at next; 0 if nothing is scheduled.
  Stamp session_due;
  bool halted = false;
  std::string halt_reason;
  // What the day's band is measured from; 0 if there is nothing.
  int64_t reference_minor = 0;
  DailyBars bars;
  // How many DAY orders are open, and these in order of their ids. Some that
  // are closed may stand between them, never at the front.
  int64_t day_order_count = 0;
  std::deque<OrderId> day_orders;

  // The rules in force at `now`; null if none are yet.
  const Rules* RulesAt(Stamp now) const {
    for (auto it = rules.rbegin(); it != rules.rend(); ++it) {
      if (it->effective <= now) return &*it;
    }
    return nullptr;
  }
  // The next rules after `now`; 0 if there are none.
  Stamp NextRulesAfter(Stamp now) const;
  // Adds rules, replacing others of the same stamp.
  void SetRules(Rules added);
  // CLOSED, OPEN, BREAK or HALTED, as the API shows it.
  v1::SessionState shown_state() const {
    return halted ? v1::SESSION_STATE_HALTED : session;
  }

  void Save(core::StateWriter& writer) const;
  void Load(core::StateReader& reader);
};

// Thread-compatible.
class Instruments {
 public:
  // The instrument `id`; null if there is none. Pointers stay valid.
  const Instrument* Find(InstrumentId id) const {
    const auto index = static_cast<uint64_t>(id.value()) - 1;
    return index < all_.size() ? &all_[index] : nullptr;
  }
  Instrument* Find(InstrumentId id) {
    const auto index = static_cast<uint64_t>(id.value()) - 1;
    return index < all_.size() ? &all_[index] : nullptr;
  }
  const Instrument* FindBySymbol(absl::string_view symbol) const;
  // By id.
  const std::deque<Instrument>& all() const { return all_; }
  std::deque<Instrument>& all() { return all_; }
  InstrumentId next_id() const {
    return InstrumentId(static_cast<int64_t>(all_.size()) + 1);
  }
  // Requires the next id and a new symbol.
  Instrument& Add(Instrument added);

  void Save(core::StateWriter& writer) const;
  void Load(core::StateReader& reader);

 private:
  std::deque<Instrument> all_;
  absl::flat_hash_map<std::string, InstrumentId> by_symbol_;
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_INSTRUMENT_H_
