#include "services/core/refusal_limit.h"

#include <algorithm>

namespace luheng::core {

int64_t RefusalLimit::WaitNanos(UserId user, Stamp now) const {
  const auto it = paid_until_.find(user.value());
  if (it == paid_until_.end()) return 0;
  const int64_t ahead = it->second - now.value();
  constexpr int64_t kAheadMax = (kRefusalBurst - 1) * kRefusalIntervalNanos;
  return std::max<int64_t>(0, ahead - kAheadMax);
}

bool RefusalLimit::Allows(UserId user, Stamp now) const {
  return WaitNanos(user, now) == 0;
}

void RefusalLimit::Count(UserId user, Stamp now) {
  int64_t& until = paid_until_[user.value()];
  until = std::max(until, now.value()) + kRefusalIntervalNanos;
}

void RefusalLimit::Save(StateWriter& writer) const {
  writer.Int(static_cast<int64_t>(paid_until_.size()));
  for (const auto& [user, until] : paid_until_) {
    writer.Int(user);
    writer.Int(until);
  }
}

void RefusalLimit::Load(StateReader& reader) {
  const int64_t count = reader.Count();
  for (int64_t i = 0; i < count && reader.status().ok(); ++i) {
    const int64_t user = reader.Int();
    paid_until_[user] = reader.Int();
  }
}

}  // namespace luheng::core
