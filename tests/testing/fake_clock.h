// A clock that stands still until a test moves it.
#ifndef LUHENG_TESTS_TESTING_FAKE_CLOCK_H_
#define LUHENG_TESTS_TESTING_FAKE_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "ledger/base/clock.h"

namespace luheng::testing {

// Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Stamp now = Stamp(1'666'314'000'000'000'000))
      : wall_(now.value()) {}

  Stamp Now() override { return Stamp(wall_.load()); }
  int64_t MonotonicNanos() override { return monotonic_.load(); }
  void Advance(int64_t nanos) {
    wall_ += nanos;
    monotonic_ += nanos;
  }

 private:
  std::atomic<int64_t> wall_;
  std::atomic<int64_t> monotonic_{kNanosPerSecond};
};

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_FAKE_CLOCK_H_
