// The streams that are open on an edge, so that a draining node can end them
// all: each with an error that tells its client to connect again.
#ifndef LUHENG_SERVICES_RPC_OPEN_STREAMS_H_
#define LUHENG_SERVICES_RPC_OPEN_STREAMS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/rpc/reason_table.h"

namespace luheng::rpc {

// A stream that can be ended from outside.
class EndableStream {
 public:
  virtual ~EndableStream() = default;
  // Ends the stream with the status of `reason` after what is queued for it.
  // Thread-safe; a stream that is ending already stays as it is.
  virtual void EndFor(Reason reason) = 0;
};

// Thread-safe.
class OpenStreams {
 public:
  // Keeps `stream` in view while it lives; ends it at once if all were ended.
  void Add(const std::shared_ptr<EndableStream>& stream);
  // Ends every open stream, and from now on every new one.
  void EndAll(Reason reason);

 private:
  // Forgets streams that are gone, each time their number could have doubled.
  void Prune() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  std::vector<std::weak_ptr<EndableStream>> streams_ ABSL_GUARDED_BY(mutex_);
  size_t prune_at_ ABSL_GUARDED_BY(mutex_) = 64;
  std::optional<Reason> ended_for_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_OPEN_STREAMS_H_
