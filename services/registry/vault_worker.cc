#include "services/registry/vault_worker.h"

#include <utility>

#include "ledger/base/thread.h"

namespace luheng::registry {

VaultWorker::VaultWorker() : thread_([this] { Run(); }) {}

VaultWorker::~VaultWorker() { Stop(); }

bool VaultWorker::Post(std::function<void()> work) {
  absl::MutexLock lock(&mutex_);
  if (stopping_ || queue_.size() >= kQueueMax) return false;
  queue_.push_back(std::move(work));
  return true;
}

void VaultWorker::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void VaultWorker::Run() {
  NameThread("vault");
  while (true) {
    std::function<void()> work;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &VaultWorker::HasNews));
      if (queue_.empty()) return;
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
  }
}

}  // namespace luheng::registry
