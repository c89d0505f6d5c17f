#include "clients/cli/export.h"

#include <xlsxwriter.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/csv.h"
#include "clients/cli/texts.h"
#include "clients/lib/status_macros.h"

namespace luheng::cli {
namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

absl::Status CannotWrite(const std::string& path) {
  return absl::UnavailableError(absl::StrCat(path, ": cannot be written"));
}

// The name of the file while it is not whole.
std::string Partial(const std::string& path) {
  return absl::StrCat(path, ".partial");
}

absl::Status GiveName(const std::string& path) {
  if (std::rename(Partial(path).c_str(), path.c_str()) == 0) {
    return absl::OkStatus();
  }
  std::remove(Partial(path).c_str());
  return CannotWrite(path);
}

class CsvExport final : public ExportFile {
 public:
  explicit CsvExport(const std::string& path)
      : path_(path), file_(Partial(path), std::ios::binary) {}
  ~CsvExport() override {
    if (!is_finished_) std::remove(Partial(path_).c_str());
  }

  absl::Status Begin(const std::vector<std::string>& headers) {
    file_ << "\xEF\xBB\xBF" << CsvRecord(headers);
    return file_ ? absl::OkStatus() : CannotWrite(path_);
  }
  absl::Status Add(const std::vector<Cell>& cells) override {
    std::vector<std::string> fields;
    for (const Cell& cell : cells) fields.push_back(cell.raw);
    file_ << CsvRecord(fields);
    return file_ ? absl::OkStatus() : CannotWrite(path_);
  }
  absl::Status Finish(const Facts& evidence) override {
    for (const auto& [name, value] : evidence) {
      file_ << CsvRecord({absl::StrCat("# ", name), value});
    }
    file_.close();
    if (!file_) return CannotWrite(path_);
    is_finished_ = true;
    return GiveName(path_);
  }

 private:
  const std::string path_;
  std::ofstream file_;
  bool is_finished_ = false;
};

// A spreadsheet's numbers are floating point: they hold 15 digits for sure.
constexpr size_t kSheetDigitsMax = 15;

bool IsSheetNumber(const Cell& cell) {
  const size_t digits = static_cast<size_t>(
      std::count_if(cell.raw.begin(), cell.raw.end(), [](char c) {
        return absl::ascii_isdigit(static_cast<unsigned char>(c));
      }));
  return cell.align == Align::kRight && digits > 0 &&
         digits <= kSheetDigitsMax &&
         cell.raw.find_first_not_of("-0123456789.") == std::string::npos;
}

// Whole numbers and yuan, with separators.
constexpr char kWholeFormat[] = "#,##0";
constexpr char kYuanFormat[] = "#,##0.00";
constexpr int kColumnWidth = 18;
constexpr lxw_row_t kRowsMax = LXW_ROW_MAX - 1;

class XlsxExport final : public ExportFile {
 public:
  XlsxExport(const Context& context, const std::string& path)
      : context_(context), path_(path) {}
  ~XlsxExport() override {
    if (book_ == nullptr) return;
    workbook_close(book_);
    std::remove(Partial(path_).c_str());
  }

  absl::Status Begin(const std::vector<std::string>& headers) {
    // Rows go to the disk as they come.
    lxw_workbook_options options = {};
    options.constant_memory = LXW_TRUE;
    book_ = workbook_new_opt(Partial(path_).c_str(), &options);
    if (book_ == nullptr) return CannotWrite(path_);
    sheet_ =
        workbook_add_worksheet(book_, context_.Say(text::kSheetRows).c_str());
    if (sheet_ == nullptr) return CannotWrite(path_);
    strong_ = workbook_add_format(book_);
    format_set_bold(strong_);
    whole_ = workbook_add_format(book_);
    format_set_num_format(whole_, kWholeFormat);
    yuan_ = workbook_add_format(book_);
    format_set_num_format(yuan_, kYuanFormat);
    worksheet_set_column(sheet_, 0, static_cast<lxw_col_t>(headers.size()),
                         kColumnWidth, nullptr);
    worksheet_freeze_panes(sheet_, 1, 0);
    lxw_col_t column = 0;
    for (const std::string& header : headers) {
      worksheet_write_string(sheet_, 0, column++, header.c_str(), strong_);
    }
    return absl::OkStatus();
  }

  absl::Status Add(const std::vector<Cell>& cells) override {
    if (++row_ > kRowsMax) {
      return absl::OutOfRangeError(context_.Say(text::kSheetFull, kRowsMax));
    }
    lxw_col_t column = 0;
    for (const Cell& cell : cells) {
      lxw_error error = LXW_NO_ERROR;
      double number = 0;
      if (IsSheetNumber(cell) && absl::SimpleAtod(cell.raw, &number)) {
        const bool is_whole = !absl::StrContains(cell.raw, '.');
        error = worksheet_write_number(sheet_, row_, column, number,
                                       is_whole ? whole_ : yuan_);
      } else {
        error = worksheet_write_string(sheet_, row_, column, cell.raw.c_str(),
                                       nullptr);
      }
      if (error != LXW_NO_ERROR) return CannotWrite(path_);
      ++column;
    }
    return absl::OkStatus();
  }

  absl::Status Finish(const Facts& evidence) override {
    lxw_worksheet* const sheet = workbook_add_worksheet(
        book_, context_.Say(text::kSheetEvidence).c_str());
    if (sheet == nullptr) return CannotWrite(path_);
    worksheet_set_column(sheet, 0, 1, 2 * kColumnWidth, nullptr);
    lxw_row_t row = 0;
    for (const auto& [name, value] : evidence) {
      worksheet_write_string(sheet, row, 0, name.c_str(), strong_);
      worksheet_write_string(sheet, row++, 1, value.c_str(), nullptr);
    }
    const lxw_error error = workbook_close(std::exchange(book_, nullptr));
    if (error == LXW_NO_ERROR) return GiveName(path_);
    std::remove(Partial(path_).c_str());
    return CannotWrite(path_);
  }

 private:
  const Context& context_;
  const std::string path_;
  lxw_workbook* book_ = nullptr;
  // Owned by the workbook.
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* strong_ = nullptr;
  lxw_format* whole_ = nullptr;
  lxw_format* yuan_ = nullptr;
  lxw_row_t row_ = 0;
};

template <typename File>
absl::StatusOr<std::unique_ptr<ExportFile>> Begun(
    std::unique_ptr<File> file, const std::vector<std::string>& headers) {
  CLIENT_RETURN_IF_ERROR(file->Begin(headers));
  return file;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ExportFile>> BeginExport(
    const Context& context, const std::string& path,
    const std::vector<std::string>& headers) {
  const std::string lower = absl::AsciiStrToLower(path);
  if (absl::EndsWith(lower, ".csv")) {
    return Begun(std::make_unique<CsvExport>(path), headers);
  }
  if (absl::EndsWith(lower, ".xlsx")) {
    return Begun(std::make_unique<XlsxExport>(context, path), headers);
  }
  return context.Wrong(text::kExportKind, path);
}

}  // namespace luheng::cli
