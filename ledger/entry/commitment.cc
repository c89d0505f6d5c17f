#include "ledger/entry/commitment.h"

#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "ledger/base/endian.h"
#include "ledger/entry/wire.h"

namespace luheng {
namespace {

constexpr char kVersion = 1;
// Version, number, stamp, part count.
constexpr size_t kHeadBytes = 19;
constexpr size_t kPartCountAt = 17;
constexpr int64_t kPartCountMax = 0xffff;

}  // namespace

Id16 PartSalt(const HashSuite& suite, absl::string_view secret,
              EntryNumber number, int64_t index) {
  char position[16];
  StoreBigEndian64(static_cast<uint64_t>(number.value()), position);
  StoreBigEndian64(static_cast<uint64_t>(index), position + 8);
  const Digest digest =
      suite.Hash(secret, absl::string_view(position, sizeof(position)));
  Id16 salt;
  std::memcpy(salt.data.data(), digest.data.data(), Id16::kSize);
  return salt;
}

Digest PartDigest(const HashSuite& suite, const Id16& salt,
                  absl::string_view part) {
  return suite.Hash(salt.view(), part);
}

absl::Status CommitmentRecord(const HashSuite& suite, absl::string_view secret,
                              absl::string_view entry, std::string& record) {
  EntryReader reader(entry);
  if (!reader.ok()) return absl::DataLossError("bytes are not an entry");
  record.assign(kHeadBytes, '\0');
  record[0] = kVersion;
  StoreBigEndian64(static_cast<uint64_t>(reader.number().value()), &record[1]);
  StoreBigEndian64(static_cast<uint64_t>(reader.stamp().value()), &record[9]);
  absl::string_view part;
  int64_t count = 0;
  while (reader.NextPart(part)) {
    const Id16 salt = PartSalt(suite, secret, reader.number(), count++);
    const Digest digest = PartDigest(suite, salt, part);
    record.append(digest.view().data(), digest.view().size());
  }
  if (!reader.ok()) return absl::DataLossError("bytes are not an entry");
  if (count > kPartCountMax) {
    return absl::DataLossError(absl::StrCat("an entry of ", count, " parts"));
  }
  record[kPartCountAt] = static_cast<char>(count >> 8);
  record[kPartCountAt + 1] = static_cast<char>(count & 0xff);
  return absl::OkStatus();
}

}  // namespace luheng
