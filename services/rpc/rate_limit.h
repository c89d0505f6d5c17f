// Token buckets per user and class of call. Limits are configuration of the
// edge, not rules of the market: they protect the node.
#ifndef LUHENG_SERVICES_RPC_RATE_LIMIT_H_
#define LUHENG_SERVICES_RPC_RATE_LIMIT_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "ledger/base/clock.h"
#include "services/rpc/methods.h"

namespace luheng::rpc {

// `per_second` calls on average, `burst` at once. 0 per second is no limit.
struct RateLimit {
  int64_t per_second = 0;
  int64_t burst = 1;
};
// By RateClass.
using RateLimits = std::array<RateLimit, kRateClassCount>;

// Thread-safe. Remembers at most kUsersMax users; beyond that it forgets those
// whose buckets are full.
class RateLimiter {
 public:
  static constexpr size_t kUsersMax = 100'000;

  // Borrows `clock`.
  RateLimiter(const RateLimits& limits, Clock& clock);

  // Takes `count` calls of `user` from the bucket of `rate_class`. Returns 0 if
  // it had them, else how many nanoseconds to wait; then nothing was taken. A
  // count above the burst passes once the bucket is full.
  int64_t Take(absl::string_view user, RateClass rate_class, int64_t count = 1);

  const RateLimit& limit(RateClass rate_class) const {
    return limits_[static_cast<size_t>(rate_class)];
  }

 private:
  // Instants, in monotonic nanoseconds, at which a bucket is full again.
  using Buckets = std::array<int64_t, kRateClassCount>;

  void Forget(int64_t now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const RateLimits limits_;
  Clock& clock_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Buckets> users_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_RATE_LIMIT_H_
