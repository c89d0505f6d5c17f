// Proofs that a leaf is in a tree, and that one tree extends another. They are
// made from tiles, for any two sizes that the tiles reach, and checked with
// the iterative algorithms of RFC 9162 (2.1.3.2 and 2.1.4.2), which need
// nothing but the hash suite.
#ifndef LUHENG_LEDGER_MERKLE_PROOF_H_
#define LUHENG_LEDGER_MERKLE_PROOF_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ledger/base/digest.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/tree.h"

namespace luheng {

// The sibling hashes from leaf `index` (from 0) up to the root of the first
// `size` leaves. Errors: OUT_OF_RANGE unless 0 <= index < size; those of
// `tiles`.
absl::StatusOr<std::vector<Digest>> InclusionProof(const HashSuite& suite,
                                                   int64_t index, int64_t size,
                                                   const TileReader& tiles);

// The hashes which show that the tree of `new_size` leaves begins with that of
// `old_size`; none if the sizes are equal. Errors: OUT_OF_RANGE unless
// 1 <= old_size <= new_size; those of `tiles`.
absl::StatusOr<std::vector<Digest>> ConsistencyProof(const HashSuite& suite,
                                                     int64_t old_size,
                                                     int64_t new_size,
                                                     const TileReader& tiles);

// The root of the first `size` leaves. Errors: OUT_OF_RANGE if size < 0; those
// of `tiles`.
absl::StatusOr<Digest> RootAt(const HashSuite& suite, int64_t size,
                              const TileReader& tiles);

// OK if `proof` shows that `leaf_hash` is leaf `index` of `head`. Errors:
// INVALID_ARGUMENT, with what was expected, for everything else.
absl::Status VerifyInclusion(const HashSuite& suite, const Digest& leaf_hash,
                             int64_t index, const TreeHead& head,
                             absl::Span<const Digest> proof);

// OK if `proof` shows that `newer` begins with all leaves of `older`. Errors:
// INVALID_ARGUMENT, with what was expected, for everything else; the empty
// tree says nothing, so older.size must be at least 1.
absl::Status VerifyConsistency(const HashSuite& suite, const TreeHead& older,
                               const TreeHead& newer,
                               absl::Span<const Digest> proof);

}  // namespace luheng

#endif  // LUHENG_LEDGER_MERKLE_PROOF_H_
