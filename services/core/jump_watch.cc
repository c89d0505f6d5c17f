#include "services/core/jump_watch.h"

#include <algorithm>

namespace luheng::core {

JumpWatch::JumpWatch(Clock& clock, Stamp last, int64_t jump_ns_max)
    : clock_(clock),
      jump_ns_max_(jump_ns_max),
      last_(last),
      seen_wall_(clock.Now()),
      seen_monotonic_(clock.MonotonicNanos()) {}

Stamp JumpWatch::Next() {
  const Stamp wall = clock_.Now();
  const int64_t monotonic = clock_.MonotonicNanos();
  if (!tripped_) {
    jump_ns_ =
        (wall.value() - seen_wall_.value()) - (monotonic - seen_monotonic_);
    tripped_ = jump_ns_ > jump_ns_max_;
    if (!tripped_) {
      seen_wall_ = wall;
      seen_monotonic_ = monotonic;
      last_ = std::max(last_, wall);
    }
  }
  return last_;
}

void JumpWatch::Acknowledge() {
  tripped_ = false;
  jump_ns_ = 0;
  seen_wall_ = clock_.Now();
  seen_monotonic_ = clock_.MonotonicNanos();
  last_ = std::max(last_, seen_wall_);
}

}  // namespace luheng::core
