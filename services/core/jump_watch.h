// Watches the wall clock against the monotonic clock and gives stamps that
// never go back. A forward jump beyond the limit trips the watch: no command is
// stamped until an operator acknowledges it.
#ifndef LUHENG_SERVICES_CORE_JUMP_WATCH_H_
#define LUHENG_SERVICES_CORE_JUMP_WATCH_H_

#include <cstdint>

#include "ledger/base/clock.h"
#include "ledger/base/stamp.h"

namespace luheng::core {

// Thread-compatible; owned by the sequencer's thread. Borrows the clock.
class JumpWatch {
 public:
  // Stamps begin at `last`. A jump across a restart cannot be told from the
  // time that the node was down; only running jumps trip.
  JumpWatch(Clock& clock, Stamp last, int64_t jump_ns_max);

  // The stamp for now: not before the last one. While tripped it stands still.
  Stamp Next();
  bool tripped() const { return tripped_; }
  // How far the wall clock ran ahead of the monotonic clock, nanoseconds.
  int64_t jump_ns() const { return jump_ns_; }
  // Accepts the wall clock as it is. Also after the clock was moved on purpose.
  void Acknowledge();

 private:
  Clock& clock_;
  const int64_t jump_ns_max_;
  Stamp last_;
  Stamp seen_wall_;
  int64_t seen_monotonic_;
  int64_t jump_ns_ = 0;
  bool tripped_ = false;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_JUMP_WATCH_H_
