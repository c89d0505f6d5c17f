// Every reason for a refusal, with its gRPC status code and its text in English
// and Chinese. The table is the specification of our error answers; status.h
// makes statuses of it.
//
// A text may have optional segments: `[...]` is left out unless all of the
// values that it names as `{key}` are known. Outside of brackets a text names
// no values, so that it reads well even if a rule gave none. Values are shown
// by the name of their key, see RenderText.
#ifndef LUHENG_SERVICES_RPC_REASON_TABLE_H_
#define LUHENG_SERVICES_RPC_REASON_TABLE_H_

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "grpcpp/support/status.h"
#include "luheng/core/v1/reason.pb.h"

namespace luheng::rpc {

using Reason = core::v1::Reason;
// (name, value) pairs, lower_snake names: what a refusal was about.
using Details = std::vector<std::pair<std::string, std::string>>;

// The language of texts for people.
enum class Locale { kChinese, kEnglish };

struct ReasonRow {
  Reason reason;
  grpc::StatusCode code;
  // When to try again, in milliseconds; 0 if trying again does not help.
  int64_t retry_ms;
  const char* english;
  const char* chinese;
};

// One row per reason, in the order of their numbers; REASON_UNSPECIFIED has
// none.
absl::Span<const ReasonRow> ReasonRows();
// The row of `reason`; that of REASON_INTERNAL for a number without one.
const ReasonRow& RowOf(Reason reason);
// The name without its prefix: "PRICE_NOT_ON_TICK".
std::string ReasonName(Reason reason);

// How values look in a text.
enum class ValueStyle {
  kRaw,     // As given: for developers, in `message`.
  kPeople,  // Yuan instead of fen, thousands separators, local times.
};

// Fills the values of `details` into `text`. With kPeople, keys with `_minor`
// are shown in yuan, `_ns` as a time in Asia/Shanghai, other integers with
// thousands separators unless they are ids.
std::string RenderText(absl::string_view text, const Details& details,
                       ValueStyle style, Locale locale);

// The keys that `text` names.
std::set<std::string> KeysOf(absl::string_view text);

// A rule in words, as rules write it into the detail `rule`: "1 to 1000",
// "at least 1", "at most 100", "a multiple of 100", "after 2022-10-21",
// "required" and so on (see rule_text.cc); other words stay as they are.
// `key` is the field that it is about and decides how numbers are shown.
std::string RuleText(absl::string_view rule, absl::string_view key,
                     ValueStyle style, Locale locale);

// What people call a field: "price_minor_per_lot" -> "价格", or the name itself
// if it has no label. Takes the last part of a path.
std::string FieldLabel(absl::string_view field, Locale locale);

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_REASON_TABLE_H_
