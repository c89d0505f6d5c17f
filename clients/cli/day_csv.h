// CSV files of a province's data, read strictly: the header has exactly the
// columns that are expected, every record has as many fields, and what is wrong
// is said with file, line and column, as in `holders.csv:3:12`.
#ifndef LUHENG_CLIENTS_CLI_DAY_CSV_H_
#define LUHENG_CLIENTS_CLI_DAY_CSV_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/text.h"

namespace luheng::cli {

// One field and where it begins, both counted from 1; columns are characters.
struct CsvValue {
  std::string text;
  int64_t line = 0;
  int64_t column = 0;
};

// The records of a file. Quotes as RFC 4180 has them; a byte order mark, CRLF
// and empty lines are accepted.
class CsvTable {
 public:
  // Errors: INVALID_ARGUMENT with the place, in `language`.
  static absl::StatusOr<CsvTable> Parse(Language language,
                                        const std::string& file,
                                        absl::string_view text,
                                        const std::vector<std::string>& header);
  // Errors: NOT_FOUND if the file cannot be read, and those of Parse().
  static absl::StatusOr<CsvTable> Read(Language language,
                                       const std::string& file,
                                       const std::vector<std::string>& header);

  const std::string& file() const { return file_; }
  size_t row_count() const { return rows_.size(); }

  // The field of record `row`, from 0, in `column`, which is of the header.
  const CsvValue& At(size_t row, const std::string& column) const;
  const std::string& Text(size_t row, const std::string& column) const {
    return At(row, column).text;
  }
  // Errors: INVALID_ARGUMENT with the place if it is empty.
  absl::StatusOr<std::string> Required(size_t row,
                                       const std::string& column) const;
  // A whole number from 0 on. Errors: INVALID_ARGUMENT with the place.
  absl::StatusOr<int64_t> Whole(size_t row, const std::string& column) const;
  // Yuan with at most two decimals, as fen. Errors: as Whole().
  absl::StatusOr<int64_t> Yuan(size_t row, const std::string& column) const;

  // A fault of one field, with its place.
  absl::Status Wrong(size_t row, const std::string& column,
                     const std::string& what) const;

 private:
  CsvTable(Language language, std::string file)
      : language_(language), file_(std::move(file)) {}

  Language language_;
  std::string file_;
  std::map<std::string, size_t> columns_;
  std::vector<std::vector<CsvValue>> rows_;
};

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_DAY_CSV_H_
