#include "clients/cli/csv.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace luheng::cli {
namespace {

bool IsNumber(absl::string_view text) {
  absl::ConsumePrefix(&text, "-");
  return !text.empty() && text.front() != '.' &&
         std::count(text.begin(), text.end(), '.') <= 1 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
                  c == '.';
         });
}

bool IsFormula(absl::string_view text) {
  return !text.empty() &&
         absl::string_view("=+-@\t\r\n").find(text.front()) !=
             absl::string_view::npos &&
         !IsNumber(text);
}

}  // namespace

std::string CsvField(absl::string_view value) {
  std::string field =
      IsFormula(value) ? absl::StrCat("'", value) : std::string(value);
  // Control characters too: our own reader wants them quoted.
  const bool plain = std::none_of(field.begin(), field.end(), [](char c) {
    return c == ',' || c == '"' ||
           absl::ascii_iscntrl(static_cast<unsigned char>(c));
  });
  if (plain) return field;
  return absl::StrCat("\"", absl::StrReplaceAll(field, {{"\"", "\"\""}}), "\"");
}

std::string CsvRecord(const std::vector<std::string>& fields) {
  return absl::StrCat(
      absl::StrJoin(fields, ",",
                    [](std::string* out, const std::string& field) {
                      out->append(CsvField(field));
                    }),
      "\r\n");
}

}  // namespace luheng::cli
