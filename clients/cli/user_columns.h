// The columns of a user, which `user` and `whoami` share.
#ifndef LUHENG_CLIENTS_CLI_USER_COLUMNS_H_
#define LUHENG_CLIENTS_CLI_USER_COLUMNS_H_

#include "clients/cli/output.h"
#include "clients/cli/protos.h"

namespace luheng::cli {

Columns<rv1::User> UserColumns(const Context& context);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_USER_COLUMNS_H_
