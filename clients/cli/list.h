// Lists: pages are walked until enough rows are printed, or all of them are in
// a file.
#ifndef LUHENG_CLIENTS_CLI_LIST_H_
#define LUHENG_CLIENTS_CLI_LIST_H_

#include <google/protobuf/repeated_field.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clients/cli/context.h"
#include "clients/cli/export.h"
#include "clients/cli/output.h"
#include "clients/cli/texts.h"
#include "clients/lib/status_macros.h"

namespace luheng::cli {

// Most rows that one request may ask for.
constexpr int64_t kPageSizeMax = 1000;

struct ListOptions {
  int64_t limit = 50;
  bool all = false;
  // A .csv or .xlsx file to write instead; all rows.
  std::string export_file;
};

// Adds --limit, --all and --export to `verb`.
void AddListOptions(CLI::App& verb, const Context& context,
                    ListOptions& options);

// Where the rows of a list go that is exported.
class Exporter {
 public:
  // Asks nothing yet. Borrows `context`.
  Exporter(Context& context, std::string path)
      : context_(context), path_(std::move(path)) {}

  absl::Status Begin(const std::vector<std::string>& headers);
  absl::Status Add(const std::vector<Cell>& cells);
  // `as_of_entry` is what the rows are true for, 0 if the list does not say;
  // the ledger is asked for a checkpoint that covers it. `request` says which
  // rows they are.
  absl::Status Finish(int64_t as_of_entry,
                      const google::protobuf::Message& request);

 private:
  Context& context_;
  const std::string path_;
  std::unique_ptr<ExportFile> file_;
  int64_t rows_ = 0;
};

// Writes all rows of a paged method to options.export_file.
template <typename Stub, typename Request, typename Response, typename Row>
absl::Status ExportList(
    Context& context,
    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                 Response*),
    Request request,
    const google::protobuf::RepeatedPtrField<Row>& (Response::*rows)() const,
    const Columns<Row>& columns, const ListOptions& options) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  Exporter exporter(context, options.export_file);
  CLIENT_RETURN_IF_ERROR(exporter.Begin(HeadersOf(context, columns)));
  int64_t as_of_entry = 0;
  absl::Status added;
  Request page = request;
  page.set_page_size(static_cast<int>(kPageSizeMax));
  CLIENT_RETURN_IF_ERROR(
      client->ForEachPage(method, page, [&](const Response& response) {
        if constexpr (requires { response.as_of_entry(); }) {
          // The first page may be older than the last.
          if (as_of_entry == 0) as_of_entry = response.as_of_entry();
        }
        for (const Row& row : (response.*rows)()) {
          added = exporter.Add(CellsOf(columns, row));
          if (!added.ok()) return false;
        }
        return true;
      }));
  CLIENT_RETURN_IF_ERROR(added);
  return exporter.Finish(as_of_entry, request);
}

// Prints the rows of a paged method. `rows` is the response's accessor of
// them, for example &ListOrdersResponse::orders.
template <typename Stub, typename Request, typename Response, typename Row>
absl::Status PrintList(
    Context& context,
    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                 Response*),
    std::type_identity_t<Request> request,
    const google::protobuf::RepeatedPtrField<Row>& (Response::*rows)() const,
    const Columns<std::type_identity_t<Row>>& columns,
    const ListOptions& options) {
  if (!options.export_file.empty()) {
    return ExportList(context, method, request, rows, columns, options);
  }
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  ListPrinter<Row> printer(context, columns);
  int64_t left = options.all ? INT64_MAX : options.limit;
  bool has_more = false;
  request.set_page_size(static_cast<int>(std::min(left, kPageSizeMax)));
  CLIENT_RETURN_IF_ERROR(
      client->ForEachPage(method, request, [&](const Response& response) {
        for (const Row& row : (response.*rows)()) {
          if (left == 0) break;
          printer.Add(row);
          --left;
        }
        has_more = left == 0 && !response.next_page_token().empty();
        return left > 0;
      }));
  printer.End();
  if (has_more) context.Note(text::kMoreRows, options.limit);
  return absl::OkStatus();
}

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_LIST_H_
