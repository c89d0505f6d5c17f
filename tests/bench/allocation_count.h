// Counts the calls of operator new in this process, to show that nothing is
// allocated in steady state. Linking it replaces the global operators.
#ifndef LUHENG_TESTS_BENCH_ALLOCATION_COUNT_H_
#define LUHENG_TESTS_BENCH_ALLOCATION_COUNT_H_

#include <cstdint>

namespace luheng::bench {

// Calls so far, by all threads that count alone; not synchronized.
int64_t AllocationCount();

}  // namespace luheng::bench

#endif  // LUHENG_TESTS_BENCH_ALLOCATION_COUNT_H_
