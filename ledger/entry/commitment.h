// Commitments: the Merkle leaf of an entry says nothing about it except its
// number, its stamp and one salted digest for each part. So leaves and tiles
// are public, and a part is shown by giving its bytes and its salt.
//
// A salt is the first 16 bytes of H(block secret || entry number || part
// index), the integers as 8 big-endian bytes each. A part's digest is
// H(salt || part bytes). The commitment record (version 1) is
//
//   1 byte   version, 1
//   8 bytes  entry number, big-endian
//   8 bytes  stamp, nanoseconds, big-endian
//   2 bytes  part count, big-endian
//   32 each  digests of the parts, in the entry's order
//
// and the leaf hash is H(0x00 || record).
#ifndef LUHENG_LEDGER_ENTRY_COMMITMENT_H_
#define LUHENG_LEDGER_ENTRY_COMMITMENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "ledger/merkle/hash_suite.h"

namespace luheng {

// The salt of part `index` of entry `number`, under the block's 32-byte
// `secret`.
Id16 PartSalt(const HashSuite& suite, absl::string_view secret,
              EntryNumber number, int64_t index);

// The digest that a commitment record holds for `part`.
Digest PartDigest(const HashSuite& suite, const Id16& salt,
                  absl::string_view part);

// Writes the commitment record of the serialized `entry` into `record`,
// replacing what it held. DATA_LOSS if the bytes are not an entry.
absl::Status CommitmentRecord(const HashSuite& suite, absl::string_view secret,
                              absl::string_view entry, std::string& record);

}  // namespace luheng

#endif  // LUHENG_LEDGER_ENTRY_COMMITMENT_H_
