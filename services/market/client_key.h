// A holder and one of its client order ids in 32 bytes, so that the order path
// keeps and compares no strings. The id's alphabet has 64 characters: 36 of
// them take 216 bits, their count 6, the holder 31, and nothing is lost.
#ifndef LUHENG_SERVICES_MARKET_CLIENT_KEY_H_
#define LUHENG_SERVICES_MARKET_CLIENT_KEY_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "ledger/base/ids.h"

namespace luheng::market {

inline constexpr size_t kClientIdLengthMax = 36;

// A plain value. Default-constructed it stands for no order.
class ClientKey {
 public:
  ClientKey() = default;

  // The key of `id`, an id of `holder` (0 to 2^31 - 1); nothing unless it is 1
  // to 36 of A-Z, a-z, 0-9, _ and -.
  static std::optional<ClientKey> Make(HolderId holder, absl::string_view id);

  HolderId holder() const;
  // The id as the client wrote it.
  std::string id() const;

  friend bool operator==(const ClientKey&, const ClientKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const ClientKey& key) {
    return H::combine(std::move(h), key.bytes_);
  }

 private:
  static constexpr size_t kLengthAt = 27;
  static constexpr size_t kHolderAt = 28;

  // Four characters in three bytes each, then the length, then the holder.
  std::array<uint8_t, 32> bytes_{};
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_CLIENT_KEY_H_
