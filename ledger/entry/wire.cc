#include "ledger/entry/wire.h"

#include <cstdint>
#include <cstring>

namespace luheng {
namespace {

// As in entry.cc: fixed64 fields 1 and 2, length-delimited field 3.
constexpr char kNumberTag = 9;
constexpr char kStampTag = 17;
constexpr char kPartTag = 26;
constexpr size_t kFixedBytes = 18;

int64_t LoadLittleEndian64(const char* from) {
  int64_t value = 0;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

}  // namespace

EntryReader::EntryReader(absl::string_view bytes) : rest_(bytes) {
  if (bytes.size() < kFixedBytes || bytes[0] != kNumberTag ||
      bytes[9] != kStampTag) {
    return;
  }
  number_ = EntryNumber(LoadLittleEndian64(bytes.data() + 1));
  stamp_ = Stamp(LoadLittleEndian64(bytes.data() + 10));
  rest_.remove_prefix(kFixedBytes);
  ok_ = true;
}

bool EntryReader::NextPart(absl::string_view& part) {
  if (!ok_ || rest_.empty()) return false;
  ok_ = false;
  if (rest_[0] != kPartTag) return false;
  uint32_t size = 0;
  size_t at = 1;
  for (int shift = 0;; shift += 7, ++at) {
    if (at >= rest_.size() || shift > 28) return false;
    const auto byte = static_cast<uint8_t>(rest_[at]);
    size |= static_cast<uint32_t>(byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    // Another form of the same size, or one beyond 32 bits.
    if ((byte == 0 && shift > 0) || (shift == 28 && byte > 0x0f)) return false;
    break;
  }
  ++at;
  if (size > rest_.size() - at) return false;
  part = rest_.substr(at, size);
  rest_.remove_prefix(at + size);
  ok_ = true;
  return true;
}

}  // namespace luheng
