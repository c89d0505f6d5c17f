#include "ledger/journal/checksum.h"

#include <rocksdb/file_checksum.h>

#include <memory>
#include <string>

#include "ledger/base/check.h"

namespace luheng {

// Debian's Abseil has no CRC yet. RocksDB's is the same function in hardware;
// it shows it only as a file checksum, four big-endian bytes.
uint32_t Crc32c(absl::string_view bytes) {
  static const auto factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  const std::unique_ptr<rocksdb::FileChecksumGenerator> generator =
      factory->CreateFileChecksumGenerator(rocksdb::FileChecksumGenContext());
  generator->Update(bytes.data(), bytes.size());
  generator->Finalize();
  const std::string raw = generator->GetChecksum();
  LUHENG_CHECK(raw.size() == sizeof(uint32_t)) << raw.size() << " bytes";
  uint32_t checksum = 0;
  for (const char byte : raw) {
    checksum = (checksum << 8) | static_cast<uint8_t>(byte);
  }
  return checksum;
}

}  // namespace luheng
