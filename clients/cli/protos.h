// Short names for the packages of the wire contract.
#ifndef LUHENG_CLIENTS_CLI_PROTOS_H_
#define LUHENG_CLIENTS_CLI_PROTOS_H_

#include "luheng/core/v1/core.pb.h"
#include "luheng/ledger/v1/ledger.pb.h"
#include "luheng/market/v1/market.pb.h"
#include "luheng/registry/v1/registry.pb.h"
#include "luheng/settlement/v1/settlement.pb.h"

namespace luheng::cli {

namespace cv1 = ::luheng::core::v1;
namespace lv1 = ::luheng::ledger::v1;
namespace mv1 = ::luheng::market::v1;
namespace rv1 = ::luheng::registry::v1;
namespace sv1 = ::luheng::settlement::v1;

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_PROTOS_H_
