// The auditor's own parser of a block; the layout is told in
// ledger/journal/block.h. Shares no code with what writes blocks.
#ifndef LUHENG_LEDGER_VERIFY_BLOCK_BYTES_H_
#define LUHENG_LEDGER_VERIFY_BLOCK_BYTES_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/base/digest.h"

namespace luheng::verify {

// A block's header and where its entries are, over borrowed bytes.
struct BlockBytes {
  int suite = 0;
  absl::string_view journal_id;
  int64_t epoch = 0;
  int64_t number = 0;
  int64_t first_entry = 0;
  int64_t last_stamp = 0;
  Digest previous;
  int64_t tree_size = 0;
  Digest root;
  std::vector<absl::string_view> entries;
};

// Errors: DATA_LOSS with what is wrong and where.
absl::StatusOr<BlockBytes> ParseBlockBytes(absl::string_view bytes);

// The parts of an entry, over its bytes.
struct EntryBytes {
  int64_t number = 0;
  int64_t stamp = 0;
  std::vector<absl::string_view> parts;
};

// False unless the bytes are exactly an entry's: number, stamp, parts.
bool ParseEntryBytes(absl::string_view bytes, EntryBytes& entry);

// CRC-32C (Castagnoli, reflected).
uint32_t Crc32c(absl::string_view bytes);

}  // namespace luheng::verify

#endif  // LUHENG_LEDGER_VERIFY_BLOCK_BYTES_H_
