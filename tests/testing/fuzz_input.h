// The bytes of one fuzz input, taken from the front: small numbers that choose
// what is done, then raw bytes. An input that has run out reads as zeros, so
// that every input means something.
#ifndef LUHENG_TESTS_TESTING_FUZZ_INPUT_H_
#define LUHENG_TESTS_TESTING_FUZZ_INPUT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace luheng::testing {

// Borrows the bytes. Thread-compatible.
class FuzzInput {
 public:
  FuzzInput(const uint8_t* data, size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return rest_.empty(); }
  absl::string_view rest() const { return rest_; }

  uint8_t Byte() {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  // `size` bytes, at most 8, big-endian.
  uint64_t Number(int size) {
    uint64_t value = 0;
    for (int i = 0; i < size; ++i) value = value << 8 | Byte();
    return value;
  }
  // 0 to `bound` - 1, from two bytes. Requires 1 <= bound <= 65536.
  int64_t Below(int64_t bound) {
    return static_cast<int64_t>(Number(2)) % bound;
  }
  // At most `size` bytes: what is left.
  absl::string_view Take(size_t size) {
    const absl::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }

 private:
  absl::string_view rest_;
};

// The whole input as text.
inline absl::string_view FuzzText(const uint8_t* data, size_t size) {
  return absl::string_view(reinterpret_cast<const char*>(data), size);
}

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_FUZZ_INPUT_H_
