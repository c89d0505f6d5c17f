// Goal: a province's CSV files mean one thing, and what the command line writes
// as CSV reads back as what was written.
//
// Method: a file that is read is written again with every field quoted, and
// read to the same fields. Then the fields themselves are written as a record
// for spreadsheets: they come back as they were, or behind one apostrophe.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/csv.h"
#include "clients/cli/day_csv.h"
#include "ledger/base/check.h"
#include "tests/testing/fuzz_input.h"

namespace luheng::cli {
namespace {

const std::vector<std::string>& Header() {
  static const auto* const kHeader =
      new std::vector<std::string>{"code", "name", "amount"};
  return *kHeader;
}

absl::StatusOr<CsvTable> Parse(const std::string& text) {
  return CsvTable::Parse(Language::kEnglish, "f.csv", text, Header());
}

void CheckEqual(const CsvTable& table, const std::string& text,
                bool apostrophes) {
  const auto again = Parse(text);
  LUHENG_CHECK(again.ok()) << again.status() << "\n" << text;
  LUHENG_CHECK(again->row_count() == table.row_count()) << text;
  for (size_t row = 0; row < table.row_count(); ++row) {
    for (const std::string& column : Header()) {
      const std::string& got = again->Text(row, column);
      const std::string& wanted = table.Text(row, column);
      LUHENG_CHECK(got == wanted ||
                   (apostrophes && got == absl::StrCat("'", wanted)))
          << got << " instead of " << wanted;
    }
  }
}

void Check(absl::string_view input) {
  const auto table = Parse(absl::StrCat("code,name,amount\n", input));
  if (!table.ok()) {
    LUHENG_CHECK(absl::IsInvalidArgument(table.status())) << table.status();
    return;
  }
  std::string quoted = "code,name,amount\n";
  std::string shown = CsvRecord(Header());
  int64_t line = 1;
  for (size_t row = 0; row < table->row_count(); ++row) {
    std::vector<std::string> fields;
    for (const std::string& column : Header()) {
      const CsvValue& value = table->At(row, column);
      LUHENG_CHECK(value.line >= line && value.column >= 1) << "place";
      line = value.line;
      fields.push_back(value.text);
      absl::StrAppend(&quoted, fields.size() > 1 ? "," : "", "\"",
                      absl::StrReplaceAll(value.text, {{"\"", "\"\""}}), "\"");
    }
    quoted += "\r\n";
    shown += CsvRecord(fields);
    const auto fen = table->Yuan(row, "amount");
    LUHENG_CHECK(!fen.ok() || *fen >= 0) << "a negative amount";
  }
  CheckEqual(*table, quoted, false);
  CheckEqual(*table, shown, true);
}

}  // namespace
}  // namespace luheng::cli

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  luheng::cli::Check(luheng::testing::FuzzText(data, size));
  return 0;
}
