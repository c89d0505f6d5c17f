// Integers as bytes in a fixed order, for keys and binary layouts. Keys are
// big-endian, so that their byte order is their numeric order.
#ifndef LUHENG_LEDGER_BASE_ENDIAN_H_
#define LUHENG_LEDGER_BASE_ENDIAN_H_

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"

namespace luheng {

static_assert(std::endian::native == std::endian::little,
              "Luheng runs on little-endian machines");

// Writes `value` as eight big-endian bytes at `to`.
inline void StoreBigEndian64(uint64_t value, void* to) {
  const uint64_t swapped = __builtin_bswap64(value);
  std::memcpy(to, &swapped, sizeof(swapped));
}

// Reads eight big-endian bytes at `from`.
inline uint64_t LoadBigEndian64(const void* from) {
  uint64_t swapped = 0;
  std::memcpy(&swapped, from, sizeof(swapped));
  return __builtin_bswap64(swapped);
}

// Appends `value` to `out` as eight big-endian bytes.
inline void AppendBigEndian64(uint64_t value, std::string& out) {
  char raw[sizeof(value)];
  StoreBigEndian64(value, raw);
  out.append(raw, sizeof(raw));
}

// Writes `value` as four little-endian bytes at `to`.
inline void StoreLittleEndian32(uint32_t value, void* to) {
  std::memcpy(to, &value, sizeof(value));
}

// Reads four little-endian bytes at `from`.
inline uint32_t LoadLittleEndian32(const void* from) {
  uint32_t value = 0;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

}  // namespace luheng

#endif  // LUHENG_LEDGER_BASE_ENDIAN_H_
