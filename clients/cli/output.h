// Rows as a table for people, as CSV, or as JSON from the messages themselves.
// A noun states its columns once; lists, single records and watches print
// through them.
#ifndef LUHENG_CLIENTS_CLI_OUTPUT_H_
#define LUHENG_CLIENTS_CLI_OUTPUT_H_

#include <google/protobuf/message.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "clients/cli/context.h"
#include "clients/cli/width.h"

namespace luheng::cli {

// Colors go with signs or words, never alone.
enum class Style { kPlain, kUp, kDown, kDim, kStrong, kError };

// One value. `raw` is what CSV gets: no separators, no units.
struct Cell {
  std::string text;
  std::string raw;
  Style style = Style::kPlain;
  Align align = Align::kLeft;
};

Cell TextCell(std::string text, Style style = Style::kPlain);
Cell NumberCell(int64_t value);
// With the unit behind it.
Cell QuantityCell(int64_t value, const std::string& unit);
Cell YuanCell(int64_t fen, Style style = Style::kPlain);

template <typename Row>
struct Column {
  std::reference_wrapper<const Text> header;
  std::function<Cell(const Row&)> cell;
};
template <typename Row>
using Columns = std::vector<Column<Row>>;

// `text` in the terminal's color for `style`, if `color` is on.
std::string Paint(const std::string& text, Style style, bool color);

// A table with a header line, columns as wide as their widest value.
std::string RenderTable(const std::vector<std::string>& headers,
                        const std::vector<std::vector<Cell>>& rows, bool color);
// One record, a line for each value.
std::string RenderRecord(const std::vector<std::string>& headers,
                         const std::vector<Cell>& values, bool color);

// A message as JSON: field names as in the proto, every field, int64 as
// strings (as protobuf's JSON has them).
std::string ToJson(const google::protobuf::Message& message, bool pretty);

template <typename Row>
std::vector<std::string> HeadersOf(const Context& context,
                                   const Columns<Row>& columns) {
  std::vector<std::string> headers;
  for (const Column<Row>& column : columns) {
    headers.push_back(context.Say(column.header));
  }
  return headers;
}

template <typename Row>
std::vector<Cell> CellsOf(const Columns<Row>& columns, const Row& row) {
  std::vector<Cell> cells;
  for (const Column<Row>& column : columns) cells.push_back(column.cell(row));
  return cells;
}

// Writes CSV records.
void WriteCsv(Context& context, const std::vector<std::string>& fields);
void WriteCsv(Context& context, const std::vector<Cell>& cells);

// Prints a list. JSON is an array and CSV a record each, written as rows come;
// a table waits for all of them, because their widths decide it.
template <typename Row>
class ListPrinter {
 public:
  ListPrinter(Context& context, Columns<Row> columns)
      : context_(context), columns_(std::move(columns)) {
    if (context_.format() == Format::kCsv) {
      WriteCsv(context_, HeadersOf(context_, columns_));
    }
  }

  void Add(const Row& row) {
    switch (context_.format()) {
      case Format::kTable:
        rows_.push_back(CellsOf(columns_, row));
        break;
      case Format::kCsv:
        WriteCsv(context_, CellsOf(columns_, row));
        break;
      case Format::kJson:
        context_.out() << (is_first_ ? "[\n" : ",\n") << ToJson(row, false);
        break;
    }
    is_first_ = false;
  }

  void End() {
    if (context_.format() == Format::kJson) {
      context_.out() << (is_first_ ? "[]\n" : "\n]\n");
    } else if (context_.format() == Format::kTable) {
      context_.out() << RenderTable(HeadersOf(context_, columns_), rows_,
                                    context_.color_on_out());
    }
  }

 private:
  Context& context_;
  const Columns<Row> columns_;
  std::vector<std::vector<Cell>> rows_;
  bool is_first_ = true;
};

// One line of a watch, each value filled to its column's width.
void WriteWatchLine(Context& context, const std::vector<Cell>& cells,
                    const std::vector<int>& widths);

// Prints rows as they happen: JSON one message a line, CSV one record a line,
// a table with its header first.
template <typename Row>
class WatchPrinter {
 public:
  WatchPrinter(Context& context, Columns<Row> columns)
      : context_(context), columns_(std::move(columns)) {}

  void Add(const Row& row) {
    const std::vector<std::string> headers = HeadersOf(context_, columns_);
    if (context_.format() == Format::kJson) {
      context_.out() << ToJson(row, false) << "\n" << std::flush;
      return;
    }
    const std::vector<Cell> cells = CellsOf(columns_, row);
    if (context_.format() == Format::kCsv) {
      if (is_first_) WriteCsv(context_, headers);
      WriteCsv(context_, cells);
    } else {
      if (is_first_) {
        widths_ = WidthsOf(headers, cells);
        WriteWatchLine(context_, HeaderCells(headers, cells), widths_);
      }
      WriteWatchLine(context_, cells, widths_);
    }
    context_.out() << std::flush;
    is_first_ = false;
  }

 private:
  static std::vector<Cell> HeaderCells(const std::vector<std::string>& headers,
                                       const std::vector<Cell>& cells) {
    std::vector<Cell> result;
    for (size_t i = 0; i < headers.size(); ++i) {
      result.push_back(
          {headers[i], headers[i], Style::kStrong, cells[i].align});
    }
    return result;
  }

  // Later rows are not known: room for the header, the first row, and amounts
  // that grow.
  static std::vector<int> WidthsOf(const std::vector<std::string>& headers,
                                   const std::vector<Cell>& cells) {
    std::vector<int> widths;
    for (size_t i = 0; i < headers.size(); ++i) {
      widths.push_back(std::max({8, DisplayWidth(headers[i]),
                                 DisplayWidth(Printable(cells[i].text))}));
    }
    return widths;
  }

  Context& context_;
  const Columns<Row> columns_;
  std::vector<int> widths_;
  bool is_first_ = true;
};

// Prints one record.
template <typename Row>
void PrintRecord(Context& context, const Columns<Row>& columns,
                 const Row& row) {
  switch (context.format()) {
    case Format::kTable:
      context.out() << RenderRecord(HeadersOf(context, columns),
                                    CellsOf(columns, row),
                                    context.color_on_out());
      break;
    case Format::kCsv:
      WriteCsv(context, HeadersOf(context, columns));
      WriteCsv(context, CellsOf(columns, row));
      break;
    case Format::kJson:
      context.out() << ToJson(row, true) << "\n";
      break;
  }
}

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_OUTPUT_H_
