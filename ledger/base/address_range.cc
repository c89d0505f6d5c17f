#include "ledger/base/address_range.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

namespace luheng {
namespace {

constexpr size_t kSmallPage = 4096;
constexpr size_t kHugePage = size_t{2} << 20;

size_t RoundUp(size_t bytes, size_t page) {
  return (bytes + page - 1) / page * page;
}

}  // namespace

AddressRange::AddressRange(size_t bytes_max)
    : mapped_size_(RoundUp(bytes_max, kHugePage) + kHugePage),
      size_max_(RoundUp(bytes_max, kHugePage)) {
  // Without access it is address space only, under every overcommit policy.
  mapped_ = mmap(nullptr, mapped_size_, PROT_NONE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  LUHENG_CHECK(mapped_ != MAP_FAILED) << "no address space for " << bytes_max
                                      << " bytes: " << std::strerror(errno);
  const auto start = reinterpret_cast<uintptr_t>(mapped_);
  data_ = reinterpret_cast<char*>(RoundUp(start, kHugePage));
}

AddressRange::~AddressRange() { munmap(mapped_, mapped_size_); }

void AddressRange::Grow(size_t bytes) {
  if (bytes <= size_) return;
  LUHENG_CHECK(bytes <= size_max_)
      << "range of " << size_max_ << " bytes cannot grow to " << bytes;
  // A small range takes what it needs, a large one whole huge pages.
  const size_t size =
      RoundUp(bytes, bytes >= kHugePage / 2 ? kHugePage : kSmallPage);
  LUHENG_CHECK(mprotect(data_, size, PROT_READ | PROT_WRITE) == 0)
      << "no memory for " << size << " bytes: " << std::strerror(errno);
  // Only advice: without huge pages it is slower and no less right.
  if (size >= kHugePage) madvise(data_, size, MADV_HUGEPAGE);
  std::memset(data_ + size_, 0, size - size_);
  size_ = size;
}

}  // namespace luheng
