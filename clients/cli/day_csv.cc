#include "clients/cli/day_csv.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"
#include "clients/cli/day_texts.h"
#include "clients/cli/parse.h"
#include "clients/lib/status_macros.h"

namespace luheng::cli {
namespace {

// Cuts a text into records, keeping places.
class Scanner {
 public:
  Scanner(Language language, const std::string& file, absl::string_view text)
      : language_(language), file_(file), text_(text) {
    absl::ConsumePrefix(&text_, "\xef\xbb\xbf");
  }

  absl::StatusOr<std::vector<std::vector<CsvValue>>> Scan() {
    std::vector<std::vector<CsvValue>> records;
    while (!AtEnd()) {
      std::vector<CsvValue> record;
      CLIENT_RETURN_IF_ERROR(ScanRecord(record));
      if (record.size() > 1 || !record.front().text.empty()) {
        records.push_back(std::move(record));
      }
    }
    return records;
  }

 private:
  bool AtEnd() const { return at_ == text_.size(); }
  bool Sees(char c) const { return !AtEnd() && text_[at_] == c; }
  bool SeesLineEnd() const {
    return Sees('\n') || (Sees('\r') && text_.substr(at_, 2) == "\r\n");
  }

  char Next() {
    const char c = text_[at_++];
    if (c == '\n') {
      ++line_;
      column_ = 1;
    } else if ((static_cast<unsigned char>(c) & 0xc0u) != 0x80u) {
      ++column_;  // Not within a character of several bytes.
    }
    return c;
  }

  absl::Status Fault(const Text& what) const {
    return absl::InvalidArgumentError(absl::StrCat(
        file_, ":", line_, ":", column_, ": ", what.In(language_)));
  }

  absl::Status ScanRecord(std::vector<CsvValue>& record) {
    while (true) {
      record.push_back({"", line_, column_});
      CLIENT_RETURN_IF_ERROR(ScanField(record.back().text));
      if (AtEnd()) return absl::OkStatus();
      if (Sees(',')) {
        Next();
        continue;
      }
      while (SeesLineEnd()) {
        if (Next() == '\n') return absl::OkStatus();
      }
      return Fault(day::kCsvAfterQuote);
    }
  }

  absl::Status ScanField(std::string& field) {
    if (Sees('"')) return ScanQuoted(field);
    while (!AtEnd() && !Sees(',') && !SeesLineEnd()) {
      if (Sees('"')) return Fault(day::kCsvQuoteInside);
      if (static_cast<unsigned char>(text_[at_]) < 0x20) {
        return Fault(day::kCsvControl);
      }
      field += Next();
    }
    return absl::OkStatus();
  }

  absl::Status ScanQuoted(std::string& field) {
    Next();
    while (!AtEnd()) {
      const char c = Next();
      if (c != '"') {
        field += c;
      } else if (Sees('"')) {
        field += Next();
      } else {
        return absl::OkStatus();
      }
    }
    return Fault(day::kCsvOpenQuote);
  }

  const Language language_;
  const std::string& file_;
  absl::string_view text_;
  size_t at_ = 0;
  int64_t line_ = 1;
  int64_t column_ = 1;
};

}  // namespace

absl::StatusOr<CsvTable> CsvTable::Parse(
    Language language, const std::string& file, absl::string_view text,
    const std::vector<std::string>& header) {
  CsvTable table(language, file);
  CLIENT_ASSIGN_OR_RETURN(table.rows_, Scanner(language, file, text).Scan());
  std::vector<std::string> names;
  if (!table.rows_.empty()) {
    for (const CsvValue& value : table.rows_.front()) {
      names.push_back(value.text);
    }
    table.rows_.erase(table.rows_.begin());
  }
  if (names != header) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ":1:1: ",
                     absl::Substitute(day::kCsvHeader.In(language),
                                      absl::StrJoin(header, ","))));
  }
  for (size_t i = 0; i < header.size(); ++i) table.columns_[header[i]] = i;
  for (const std::vector<CsvValue>& row : table.rows_) {
    if (row.size() == header.size()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(file, ":", row.front().line, ":1: ",
                     absl::Substitute(day::kCsvFieldCount.In(language),
                                      row.size(), header.size())));
  }
  return table;
}

absl::StatusOr<CsvTable> CsvTable::Read(
    Language language, const std::string& file,
    const std::vector<std::string>& header) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(stream)),
                         std::istreambuf_iterator<char>());
  if (!stream.good() && !stream.eof()) {
    return absl::NotFoundError(
        absl::Substitute(day::kCannotRead.In(language), file));
  }
  return Parse(language, file, text, header);
}

const CsvValue& CsvTable::At(size_t row, const std::string& column) const {
  return rows_[row][columns_.at(column)];
}

absl::StatusOr<std::string> CsvTable::Required(
    size_t row, const std::string& column) const {
  const std::string& text = Text(row, column);
  if (text.empty()) return Wrong(row, column, day::kCsvEmpty.In(language_));
  return text;
}

absl::StatusOr<int64_t> CsvTable::Whole(size_t row,
                                        const std::string& column) const {
  const std::optional<int64_t> value = ParseWhole(Text(row, column));
  if (!value.has_value()) {
    return Wrong(row, column, day::kCsvNotWhole.In(language_));
  }
  return *value;
}

absl::StatusOr<int64_t> CsvTable::Yuan(size_t row,
                                       const std::string& column) const {
  const std::optional<int64_t> value = ParseYuan(Text(row, column));
  if (!value.has_value()) {
    return Wrong(row, column, day::kCsvNotYuan.In(language_));
  }
  return *value;
}

absl::Status CsvTable::Wrong(size_t row, const std::string& column,
                             const std::string& what) const {
  const CsvValue& value = At(row, column);
  return absl::InvalidArgumentError(
      absl::StrCat(file_, ":", value.line, ":", value.column, ": ", column,
                   " \"", value.text, "\": ", what));
}

}  // namespace luheng::cli
