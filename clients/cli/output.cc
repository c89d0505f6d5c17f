#include "clients/cli/output.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "clients/cli/csv.h"
#include "clients/cli/format.h"

namespace luheng::cli {
namespace {

constexpr char kGap[] = "  ";

// Red is up and green is down, as Chinese markets have it.
const char* ColorOf(Style style) {
  switch (style) {
    case Style::kUp:
    case Style::kError:
      return "\x1b[31m";
    case Style::kDown:
      return "\x1b[32m";
    case Style::kDim:
      return "\x1b[2m";
    case Style::kStrong:
      return "\x1b[1m";
    case Style::kPlain:
      return "";
  }
  return "";
}

std::string TrimRight(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string RenderLine(const std::vector<Cell>& cells,
                       const std::vector<int>& widths, bool color) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += kGap;
    const std::string padded =
        Pad(Printable(cells[i].text), widths[i], cells[i].align);
    line += Paint(padded, cells[i].style, color);
  }
  return absl::StrCat(TrimRight(std::move(line)), "\n");
}

}  // namespace

Cell TextCell(std::string text, Style style) {
  return {text, text, style, Align::kLeft};
}

Cell NumberCell(int64_t value) {
  return {WithSeparators(value), absl::StrCat(value), Style::kPlain,
          Align::kRight};
}

Cell QuantityCell(int64_t value, const std::string& unit) {
  Cell cell = NumberCell(value);
  if (!unit.empty()) absl::StrAppend(&cell.text, " ", unit);
  return cell;
}

Cell YuanCell(int64_t fen, Style style) {
  return {FormatYuan(fen), PlainYuan(fen), style, Align::kRight};
}

std::string Paint(const std::string& text, Style style, bool color) {
  if (!color || style == Style::kPlain) return text;
  return absl::StrCat(ColorOf(style), text, "\x1b[0m");
}

std::string RenderTable(const std::vector<std::string>& headers,
                        const std::vector<std::vector<Cell>>& rows,
                        bool color) {
  std::vector<int> widths;
  std::vector<Cell> header_cells;
  for (size_t i = 0; i < headers.size(); ++i) {
    const Align align = rows.empty() ? Align::kLeft : rows[0][i].align;
    header_cells.push_back({headers[i], headers[i], Style::kStrong, align});
    widths.push_back(DisplayWidth(headers[i]));
    for (const std::vector<Cell>& row : rows) {
      widths[i] = std::max(widths[i], DisplayWidth(Printable(row[i].text)));
    }
  }
  std::string table = RenderLine(header_cells, widths, color);
  for (const std::vector<Cell>& row : rows) {
    table += RenderLine(row, widths, color);
  }
  return table;
}

std::string RenderRecord(const std::vector<std::string>& headers,
                         const std::vector<Cell>& values, bool color) {
  int width = 0;
  for (const std::string& header : headers) {
    width = std::max(width, DisplayWidth(header));
  }
  std::string record;
  for (size_t i = 0; i < headers.size(); ++i) {
    if (values[i].text.empty()) continue;
    const Cell name{headers[i], headers[i], Style::kDim, Align::kLeft};
    Cell value = values[i];
    value.align = Align::kLeft;
    record += RenderLine({name, value}, {width, 0}, color);
  }
  return record;
}

std::string ToJson(const google::protobuf::Message& message, bool pretty) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = pretty;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  // Fails only for an Any of unknown type, and our messages have none.
  const auto status =
      google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return "null";
  while (!json.empty() && json.back() == '\n') json.pop_back();
  return json;
}

void WriteCsv(Context& context, const std::vector<std::string>& fields) {
  context.out() << CsvRecord(fields);
}

void WriteCsv(Context& context, const std::vector<Cell>& cells) {
  std::vector<std::string> fields;
  for (const Cell& cell : cells) fields.push_back(cell.raw);
  WriteCsv(context, fields);
}

void WriteWatchLine(Context& context, const std::vector<Cell>& cells,
                    const std::vector<int>& widths) {
  context.out() << RenderLine(cells, widths, context.color_on_out());
}

}  // namespace luheng::cli
