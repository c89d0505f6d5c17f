// Values and words in texts for people: yuan instead of fen, thousands
// separators, local times, the names that clerks know fields by.
#ifndef LUHENG_SERVICES_RPC_VALUE_TEXT_H_
#define LUHENG_SERVICES_RPC_VALUE_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/rpc/reason_table.h"

namespace luheng::rpc {

// `value` as people read it, by the last part of its key: `_minor` in yuan
// ("3,217,000.00"), `_ns` as a time in Asia/Shanghai, other integers with
// thousands separators unless the key names an id or a code. What is not an
// integer stays as it is.
std::string ValueText(absl::string_view key, absl::string_view value,
                      Locale locale);

// A word of our own vocabulary in `locale`: "orders" -> "委托". Others stay.
std::string WordText(absl::string_view word, Locale locale);

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_VALUE_TEXT_H_
