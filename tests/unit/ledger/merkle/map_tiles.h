// Tiles in a map, as a storage would keep them, and trees of known leaves.
#ifndef LUHENG_TESTS_UNIT_LEDGER_MERKLE_MAP_TILES_H_
#define LUHENG_TESTS_UNIT_LEDGER_MERKLE_MAP_TILES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/base/digest.h"
#include "ledger/base/endian.h"
#include "ledger/merkle/tree.h"

namespace luheng {

class MapTiles final : public TileReader {
 public:
  void Store(const std::vector<Tile>& tiles) {
    for (const Tile& tile : tiles) tiles_[tile.id] = tile.hashes;
  }
  absl::StatusOr<std::string> ReadTile(TileId id,
                                       int64_t width) const override {
    const auto found = tiles_.find(id);
    const size_t wanted = static_cast<size_t>(width) * Digest::kSize;
    if (found == tiles_.end() || found->second.size() < wanted) {
      return absl::NotFoundError("no such tile");
    }
    return found->second.substr(0, wanted);
  }
  std::map<TileId, std::string>& tiles() { return tiles_; }

 private:
  std::map<TileId, std::string> tiles_;
};

inline Digest HexDigest(absl::string_view hex) {
  return *Digest::From(*FromHex(hex));
}

// The leaf inputs of RFC 6962's usual eight-leaf test tree.
inline std::vector<std::string> EightLeaves() {
  std::vector<std::string> leaves;
  for (const absl::string_view hex :
       {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f"}) {
    leaves.push_back(*FromHex(hex));
  }
  return leaves;
}

// Leaf i of the larger trees: i as eight big-endian bytes.
inline std::string NumberLeaf(int64_t i) {
  std::string leaf;
  AppendBigEndian64(static_cast<uint64_t>(i), leaf);
  return leaf;
}

// MTH as RFC 6962 defines it, by recursion over leaf hashes: the oracle.
inline Digest NaiveRoot(const HashSuite& suite,
                        const std::vector<Digest>& leaf_hashes, size_t begin,
                        size_t end) {
  if (begin == end) return suite.Hash(absl::string_view());
  if (end - begin == 1) return leaf_hashes[begin];
  size_t split = 1;
  while (split * 2 < end - begin) split *= 2;
  return suite.NodeHash(NaiveRoot(suite, leaf_hashes, begin, begin + split),
                        NaiveRoot(suite, leaf_hashes, begin + split, end));
}

}  // namespace luheng

#endif  // LUHENG_TESTS_UNIT_LEDGER_MERKLE_MAP_TILES_H_
