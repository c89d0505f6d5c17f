#include "services/market/client_key.h"

#include <cstring>

namespace luheng::market {
namespace {

constexpr char kAlphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
constexpr uint8_t kNotInAlphabet = 64;

constexpr std::array<uint8_t, 256> MakeCodes() {
  std::array<uint8_t, 256> codes{};
  for (uint8_t& code : codes) code = kNotInAlphabet;
  for (uint8_t i = 0; i < 64; ++i) {
    codes[static_cast<uint8_t>(kAlphabet[i])] = i;
  }
  return codes;
}
constexpr std::array<uint8_t, 256> kCodes = MakeCodes();

}  // namespace

std::optional<ClientKey> ClientKey::Make(HolderId holder,
                                         absl::string_view id) {
  if (id.empty() || id.size() > kClientIdLengthMax) return std::nullopt;
  ClientKey key;
  uint32_t bits = 0;
  uint8_t* to = key.bytes_.data();
  for (size_t i = 0; i < id.size(); ++i) {
    const uint8_t code = kCodes[static_cast<uint8_t>(id[i])];
    if (code == kNotInAlphabet) return std::nullopt;
    bits |= uint32_t{code} << (6 * (i % 4));
    if (i % 4 == 3 || i + 1 == id.size()) {
      *to++ = static_cast<uint8_t>(bits);
      *to++ = static_cast<uint8_t>(bits >> 8);
      *to++ = static_cast<uint8_t>(bits >> 16);
      bits = 0;
    }
  }
  key.bytes_[kLengthAt] = static_cast<uint8_t>(id.size());
  const auto number = static_cast<uint32_t>(holder.value());
  std::memcpy(key.bytes_.data() + kHolderAt, &number, sizeof number);
  return key;
}

HolderId ClientKey::holder() const {
  uint32_t number = 0;
  std::memcpy(&number, bytes_.data() + kHolderAt, sizeof number);
  return HolderId(number);
}

std::string ClientKey::id() const {
  std::string id(bytes_[kLengthAt], ' ');
  for (size_t i = 0; i < id.size(); ++i) {
    const uint8_t* from = bytes_.data() + i / 4 * 3;
    const uint32_t bits =
        uint32_t{from[0]} | uint32_t{from[1]} << 8 | uint32_t{from[2]} << 16;
    id[i] = kAlphabet[(bits >> (6 * (i % 4))) & 63];
  }
  return id;
}

}  // namespace luheng::market
