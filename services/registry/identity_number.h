// 公民身份号码, the 18-character identity number of a natural person
// (GB 11643-1999): six digits of region, date of birth, three digits of order,
// check character by ISO 7064 MOD 11-2. It is personal data: it lives in the
// vault and in no entry, log or message.
#ifndef LUHENG_SERVICES_REGISTRY_IDENTITY_NUMBER_H_
#define LUHENG_SERVICES_REGISTRY_IDENTITY_NUMBER_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace luheng::registry {

// The check character, '0' to '9' or 'X', of the first 17 digits; nothing if
// they are not 17 digits.
std::optional<char> IdentityNumberCheck(absl::string_view first17);

// Whether `number` is well-formed, has a date of birth that exists and the
// right check character.
bool IsIdentityNumber(absl::string_view number);

// `text` with all but the last `shown` characters replaced by '*'; counts
// bytes, so for numbers only.
std::string MaskAllBut(absl::string_view text, size_t shown);

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_IDENTITY_NUMBER_H_
