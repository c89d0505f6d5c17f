// SIGTERM and SIGINT as calls on a thread of their own. All signals are blocked
// in the threads that are started after Block().
#ifndef LUHENG_SERVICES_SERVER_SIGNALS_H_
#define LUHENG_SERVICES_SERVER_SIGNALS_H_

#include <atomic>
#include <functional>
#include <thread>

namespace luheng::server {

class Signals {
 public:
  // Blocks both signals for the calling thread and those that it starts. Called
  // once, before any other thread is.
  static void Block();

  // Calls `first` at the first signal, `again` at every later one.
  Signals(std::function<void()> first, std::function<void()> again);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  // Orders nothing; the signal that wakes the thread does.
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_SIGNALS_H_
