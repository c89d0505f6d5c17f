#include "ledger/verify/block_bytes.h"

#include <array>
#include <cstddef>

#include "absl/strings/str_cat.h"

namespace luheng::verify {
namespace {

constexpr size_t kHeaderBytes = 140;
constexpr size_t kChecksumBytes = 4;
constexpr absl::string_view kMagic = "LHBLOCK\n";
constexpr uint64_t kFormatLevel = 1;

// Slices by eight: table k has the sums of a byte followed by k zero bytes.
constexpr int kSlices = 8;
using CrcTables = std::array<std::array<uint32_t, 256>, kSlices>;

CrcTables MakeCrcTables() {
  constexpr uint32_t kPolynomial = 0x82f63b78;
  CrcTables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t sum = byte;
    for (int bit = 0; bit < 8; ++bit) {
      sum = (sum >> 1) ^ ((sum & 1) != 0 ? kPolynomial : 0);
    }
    tables[0][byte] = sum;
  }
  for (size_t k = 1; k < kSlices; ++k) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

uint64_t BigEndian(absl::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) {
    value = value << 8 | static_cast<uint8_t>(byte);
  }
  return value;
}

int64_t Signed(absl::string_view bytes) {
  return static_cast<int64_t>(BigEndian(bytes));
}

// A minimal base-128 number at the start of `rest`, which it takes off. False
// if there is none or it is not minimal.
bool TakeVarint(absl::string_view& rest, size_t bytes_max, uint64_t& value) {
  value = 0;
  for (size_t i = 0; i < rest.size() && i < bytes_max; ++i) {
    const auto byte = static_cast<uint8_t>(rest[i]);
    value |= uint64_t{byte & 0x7fU} << (7 * i);
    if ((byte & 0x80) == 0) {
      rest.remove_prefix(i + 1);
      return i == 0 || byte != 0;
    }
  }
  return false;
}

// Takes `tag` and the eight bytes of a little-endian number behind it.
bool TakeFixed64(absl::string_view& rest, char tag, int64_t& value) {
  constexpr size_t kBytes = 9;
  if (rest.size() < kBytes || rest[0] != tag) return false;
  uint64_t number = 0;
  for (size_t i = kBytes - 1; i > 0; --i) {
    number = number << 8 | static_cast<uint8_t>(rest[i]);
  }
  value = static_cast<int64_t>(number);
  rest.remove_prefix(kBytes);
  return true;
}

absl::Status TakeEntries(absl::string_view rest, uint64_t count,
                         BlockBytes& block) {
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t size = 0;
    if (!TakeVarint(rest, 4, size) || size == 0 || size > rest.size()) {
      return absl::DataLossError(
          absl::StrCat("the length of its entry ", i + 1, " is wrong"));
    }
    block.entries.push_back(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  if (rest.empty()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(rest.size(), " bytes behind its last entry"));
}

}  // namespace

uint32_t Crc32c(absl::string_view bytes) {
  static const CrcTables* const kTables = new CrcTables(MakeCrcTables());
  const CrcTables& tables = *kTables;
  uint32_t sum = 0xffffffff;
  size_t i = 0;
  const auto at = [&bytes](size_t k) { return static_cast<uint8_t>(bytes[k]); };
  for (; i + kSlices <= bytes.size(); i += kSlices) {
    const uint32_t low =
        sum ^ (uint32_t{at(i)} | uint32_t{at(i + 1)} << 8 |
               uint32_t{at(i + 2)} << 16 | uint32_t{at(i + 3)} << 24);
    sum = tables[7][low & 0xff] ^ tables[6][(low >> 8) & 0xff] ^
          tables[5][(low >> 16) & 0xff] ^ tables[4][low >> 24] ^
          tables[3][at(i + 4)] ^ tables[2][at(i + 5)] ^ tables[1][at(i + 6)] ^
          tables[0][at(i + 7)];
  }
  for (; i < bytes.size(); ++i) {
    sum = (sum >> 8) ^ tables[0][(sum ^ at(i)) & 0xff];
  }
  return ~sum;
}

absl::StatusOr<BlockBytes> ParseBlockBytes(absl::string_view bytes) {
  if (bytes.size() < kHeaderBytes + kChecksumBytes) {
    return absl::DataLossError(absl::StrCat("it has ", bytes.size(), " bytes"));
  }
  if (bytes.substr(0, 8) != kMagic) {
    return absl::DataLossError("it does not begin as a block");
  }
  if (BigEndian(bytes.substr(8, 2)) != kFormatLevel) {
    return absl::DataLossError(absl::StrCat("its format level is ",
                                            BigEndian(bytes.substr(8, 2)),
                                            ", this release reads 1"));
  }
  if (BigEndian(bytes.substr(12, 4)) != bytes.size()) {
    return absl::DataLossError("its length is not the one that it names");
  }
  const absl::string_view summed =
      bytes.substr(0, bytes.size() - kChecksumBytes);
  if (BigEndian(bytes.substr(summed.size())) != Crc32c(summed)) {
    return absl::DataLossError("its checksum is wrong");
  }
  BlockBytes block;
  block.suite = static_cast<int>(BigEndian(bytes.substr(10, 2)));
  block.journal_id = bytes.substr(16, 16);
  block.epoch = Signed(bytes.substr(32, 8));
  block.number = Signed(bytes.substr(40, 8));
  block.first_entry = Signed(bytes.substr(48, 8));
  const uint64_t count = BigEndian(bytes.substr(56, 4));
  block.last_stamp = Signed(bytes.substr(60, 8));
  block.previous = *Digest::From(bytes.substr(68, 32));
  block.tree_size = Signed(bytes.substr(100, 8));
  block.root = *Digest::From(bytes.substr(108, 32));
  const absl::Status entries =
      TakeEntries(summed.substr(kHeaderBytes), count, block);
  if (!entries.ok()) return entries;
  if (count == 0) return absl::DataLossError("it has no entries");
  return block;
}

bool ParseEntryBytes(absl::string_view bytes, EntryBytes& entry) {
  // Tags of fields 1 and 2, fixed64, and of field 3, bytes.
  constexpr char kNumberTag = 0x09;
  constexpr char kStampTag = 0x11;
  constexpr char kPartTag = 0x1a;
  entry.parts.clear();
  if (!TakeFixed64(bytes, kNumberTag, entry.number) ||
      !TakeFixed64(bytes, kStampTag, entry.stamp)) {
    return false;
  }
  while (!bytes.empty()) {
    if (bytes[0] != kPartTag) return false;
    bytes.remove_prefix(1);
    uint64_t size = 0;
    if (!TakeVarint(bytes, 5, size) || size > bytes.size()) return false;
    entry.parts.push_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return true;
}

}  // namespace luheng::verify
