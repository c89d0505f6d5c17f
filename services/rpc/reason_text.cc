#include <cstdint>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "ledger/base/stamp.h"
#include "services/rpc/reason_table.h"
#include "services/rpc/value_text.h"

namespace luheng::rpc {
namespace {

const std::string* FindDetail(const Details& details, absl::string_view key) {
  for (const auto& [name, value] : details) {
    if (name == key) return value.empty() ? nullptr : &value;
  }
  return nullptr;
}

// The field that a detail is about, which decides how its value is shown.
absl::string_view KeyOf(const Details& details, absl::string_view key) {
  if (key != "value" && key != "rule") return key;
  const std::string* field = FindDetail(details, "field");
  return field == nullptr ? key : absl::string_view(*field);
}

std::string RenderDetail(const Details& details, absl::string_view key,
                         const std::string& value, ValueStyle style,
                         Locale locale) {
  if (key == "rule") {
    return RuleText(value, KeyOf(details, key), style, locale);
  }
  if (style == ValueStyle::kRaw) return value;
  if (key == "field") return FieldLabel(value, locale);
  if (key == "class") return WordText(value, locale);
  return ValueText(KeyOf(details, key), value, locale);
}

// `segment` with its values, or nothing if one of them is not known.
std::optional<std::string> RenderSegment(absl::string_view segment,
                                         const Details& details,
                                         ValueStyle style, Locale locale) {
  std::string text;
  while (!segment.empty()) {
    const size_t open = segment.find('{');
    const size_t close = segment.find('}');
    if (open == absl::string_view::npos || close == absl::string_view::npos) {
      absl::StrAppend(&text, segment);
      break;
    }
    const absl::string_view key = segment.substr(open + 1, close - open - 1);
    const std::string* value = FindDetail(details, key);
    if (value == nullptr) return std::nullopt;
    absl::StrAppend(&text, segment.substr(0, open),
                    RenderDetail(details, key, *value, style, locale));
    segment.remove_prefix(close + 1);
  }
  return text;
}

}  // namespace

std::string RenderText(absl::string_view text, const Details& details,
                       ValueStyle style, Locale locale) {
  std::string result;
  while (!text.empty()) {
    const size_t open = text.find('[');
    const size_t close = text.find(']');
    if (open == absl::string_view::npos || close == absl::string_view::npos) {
      absl::StrAppend(&result, text);
      break;
    }
    const auto segment = RenderSegment(text.substr(open + 1, close - open - 1),
                                       details, style, locale);
    absl::StrAppend(&result, text.substr(0, open), segment.value_or(""));
    text.remove_prefix(close + 1);
  }
  return result;
}

std::set<std::string> KeysOf(absl::string_view text) {
  std::set<std::string> keys;
  for (size_t open = text.find('{'); open != absl::string_view::npos;
       open = text.find('{', open + 1)) {
    keys.emplace(text.substr(open + 1, text.find('}', open) - open - 1));
  }
  return keys;
}

}  // namespace luheng::rpc
