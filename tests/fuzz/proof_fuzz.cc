// Goal: no proof passes but the one that is true, and no tile that was tampered
// with is believed.
//
// Method: a small tree is built, a true proof of it made, and then leaf, place,
// sizes, roots and hashes are changed as the input says. The verifier may say
// yes only if nothing was changed in the end. Tiles are treated the same way.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ledger/base/check.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/proof.h"
#include "ledger/merkle/tree.h"
#include "tests/testing/fuzz_input.h"

namespace luheng {
namespace {

using testing::FuzzInput;

constexpr int64_t kLeavesMax = 600;

class Tiles : public TileReader {
 public:
  absl::StatusOr<std::string> ReadTile(TileId id,
                                       int64_t width) const override {
    const auto found = tiles.find(id);
    const auto bytes = static_cast<size_t>(width) * Digest::kSize;
    if (found == tiles.end() || found->second.size() < bytes) {
      return absl::NotFoundError("no such tile");
    }
    return found->second.substr(0, bytes);
  }

  std::map<TileId, std::string> tiles;
};

Digest Leaf(int64_t index) {
  return Sha256Suite().LeafHash(std::to_string(index));
}

// A tree of kLeavesMax leaves, and its heads at every size.
struct Tree {
  Tree() {
    TreeBuilder builder(Sha256Suite());
    heads.push_back(builder.Head());
    for (int64_t i = 0; i < kLeavesMax; ++i) {
      builder.Append(Leaf(i));
      heads.push_back(builder.Head());
    }
    for (Tile& tile : builder.TakeTiles()) {
      tiles.tiles[tile.id] = std::move(tile.hashes);
    }
  }
  Tiles tiles;
  std::vector<TreeHead> heads;
};

const Tree& TheTree() {
  static const auto* const kTree = new Tree;
  return *kTree;
}

void Flip(FuzzInput& input, Digest& digest) {
  digest.data[input.Byte() % Digest::kSize] ^= input.Byte();
}

void Change(FuzzInput& input, std::vector<Digest>& proof) {
  const size_t at = proof.empty() ? 0 : input.Byte() % proof.size();
  const auto place = proof.begin() + static_cast<ptrdiff_t>(at);
  switch (input.Byte() % 4) {
    case 0:
      if (!proof.empty()) Flip(input, proof[at]);
      break;
    case 1:
      if (!proof.empty()) proof.erase(place);
      break;
    case 2:
      proof.insert(place, Leaf(input.Below(kLeavesMax)));
      break;
    default:
      if (!proof.empty()) std::swap(proof[at], proof.front());
  }
}

void CheckInclusion(FuzzInput& input) {
  const Tree& tree = TheTree();
  const int64_t size = 1 + input.Below(kLeavesMax);
  const int64_t index = input.Below(size);
  const auto made = InclusionProof(Sha256Suite(), index, size, tree.tiles);
  LUHENG_CHECK_OK(made.status());
  const TreeHead head = tree.heads[static_cast<size_t>(size)];
  Digest leaf = Leaf(index);
  int64_t place = index;
  TreeHead shown = head;
  std::vector<Digest> proof = *made;
  while (!input.empty()) {
    switch (input.Byte() % 5) {
      case 0:
        Flip(input, leaf);
        break;
      case 1:
        place = static_cast<int64_t>(input.Number(8));
        break;
      case 2:
        shown.size = static_cast<int64_t>(input.Number(8));
        break;
      case 3:
        Flip(input, shown.root);
        break;
      default:
        Change(input, proof);
    }
  }
  const bool passes =
      VerifyInclusion(Sha256Suite(), leaf, place, shown, proof).ok();
  // The size enters the walk only by its shape, so a proof may hold for
  // another size too; the root is what is signed, and it fixes the leaves.
  // A tree of one leaf has the leaf's hash as its root.
  const bool same = shown.size == 1
                        ? leaf == shown.root && place == 0 && proof.empty()
                        : leaf == Leaf(index) && shown.root == head.root &&
                              proof == *made && place == index;
  LUHENG_CHECK(!passes || same) << "a false proof passes";
  LUHENG_CHECK(passes || !same || shown.size != size) << "a true one fails";
}

void CheckConsistency(FuzzInput& input) {
  const Tree& tree = TheTree();
  const int64_t new_size = 1 + input.Below(kLeavesMax);
  const int64_t old_size = 1 + input.Below(new_size);
  const auto made =
      ConsistencyProof(Sha256Suite(), old_size, new_size, tree.tiles);
  LUHENG_CHECK_OK(made.status());
  const TreeHead old_head = tree.heads[static_cast<size_t>(old_size)];
  const TreeHead new_head = tree.heads[static_cast<size_t>(new_size)];
  TreeHead older = old_head;
  TreeHead newer = new_head;
  std::vector<Digest> proof = *made;
  while (!input.empty()) {
    switch (input.Byte() % 3) {
      case 0:
        Flip(input, older.root);
        break;
      case 1:
        Flip(input, newer.root);
        break;
      default:
        Change(input, proof);
    }
  }
  const bool passes =
      VerifyConsistency(Sha256Suite(), older, newer, proof).ok();
  // Between equal sizes there is nothing to prove but that the roots are equal.
  const bool same =
      old_size == new_size
          ? older.root == newer.root && proof.empty()
          : older == old_head && newer == new_head && proof == *made;
  LUHENG_CHECK(passes == same)
      << (passes ? "a false proof passes" : "a true proof fails");
}

void CheckTiles(FuzzInput& input) {
  const int64_t size = 1 + input.Below(kLeavesMax);
  const TreeHead& head = TheTree().heads[static_cast<size_t>(size)];
  Tiles tiles = TheTree().tiles;
  auto tile = tiles.tiles.begin();
  std::advance(tile, input.Byte() % tiles.tiles.size());
  const size_t width = tile->second.size();
  if (input.Byte() % 4 == 0) {
    tile->second.resize(input.Number(2) % (width + 1));
  } else {
    tile->second[input.Number(2) % width] ^= static_cast<char>(input.Byte());
  }
  const auto restored = TreeBuilder::Restore(Sha256Suite(), head, tiles);
  if (restored.ok()) LUHENG_CHECK(restored->Head() == head) << "another tree";
  const auto root = RootAt(Sha256Suite(), size, tiles);
  const bool unchanged = tiles.tiles == TheTree().tiles.tiles;
  if (unchanged) LUHENG_CHECK(root.ok() && *root == head.root) << "no root";
}

}  // namespace
}  // namespace luheng

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  luheng::testing::FuzzInput input(data, size);
  switch (input.Byte() % 3) {
    case 0:
      luheng::CheckInclusion(input);
      break;
    case 1:
      luheng::CheckConsistency(input);
      break;
    default:
      luheng::CheckTiles(input);
  }
  return 0;
}
