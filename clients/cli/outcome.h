// What a mutation came to: the entry that recorded it, or the proposal that
// now waits for other persons, with the command that they run next.
#ifndef LUHENG_CLIENTS_CLI_OUTCOME_H_
#define LUHENG_CLIENTS_CLI_OUTCOME_H_

#include "clients/cli/context.h"
#include "clients/cli/output.h"
#include "clients/cli/protos.h"
#include "clients/cli/texts.h"

namespace luheng::cli {

// Prints the proposal and its digest, and on stderr what to do next.
void PrintPending(Context& context, const cv1::PendingApproval& pending);

// Notes on stderr that `entry` recorded it.
void NoteEntry(Context& context, int64_t entry);

// Prints the response of a mutation that has nothing to show but its entry.
template <typename Response>
void PrintOutcome(Context& context, const Response& response) {
  if constexpr (requires { response.pending(); }) {
    if (response.has_pending()) {
      PrintPending(context, response.pending());
      return;
    }
  }
  const Columns<Response> columns = {{text::kEntry, [](const Response& row) {
                                        return NumberCell(row.entry());
                                      }}};
  PrintRecord(context, columns, response);
}

// Prints `row`, the resource of `response`, unless approval is pending.
template <typename Response, typename Row>
void PrintOutcome(Context& context, const Response& response, const Row& row,
                  const Columns<Row>& columns) {
  if constexpr (requires { response.pending(); }) {
    if (response.has_pending()) {
      PrintPending(context, response.pending());
      return;
    }
  }
  PrintRecord(context, columns, row);
  if constexpr (requires { response.entry(); }) {
    NoteEntry(context, response.entry());
  }
}

// Calls a mutation with the request id of --request-id and prints what it came
// to. The request id of a call without an answer is told, so that it can be
// repeated.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Submit(
    Context& context,
    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                 Response*),
    std::type_identity_t<Request> request) {
  request = context.WithRequestId(std::move(request));
  client::FillRequestId(request);
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  absl::StatusOr<Response> response = client->Call(method, request);
  if (absl::IsUnavailable(response.status()) ||
      absl::IsDeadlineExceeded(response.status())) {
    context.Note(text::kRequestIdWas, request.request_id());
  }
  return response;
}

template <typename Stub, typename Request, typename Response>
absl::Status SubmitAndPrint(Context& context,
                            grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                         const Request&,
                                                         Response*),
                            std::type_identity_t<Request> request) {
  CLIENT_ASSIGN_OR_RETURN(const Response response,
                          Submit(context, method, std::move(request)));
  PrintOutcome(context, response);
  return absl::OkStatus();
}

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_OUTCOME_H_
