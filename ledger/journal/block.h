// A block: the entries of one group commit, as bytes that are stored,
// replicated and served as they are. To the journal an entry is an opaque
// byte string.
//
// Format level 1, integers big-endian:
//
//   offset size
//        0    8  magic, "LHBLOCK\n"
//        8    2  format level, 1
//       10    2  hash suite id
//       12    4  bytes of the whole block
//       16   16  journal id
//       32    8  epoch, at least 1
//       40    8  block number, from 1
//       48    8  number of the first entry, from 1
//       56    4  entry count, at least 1
//       60    8  stamp of the last entry
//       68   32  digest of the block before; zeros in block 1
//      100    8  tree size after this block
//      108   32  tree root after this block
//      140       entries, each: length as a minimal base-128 varint (low groups
//                first, at most 4 bytes, never 0), then that many bytes
//   end - 4   4  CRC-32C of everything before
//
// Invariants, checked on parsing: tree size = number of the last entry (one
// leaf per entry), and nothing follows the checksum. A block's digest is the
// suite's hash of all its bytes. A reader stops at a format level or a hash
// suite that it does not know.
#ifndef LUHENG_LEDGER_JOURNAL_BLOCK_H_
#define LUHENG_LEDGER_JOURNAL_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/tree.h"

namespace luheng {

inline constexpr uint16_t kBlockFormatLevel = 1;
inline constexpr size_t kBlockHeaderBytes = 140;
inline constexpr size_t kBlockChecksumBytes = 4;
// A block is closed when it reaches this size.
inline constexpr size_t kBlockBytesSoftCap = 128 * 1024;
// No block is larger.
inline constexpr size_t kBlockBytesMax = 4 * 1024 * 1024;
// No entry is larger, so that every entry fits behind those of a block that
// has not reached the soft cap.
inline constexpr size_t kEntryBytesMax = 1024 * 1024;

// What a block says about itself.
struct BlockHeader {
  HashSuiteId suite = HashSuiteId::kSha256;
  Id16 journal_id;
  Epoch epoch;
  BlockNumber number;
  EntryNumber first_entry;
  int64_t entry_count = 0;
  Stamp last_stamp;
  Digest prev_digest;
  TreeHead tree;

  EntryNumber last_entry() const {
    return EntryNumber(first_entry.value() + entry_count - 1);
  }
  friend bool operator==(const BlockHeader&, const BlockHeader&) = default;
};

// A parsed block over borrowed bytes, which must outlive it and its copies'
// string_views. A value; const functions are thread-safe.
class BlockView {
 public:
  // Checks every byte of the format above; the digest is not computed and the
  // tree not recomputed. Errors, with offset and expectation: DATA_LOSS if the
  // bytes are not a block; FAILED_PRECONDITION if this build does not know the
  // format level or the hash suite.
  static absl::StatusOr<BlockView> Parse(absl::string_view bytes);

  const BlockHeader& header() const { return header_; }
  absl::string_view bytes() const { return bytes_; }
  int64_t entry_count() const { return header_.entry_count; }
  // The bytes of entry `index` of this block, 0 <= index < entry_count().
  absl::string_view entry(int64_t index) const {
    const Extent& extent = entries_[static_cast<size_t>(index)];
    return bytes_.substr(extent.offset, extent.size);
  }
  // The suite's hash of all bytes; computed anew by each call.
  Digest ComputeDigest() const;

 private:
  struct Extent {
    uint32_t offset;
    uint32_t size;
  };

  absl::string_view bytes_;
  BlockHeader header_;
  std::vector<Extent> entries_;
};

// Collects entries in one growing buffer that becomes the block. Reused after
// sealing it allocates only the buffer. Thread-compatible.
class BlockBuilder {
 public:
  BlockBuilder();

  // Whether an entry of `entry_bytes` can still be added: it is 1 to
  // kEntryBytesMax long and the block stays within kBlockBytesMax.
  bool Fits(size_t entry_bytes) const;
  // Adds `entry`, stamped `stamp`. Requires Fits(entry.size()) and a stamp not
  // before the last one.
  void Add(absl::string_view entry, Stamp stamp);
  // The same for an entry that the caller writes itself: returns where its
  // `entry_bytes` go, valid until the next call.
  char* AddUninitialized(size_t entry_bytes, Stamp stamp);

  bool empty() const { return entry_count_ == 0; }
  // Whether the soft cap is reached and the block should be closed.
  bool full() const { return bytes() >= kBlockBytesSoftCap; }
  int64_t entry_count() const { return entry_count_; }
  // The bytes of entry `index`, 0 <= index < entry_count(), until the next Add
  // or Finish.
  absl::string_view entry(int64_t index) const {
    const Extent& extent = entries_[static_cast<size_t>(index)];
    return absl::string_view(buffer_).substr(extent.offset, extent.size);
  }
  Stamp last_stamp() const { return last_stamp_; }
  // The size of the block if it were sealed now.
  size_t bytes() const { return buffer_.size() + kBlockChecksumBytes; }

  // Writes `header` before the entries and the checksum behind them, and hands
  // the block over; the builder is empty afterwards. entry_count and last_stamp
  // of `header` are filled in. Requires !empty(). For BlockSealer; others have
  // no use for it.
  std::string Finish(BlockHeader& header);

 private:
  struct Extent {
    uint32_t offset;
    uint32_t size;
  };

  std::string buffer_;  // room for the header, then the entries
  std::vector<Extent> entries_;
  int64_t entry_count_ = 0;
  Stamp last_stamp_;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_BLOCK_H_
