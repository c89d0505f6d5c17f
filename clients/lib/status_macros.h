// Passes an absl::Status on to the caller. Clients do not include the ledger's
// vocabulary, so they have their own.
#ifndef LUHENG_CLIENTS_LIB_STATUS_MACROS_H_
#define LUHENG_CLIENTS_LIB_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define CLIENT_RETURN_IF_ERROR(expression)         \
  do {                                             \
    ::absl::Status client_status = (expression);   \
    if (!client_status.ok()) return client_status; \
  } while (false)

#define CLIENT_MACRO_CONCAT_INNER(a, b) a##b
#define CLIENT_MACRO_CONCAT(a, b) CLIENT_MACRO_CONCAT_INNER(a, b)

#define CLIENT_ASSIGN_OR_RETURN(target, expression)                          \
  CLIENT_ASSIGN_OR_RETURN_IMPL(CLIENT_MACRO_CONCAT(client_value_, __LINE__), \
                               target, expression)
#define CLIENT_ASSIGN_OR_RETURN_IMPL(value, target, expression) \
  auto value = (expression);                                    \
  if (!value.ok()) return std::move(value).status();            \
  target = *std::move(value)

#endif  // LUHENG_CLIENTS_LIB_STATUS_MACROS_H_
