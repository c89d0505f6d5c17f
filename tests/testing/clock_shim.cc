// Preloaded into a process to move its wall clock:
// clock_gettime(CLOCK_REALTIME) is ahead by the nanoseconds in the file that
// TEST_CLOCK_OFFSET names, eight bytes in the machine's order, read anew each
// time.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

// Orders nothing: it is a clock.
const std::atomic<int64_t>* Offset() {
  static const std::atomic<int64_t> kNone{0};
  const char* const path = std::getenv("TEST_CLOCK_OFFSET");
  const int file = path == nullptr ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return &kNone;
  void* const mapped =
      mmap(nullptr, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (mapped == MAP_FAILED) return &kNone;
  return static_cast<const std::atomic<int64_t>*>(mapped);
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, struct timespec* now) noexcept {
  constexpr int64_t kNanosPerSecond = 1'000'000'000;
  const auto result = static_cast<int>(syscall(SYS_clock_gettime, clock, now));
  if (result != 0 || clock != CLOCK_REALTIME) return result;
  static const std::atomic<int64_t>* const offset = Offset();
  const int64_t nanos = int64_t{now->tv_sec} * kNanosPerSecond + now->tv_nsec +
                        offset->load(std::memory_order_relaxed);
  now->tv_sec = nanos / kNanosPerSecond;
  now->tv_nsec = nanos % kNanosPerSecond;
  return 0;
}
