// How many refusals of one user are kept as entries: a burst, then a rate.
// Beyond it a refused command is answered RATE_LIMITED and leaves no entry, so
// that nobody fills the journal with nonsense.
#ifndef LUHENG_SERVICES_CORE_REFUSAL_LIMIT_H_
#define LUHENG_SERVICES_CORE_REFUSAL_LIMIT_H_

#include <cstdint>
#include <map>

#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "services/core/state_io.h"

namespace luheng::core {

// Refusals of one user that are kept at once ...
inline constexpr int64_t kRefusalBurst = 1000;
// ... and one more for each of these intervals.
inline constexpr int64_t kRefusalIntervalNanos = kNanosPerSecond / 50;

// Thread-compatible; owned by the world's thread. A bucket is the time until
// which its refusals are paid for, so that it needs no clock.
class RefusalLimit {
 public:
  // Whether a refusal of `user` at `now` is kept.
  bool Allows(UserId user, Stamp now) const;
  // How long `user` has to wait, in nanoseconds.
  int64_t WaitNanos(UserId user, Stamp now) const;
  // Counts a kept refusal.
  void Count(UserId user, Stamp now);

  void Save(StateWriter& writer) const;
  void Load(StateReader& reader);

 private:
  std::map<int64_t, int64_t> paid_until_;  // By user, nanoseconds.
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_REFUSAL_LIMIT_H_
