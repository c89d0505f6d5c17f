// 统一社会信用代码, the 18-character code of every organization in China
// (GB 32100-2015): registrar, class, six digits of region, nine characters of
// organization code, check character. Letters I, O, S, V and Z do not occur.
#ifndef LUHENG_SERVICES_REGISTRY_CREDIT_CODE_H_
#define LUHENG_SERVICES_REGISTRY_CREDIT_CODE_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace luheng::registry {

// The check character of the first 17 characters; nothing if they are not 17
// characters of the code's alphabet.
std::optional<char> CreditCodeCheck(absl::string_view first17);

// Whether `code` is well-formed, upper case, with the right check character.
bool IsCreditCode(absl::string_view code);

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_CREDIT_CODE_H_
