#include "services/core/rehearsal_clock.h"

#include <algorithm>

namespace luheng::core {

RehearsalClock::RehearsalClock(Stamp start, Clock& machine)
    : machine_(machine), offset_(start.value() - machine.MonotonicNanos()) {}

Stamp RehearsalClock::Now() {
  absl::MutexLock lock(&mutex_);
  return Stamp(machine_.MonotonicNanos() + offset_);
}

int64_t RehearsalClock::MonotonicNanos() { return machine_.MonotonicNanos(); }

void RehearsalClock::Advance(Stamp to) {
  absl::MutexLock lock(&mutex_);
  offset_ = std::max(offset_, to.value() - machine_.MonotonicNanos());
}

}  // namespace luheng::core
