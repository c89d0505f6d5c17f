#include "tests/bench/allocation_count.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace luheng::bench {
namespace {

// Relaxed: only the sum matters, and only when nothing else runs.
std::atomic<int64_t> allocation_count{0};

void* CountAndAllocate(std::size_t size, std::size_t alignment) {
  allocation_count.fetch_add(1, std::memory_order_relaxed);
  const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
  void* memory = alignment <= alignof(std::max_align_t)
                     ? std::malloc(size)
                     : std::aligned_alloc(alignment, rounded);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

int64_t AllocationCount() {
  return allocation_count.load(std::memory_order_relaxed);
}

}  // namespace luheng::bench

void* operator new(std::size_t size) {
  return luheng::bench::CountAndAllocate(size, 1);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return luheng::bench::CountAndAllocate(size,
                                         static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
