// Proofs against published vectors and against every small tree, and what must
// not verify. The oracle is the recursive definition of RFC 6962.
#include "ledger/merkle/proof.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/ledger/merkle/map_tiles.h"

namespace luheng {
namespace {

// A tree of `leaves` with its tiles and the head at every size.
class KnownTree {
 public:
  explicit KnownTree(const std::vector<std::string>& leaves) {
    TreeBuilder tree(suite());
    heads.push_back(tree.Head());
    for (const std::string& leaf : leaves) {
      leaf_hashes.push_back(suite().LeafHash(leaf));
      tree.Append(leaf_hashes.back());
      heads.push_back(tree.Head());
    }
    tiles.Store(tree.TakeTiles());
  }
  static const HashSuite& suite() { return Sha256Suite(); }

  std::vector<Digest> leaf_hashes;
  std::vector<TreeHead> heads;
  MapTiles tiles;
};

KnownTree NumberTree(int64_t size) {
  std::vector<std::string> leaves;
  for (int64_t i = 0; i < size; ++i) leaves.push_back(NumberLeaf(i));
  return KnownTree(leaves);
}

constexpr char kLeaf0[] =
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
constexpr char kLeaf1[] =
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
constexpr char kLeaf4[] =
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
constexpr char kLeaf6[] =
    "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f";
constexpr char kNode01[] =
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
constexpr char kNode23[] =
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
constexpr char kNode45[] =
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
constexpr char kNode67[] =
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
constexpr char kNode03[] =
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
constexpr char kNode47[] =
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";

struct ProofCase {
  const char* name;
  bool inclusion;
  int64_t first;  // leaf index, or old size
  int64_t size;
  std::vector<const char*> proof;
};

class PublishedProofTest : public testing::TestWithParam<ProofCase> {};

TEST_P(PublishedProofTest, IsMadeAndVerifies) {
  const ProofCase& c = GetParam();
  const KnownTree tree(EightLeaves());
  std::vector<Digest> expected;
  for (const char* hex : c.proof) expected.push_back(HexDigest(hex));
  const TreeHead& head = tree.heads[static_cast<size_t>(c.size)];
  const auto proof =
      c.inclusion ? InclusionProof(tree.suite(), c.first, c.size, tree.tiles)
                  : ConsistencyProof(tree.suite(), c.first, c.size, tree.tiles);
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_EQ(*proof, expected);
  const auto first = static_cast<size_t>(c.first);
  const absl::Status verified =
      c.inclusion
          ? VerifyInclusion(tree.suite(), tree.leaf_hashes[first], c.first,
                            head, *proof)
          : VerifyConsistency(tree.suite(), tree.heads[first], head, *proof);
  EXPECT_TRUE(verified.ok()) << verified;
}

INSTANTIATE_TEST_SUITE_P(
    TransparencyDev, PublishedProofTest,
    testing::Values(
        ProofCase{"Leaf0Of8", true, 0, 8, {kLeaf1, kNode23, kNode47}},
        ProofCase{"Leaf5Of8", true, 5, 8, {kLeaf4, kNode67, kNode03}},
        ProofCase{"Leaf2Of3", true, 2, 3, {kNode01}},
        ProofCase{"Leaf1Of5", true, 1, 5, {kLeaf0, kNode23, kLeaf4}},
        ProofCase{"Leaf0Of1", true, 0, 1, {}},
        ProofCase{"From1To8", false, 1, 8, {kLeaf1, kNode23, kNode47}},
        ProofCase{"From6To8", false, 6, 8, {kNode45, kNode67, kNode03}},
        ProofCase{"From2To5", false, 2, 5, {kNode23, kLeaf4}},
        ProofCase{"From6To7", false, 6, 7, {kNode45, kLeaf6, kNode03}},
        ProofCase{"From8To8", false, 8, 8, {}}),
    [](const auto& c) { return c.param.name; });

TEST(ProofTest, VerifiesInEverySmallTree) {
  const KnownTree tree = NumberTree(70);
  for (int64_t size = 1; size <= 70; ++size) {
    const TreeHead& head = tree.heads[static_cast<size_t>(size)];
    EXPECT_EQ(head.root, NaiveRoot(tree.suite(), tree.leaf_hashes, 0,
                                   static_cast<size_t>(size)));
    EXPECT_EQ(*RootAt(tree.suite(), size, tree.tiles), head.root);
    for (int64_t i = 0; i < size; ++i) {
      const auto proof = InclusionProof(tree.suite(), i, size, tree.tiles);
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_TRUE(VerifyInclusion(tree.suite(),
                                  tree.leaf_hashes[static_cast<size_t>(i)], i,
                                  head, *proof)
                      .ok())
          << i << " of " << size;
    }
    for (int64_t old = 1; old <= size; ++old) {
      const auto proof = ConsistencyProof(tree.suite(), old, size, tree.tiles);
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_TRUE(VerifyConsistency(tree.suite(),
                                    tree.heads[static_cast<size_t>(old)], head,
                                    *proof)
                      .ok())
          << old << " to " << size;
    }
  }
}

// Sizes on both sides of each tile's edge, read from tiles that have grown on.
TEST(ProofTest, VerifiesAcrossTiles) {
  const KnownTree tree = NumberTree(66'100);
  const int64_t sizes[] = {1,   255,    256,    257,    511,    512,
                           513, 65'535, 65'536, 65'537, 66'000, 66'100};
  for (const int64_t size : sizes) {
    const TreeHead& head = tree.heads[static_cast<size_t>(size)];
    EXPECT_EQ(*RootAt(tree.suite(), size, tree.tiles), head.root) << size;
    for (const int64_t old : sizes) {
      if (old > size) break;
      const auto inclusion =
          InclusionProof(tree.suite(), old - 1, size, tree.tiles);
      ASSERT_TRUE(inclusion.ok()) << inclusion.status();
      EXPECT_TRUE(
          VerifyInclusion(tree.suite(),
                          tree.leaf_hashes[static_cast<size_t>(old - 1)],
                          old - 1, head, *inclusion)
              .ok())
          << old << " of " << size;
      const auto consistency =
          ConsistencyProof(tree.suite(), old, size, tree.tiles);
      ASSERT_TRUE(consistency.ok()) << consistency.status();
      EXPECT_TRUE(VerifyConsistency(tree.suite(),
                                    tree.heads[static_cast<size_t>(old)], head,
                                    *consistency)
                      .ok())
          << old << " to " << size;
    }
  }
}

TEST(ProofTest, RefusesToProveWhatIsNotInTheTree) {
  const KnownTree tree = NumberTree(10);
  const auto code = [](const auto& result) { return result.status().code(); };
  for (const int64_t index : {-1, 10, 11}) {
    EXPECT_EQ(code(InclusionProof(tree.suite(), index, 10, tree.tiles)),
              absl::StatusCode::kOutOfRange);
  }
  for (const int64_t old : {-1, 0, 11}) {
    EXPECT_EQ(code(ConsistencyProof(tree.suite(), old, 10, tree.tiles)),
              absl::StatusCode::kOutOfRange);
  }
  EXPECT_EQ(code(RootAt(tree.suite(), -1, tree.tiles)),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(code(InclusionProof(tree.suite(), 3, 12, tree.tiles)),
            absl::StatusCode::kNotFound);
}

// One way to falsify a proof; returns false if it leaves this proof as it was.
struct Damage {
  const char* name;
  std::function<bool(std::vector<Digest>&)> apply;
};

std::vector<Damage> Damages() {
  return {
      {"truncated at the end",
       [](auto& p) { return p.empty() ? false : (p.pop_back(), true); }},
      {"truncated at the front",
       [](auto& p) { return p.empty() ? false : (p.erase(p.begin()), true); }},
      {"extra at the end", [](auto& p) { return p.push_back(Digest()), true; }},
      {"extra at the front",
       [](auto& p) { return p.insert(p.begin(), Digest()), true; }},
      {"last doubled",
       [](auto& p) {
         return p.empty() ? false : (p.push_back(Digest(p.back())), true);
       }},
      {"swapped",
       [](auto& p) {
         return p.size() < 2 ? false : (std::swap(p[0], p[1]), true);
       }},
      {"emptied",
       [](auto& p) { return p.empty() ? false : (p.clear(), true); }},
  };
}

// Runs `verify` on `proof`, which is right, and on every falsified one.
void ExpectOnlyThisProof(
    const std::vector<Digest>& proof, const std::string& what,
    const std::function<absl::Status(const std::vector<Digest>&)>& verify) {
  ASSERT_TRUE(verify(proof).ok()) << what << " " << verify(proof);
  for (const Damage& damage : Damages()) {
    std::vector<Digest> damaged = proof;
    if (!damage.apply(damaged)) continue;
    EXPECT_EQ(verify(damaged).code(), absl::StatusCode::kInvalidArgument)
        << what << " " << damage.name;
  }
  for (size_t bit = 0; bit < proof.size() * Digest::kSize * 8; bit += 13) {
    std::vector<Digest> damaged = proof;
    damaged[bit / 256].data[bit % 256 / 8] ^=
        static_cast<uint8_t>(1u << (bit % 8));
    EXPECT_FALSE(verify(damaged).ok()) << what << " bit " << bit;
  }
}

TEST(ProofTest, FalsifiedInclusionDoesNotVerify) {
  const KnownTree tree = NumberTree(40);
  const HashSuite& suite = tree.suite();
  for (int64_t size = 1; size <= 40; ++size) {
    for (int64_t i = 0; i < size; ++i) {
      const std::string what = std::to_string(i) + "/" + std::to_string(size);
      const TreeHead head = tree.heads[static_cast<size_t>(size)];
      const Digest leaf = tree.leaf_hashes[static_cast<size_t>(i)];
      const auto proof = *InclusionProof(suite, i, size, tree.tiles);
      ExpectOnlyThisProof(proof, what, [&](const auto& p) {
        return VerifyInclusion(suite, leaf, i, head, p);
      });
      for (int64_t other = -1; other <= size; ++other) {
        if (other == i) continue;
        EXPECT_FALSE(VerifyInclusion(suite, leaf, other, head, proof).ok())
            << what << " as " << other;
      }
      TreeHead forged = head;
      forged.root.data[31] ^= 0x80;
      EXPECT_FALSE(VerifyInclusion(suite, leaf, i, forged, proof).ok());
      EXPECT_FALSE(
          VerifyInclusion(suite, suite.Hash("other"), i, head, proof).ok());
    }
  }
}

TEST(ProofTest, FalsifiedConsistencyDoesNotVerify) {
  const KnownTree tree = NumberTree(40);
  const HashSuite& suite = tree.suite();
  for (int64_t size = 1; size <= 40; ++size) {
    for (int64_t old = 1; old <= size; ++old) {
      const std::string what =
          std::to_string(old) + "->" + std::to_string(size);
      const TreeHead newer = tree.heads[static_cast<size_t>(size)];
      const TreeHead older = tree.heads[static_cast<size_t>(old)];
      const auto proof = *ConsistencyProof(suite, old, size, tree.tiles);
      ExpectOnlyThisProof(proof, what, [&](const auto& p) {
        return VerifyConsistency(suite, older, newer, p);
      });
      TreeHead forged = newer;
      forged.root.data[0] ^= 1;
      EXPECT_FALSE(VerifyConsistency(suite, older, forged, proof).ok()) << what;
      forged = older;
      forged.root.data[0] ^= 1;
      EXPECT_FALSE(VerifyConsistency(suite, forged, newer, proof).ok()) << what;
      if (old < size) {
        EXPECT_FALSE(VerifyConsistency(suite, newer, older, {}).ok()) << what;
      }
    }
  }
}

TEST(ProofTest, TheEmptyTreeProvesNothing) {
  const KnownTree tree = NumberTree(3);
  const HashSuite& suite = tree.suite();
  EXPECT_FALSE(VerifyConsistency(suite, tree.heads[0], tree.heads[3], {}).ok());
  EXPECT_FALSE(VerifyConsistency(suite, tree.heads[0], tree.heads[0], {}).ok());
  EXPECT_FALSE(VerifyConsistency(suite, tree.heads[0], tree.heads[3],
                                 {tree.heads[3].root})
                   .ok());
  EXPECT_FALSE(
      VerifyInclusion(suite, tree.leaf_hashes[0], 0, tree.heads[0], {}).ok());
}

}  // namespace
}  // namespace luheng
