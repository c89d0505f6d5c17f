#include "services/rpc/rate_limit.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "ledger/base/checked.h"
#include "ledger/base/stamp.h"

namespace luheng::rpc {

RateLimiter::RateLimiter(const RateLimits& limits, Clock& clock)
    : limits_(limits), clock_(clock) {}

int64_t RateLimiter::Take(absl::string_view user, RateClass rate_class,
                          int64_t count) {
  const RateLimit& limit = this->limit(rate_class);
  if (limit.per_second <= 0 || count <= 0) return 0;
  const int64_t now = clock_.MonotonicNanos();
  absl::MutexLock lock(&mutex_);
  if (users_.size() >= kUsersMax && !users_.contains(user)) Forget(now);
  int64_t& full_at = users_.try_emplace(std::string(user), Buckets{})
                         .first->second[static_cast<size_t>(rate_class)];
  // A bucket that is full at T misses (T - now) * rate calls now. What is
  // taken moves T; more than `burst` calls may not be missing.
  const int64_t begin = std::max(full_at, now);
  const int64_t cost = MulDivCeil(std::min(count, limit.burst), kNanosPerSecond,
                                  limit.per_second)
                           .value_or(0);
  const int64_t size =
      MulDivCeil(limit.burst, kNanosPerSecond, limit.per_second).value_or(0);
  const int64_t missing = begin - now + cost;
  if (missing > size) return missing - size;
  // A count above the burst is paid in full, so it takes its time afterwards.
  full_at = begin +
            MulDivCeil(count, kNanosPerSecond, limit.per_second).value_or(size);
  return 0;
}

void RateLimiter::Forget(int64_t now) {
  // order-free: each bucket is looked at on its own.
  absl::erase_if(users_, [now](const auto& user) {
    return std::all_of(user.second.begin(), user.second.end(),
                       [now](int64_t full_at) { return full_at <= now; });
  });
}

}  // namespace luheng::rpc
