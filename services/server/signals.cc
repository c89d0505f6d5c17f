#include "services/server/signals.h"

#include <pthread.h>

#include <csignal>
#include <utility>

namespace luheng::server {
namespace {

sigset_t Watched() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

void Signals::Block() {
  const sigset_t set = Watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A peer that went away is an error of a write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  // So is a file that may not grow any more.
  std::signal(SIGXFSZ, SIG_IGN);
}

Signals::Signals(std::function<void()> first, std::function<void()> again)
    : thread_([this, first = std::move(first), again = std::move(again)] {
        const sigset_t set = Watched();
        int number = 0;
        for (int count = 0; sigwait(&set, &number) == 0 && !ending_; ++count) {
          count == 0 ? first() : again();
        }
      }) {}

Signals::~Signals() {
  ending_ = true;
  pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
}

}  // namespace luheng::server
