// Goal: a configuration file is understood fully or refused with its places,
// and what `config print` prints is the same configuration.
//
// Method: a file that loads is printed, and the print is loaded again; every
// key must have the same value. Every fault names the file or a key.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_split.h"
#include "ledger/base/check.h"
#include "services/server/config.h"
#include "tests/testing/fuzz_input.h"
#include "tests/testing/memory_file.h"

namespace luheng::server {
namespace {

absl::StatusOr<LoadedConfig> Load(absl::string_view text) {
  const testing::MemoryFile file(text);
  return LoadConfig({file.path(), {}, {}});
}

void Check(absl::string_view text) {
  const auto loaded = Load(text);
  if (!loaded.ok()) {
    LUHENG_CHECK(absl::IsInvalidArgument(loaded.status())) << loaded.status();
    LUHENG_CHECK(!loaded.status().message().empty()) << "no reason given";
    return;
  }
  const std::string printed = PrintConfig(loaded->config, loaded->origins);
  const auto again = Load(printed);
  LUHENG_CHECK(again.ok()) << again.status() << "\n" << printed;
  for (const ConfigKey& key : ConfigKeys()) {
    LUHENG_CHECK(ValueOf(again->config, key) == ValueOf(loaded->config, key))
        << key.path << "\n"
        << printed;
  }
}

}  // namespace
}  // namespace luheng::server

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  luheng::server::Check(luheng::testing::FuzzText(data, size));
  return 0;
}
