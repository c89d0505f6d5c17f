// A range of address space that is filled with memory from its start as it
// grows. What lies in it never moves, so records can be found by their number
// and pointed to at the same time; and a large range lies in huge pages where
// the kernel gives them, since what a large book or account table costs is
// mostly the translation of addresses.
#ifndef LUHENG_LEDGER_BASE_ADDRESS_RANGE_H_
#define LUHENG_LEDGER_BASE_ADDRESS_RANGE_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "ledger/base/check.h"

namespace luheng {

// Thread-compatible. Address space costs nothing; memory is given back only
// when the range ends.
class AddressRange {
 public:
  // Reserves room for `bytes_max` bytes. Stops the process if there is none.
  explicit AddressRange(size_t bytes_max);
  ~AddressRange();
  AddressRange(const AddressRange&) = delete;
  AddressRange& operator=(const AddressRange&) = delete;

  void* data() const { return data_; }
  // The bytes that may be used: zero until written to.
  size_t size() const { return size_; }
  // Makes at least `bytes` usable and touches them, so that writing to them
  // later does not wait for the kernel. Stops the process beyond `bytes_max`
  // or when memory has run out.
  void Grow(size_t bytes);

 private:
  void* mapped_ = nullptr;
  size_t mapped_size_ = 0;
  char* data_ = nullptr;
  size_t size_max_ = 0;
  size_t size_ = 0;
};

// An array of records, all zero bytes at first, that grows without moving
// them.
template <typename T>
class StableArray {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  explicit StableArray(size_t count_max)
      : range_(count_max * sizeof(T)), items_(static_cast<T*>(range_.data())) {}

  T& operator[](size_t index) { return items_[index]; }
  const T& operator[](size_t index) const { return items_[index]; }

  // Makes room for `count` records or more: see capacity().
  void Grow(size_t count) { range_.Grow(count * sizeof(T)); }
  size_t capacity() const { return range_.size() / sizeof(T); }
  int64_t bytes() const { return static_cast<int64_t>(range_.size()); }

 private:
  AddressRange range_;
  T* const items_;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_BASE_ADDRESS_RANGE_H_
