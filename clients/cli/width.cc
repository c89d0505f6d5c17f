#include "clients/cli/width.h"

#include <utf8proc.h>

#include "absl/strings/str_cat.h"

namespace luheng::cli {
namespace {

// Takes one code point off `text`; a byte that is no UTF-8 is taken alone and
// gives -1.
utf8proc_int32_t TakeCodePoint(absl::string_view& text,
                               absl::string_view& bytes) {
  utf8proc_int32_t code_point = -1;
  const utf8proc_ssize_t size =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &code_point);
  bytes = text.substr(0, size > 0 ? static_cast<size_t>(size) : 1);
  text.remove_prefix(bytes.size());
  return code_point;
}

bool IsControl(utf8proc_int32_t code_point) {
  const utf8proc_category_t category = utf8proc_category(code_point);
  return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
         category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

}  // namespace

int DisplayWidth(absl::string_view text) {
  int width = 0;
  absl::string_view bytes;
  while (!text.empty()) {
    const utf8proc_int32_t code_point = TakeCodePoint(text, bytes);
    width += code_point < 0 ? 1 : utf8proc_charwidth(code_point);
  }
  return width;
}

std::string Pad(absl::string_view text, int width, Align align) {
  const int missing = width - DisplayWidth(text);
  if (missing <= 0) return std::string(text);
  const std::string spaces(static_cast<size_t>(missing), ' ');
  return align == Align::kLeft ? absl::StrCat(text, spaces)
                               : absl::StrCat(spaces, text);
}

std::string Printable(absl::string_view text) {
  std::string result;
  absl::string_view bytes;
  while (!text.empty()) {
    const utf8proc_int32_t code_point = TakeCodePoint(text, bytes);
    if (code_point < 0) {
      result += '?';
    } else if (IsControl(code_point)) {
      result += ' ';
    } else {
      absl::StrAppend(&result, bytes);
    }
  }
  return result;
}

}  // namespace luheng::cli
