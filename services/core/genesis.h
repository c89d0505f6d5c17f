// What entry 1 of a journal holds: the journal's id and hash suite, the node's
// own holder, the operator and the first administrators. Everything later
// arrives by commands of those administrators.
#ifndef LUHENG_SERVICES_CORE_GENESIS_H_
#define LUHENG_SERVICES_CORE_GENESIS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/base/digest.h"
#include "ledger/entry/entry.h"
#include "ledger/merkle/hash_suite.h"
#include "services/core/area.h"

namespace luheng::core {

// A role of a first administrator; numbers as luheng.registry.v1.Role.
struct GenesisUser {
  std::string name;
  std::vector<int> roles;
};

struct GenesisConfig {
  Id16 journal_id;
  HashSuiteId suite = HashSuiteId::kSha256;
  // The agency that operates the exchange: holder 2.
  std::string operator_name;
  std::string operator_name_en;
  // Its 统一社会信用代码.
  std::string operator_code;
  // GB/T 2260 code of its seat, for example 140000.
  int64_t operator_county = 0;
  // At least two, so that one can approve what the other proposes.
  std::vector<GenesisUser> administrators;
};

// An area that has something to say in entry 1. Areas implement it besides
// Area; World calls it in the order of registration.
class GenesisArea {
 public:
  virtual ~GenesisArea() = default;
  // Drafts this area's events of entry 1.
  virtual void DraftGenesis(const GenesisConfig& config,
                            const DecideContext& context,
                            Entry& entry) const = 0;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_GENESIS_H_
