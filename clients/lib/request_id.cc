#include "clients/lib/request_id.h"

#include <sys/random.h>

#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace luheng::client {

std::string RandomBytes16() {
  std::string bytes(16, '\0');
  // Up to 256 bytes come whole or not at all, and the call only fails on a
  // kernel without it.
  if (getrandom(bytes.data(), bytes.size(), 0) != 16) std::abort();
  return bytes;
}

std::string NewRequestId() {
  std::string bytes = RandomBytes16();
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = absl::BytesToHexString(bytes);
  const absl::string_view view = hex;
  return absl::StrCat(view.substr(0, 8), "-", view.substr(8, 4), "-",
                      view.substr(12, 4), "-", view.substr(16, 4), "-",
                      view.substr(20));
}

}  // namespace luheng::client
