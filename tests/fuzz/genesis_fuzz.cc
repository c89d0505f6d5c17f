// Goal: a genesis file either is refused or gives an entry 1 that a journal can
// live with: an operator that exists, administrators who can act, and default
// rules that every reader understands.
//
// Method: a file that is read is drafted by a whole world; the entry is
// written, parsed, applied, and the world's bytes are loaded into another.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "google/protobuf/stubs/logging.h"
#include "ledger/base/check.h"
#include "services/registry/county_code.h"
#include "services/registry/credit_code.h"
#include "services/server/genesis_file.h"
#include "tests/testing/fuzz_input.h"
#include "tests/testing/memory_file.h"
#include "tests/testing/test_world.h"

namespace luheng::server {
namespace {

std::string SavedBytes(const core::World& world) {
  std::string bytes;
  core::StateWriter writer([&bytes](absl::string_view piece) {
    bytes.append(piece.data(), piece.size());
  });
  world.Save(writer);
  writer.Flush();
  return bytes;
}

void CheckConfig(const core::GenesisConfig& config) {
  LUHENG_CHECK(!config.journal_id.is_zero());
  LUHENG_CHECK(!config.operator_name.empty());
  LUHENG_CHECK(registry::IsCreditCode(config.operator_code))
      << config.operator_code;
  LUHENG_CHECK(registry::IsCountyCode(config.operator_county));
  LUHENG_CHECK(config.administrators.size() >= 2);
  std::set<std::string> names;
  for (const core::GenesisUser& user : config.administrators) {
    LUHENG_CHECK(names.insert(user.name).second) << user.name << " twice";
    LUHENG_CHECK(!user.roles.empty()) << user.name << " can do nothing";
  }
}

void CheckWorld(const core::GenesisConfig& config) {
  const auto world = testing::MakeTestWorld();
  Entry draft;
  world->DraftGenesis(config, testing::TestStart(), draft);
  std::string bytes;
  draft.Serialize(bytes);
  Entry parsed;
  LUHENG_CHECK_OK(parsed.Parse(bytes));
  world->Apply(parsed.view());
  for (const core::GenesisUser& user : config.administrators) {
    LUHENG_CHECK(world->access().FindUser(user.name)) << user.name;
  }
  const auto loaded = testing::MakeTestWorld();
  LUHENG_CHECK_OK(loaded->Load(SavedBytes(*world)));
  LUHENG_CHECK(loaded->StateDigest() == world->StateDigest());
}

}  // namespace
}  // namespace luheng::server

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Texts that are no UTF-8 are logged each time.
  static auto* const kSilenced = google::protobuf::SetLogHandler(nullptr);
  (void)kSilenced;
  const luheng::testing::MemoryFile file(luheng::testing::FuzzText(data, size));
  const auto config = luheng::server::ReadGenesisFile(file.path());
  if (config.ok()) {
    luheng::server::CheckConfig(*config);
    luheng::server::CheckWorld(*config);
  }
  return 0;
}
