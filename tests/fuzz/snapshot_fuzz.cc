// Goal: a snapshot file is read whole and as it was written, or refused.
//
// Method: the input is a snapshot file of entry 7, tried as it is and with the
// digest mended to that of its state. What is accepted names its entry and
// digest and has the file's own bytes behind the head.
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>

#include "ledger/base/check.h"
#include "ledger/merkle/hash_suite.h"
#include "services/core/snapshot.h"
#include "tests/testing/fuzz_input.h"
#include "tests/testing/temp_directory.h"

namespace luheng::core {
namespace {

constexpr EntryNumber kEntry(7);
constexpr size_t kDigestAt = 16;
constexpr size_t kHeadBytes = kDigestAt + Digest::kSize;

void Check(const std::string& bytes) {
  static const testing::TempDirectory directory;
  static const SnapshotStore store = *SnapshotStore::Open(directory.path());
  std::ofstream(directory.path() + "/snapshot-00000000000000000007",
                std::ios::binary | std::ios::trunc)
      << bytes;
  const auto snapshot = store.Read(kEntry);
  if (!snapshot.ok()) {
    LUHENG_CHECK(absl::IsDataLoss(snapshot.status())) << snapshot.status();
    return;
  }
  LUHENG_CHECK(snapshot->entry == kEntry) << snapshot->entry;
  LUHENG_CHECK(snapshot->bytes == bytes.substr(kHeadBytes)) << "other bytes";
  LUHENG_CHECK(snapshot->digest == Sha256Suite().Hash(snapshot->bytes) &&
               snapshot->digest.view() ==
                   absl::string_view(bytes).substr(kDigestAt, Digest::kSize))
      << "another digest";
}

}  // namespace
}  // namespace luheng::core

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(luheng::testing::FuzzText(data, size));
  luheng::core::Check(bytes);
  if (bytes.size() >= luheng::core::kHeadBytes) {
    const auto digest = luheng::Sha256Suite().Hash(
        absl::string_view(bytes).substr(luheng::core::kHeadBytes));
    bytes.replace(luheng::core::kDigestAt, luheng::Digest::kSize, digest.str());
    luheng::core::Check(bytes);
  }
  return 0;
}
