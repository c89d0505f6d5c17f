// CRC-32C (Castagnoli), which guards blocks and the high-water file against
// damage. It is no protection against intent; digests are.
#ifndef LUHENG_LEDGER_JOURNAL_CHECKSUM_H_
#define LUHENG_LEDGER_JOURNAL_CHECKSUM_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace luheng {

// The CRC-32C of `bytes`; 0xe3069283 for "123456789".
uint32_t Crc32c(absl::string_view bytes);

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_CHECKSUM_H_
