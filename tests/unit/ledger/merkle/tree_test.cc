#include "ledger/merkle/tree.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/unit/ledger/merkle/map_tiles.h"

namespace luheng {
namespace {

const char* const kEightLeafRoots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

TEST(TreeTest, HasTheKnownRootsOfTheEightLeafTree) {
  TreeBuilder tree(Sha256Suite());
  CompactRange range(Sha256Suite());
  const std::vector<std::string> leaves = EightLeaves();
  for (size_t size = 0;; ++size) {
    EXPECT_EQ(tree.Root(), HexDigest(kEightLeafRoots[size])) << size;
    EXPECT_EQ(range.Root(), HexDigest(kEightLeafRoots[size])) << size;
    if (size == leaves.size()) break;
    tree.Append(Sha256Suite().LeafHash(leaves[size]));
    range.Append(Sha256Suite().LeafHash(leaves[size]));
  }
}

// The larger trees cross the edges of tiles on the first and second level.
TEST(TreeTest, HasTheKnownRootsOfLargerTrees) {
  const std::map<int64_t, const char*> roots = {
      {255, "bb3b9743e08118ea583ae77df04a1449a0601cde6f75146d79c2cab6366ce210"},
      {256, "15e2dd4973ae44de8c8cf3048fd98d17adaaea6287f4e0606a55a643617408c0"},
      {257, "d418c0873259bce7d0561ab004486112416c1c4490865415342bfe06e673146c"},
      {1000,
       "c89faf3395d034a77c12c76d636db96358d6d2839c3c68f6329a07231e82fce2"},
      {65536,
       "bc9bca909516d5bf148c2bf2dea0a0d9f717ce4987d2fe7504d6694363b41598"},
      {70000,
       "0759167a0f98e35e802d46ff7c7d29d2c3f03a63a256deb6abbff357a91b63b1"},
  };
  TreeBuilder tree(Sha256Suite());
  CompactRange range(Sha256Suite());
  for (const auto& [size, root] : roots) {
    while (tree.size() < size) {
      const Digest leaf = Sha256Suite().LeafHash(NumberLeaf(tree.size()));
      tree.Append(leaf);
      range.Append(leaf);
    }
    EXPECT_EQ(tree.Root(), HexDigest(root)) << size;
    EXPECT_EQ(range.Root(), HexDigest(root)) << size;
  }
}

// 70,000 leaves: the widths that C2SP tlog-tiles gives as its example.
TEST(TreeTest, CutsTheTilesOfTlogTiles) {
  TreeBuilder tree(Sha256Suite());
  MapTiles tiles;
  for (int64_t i = 0; i < 70'000; ++i) {
    tree.Append(Sha256Suite().LeafHash(NumberLeaf(i)));
  }
  tiles.Store(tree.TakeTiles());
  std::map<int, int64_t> count;
  for (const auto& [id, hashes] : tiles.tiles()) {
    EXPECT_EQ(static_cast<int64_t>(hashes.size() / Digest::kSize),
              TileWidthAt(id, tree.size()))
        << id.level << "/" << id.index;
    ++count[id.level];
  }
  EXPECT_EQ(count, (std::map<int, int64_t>{{0, 274}, {1, 2}, {2, 1}}));
  EXPECT_EQ(TileWidthAt({0, 273}, 70'000), 112);
  EXPECT_EQ(TileWidthAt({1, 1}, 70'000), 17);
  EXPECT_EQ(TileWidthAt({2, 0}, 70'000), 1);
  EXPECT_EQ(TileWidthAt({3, 0}, 70'000), 0);
  // A hash of level 1 is the root over its 256 leaves.
  EXPECT_EQ(tiles.tiles()[TileId({1, 0})].substr(0, Digest::kSize),
            HexDigest("15e2dd4973ae44de8c8cf3048fd98d17"
                      "adaaea6287f4e0606a55a643617408c0")
                .str());
}

TEST(TreeTest, TakesEachFullTileOnceAndTheUnfinishedOnesWhenTheyGrow) {
  TreeBuilder tree(Sha256Suite());
  EXPECT_TRUE(tree.TakeTiles().empty());
  for (int i = 0; i < 600; ++i) tree.Append(Sha256Suite().Hash("leaf"));
  EXPECT_EQ(tree.TakeTiles().size(), 4u);  // two full, one partial, level 1
  EXPECT_TRUE(tree.TakeTiles().empty());
  tree.Append(Sha256Suite().Hash("leaf"));
  const std::vector<Tile> tiles = tree.TakeTiles();
  ASSERT_EQ(tiles.size(), 1u);
  EXPECT_EQ(tiles[0].id, (TileId{0, 2}));
  EXPECT_EQ(tiles[0].hashes.size(), 89 * Digest::kSize);
}

// Goal: a restart goes on as if nothing had happened. Method: at sizes around
// every edge, restore from the tiles so far and compare what follows.
TEST(TreeTest, RestoresFromItsTiles) {
  for (const int64_t cut : {0, 1, 2, 3, 255, 256, 257, 511, 512, 700, 65'535,
                            65'536, 65'537, 66'000}) {
    TreeBuilder whole(Sha256Suite());
    MapTiles tiles;
    while (whole.size() < cut) {
      whole.Append(Sha256Suite().LeafHash(NumberLeaf(whole.size())));
    }
    tiles.Store(whole.TakeTiles());
    auto restored = TreeBuilder::Restore(Sha256Suite(), whole.Head(), tiles);
    ASSERT_TRUE(restored.ok()) << cut << " " << restored.status();
    EXPECT_TRUE(restored->TakeTiles().empty()) << cut;
    for (int i = 0; i < 300; ++i) {
      const Digest leaf = Sha256Suite().LeafHash(NumberLeaf(whole.size()));
      whole.Append(leaf);
      restored->Append(leaf);
    }
    EXPECT_EQ(restored->Head(), whole.Head()) << cut;
    const std::vector<Tile> expected = whole.TakeTiles();
    const std::vector<Tile> actual = restored->TakeTiles();
    ASSERT_EQ(actual.size(), expected.size()) << cut;
    for (size_t i = 0; i < actual.size(); ++i) {
      EXPECT_EQ(actual[i].id, expected[i].id) << cut;
      EXPECT_EQ(actual[i].hashes, expected[i].hashes) << cut;
    }
  }
}

TEST(TreeTest, RefusesTilesThatDoNotHaveTheRoot) {
  TreeBuilder tree(Sha256Suite());
  MapTiles tiles;
  for (int i = 0; i < 300; ++i) tree.Append(Sha256Suite().Hash("leaf"));
  tiles.Store(tree.TakeTiles());
  TreeHead other = tree.Head();
  other.root.data[5] ^= 1;
  EXPECT_EQ(TreeBuilder::Restore(Sha256Suite(), other, tiles).status().code(),
            absl::StatusCode::kDataLoss);
  tiles.tiles()[TileId({0, 1})][40] ^= 1;
  EXPECT_EQ(
      TreeBuilder::Restore(Sha256Suite(), tree.Head(), tiles).status().code(),
      absl::StatusCode::kDataLoss);
  tiles.tiles().erase(TileId({0, 1}));
  EXPECT_EQ(
      TreeBuilder::Restore(Sha256Suite(), tree.Head(), tiles).status().code(),
      absl::StatusCode::kNotFound);
}

TEST(CompactRangeTest, RestoresFromOneHashForEachBitOfItsSize) {
  CompactRange range(Sm3Suite());
  for (int i = 0; i < 100; ++i) {
    auto restored =
        CompactRange::Restore(Sm3Suite(), range.size(), range.hashes());
    ASSERT_TRUE(restored.ok());
    restored->Append(Sm3Suite().Hash("x"));
    range.Append(Sm3Suite().Hash("x"));
    EXPECT_EQ(restored->Root(), range.Root()) << i;
  }
  EXPECT_FALSE(CompactRange::Restore(Sm3Suite(), 3, {Digest()}).ok());
  EXPECT_FALSE(CompactRange::Restore(Sm3Suite(), -1, {}).ok());
}

TEST(TileKeyTest, OrdersTilesByLevelAndIndex) {
  EXPECT_EQ(ToHex(TileKey({2, 0x0102})), "020000000000000102");
  EXPECT_LT(TileKey({0, 255}), TileKey({0, 256}));
  EXPECT_LT(TileKey({0, int64_t{1} << 40}), TileKey({1, 0}));
}

}  // namespace
}  // namespace luheng
