// Texts in the two languages of the command line. A text cannot be made with
// one language only, and a misspelt one does not compile.
#ifndef LUHENG_CLIENTS_CLI_TEXT_H_
#define LUHENG_CLIENTS_CLI_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace luheng::cli {

enum class Language { kChinese, kEnglish };

// A text; `$0` to `$9` stand for values (absl::Substitute).
class Text {
 public:
  constexpr Text(const char* chinese, const char* english)
      : chinese_(chinese), english_(english) {}

  constexpr const char* In(Language language) const {
    return language == Language::kChinese ? chinese_ : english_;
  }

 private:
  const char* chinese_;
  const char* english_;
};

// The language of a locale or of --lang: zh, zh_CN.UTF-8 and the like are
// Chinese, everything else English.
Language LanguageOf(absl::string_view locale);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_TEXT_H_
