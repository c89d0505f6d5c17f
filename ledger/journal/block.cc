#include "ledger/journal/block.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"
#include "ledger/journal/checksum.h"

namespace luheng {
namespace {

constexpr absl::string_view kMagic = "LHBLOCK\n";
constexpr size_t kVarintBytesMax = 4;
// The smallest entry: one length byte and one byte.
constexpr size_t kEntryStoredBytesMin = 2;
// A builder's first allocation: a block at the soft cap and its last entry.
constexpr size_t kBufferBytes = kBlockBytesSoftCap + 8 * 1024;
static_assert(kBlockBytesSoftCap + kEntryBytesMax + kVarintBytesMax +
                      kBlockChecksumBytes <=
                  kBlockBytesMax,
              "every entry fits behind a block below the soft cap");

// Writes the header's fields one after the other.
class FieldWriter {
 public:
  explicit FieldWriter(char* to) : to_(to) {}
  void Raw(absl::string_view bytes) {
    std::memcpy(to_, bytes.data(), bytes.size());
    to_ += bytes.size();
  }
  void Integer(uint64_t value, size_t size) {
    char raw[sizeof(value)];
    StoreBigEndian64(value, raw);
    Raw(absl::string_view(raw + sizeof(value) - size, size));
  }
  void Signed(int64_t value) { Integer(static_cast<uint64_t>(value), 8); }

 private:
  char* to_;
};

// Reads them back. The caller has made sure that they are all there.
class FieldReader {
 public:
  explicit FieldReader(absl::string_view bytes) : bytes_(bytes) {}
  absl::string_view Raw(size_t size) {
    const absl::string_view raw = bytes_.substr(offset_, size);
    offset_ += size;
    return raw;
  }
  uint64_t Integer(size_t size) {
    char raw[sizeof(uint64_t)] = {};
    std::memcpy(raw + sizeof(raw) - size, Raw(size).data(), size);
    return LoadBigEndian64(raw);
  }
  int64_t Signed() { return static_cast<int64_t>(Integer(8)); }
  template <typename T>
  T Fixed() {
    return *T::From(Raw(T::kSize));
  }

 private:
  absl::string_view bytes_;
  size_t offset_ = 0;
};

template <typename... Args>
absl::Status Damaged(size_t offset, const absl::FormatSpec<Args...>& format,
                     const Args&... args) {
  return absl::DataLossError(absl::StrFormat("block, byte %d: ", offset) +
                             absl::StrFormat(format, args...));
}

// Checks what must be right before anything else is believed: magic, level,
// length and checksum.
absl::Status CheckFrame(absl::string_view bytes) {
  if (bytes.size() < kMagic.size() || bytes.substr(0, 8) != kMagic) {
    return Damaged(0, "magic %s, expected %s",
                   ToHex(bytes.substr(0, kMagic.size())), ToHex(kMagic));
  }
  if (bytes.size() < kBlockHeaderBytes + kBlockChecksumBytes) {
    return Damaged(bytes.size(), "ends; a block has at least %d bytes",
                   kBlockHeaderBytes + kBlockChecksumBytes);
  }
  FieldReader fields(bytes.substr(8));
  const uint64_t level = fields.Integer(2);
  if (level != kBlockFormatLevel) {
    return absl::FailedPreconditionError(
        absl::StrFormat("block, byte 8: format level %d; this build reads "
                        "level %d and stops here",
                        level, kBlockFormatLevel));
  }
  fields.Integer(2);
  const uint64_t length = fields.Integer(4);
  if (length != bytes.size() || length > kBlockBytesMax) {
    return Damaged(12, "says %d bytes, expected %d and at most %d", length,
                   bytes.size(), kBlockBytesMax);
  }
  const size_t end = bytes.size() - kBlockChecksumBytes;
  const uint64_t stored = FieldReader(bytes.substr(end)).Integer(4);
  const uint32_t computed = Crc32c(bytes.substr(0, end));
  if (stored != computed) {
    return Damaged(end, "checksum %08x, expected %08x", stored, computed);
  }
  return absl::OkStatus();
}

absl::StatusOr<BlockHeader> ParseHeader(absl::string_view bytes) {
  FieldReader fields(bytes);
  fields.Raw(kMagic.size() + 2);
  BlockHeader header;
  ASSIGN_OR_RETURN(const HashSuite* suite,
                   FindHashSuite(static_cast<uint16_t>(fields.Integer(2))));
  header.suite = suite->id();
  fields.Integer(4);
  header.journal_id = fields.Fixed<Id16>();
  header.epoch = Epoch(fields.Signed());
  header.number = BlockNumber(fields.Signed());
  header.first_entry = EntryNumber(fields.Signed());
  header.entry_count = static_cast<int64_t>(fields.Integer(4));
  header.last_stamp = Stamp(fields.Signed());
  header.prev_digest = fields.Fixed<Digest>();
  header.tree.size = fields.Signed();
  header.tree.root = fields.Fixed<Digest>();
  return header;
}

// Checks what the header's numbers say of each other.
absl::Status CheckHeader(const BlockHeader& header, size_t bytes) {
  if (header.epoch.value() < 1) {
    return Damaged(32, "epoch %d, expected at least 1", header.epoch.value());
  }
  if (header.number.value() < 1) {
    return Damaged(40, "number %d, expected at least 1", header.number.value());
  }
  // 2^56 is what the tree holds; it also keeps the sum below from overflowing.
  if (header.first_entry.value() < header.number.value() ||
      header.first_entry.value() >= int64_t{1} << 56) {
    return Damaged(48, "first entry %d, expected at least %d and below 2^56",
                   header.first_entry.value(), header.number.value());
  }
  const size_t entries_max =
      (bytes - kBlockHeaderBytes - kBlockChecksumBytes) / kEntryStoredBytesMin;
  if (header.entry_count < 1 ||
      static_cast<size_t>(header.entry_count) > entries_max) {
    return Damaged(56, "%d entries, expected 1 to %d", header.entry_count,
                   entries_max);
  }
  if ((header.number.value() == 1) != header.prev_digest.is_zero()) {
    return Damaged(68, "digest of the block before is %s in block %d",
                   ToHex(header.prev_digest.view()), header.number.value());
  }
  if (header.tree.size != header.last_entry().value()) {
    return Damaged(100, "tree size %d, expected %d, the last entry",
                   header.tree.size, header.last_entry().value());
  }
  return absl::OkStatus();
}

// Reads the minimal varint at `offset`, which it moves behind it.
absl::StatusOr<uint32_t> ReadLength(absl::string_view bytes, size_t& offset) {
  const size_t start = offset;
  uint32_t value = 0;
  for (size_t i = 0; i < kVarintBytesMax && offset < bytes.size(); ++i) {
    const auto byte = static_cast<uint8_t>(bytes[offset++]);
    value |= static_cast<uint32_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) != 0) continue;
    if (byte == 0) return Damaged(start, "length is zero or not minimal");
    if (value > kEntryBytesMax) {
      return Damaged(start, "entry of %d bytes, expected at most %d", value,
                     kEntryBytesMax);
    }
    return value;
  }
  return Damaged(start, "length does not end within %d bytes", kVarintBytesMax);
}

size_t WriteLength(size_t value, char* to) {
  size_t size = 0;
  for (; value >= 0x80; value >>= 7) {
    to[size++] = static_cast<char>(static_cast<uint8_t>(value) | 0x80);
  }
  to[size++] = static_cast<char>(value);
  return size;
}

}  // namespace

absl::StatusOr<BlockView> BlockView::Parse(absl::string_view bytes) {
  RETURN_IF_ERROR(CheckFrame(bytes));
  BlockView view;
  view.bytes_ = bytes;
  ASSIGN_OR_RETURN(view.header_, ParseHeader(bytes));
  RETURN_IF_ERROR(CheckHeader(view.header_, bytes.size()));
  const absl::string_view body =
      bytes.substr(0, bytes.size() - kBlockChecksumBytes);
  size_t offset = kBlockHeaderBytes;
  view.entries_.reserve(static_cast<size_t>(view.header_.entry_count));
  for (int64_t i = 0; i < view.header_.entry_count; ++i) {
    ASSIGN_OR_RETURN(const uint32_t size, ReadLength(body, offset));
    if (size > body.size() - offset) {
      return Damaged(offset, "entry of %d bytes, only %d are left", size,
                     body.size() - offset);
    }
    view.entries_.push_back({static_cast<uint32_t>(offset), size});
    offset += size;
  }
  if (offset != body.size()) {
    return Damaged(offset, "%d bytes behind the last entry, expected none",
                   body.size() - offset);
  }
  return view;
}

Digest BlockView::ComputeDigest() const {
  return SuiteOf(header_.suite).Hash(bytes_);
}

BlockBuilder::BlockBuilder() {
  buffer_.reserve(kBufferBytes);
  buffer_.resize(kBlockHeaderBytes);
}

bool BlockBuilder::Fits(size_t entry_bytes) const {
  return entry_bytes >= 1 && entry_bytes <= kEntryBytesMax &&
         bytes() + kVarintBytesMax + entry_bytes <= kBlockBytesMax;
}

void BlockBuilder::Add(absl::string_view entry, Stamp stamp) {
  std::memcpy(AddUninitialized(entry.size(), stamp), entry.data(),
              entry.size());
}

char* BlockBuilder::AddUninitialized(size_t entry_bytes, Stamp stamp) {
  LUHENG_CHECK(Fits(entry_bytes))
      << "entry of " << entry_bytes << " bytes behind " << bytes();
  LUHENG_CHECK(entry_count_ == 0 || stamp >= last_stamp_)
      << "stamp " << stamp << " behind " << last_stamp_;
  char length[kVarintBytesMax];
  buffer_.append(length, WriteLength(entry_bytes, length));
  const size_t offset = buffer_.size();
  buffer_.resize(offset + entry_bytes);
  entries_.push_back(
      {static_cast<uint32_t>(offset), static_cast<uint32_t>(entry_bytes)});
  ++entry_count_;
  last_stamp_ = stamp;
  return buffer_.data() + offset;
}

std::string BlockBuilder::Finish(BlockHeader& header) {
  LUHENG_CHECK(!empty()) << "a block without entries";
  header.entry_count = entry_count_;
  header.last_stamp = last_stamp_;
  FieldWriter fields(buffer_.data());
  fields.Raw(kMagic);
  fields.Integer(kBlockFormatLevel, 2);
  fields.Integer(static_cast<uint64_t>(header.suite), 2);
  fields.Integer(bytes(), 4);
  fields.Raw(header.journal_id.view());
  fields.Signed(header.epoch.value());
  fields.Signed(header.number.value());
  fields.Signed(header.first_entry.value());
  fields.Integer(static_cast<uint64_t>(header.entry_count), 4);
  fields.Signed(header.last_stamp.value());
  fields.Raw(header.prev_digest.view());
  fields.Signed(header.tree.size);
  fields.Raw(header.tree.root.view());
  const uint32_t checksum = Crc32c(buffer_);
  char raw[kBlockChecksumBytes];
  FieldWriter(raw).Integer(checksum, kBlockChecksumBytes);
  buffer_.append(raw, sizeof(raw));
  std::string block = std::move(buffer_);
  *this = BlockBuilder();
  return block;
}

}  // namespace luheng
