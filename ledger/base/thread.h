// What a thread says about itself to the kernel.
#ifndef LUHENG_LEDGER_BASE_THREAD_H_
#define LUHENG_LEDGER_BASE_THREAD_H_

#include <pthread.h>
#include <sys/resource.h>

namespace luheng {

// Names the calling thread for who looks at the process; at most 15 bytes.
inline void NameThread(const char* name) {
  pthread_setname_np(pthread_self(), name);
}

// The calling thread, which works behind the market and may lag, yields the
// processors to those that the market waits for. Only ever a wish.
inline void YieldToTheMarket() {
  constexpr int kNice = 10;
  // Of the calling thread alone, on Linux.
  static_cast<void>(setpriority(PRIO_PROCESS, 0, kNice));
}

}  // namespace luheng

#endif  // LUHENG_LEDGER_BASE_THREAD_H_
