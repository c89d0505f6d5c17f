// Lists: pages are walked until enough rows are printed.
#ifndef LUHENG_CLIENTS_CLI_LIST_H_
#define LUHENG_CLIENTS_CLI_LIST_H_

#include <google/protobuf/repeated_field.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "clients/cli/context.h"
#include "clients/cli/output.h"
#include "clients/cli/texts.h"
#include "clients/lib/status_macros.h"

namespace luheng::cli {

// Most rows that one request may ask for.
constexpr int64_t kPageSizeMax = 1000;

struct ListOptions {
  int64_t limit = 50;
  bool all = false;
};

// Adds --limit and --all to `verb`.
void AddListOptions(CLI::App& verb, const Context& context,
                    ListOptions& options);

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
