// Rules in words. They are written in English where the rule is and complete
// the sentence "it must be ..."; the Chinese follows the field's name. A rule
// has the form of one of the rows below, with values for A and B; other words
// are shown as they are.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "services/rpc/reason_table.h"
#include "services/rpc/value_text.h"

namespace luheng::rpc {
namespace {

struct Form {
  // A and B stand for values; B is only in forms that have A.
  absl::string_view english;
  absl::string_view chinese;
};

// The first that fits counts: longer forms come before those they contain.
constexpr Form kForms[] = {
    {"present", "必填"},
    {"empty", "应留空"},
    {"a UUID", "应为 UUID 格式"},
    {"a known value", "应为有效选项"},
    {"a time", "应为有效时间"},
    {"different", "应互不相同"},
    {"positive", "应大于零"},
    {"not negative", "不得为负"},
    {"A to B characters", "应为 A 至 B 个字符"},
    {"A to B rows", "应为 A 至 B 条"},
    {"A bytes", "应为 A 字节"},
    {"a multiple of A", "应为 A 的整数倍"},
    {"a name like A", "应形如 A 的名称"},
    {"a date like A", "应形如 A 的日期"},
    {"a code like A", "应形如 A 的代码"},
    {"at least A", "应不小于 A"},
    {"at most A", "应不大于 A"},
    {"more than A", "应大于 A"},
    {"less than A", "应小于 A"},
    {"not before A", "应不早于 A"},
    {"not after A", "应不晚于 A"},
    {"before A", "应早于 A"},
    {"after A", "应晚于 A"},
    {"one of A", "应为下列之一：A"},
    {"from A to B", "应为 A 至 B"},
    {"A to B", "应为 A 至 B"},
};

// The values of `text` if it has the form `form`.
struct Values {
  bool fits = false;
  absl::string_view a;
  absl::string_view b;
};

Values Fit(absl::string_view form, absl::string_view text) {
  const size_t a = form.find('A');
  if (a == absl::string_view::npos) return {form == text, "", ""};
  const size_t b = form.find('B');
  const bool two = b != absl::string_view::npos;
  const absl::string_view tail = form.substr((two ? b : a) + 1);
  if (!absl::ConsumePrefix(&text, form.substr(0, a)) ||
      !absl::ConsumeSuffix(&text, tail) || text.empty()) {
    return {};
  }
  if (!two) return {true, text, ""};
  const absl::string_view between = form.substr(a + 1, b - a - 1);
  const size_t at = text.find(between);
  if (at == absl::string_view::npos || at == 0) return {};
  return {true, text.substr(0, at), text.substr(at + between.size())};
}

}  // namespace

std::string RuleText(absl::string_view rule, absl::string_view key,
                     ValueStyle style, Locale locale) {
  if (style == ValueStyle::kRaw) return std::string(rule);
  for (const Form& form : kForms) {
    const Values values = Fit(form.english, rule);
    if (!values.fits) continue;
    // Lengths are not amounts, whatever the field is.
    const bool counts = absl::EndsWith(form.english, "characters") ||
                        absl::EndsWith(form.english, "bytes") ||
                        absl::EndsWith(form.english, "rows");
    const absl::string_view shown_as = counts ? "count" : key;
    const absl::string_view text =
        locale == Locale::kChinese ? form.chinese : form.english;
    return absl::StrReplaceAll(text,
                               {{"A", ValueText(shown_as, values.a, locale)},
                                {"B", ValueText(shown_as, values.b, locale)}});
  }
  return locale == Locale::kChinese ? absl::StrCat("应满足：", rule)
                                    : std::string(rule);
}

}  // namespace luheng::rpc
