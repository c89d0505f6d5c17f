#include "services/rpc/open_streams.h"

#include <algorithm>

namespace luheng::rpc {

void OpenStreams::Add(const std::shared_ptr<EndableStream>& stream) {
  std::optional<Reason> ended_for;
  {
    absl::MutexLock lock(&mutex_);
    ended_for = ended_for_;
    if (!ended_for) {
      if (streams_.size() >= prune_at_) Prune();
      streams_.push_back(stream);
    }
  }
  if (ended_for) stream->EndFor(*ended_for);
}

void OpenStreams::EndAll(Reason reason) {
  std::vector<std::weak_ptr<EndableStream>> streams;
  {
    absl::MutexLock lock(&mutex_);
    ended_for_ = reason;
    streams.swap(streams_);
  }
  // Outside the lock: a stream's end may run anything.
  for (const auto& weak : streams) {
    if (const auto stream = weak.lock()) stream->EndFor(reason);
  }
}

void OpenStreams::Prune() {
  streams_.erase(
      std::remove_if(streams_.begin(), streams_.end(),
                     [](const auto& stream) { return stream.expired(); }),
      streams_.end());
  prune_at_ = std::max<size_t>(64, 2 * streams_.size());
}

}  // namespace luheng::rpc
