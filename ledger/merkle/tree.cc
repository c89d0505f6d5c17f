#include "ledger/merkle/tree.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"

namespace luheng {
namespace {

// Adds `hash` as item `position` (from 0) to the roots of perfect subtrees in
// `frontier`, joining those that became equal in size.
void PushAndJoin(const HashSuite& suite, int64_t position, Digest hash,
                 std::vector<Digest>& frontier) {
  for (int64_t i = position; (i & 1) != 0; i >>= 1) {
    hash = suite.NodeHash(frontier.back(), hash);
    frontier.pop_back();
  }
  frontier.push_back(hash);
}

// Joins `frontier`, largest subtree first, below `right`, the root of
// everything to its right (absent if nothing is).
std::optional<Digest> FoldLeft(const HashSuite& suite,
                               const std::vector<Digest>& frontier,
                               std::optional<Digest> right) {
  for (auto it = frontier.rbegin(); it != frontier.rend(); ++it) {
    right = right ? suite.NodeHash(*it, *right) : *it;
  }
  return right;
}

int PopCount(int64_t value) {
  return std::popcount(static_cast<uint64_t>(value));
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const TreeHead& head) {
  return out << "{" << head.size << ", " << head.root << "}";
}

std::string TileKey(TileId id) {
  std::string key(1, static_cast<char>(id.level));
  AppendBigEndian64(static_cast<uint64_t>(id.index), key);
  return key;
}

int64_t TileWidthAt(TileId id, int64_t size) {
  const int shift = kTileHeight * id.level;
  const int64_t level_hashes = shift >= 63 ? 0 : size >> shift;
  const int64_t before = id.index * kTileWidth;
  if (level_hashes <= before) return 0;
  return std::min(level_hashes - before, kTileWidth);
}

absl::StatusOr<CompactRange> CompactRange::Restore(const HashSuite& suite,
                                                   int64_t size,
                                                   std::vector<Digest> hashes) {
  if (size < 0 || hashes.size() != static_cast<size_t>(PopCount(size))) {
    return absl::InvalidArgumentError(
        absl::StrFormat("a tree of %d leaves has %d perfect subtrees, not %d",
                        size, size < 0 ? 0 : PopCount(size), hashes.size()));
  }
  CompactRange range(suite);
  range.size_ = size;
  range.hashes_ = std::move(hashes);
  return range;
}

void CompactRange::Append(const Digest& leaf_hash) {
  PushAndJoin(*suite_, size_, leaf_hash, hashes_);
  ++size_;
}

Digest CompactRange::Root() const {
  const auto root = FoldLeft(*suite_, hashes_, std::nullopt);
  return root ? *root : suite_->Hash(absl::string_view());
}

absl::StatusOr<TreeBuilder> TreeBuilder::Restore(const HashSuite& suite,
                                                 const TreeHead& head,
                                                 const TileReader& tiles) {
  if (head.size < 0) {
    return absl::DataLossError(
        absl::StrFormat("tree size %d is negative", head.size));
  }
  TreeBuilder builder(suite);
  builder.size_ = head.size;
  for (int level = 0; (head.size >> (kTileHeight * level)) > 0; ++level) {
    const int64_t hashes_of_level = head.size >> (kTileHeight * level);
    Level& edge = builder.levels_.emplace_back();
    edge.index = hashes_of_level / kTileWidth;
    const int64_t width = hashes_of_level % kTileWidth;
    if (width == 0) continue;
    ASSIGN_OR_RETURN(const std::string hashes,
                     tiles.ReadTile({level, edge.index}, width));
    for (int64_t i = 0; i < width; ++i) {
      builder.Push(edge,
                   *Digest::From(absl::string_view(hashes).substr(
                       static_cast<size_t>(i) * Digest::kSize, Digest::kSize)));
    }
    edge.changed = false;
  }
  const Digest root = builder.Root();
  if (root != head.root) {
    return absl::DataLossError(absl::StrFormat(
        "the tiles of %d leaves have the root %s, expected %s", head.size,
        ToHex(root.view()), ToHex(head.root.view())));
  }
  return builder;
}

void TreeBuilder::Push(Level& level, const Digest& hash) const {
  level.hashes.append(hash.view().data(), Digest::kSize);
  PushAndJoin(*suite_, level.width, hash, level.frontier);
  ++level.width;
  level.changed = true;
}

void TreeBuilder::Append(const Digest& leaf_hash) {
  Digest hash = leaf_hash;
  for (size_t number = 0;; ++number) {
    if (number == levels_.size()) levels_.emplace_back();
    Level& level = levels_[number];
    Push(level, hash);
    if (level.width < kTileWidth) break;
    // The tile is full: its root is one hash of the level above.
    hash = level.frontier.front();
    const TileId id{static_cast<int>(number), level.index};
    full_tiles_.push_back({id, std::move(level.hashes)});
    const int64_t next_index = level.index + 1;
    level = Level();
    level.index = next_index;
  }
  ++size_;
}

Digest TreeBuilder::Root() const {
  std::optional<Digest> root;
  for (const Level& level : levels_) {
    root = FoldLeft(*suite_, level.frontier, root);
  }
  return root ? *root : suite_->Hash(absl::string_view());
}

std::vector<Tile> TreeBuilder::TakeTiles() {
  std::vector<Tile> tiles = std::move(full_tiles_);
  full_tiles_.clear();
  for (size_t number = 0; number < levels_.size(); ++number) {
    Level& level = levels_[number];
    if (!level.changed) continue;
    level.changed = false;
    tiles.push_back({{static_cast<int>(number), level.index}, level.hashes});
  }
  return tiles;
}

}  // namespace luheng
