// Resource names of the API, `holders/17` or `instruments/CEA`, to and from
// registered ids and symbols.
#ifndef LUHENG_SERVICES_CORE_NAMES_H_
#define LUHENG_SERVICES_CORE_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "ledger/base/ids.h"

namespace luheng::core {

// `collection`/{positive number}, for example ("holders", "holders/17") -> 17.
// Zero if `name` is not that.
int64_t ParseNumberName(absl::string_view collection, absl::string_view name);
// What follows `collection`/ in `name`; empty if `name` is not that or has
// further slashes.
absl::string_view ParseTextName(absl::string_view collection,
                                absl::string_view name);

inline HolderId ParseHolderName(absl::string_view name) {
  return HolderId(ParseNumberName("holders", name));
}
inline ProposalId ParseProposalName(absl::string_view name) {
  return ProposalId(ParseNumberName("proposals", name));
}
// The order id of `holders/{holder}/orders/{order}`; zero if it is not that.
OrderId ParseOrderName(absl::string_view name);

std::string HolderName(HolderId holder);
std::string ProposalName(ProposalId proposal);
std::string OrderName(HolderId holder, OrderId order);
// `collection`/`text`.
std::string TextName(absl::string_view collection, absl::string_view text);

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_NAMES_H_
