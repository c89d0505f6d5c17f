// RETURN_IF_ERROR and ASSIGN_OR_RETURN pass an absl::Status on to the caller.
// Debian's Abseil has none of its own.
#ifndef LUHENG_LEDGER_BASE_STATUS_MACROS_H_
#define LUHENG_LEDGER_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define RETURN_IF_ERROR(expression)                \
  do {                                             \
    ::absl::Status luheng_status = (expression);   \
    if (!luheng_status.ok()) return luheng_status; \
  } while (false)

#define LUHENG_MACRO_CONCAT_INNER(a, b) a##b
#define LUHENG_MACRO_CONCAT(a, b) LUHENG_MACRO_CONCAT_INNER(a, b)

#define ASSIGN_OR_RETURN(target, expression)                              \
  ASSIGN_OR_RETURN_IMPL(LUHENG_MACRO_CONCAT(luheng_status_or_, __LINE__), \
                        target, expression)
#define ASSIGN_OR_RETURN_IMPL(holder, target, expression) \
  auto holder = (expression);                             \
  if (!holder.ok()) return std::move(holder).status();    \
  target = *std::move(holder)

#endif  // LUHENG_LEDGER_BASE_STATUS_MACROS_H_
