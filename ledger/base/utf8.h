// UTF-8, character by character. Thread-safe.
#ifndef LUHENG_LEDGER_BASE_UTF8_H_
#define LUHENG_LEDGER_BASE_UTF8_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace luheng {

// The length in bytes of the character at the start of `text`, which must not
// be empty; 0 if there is no valid one. Overlong forms, surrogates and values
// beyond U+10FFFF are not valid.
size_t Utf8Length(absl::string_view text);

}  // namespace luheng

#endif  // LUHENG_LEDGER_BASE_UTF8_H_
