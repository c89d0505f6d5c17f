// Goal: under the tsan preset, absl::Mutex, absl::CondVar and
// absl::Notification order what they guard (see tsan_mutex.cc), so that a race
// that is reported is one.
// Method: threads pass a plain integer around by every way of waiting.
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace luheng {
namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 500;

struct Guarded {
  absl::Mutex mutex;
  absl::CondVar changed;
  int value ABSL_GUARDED_BY(mutex) = 0;
};

template <typename Body>
void RunThreads(Body body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(body, i);
  for (std::thread& thread : threads) thread.join();
}

TEST(TsanMutexTest, LockOrders) {
  Guarded guarded;
  RunThreads([&](int) {
    for (int round = 0; round < kRounds; ++round) {
      absl::MutexLock lock(&guarded.mutex);
      ++guarded.value;
    }
  });
  absl::ReaderMutexLock lock(&guarded.mutex);
  EXPECT_EQ(guarded.value, kThreads * kRounds);
}

TEST(TsanMutexTest, AwaitOrders) {
  Guarded guarded;
  RunThreads([&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      const auto is_my_turn = [&guarded, thread]()
                                  ABSL_NO_THREAD_SAFETY_ANALYSIS {
                                    return guarded.value % kThreads == thread;
                                  };
      absl::MutexLock lock(&guarded.mutex);
      guarded.mutex.Await(absl::Condition(&is_my_turn));
      ++guarded.value;
    }
  });
  absl::MutexLock lock(&guarded.mutex);
  EXPECT_EQ(guarded.value, kThreads * kRounds);
}

TEST(TsanMutexTest, ConditionVariableOrders) {
  Guarded guarded;
  RunThreads([&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      absl::MutexLock lock(&guarded.mutex);
      while (guarded.value % kThreads != thread) {
        guarded.changed.Wait(&guarded.mutex);
      }
      ++guarded.value;
      guarded.changed.SignalAll();
    }
  });
  absl::MutexLock lock(&guarded.mutex);
  EXPECT_EQ(guarded.value, kThreads * kRounds);
}

TEST(TsanMutexTest, NotificationOrders) {
  int value = 0;
  absl::Notification told;
  std::thread teller([&] {
    value = kRounds;
    told.Notify();
  });
  told.WaitForNotification();
  EXPECT_EQ(value, kRounds);
  teller.join();
}

}  // namespace
}  // namespace luheng
