// Why a rule refused a command: the reason and the values it was about. A
// refusal is an answer, not a failure; it moves nothing.
#ifndef LUHENG_SERVICES_CORE_REFUSAL_H_
#define LUHENG_SERVICES_CORE_REFUSAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "luheng/core/v1/reason.pb.h"

namespace luheng::core {

using Reason = v1::Reason;

// A rule's answer. Details are (name, value) pairs, lower_snake names; those
// that are about one field of the request carry `field`, `value` and `rule`.
struct Refusal {
  using Details = std::vector<std::pair<std::string, std::string>>;

  Reason reason = v1::REASON_UNSPECIFIED;
  Details details;
};

// Nothing if every rule agrees.
using Verdict = std::optional<Refusal>;

// The common shape: a field of the request has a value that a rule forbids.
template <typename Value>
Refusal FieldRefusal(Reason reason, const char* field, const Value& value,
                     std::string rule) {
  return {reason,
          {{"field", field},
           {"value", absl::StrCat(value)},
           {"rule", std::move(rule)}}};
}

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_REFUSAL_H_
