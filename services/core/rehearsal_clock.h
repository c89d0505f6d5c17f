// The clock of a rehearsal node: starts where it is told, runs at the speed of
// the machine's monotonic clock, and moves forward by command. With it a day
// of the past is replayed by the same binary under its own date.
#ifndef LUHENG_SERVICES_CORE_REHEARSAL_CLOCK_H_
#define LUHENG_SERVICES_CORE_REHEARSAL_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "ledger/base/clock.h"

namespace luheng::core {

// Thread-safe.
class RehearsalClock final : public Clock {
 public:
  // Starts at `start`; borrows `machine`.
  RehearsalClock(Stamp start, Clock& machine);

  Stamp Now() override;
  int64_t MonotonicNanos() override;
  // Goes to `to`, unless it is there or beyond already.
  void Advance(Stamp to);

 private:
  Clock& machine_;
  absl::Mutex mutex_;
  // Now() is MonotonicNanos() plus this; changes only forward.
  int64_t offset_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_REHEARSAL_CLOCK_H_
