#include "ledger/base/clock.h"

#include <ctime>

namespace luheng {
namespace {

int64_t Read(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return now.tv_sec * kNanosPerSecond + now.tv_nsec;
}

class MachineClock final : public Clock {
 public:
  Stamp Now() override { return Stamp(Read(CLOCK_REALTIME)); }
  int64_t MonotonicNanos() override { return Read(CLOCK_MONOTONIC); }
};

}  // namespace

Clock& SystemClock() {
  static MachineClock* const clock = new MachineClock();
  return *clock;
}

}  // namespace luheng
