// A failed command told to its user: what happened, the reason's code, each
// field that was wrong, and what to do next. Everything goes to stderr.
#ifndef LUHENG_CLIENTS_CLI_ERRORS_H_
#define LUHENG_CLIENTS_CLI_ERRORS_H_

#include <string>

#include "absl/status/status.h"
#include "clients/cli/context.h"
#include "clients/lib/error.h"

namespace luheng::cli {

// Prints `status`, which is not OK, and returns the exit code.
client::ExitCode ReportError(Context& context, const absl::Status& status);

// What to do about `error`; empty if there is nothing to advise.
std::string HintFor(const Context& context, const client::Error& error);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_ERRORS_H_
