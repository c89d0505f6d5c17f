#include "clients/cli/text.h"

#include "absl/strings/match.h"

namespace luheng::cli {

Language LanguageOf(absl::string_view locale) {
  return absl::StartsWithIgnoreCase(locale, "zh") ? Language::kChinese
                                                  : Language::kEnglish;
}

}  // namespace luheng::cli
