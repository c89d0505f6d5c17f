// The file that entry 1 of a new journal is made from:
//
//   journal_id: 3f2a...          # UUID; drawn if it is missing
//   hash_suite: sha256           # or sm3
//   operator:
//     name: 山西省公共资源交易中心
//     name_en: Shanxi Public Resources Trading Center
//     code: 12140000...          # 统一社会信用代码
//     county: 140000             # GB/T 2260
//   administrators:              # at least two
//     - user: admin.wang
//       roles: [SYSTEM_ADMIN, SECURITY_ADMIN]
#ifndef LUHENG_SERVICES_SERVER_GENESIS_FILE_H_
#define LUHENG_SERVICES_SERVER_GENESIS_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/core/genesis.h"

namespace luheng::server {

// Errors: NOT_FOUND if the file cannot be read; INVALID_ARGUMENT with all
// faults, each with file, line and column.
absl::StatusOr<core::GenesisConfig> ReadGenesisFile(const std::string& file);

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_GENESIS_FILE_H_
