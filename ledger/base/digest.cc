#include "ledger/base/digest.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace luheng {
namespace {

constexpr size_t kDashes[] = {8, 13, 18, 23};

bool IsDash(size_t index) {
  for (size_t dash : kDashes) {
    if (dash == index) return true;
  }
  return false;
}

}  // namespace

std::string ToHex(absl::string_view raw) { return absl::BytesToHexString(raw); }

std::optional<std::string> FromHex(absl::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  for (char c : hex) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) {
      return std::nullopt;
    }
  }
  return absl::HexStringToBytes(hex);
}

std::optional<Id16> ParseUuid(absl::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string hex;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!IsDash(i)) {
      hex.push_back(text[i]);
    } else if (text[i] != '-') {
      return std::nullopt;
    }
  }
  const auto raw = FromHex(hex);
  if (!raw) return std::nullopt;
  return Id16::From(*raw);
}

std::string FormatUuid(const Id16& id) {
  std::string text = ToHex(id.view());
  for (size_t dash : kDashes) text.insert(dash, 1, '-');
  return text;
}

}  // namespace luheng
