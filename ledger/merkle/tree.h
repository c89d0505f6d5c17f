// The Merkle tree of RFC 9162 over the journal's entries, as it grows: leaf i
// belongs to entry i + 1 and is never changed. What must be kept of it is cut
// into tiles of 256 hashes (C2SP tlog-tiles): hash n of level l is the root of
// the perfect subtree over leaves [n * 256^l, (n + 1) * 256^l). A tile is
// rewritten until it is full and then never again.
#ifndef LUHENG_LEDGER_MERKLE_TREE_H_
#define LUHENG_LEDGER_MERKLE_TREE_H_

#include <compare>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/base/digest.h"
#include "ledger/merkle/hash_suite.h"

namespace luheng {

inline constexpr int kTileHeight = 8;
inline constexpr int64_t kTileWidth = 256;
// 2^56 leaves fill seven levels.
inline constexpr int kTileLevelsMax = 8;

// A tree as of a moment: how many leaves it has and its root over them.
struct TreeHead {
  int64_t size = 0;
  Digest root;
  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};
std::ostream& operator<<(std::ostream& out, const TreeHead& head);

// Which tile: level from 0 (leaf hashes), index from 0.
struct TileId {
  int level = 0;
  int64_t index = 0;
  friend auto operator<=>(const TileId&, const TileId&) = default;
};

// A tile's 1 to 256 hashes, concatenated.
struct Tile {
  TileId id;
  std::string hashes;
};

// The storage key of a tile: level (1 byte), index (8 bytes big-endian).
std::string TileKey(TileId id);

// How many hashes the tile has in a tree of `size` leaves, 0 to 256.
int64_t TileWidthAt(TileId id, int64_t size);

// Where tiles are read from.
class TileReader {
 public:
  virtual ~TileReader() = default;
  // The first `width` (1 to 256) hashes of tile `id`, concatenated; the stored
  // tile may have grown beyond them. Errors: NOT_FOUND if there is no such
  // tile or it is shorter; DATA_LOSS if it is malformed.
  virtual absl::StatusOr<std::string> ReadTile(TileId id,
                                               int64_t width) const = 0;
};

// The least that must be known of a tree to go on appending and to compute its
// root: the roots of its perfect subtrees, largest first. For readers who
// follow the journal and keep no tiles. Thread-compatible.
class CompactRange {
 public:
  explicit CompactRange(const HashSuite& suite) : suite_(&suite) {}
  // The range over `size` leaves whose subtree roots are `hashes`, largest
  // first. Errors: INVALID_ARGUMENT unless there is one hash for each bit set
  // in `size`.
  static absl::StatusOr<CompactRange> Restore(const HashSuite& suite,
                                              int64_t size,
                                              std::vector<Digest> hashes);

  // Adds the hash of the next leaf. Amortized one node hash.
  void Append(const Digest& leaf_hash);

  int64_t size() const { return size_; }
  const std::vector<Digest>& hashes() const { return hashes_; }
  // The root over all leaves; the hash of nothing for the empty tree.
  Digest Root() const;

 private:
  const HashSuite* suite_;
  int64_t size_ = 0;
  std::vector<Digest> hashes_;
};

// Grows a tree and says which tiles changed. Thread-compatible; a value.
class TreeBuilder {
 public:
  explicit TreeBuilder(const HashSuite& suite) : suite_(&suite) {}
  // Goes on with the tree `head`, reading its unfinished tiles (at most one
  // per level). Errors: DATA_LOSS if the tiles do not have the root of `head`;
  // those of `tiles`.
  static absl::StatusOr<TreeBuilder> Restore(const HashSuite& suite,
                                             const TreeHead& head,
                                             const TileReader& tiles);

  // Adds the hash of the next leaf. Amortized one node hash.
  void Append(const Digest& leaf_hash);

  int64_t size() const { return size_; }
  // The root over all leaves. A few node hashes: once per block, not per leaf.
  Digest Root() const;
  TreeHead Head() const { return {size_, Root()}; }
  // The tiles that changed since the last call: full ones for the last time,
  // and the unfinished one of each level that grew.
  std::vector<Tile> TakeTiles();

 private:
  // The unfinished tile of one level.
  struct Level {
    std::string hashes;            // of the tile so far, concatenated
    std::vector<Digest> frontier;  // roots of its perfect subtrees
    int64_t width = 0;             // 0 to 255
    int64_t index = 0;             // of the tile
    bool changed = false;          // since TakeTiles
  };

  void Push(Level& level, const Digest& hash) const;

  const HashSuite* suite_;
  int64_t size_ = 0;
  std::vector<Level> levels_;
  std::vector<Tile> full_tiles_;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_MERKLE_TREE_H_
