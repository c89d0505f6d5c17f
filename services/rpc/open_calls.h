// How many calls of our services are under way, so that a draining node waits
// for them and not for those of gRPC's own services, which last for ever.
#ifndef LUHENG_SERVICES_RPC_OPEN_CALLS_H_
#define LUHENG_SERVICES_RPC_OPEN_CALLS_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace luheng::rpc {

// Thread-safe.
class OpenCalls {
 public:
  void Begin() {
    absl::MutexLock lock(&mutex_);
    ++count_;
  }
  void End() {
    absl::MutexLock lock(&mutex_);
    --count_;
  }
  // Waits until no call is under way, `patience` is over or Hasten was called.
  void Await(absl::Duration patience) {
    absl::MutexLock lock(&mutex_);
    const auto over = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return count_ == 0 || hastened_;
    };
    mutex_.AwaitWithTimeout(absl::Condition(&over), patience);
  }
  // Ends every Await, now and later.
  void Hasten() {
    absl::MutexLock lock(&mutex_);
    hastened_ = true;
  }

 private:
  absl::Mutex mutex_;
  int64_t count_ ABSL_GUARDED_BY(mutex_) = 0;
  bool hastened_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_OPEN_CALLS_H_
