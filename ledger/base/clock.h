// Where time comes from. Only the edge and the sequencer read a clock; rules
// get their time in the command's stamp.
#ifndef LUHENG_LEDGER_BASE_CLOCK_H_
#define LUHENG_LEDGER_BASE_CLOCK_H_

#include <cstdint>

#include "ledger/base/stamp.h"

namespace luheng {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall time, UTC. May jump when an operator or NTP sets it.
  virtual Stamp Now() = 0;
  // Nanoseconds since some fixed instant; never goes back, never jumps.
  virtual int64_t MonotonicNanos() = 0;
};

// The machine's clocks. Lives as long as the process.
Clock& SystemClock();

}  // namespace luheng

#endif  // LUHENG_LEDGER_BASE_CLOCK_H_
