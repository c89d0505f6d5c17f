// Hash suites: the one hash function that a journal uses for leaves, nodes,
// block digests and commitments, chosen at genesis and named by a registered
// id that never changes its meaning. Leaves and nodes are hashed as RFC 9162
// section 2.1.1 says, so that no leaf can pass for a node.
#ifndef LUHENG_LEDGER_MERKLE_HASH_SUITE_H_
#define LUHENG_LEDGER_MERKLE_HASH_SUITE_H_

#include <cstdint>
#include <initializer_list>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/base/digest.h"

namespace luheng {

// Registered ids, as they stand in every block.
enum class HashSuiteId : uint16_t {
  kSha256 = 1,  // FIPS 180-4
  kSm3 = 2,     // GB/T 32905-2016
};

// Thread-safe: const throughout. Instances live as long as the process; borrow
// them freely.
class HashSuite {
 public:
  virtual ~HashSuite() = default;

  virtual HashSuiteId id() const = 0;
  // "SHA-256" or "SM3".
  virtual absl::string_view name() const = 0;
  // The digest of `a`.
  virtual Digest Hash(absl::string_view a) const = 0;
  // The digest of `a` followed by `b`.
  virtual Digest Hash(absl::string_view a, absl::string_view b) const = 0;
  // The digest of all `parts`, one after the other.
  virtual Digest Hash(std::initializer_list<absl::string_view> parts) const = 0;
  // The hash of a leaf: H(0x00 || data).
  virtual Digest LeafHash(absl::string_view data) const = 0;
  // The hash of a node: H(0x01 || left || right).
  virtual Digest NodeHash(const Digest& left, const Digest& right) const = 0;
};

const HashSuite& Sha256Suite();
const HashSuite& Sm3Suite();

// The suite registered as `id`. Errors: FAILED_PRECONDITION if this build does
// not know it; a reader must stop there.
absl::StatusOr<const HashSuite*> FindHashSuite(uint16_t id);

// The suite of an id that was already found valid.
const HashSuite& SuiteOf(HashSuiteId id);

}  // namespace luheng

#endif  // LUHENG_LEDGER_MERKLE_HASH_SUITE_H_
