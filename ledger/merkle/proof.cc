#include "ledger/merkle/proof.h"

#include <bit>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "ledger/base/status_macros.h"

namespace luheng {
namespace {

// The largest power of two below `size`, for size >= 2.
int64_t SplitPoint(int64_t size) {
  return static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(size - 1)));
}

// Hashes of subtrees of the first `size` leaves, read from tiles. Keeps the
// tiles it has read, for the few hashes of one proof.
class SubtreeHasher {
 public:
  SubtreeHasher(const HashSuite& suite, int64_t size, const TileReader& tiles)
      : suite_(suite), size_(size), tiles_(tiles) {}

  // MTH of leaves [begin, end), 0 <= begin < end <= size, where begin is a
  // multiple of the smallest power of two that is at least end - begin.
  absl::StatusOr<Digest> Hash(int64_t begin, int64_t end) {
    const int64_t count = end - begin;
    if (std::has_single_bit(static_cast<uint64_t>(count))) {
      return HashPerfect(begin, std::countr_zero(static_cast<uint64_t>(count)));
    }
    const int64_t middle = begin + SplitPoint(count);
    ASSIGN_OR_RETURN(const Digest left, Hash(begin, middle));
    ASSIGN_OR_RETURN(const Digest right, Hash(middle, end));
    return suite_.NodeHash(left, right);
  }

 private:
  // The root of the perfect subtree of 2^height leaves from `begin`: a hash of
  // a tile, or a few of them joined.
  absl::StatusOr<Digest> HashPerfect(int64_t begin, int height) {
    const int level = height / kTileHeight;
    const int64_t first = begin >> (level * kTileHeight);
    const int64_t count = int64_t{1} << (height % kTileHeight);
    ASSIGN_OR_RETURN(const absl::string_view hashes,
                     ReadTile({level, first / kTileWidth}));
    CompactRange range(suite_);
    for (int64_t i = first % kTileWidth; count > range.size(); ++i) {
      range.Append(*Digest::From(hashes.substr(
          static_cast<size_t>(i) * Digest::kSize, Digest::kSize)));
    }
    return range.Root();
  }

  absl::StatusOr<absl::string_view> ReadTile(TileId id) {
    auto it = read_.find(id);
    if (it == read_.end()) {
      ASSIGN_OR_RETURN(std::string hashes,
                       tiles_.ReadTile(id, TileWidthAt(id, size_)));
      it = read_.emplace(id, std::move(hashes)).first;
    }
    return absl::string_view(it->second);
  }

  const HashSuite& suite_;
  const int64_t size_;
  const TileReader& tiles_;
  std::map<TileId, std::string> read_;
};

absl::Status ProofError(absl::string_view proof, absl::string_view problem) {
  return absl::InvalidArgumentError(
      absl::StrFormat("%s proof: %s", proof, problem));
}

absl::Status RootMismatch(absl::string_view proof, absl::string_view which,
                          const Digest& got, const TreeHead& expected) {
  return ProofError(
      proof, absl::StrFormat("leads to the %s root %s, expected %s for size %d",
                             which, ToHex(got.view()),
                             ToHex(expected.root.view()), expected.size));
}

// What RFC 9162 calls fn and sn: the places of a node and of the last node in
// its row of the tree, on the way up.
struct Walk {
  int64_t node;
  int64_t last;

  void Up() {
    node >>= 1;
    last >>= 1;
  }
  // Climbs to where the node is a right child, or to the root.
  void UpToRightChild() {
    while ((node & 1) == 0 && node != 0) Up();
  }
};

}  // namespace

absl::StatusOr<std::vector<Digest>> InclusionProof(const HashSuite& suite,
                                                   int64_t index, int64_t size,
                                                   const TileReader& tiles) {
  if (index < 0 || index >= size) {
    return absl::OutOfRangeError(
        absl::StrFormat("leaf %d is not in a tree of %d leaves", index, size));
  }
  SubtreeHasher hasher(suite, size, tiles);
  std::vector<Digest> from_root;
  for (int64_t begin = 0, end = size; end - begin > 1;) {
    const int64_t middle = begin + SplitPoint(end - begin);
    const bool left = index < middle;
    ASSIGN_OR_RETURN(const Digest sibling, left ? hasher.Hash(middle, end)
                                                : hasher.Hash(begin, middle));
    from_root.push_back(sibling);
    (left ? end : begin) = middle;
  }
  return std::vector<Digest>(from_root.rbegin(), from_root.rend());
}

absl::StatusOr<std::vector<Digest>> ConsistencyProof(const HashSuite& suite,
                                                     int64_t old_size,
                                                     int64_t new_size,
                                                     const TileReader& tiles) {
  if (old_size < 1 || old_size > new_size) {
    return absl::OutOfRangeError(absl::StrFormat(
        "no proof from %d to %d leaves; expected 1 <= old <= new", old_size,
        new_size));
  }
  if (old_size == new_size) return std::vector<Digest>();
  SubtreeHasher hasher(suite, new_size, tiles);
  std::vector<Digest> from_root;
  int64_t begin = 0;
  int64_t end = new_size;
  while (old_size != end) {
    const int64_t middle = begin + SplitPoint(end - begin);
    const bool left = old_size <= middle;
    ASSIGN_OR_RETURN(const Digest sibling, left ? hasher.Hash(middle, end)
                                                : hasher.Hash(begin, middle));
    from_root.push_back(sibling);
    (left ? end : begin) = middle;
  }
  // The old tree is itself a subtree if it was the left one all the way; its
  // root is then known to the verifier.
  if (begin != 0) {
    ASSIGN_OR_RETURN(const Digest seed, hasher.Hash(begin, end));
    from_root.push_back(seed);
  }
  return std::vector<Digest>(from_root.rbegin(), from_root.rend());
}

absl::StatusOr<Digest> RootAt(const HashSuite& suite, int64_t size,
                              const TileReader& tiles) {
  if (size < 0) {
    return absl::OutOfRangeError(
        absl::StrFormat("tree size %d is negative", size));
  }
  if (size == 0) return suite.Hash(absl::string_view());
  return SubtreeHasher(suite, size, tiles).Hash(0, size);
}

absl::Status VerifyInclusion(const HashSuite& suite, const Digest& leaf_hash,
                             int64_t index, const TreeHead& head,
                             absl::Span<const Digest> proof) {
  if (index < 0 || index >= head.size) {
    return ProofError("inclusion",
                      absl::StrFormat("leaf %d is not in a tree of %d leaves",
                                      index, head.size));
  }
  Walk walk{index, head.size - 1};
  Digest root = leaf_hash;
  for (const Digest& sibling : proof) {
    if (walk.last == 0) return ProofError("inclusion", "too many hashes");
    if ((walk.node & 1) != 0 || walk.node == walk.last) {
      root = suite.NodeHash(sibling, root);
      walk.UpToRightChild();
    } else {
      root = suite.NodeHash(root, sibling);
    }
    walk.Up();
  }
  if (walk.last != 0) return ProofError("inclusion", "too few hashes");
  if (root != head.root) return RootMismatch("inclusion", "tree", root, head);
  return absl::OkStatus();
}

absl::Status VerifyConsistency(const HashSuite& suite, const TreeHead& older,
                               const TreeHead& newer,
                               absl::Span<const Digest> proof) {
  if (older.size < 1 || older.size > newer.size) {
    return ProofError(
        "consistency",
        absl::StrFormat("sizes %d and %d, expected 1 <= older <= newer",
                        older.size, newer.size));
  }
  if (older.size == newer.size) {
    if (!proof.empty()) return ProofError("consistency", "too many hashes");
    if (older.root != newer.root) {
      return RootMismatch("consistency", "older", older.root, newer);
    }
    return absl::OkStatus();
  }
  // An older tree that is perfect is its own first hash.
  const bool perfect = std::has_single_bit(static_cast<uint64_t>(older.size));
  if (!perfect && proof.empty()) {
    return ProofError("consistency", "too few hashes");
  }
  Walk walk{older.size - 1, newer.size - 1};
  while ((walk.node & 1) != 0) walk.Up();
  Digest old_root = perfect ? older.root : proof.front();
  Digest new_root = old_root;
  for (const Digest& sibling : perfect ? proof : proof.subspan(1)) {
    if (walk.last == 0) return ProofError("consistency", "too many hashes");
    if ((walk.node & 1) != 0 || walk.node == walk.last) {
      old_root = suite.NodeHash(sibling, old_root);
      new_root = suite.NodeHash(sibling, new_root);
      walk.UpToRightChild();
    } else {
      new_root = suite.NodeHash(new_root, sibling);
    }
    walk.Up();
  }
  if (walk.last != 0) return ProofError("consistency", "too few hashes");
  if (old_root != older.root) {
    return RootMismatch("consistency", "older", old_root, older);
  }
  if (new_root != newer.root) {
    return RootMismatch("consistency", "newer", new_root, newer);
  }
  return absl::OkStatus();
}

}  // namespace luheng
