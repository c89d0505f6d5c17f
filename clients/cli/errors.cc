#include "clients/cli/errors.h"

#include <ostream>

#include "absl/strings/str_cat.h"
#include "clients/cli/hints.h"
#include "clients/cli/output.h"
#include "clients/cli/texts.h"
#include "clients/cli/width.h"

namespace luheng::cli {
namespace {

using client::Error;

void PrintLine(Context& context, const Text& label, const std::string& value) {
  context.err() << "  " << context.Say(label) << ": " << Printable(value)
                << "\n";
}

// Without details the error is gRPC's own or ours: the server did not answer,
// or the command was stopped before it was asked.
std::string MessageOf(const Context& context, const Error& error) {
  if (!error.reason.empty()) return error.text();
  switch (error.code) {
    case absl::StatusCode::kUnavailable:
      return context.Say(text::kUnreachable, context.options.server,
                         error.message);
    case absl::StatusCode::kDeadlineExceeded:
      return context.Say(text::kTimedOut, context.options.timeout);
    case absl::StatusCode::kUnimplemented:
      return context.Say(text::kNotOffered, context.options.server);
    default:
      return error.message.empty() ? absl::StatusCodeToString(error.code)
                                   : error.message;
  }
}

}  // namespace

std::string HintFor(const Context& context, const Error& error) {
  const Text* hint = FindHint(error.reason);
  if (hint == nullptr) hint = FindHint(error.code, error.reason.empty());
  return hint == nullptr ? "" : context.Say(*hint);
}

client::ExitCode ReportError(Context& context, const absl::Status& status) {
  const Error error = client::DecodeError(status);
  context.err() << Paint(context.Say(text::kError), Style::kError,
                         context.color_on_err())
                << ": " << Printable(MessageOf(context, error)) << "\n";
  if (!error.reason.empty()) {
    PrintLine(context, text::kReasonLabel, error.reason);
  }
  for (const auto& violation : error.field_violations) {
    PrintLine(context, text::kFieldLabel,
              absl::StrCat(violation.field, ": ", violation.description));
  }
  for (const auto& violation : error.preconditions) {
    PrintLine(context, text::kFieldLabel,
              absl::StrCat(violation.field, ": ", violation.description));
  }
  for (const auto& [key, value] : error.metadata) {
    PrintLine(context, text::kValueLabel, absl::StrCat(key, " = ", value));
  }
  if (error.retry_delay.has_value()) {
    PrintLine(context, text::kRetryLabel,
              absl::FormatDuration(*error.retry_delay));
  }
  const std::string hint = HintFor(context, error);
  if (!hint.empty()) PrintLine(context, text::kHintLabel, hint);
  return client::ExitCodeOf(error.code);
}

}  // namespace luheng::cli
