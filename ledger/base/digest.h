// Fixed-size byte strings: 32-byte digests and 16-byte ids (journal ids,
// request ids). Plain values, compared byte by byte.
#ifndef LUHENG_LEDGER_BASE_DIGEST_H_
#define LUHENG_LEDGER_BASE_DIGEST_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace luheng {

// `N` bytes of the kind `Tag`; all zero when default-constructed.
template <typename Tag, size_t N>
struct Bytes {
  static constexpr size_t kSize = N;
  std::array<uint8_t, N> data{};

  // The bytes as text for a proto field or a key; points into this object.
  absl::string_view view() const {
    return absl::string_view(reinterpret_cast<const char*>(data.data()), N);
  }
  std::string str() const { return std::string(view()); }
  bool is_zero() const { return *this == Bytes(); }

  // The bytes of `raw`, or nothing unless it is exactly N bytes long.
  static std::optional<Bytes> From(absl::string_view raw) {
    if (raw.size() != N) return std::nullopt;
    Bytes result;
    std::memcpy(result.data.data(), raw.data(), N);
    return result;
  }

  friend auto operator<=>(const Bytes&, const Bytes&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Bytes& bytes) {
    return H::combine(std::move(h), bytes.data);
  }
};

// A SHA-256 or SM3 digest.
using Digest = Bytes<struct DigestTag, 32>;
// A 16-byte id: a UUID, or the first half of a digest.
using Id16 = Bytes<struct Id16Tag, 16>;

// Lower-case hexadecimal of `raw`.
std::string ToHex(absl::string_view raw);
// The bytes that `hex` spells (either case), or nothing if it is not hex.
std::optional<std::string> FromHex(absl::string_view hex);

// A UUID in its canonical 36-character form, or nothing.
std::optional<Id16> ParseUuid(absl::string_view text);
// The canonical lower-case form of `id`.
std::string FormatUuid(const Id16& id);

template <typename Tag, size_t N>
std::ostream& operator<<(std::ostream& out, const Bytes<Tag, N>& bytes) {
  return out << ToHex(bytes.view());
}

}  // namespace luheng

#endif  // LUHENG_LEDGER_BASE_DIGEST_H_
