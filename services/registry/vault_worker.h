// The thread on which calls wait for the vault's disk, so that neither gRPC's
// threads nor the sequencer's do.
#ifndef LUHENG_SERVICES_REGISTRY_VAULT_WORKER_H_
#define LUHENG_SERVICES_REGISTRY_VAULT_WORKER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace luheng::registry {

// Thread-safe.
class VaultWorker {
 public:
  // Work that may wait at once.
  static constexpr size_t kQueueMax = 1000;

  VaultWorker();
  // Does what is queued, then ends.
  ~VaultWorker();

  // Queues `work`; false, without having taken it, if the queue is full or the
  // worker ends.
  bool Post(std::function<void()> work);
  // Does what is queued, then takes no more. Idempotent.
  void Stop();

 private:
  void Run();
  bool HasNews() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !queue_.empty();
  }

  absl::Mutex mutex_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_VAULT_WORKER_H_
