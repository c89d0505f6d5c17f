// What to do about a refusal, by its reason or else by its code.
#ifndef LUHENG_CLIENTS_CLI_HINTS_H_
#define LUHENG_CLIENTS_CLI_HINTS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/text.h"

namespace luheng::cli {

// Null if there is no advice. Reasons are those of luheng.core.v1.Reason
// without their prefix.
const Text* FindHint(absl::string_view reason);
// `is_local`: the server said nothing.
const Text* FindHint(absl::StatusCode code, bool is_local);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_HINTS_H_
