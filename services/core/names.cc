#include "services/core/names.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace luheng::core {
namespace {

// A positive decimal number without sign, leading zero or anything else.
int64_t ParseNumber(absl::string_view text) {
  int64_t number = 0;
  if (text.empty() || text[0] == '0') return 0;
  // SimpleAtoi takes signs and spaces too.
  for (char c : text) {
    if (c < '0' || c > '9') return 0;
  }
  return absl::SimpleAtoi(text, &number) ? number : 0;
}

}  // namespace

absl::string_view ParseTextName(absl::string_view collection,
                                absl::string_view name) {
  if (!absl::ConsumePrefix(&name, collection) ||
      !absl::ConsumePrefix(&name, "/") ||
      name.find('/') != absl::string_view::npos) {
    return absl::string_view();
  }
  return name;
}

int64_t ParseNumberName(absl::string_view collection, absl::string_view name) {
  return ParseNumber(ParseTextName(collection, name));
}

OrderId ParseOrderName(absl::string_view name) {
  const size_t at = name.find("/orders/");
  if (at == absl::string_view::npos || !ParseHolderName(name.substr(0, at))) {
    return OrderId();
  }
  return OrderId(ParseNumberName("orders", name.substr(at + 1)));
}

std::string HolderName(HolderId holder) {
  return absl::StrCat("holders/", holder.value());
}

std::string ProposalName(ProposalId proposal) {
  return absl::StrCat("proposals/", proposal.value());
}

std::string OrderName(HolderId holder, OrderId order) {
  return absl::StrCat("holders/", holder.value(), "/orders/", order.value());
}

std::string TextName(absl::string_view collection, absl::string_view text) {
  return absl::StrCat(collection, "/", text);
}

}  // namespace luheng::core
