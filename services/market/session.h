// When an instrument trades: the calendar of trading days and, for one set of
// rules, the state at an instant and the next change. Days are Monday to Friday
// without holidays, and make-up working days, in Asia/Shanghai.
#ifndef LUHENG_SERVICES_MARKET_SESSION_H_
#define LUHENG_SERVICES_MARKET_SESSION_H_

#include <cstdint>

#include "absl/container/btree_set.h"
#include "absl/types/span.h"
#include "ledger/base/stamp.h"
#include "luheng/market/v1/market.pb.h"
#include "services/core/state_io.h"
#include "services/market/rules.h"

namespace luheng::market {

// Thread-compatible.
class Calendar {
 public:
  // A day is a holiday or a working day by the last list that named it.
  void AddHoliday(Date day);
  void AddWorkingDay(Date day);
  bool IsTradingDay(Date day) const;

  void Save(core::StateWriter& writer) const;
  void Load(core::StateReader& reader);

 private:
  absl::btree_set<Date> holidays_;
  absl::btree_set<Date> working_days_;
};

// Where an instrument stands and when that changes; `next` is 0 if nothing is
// to come.
struct SessionPoint {
  v1::SessionState state = v1::SESSION_STATE_CLOSED;
  Stamp next;
};

// The state at `now` under `windows` and the next change by the clock. An
// instrument without windows is always closed. Looks at most a year ahead.
SessionPoint SessionAt(absl::Span<const Window> windows,
                       const Calendar& calendar, Stamp now);

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_SESSION_H_
