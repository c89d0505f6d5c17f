// Proofs to keep and to hand on (C2SP tlog-proof): that a record stands in a
// log, checkable offline with nothing but a policy. A receipt of the ledger is
// such a proof whose extra data are the holder's own parts.
#ifndef LUHENG_LEDGER_MERKLE_TLOG_PROOF_H_
#define LUHENG_LEDGER_MERKLE_TLOG_PROOF_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/base/digest.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/note.h"
#include "ledger/merkle/trust_policy.h"

namespace luheng {

// Readers take no larger file.
inline constexpr size_t kTlogProofBytesMax = 4 << 20;

struct TlogProof {
  std::string extra;           // Not authenticated by the format; may be empty.
  int64_t index = 0;           // Of the leaf, from 0.
  std::vector<Digest> hashes;  // From the leaf's sibling to below the root.
  Note checkpoint;
  friend bool operator==(const TlogProof&, const TlogProof&) = default;
};

std::string FormatTlogProof(const TlogProof& proof);
// Errors: INVALID_ARGUMENT, with the line and the rule.
absl::StatusOr<TlogProof> ParseTlogProof(absl::string_view bytes);

// The hash suite of the log with `key`: who signs with SM2 hashes with SM3.
const HashSuite& SuiteOf(const NoteKey& key);

// Whether `proof` shows, to who trusts `policy`, that the record `leaf` stands
// in the log; the checkpoint that it stands in. Errors: INVALID_ARGUMENT, with
// what does not hold.
absl::StatusOr<TrustedCheckpoint> VerifyTlogProof(const TlogProof& proof,
                                                  absl::string_view leaf,
                                                  const TrustPolicy& policy);

}  // namespace luheng

#endif  // LUHENG_LEDGER_MERKLE_TLOG_PROOF_H_
