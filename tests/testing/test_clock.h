// A clock that stands still until a test moves it.
#ifndef LUHENG_TESTS_TESTING_TEST_CLOCK_H_
#define LUHENG_TESTS_TESTING_TEST_CLOCK_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "ledger/base/clock.h"

namespace luheng::testing {

// Thread-safe.
class TestClock final : public Clock {
 public:
  explicit TestClock(Stamp start) : wall_(start.value()) {}

  Stamp Now() override {
    absl::MutexLock lock(&mutex_);
    return Stamp(wall_);
  }
  int64_t MonotonicNanos() override {
    absl::MutexLock lock(&mutex_);
    return monotonic_;
  }
  // Time passes.
  void Advance(int64_t nanos) {
    absl::MutexLock lock(&mutex_);
    wall_ += nanos;
    monotonic_ += nanos;
  }
  // Somebody sets the wall clock, forward or back.
  void Jump(int64_t nanos) {
    absl::MutexLock lock(&mutex_);
    wall_ += nanos;
  }

 private:
  absl::Mutex mutex_;
  int64_t wall_ ABSL_GUARDED_BY(mutex_);
  int64_t monotonic_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_TEST_CLOCK_H_
