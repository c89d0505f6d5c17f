// Standard base64 (RFC 4648, section 4), read strictly: of all texts that mean
// the same bytes only the canonical one is taken.
#ifndef LUHENG_LEDGER_MERKLE_BASE64_H_
#define LUHENG_LEDGER_MERKLE_BASE64_H_

#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace luheng {

// The bytes, or nothing unless `text` is exactly how they are written.
inline std::optional<std::string> FromBase64(absl::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes)) return std::nullopt;
  if (absl::Base64Escape(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace luheng

#endif  // LUHENG_LEDGER_MERKLE_BASE64_H_
