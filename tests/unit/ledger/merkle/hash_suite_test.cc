// The suites against published values: FIPS 180-4, GB/T 32905-2016 and the
// leaf and node hashes of transparency-dev.
#include "ledger/merkle/hash_suite.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/ledger/merkle/map_tiles.h"

namespace luheng {
namespace {

struct HashCase {
  const char* name;
  HashSuiteId suite;
  std::string input;
  const char* digest;
};

class HashTest : public testing::TestWithParam<HashCase> {};

TEST_P(HashTest, MatchesThePublishedValue) {
  const HashCase& c = GetParam();
  const HashSuite& suite = SuiteOf(c.suite);
  const Digest expected = HexDigest(c.digest);
  EXPECT_EQ(suite.Hash(c.input), expected);
  for (size_t cut = 0; cut <= c.input.size(); ++cut) {
    const absl::string_view input = c.input;
    EXPECT_EQ(suite.Hash(input.substr(0, cut), input.substr(cut)), expected);
    EXPECT_EQ(suite.Hash({input.substr(0, cut), "", input.substr(cut)}),
              expected);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Published, HashTest,
    testing::Values(
        HashCase{"Sha256Empty", HashSuiteId::kSha256, "",
                 "e3b0c44298fc1c149afbf4c8996fb924"
                 "27ae41e4649b934ca495991b7852b855"},
        HashCase{"Sha256Abc", HashSuiteId::kSha256, "abc",
                 "ba7816bf8f01cfea414140de5dae2223"
                 "b00361a396177a9cb410ff61f20015ad"},
        HashCase{"Sha256TwoBlocks", HashSuiteId::kSha256,
                 "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                 "248d6a61d20638b8e5c026930c3e6039"
                 "a33ce45964ff2167f6ecedd419db06c1"},
        HashCase{"Sm3Abc", HashSuiteId::kSm3, "abc",
                 "66c7f0f462eeedd9d1f2d46bdc10e4e2"
                 "4167c4875cf2f7a2297da02b8f4ba8e0"},
        HashCase{"Sm3SixteenAbcd", HashSuiteId::kSm3,
                 "abcdabcdabcdabcdabcdabcdabcdabcd"
                 "abcdabcdabcdabcdabcdabcdabcdabcd",
                 "debe9ff92275b8a138604889c18e5a4d"
                 "6fdb70e5387e5765293dcba39c0c5732"}),
    [](const auto& c) { return c.param.name; });

TEST(HashSuiteTest, LeavesAndNodesHaveTheirOwnPrefixes) {
  const HashSuite& suite = Sha256Suite();
  EXPECT_EQ(suite.LeafHash("L123456"),
            HexDigest("395aa064aa4c29f7010acfe3f25db948"
                      "5bbd4b91897b6ad7ad547639252b4d56"));
  EXPECT_EQ(suite.Hash({"\x01", "N123", "N456"}),
            HexDigest("aa217fe888e47007fa15edab33c2b492"
                      "a722cb106c64667fc2b044444de66bbb"));
  for (const HashSuite* each : {&Sha256Suite(), &Sm3Suite()}) {
    const Digest left = each->Hash("left");
    const Digest right = each->Hash("right");
    EXPECT_EQ(each->NodeHash(left, right),
              each->Hash({"\x01", left.view(), right.view()}));
    EXPECT_EQ(each->LeafHash("data"),
              each->Hash(absl::string_view("\x00", 1), "data"));
    EXPECT_NE(each->LeafHash(left.str() + right.str()),
              each->NodeHash(left, right));
  }
}

TEST(HashSuiteTest, ReaderStopsAtAnUnknownSuite) {
  EXPECT_EQ((*FindHashSuite(1))->name(), "SHA-256");
  EXPECT_EQ((*FindHashSuite(2))->name(), "SM3");
  for (const uint16_t id : std::vector<uint16_t>{0, 3, 257, 65535}) {
    EXPECT_EQ(FindHashSuite(id).status().code(),
              absl::StatusCode::kFailedPrecondition)
        << id;
  }
}

}  // namespace
}  // namespace luheng
