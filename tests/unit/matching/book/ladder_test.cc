// The order of the levels, wherever the window is.
#include "matching/book/ladder.h"

#include <cstdint>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace luheng::matching {
namespace {

using Levels = std::vector<std::pair<uint32_t, uint32_t>>;

Levels Walk(const Ladder& ladder) {
  Levels levels;
  for (Ladder::Cursor at = ladder.First(); at.level != 0;
       at = ladder.Next(at)) {
    levels.emplace_back(at.key, at.level);
  }
  return levels;
}

struct LadderCase {
  const char* name;
  std::vector<uint32_t> inserted;
  std::vector<uint32_t> erased;
  std::vector<uint32_t> left;  // In their order.
};

void PrintTo(const LadderCase& row, std::ostream* out) { *out << row.name; }

class LadderTest : public ::testing::TestWithParam<LadderCase> {};

TEST_P(LadderTest, KeepsLevelsInOrder) {
  Ladder ladder;
  for (const uint32_t key : GetParam().inserted) ladder.Insert(key, key + 1);
  for (const uint32_t key : GetParam().erased) {
    ASSERT_EQ(ladder.Find(key), key + 1);
    ladder.Erase(key);
    EXPECT_EQ(ladder.Find(key), 0u);
  }
  Levels wanted;
  for (const uint32_t key : GetParam().left) {
    wanted.emplace_back(key, key + 1);
    EXPECT_EQ(ladder.Find(key), key + 1) << key;
  }
  EXPECT_EQ(Walk(ladder), wanted);
  EXPECT_EQ(ladder.empty(), wanted.empty());
}

constexpr uint32_t kTop = UINT32_MAX - 1;  // The key of a bid at one tick.
const LadderCase kCases[] = {
    {"Empty", {}, {}, {}},
    {"OneLevel", {7}, {}, {7}},
    {"EmptiedAndUsedAgain", {7}, {7}, {}},
    {"NeighborsAcrossWords", {63, 64, 62, 65}, {}, {62, 63, 64, 65}},
    {"BestErased", {10, 20, 30}, {10}, {20, 30}},
    {"WorstErased", {10, 20, 30}, {30}, {10, 20}},
    {"LeastAndGreatestKey", {kTop, 1}, {}, {1, kTop}},
    {"WindowLoweredPastTheGreatestKey",
     {kTop, kTop - 1011, kTop - 1027},
     {},
     {kTop - 1027, kTop - 1011, kTop}},
    {"EndOfTheWindow",
     {5000, 5000 + 3071, 5000 + 3072},
     {},
     {5000, 5000 + 3071, 5000 + 3072}},
    {"FarIsSorted",
     {10, 90'000, 70'000, 80'000},
     {},
     {10, 70'000, 80'000, 90'000}},
    {"FarErased", {10, 90'000, 70'000, 80'000}, {80'000}, {10, 70'000, 90'000}},
    {"WindowMovesToTheFar",
     {10, 90'000, 90'001, 99'999},
     {10},
     {90'000, 90'001, 99'999}},
    {"WindowMovesToABetterPrice",
     {90'000, 90'100, 92'000, 200},
     {},
     {200, 90'000, 90'100, 92'000}},
    {"WindowMovesByLessThanItsSize",
     {90'000, 92'900, 88'000, 88'900},
     {},
     {88'000, 88'900, 90'000, 92'900}},
    {"GoesRoundInTheMiddle",
     {4090, 4100, 4095, 4096, 7000},
     {4095},
     {4090, 4096, 4100, 7000}},
    {"EndOfTheKeys",
     {kTop, kTop - 1, kTop - 5000},
     {kTop - 5000},
     {kTop - 1, kTop}},
};

INSTANTIATE_TEST_SUITE_P(All, LadderTest, ::testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

// Goal: no sequence of moves loses or misplaces a level. Method: random inserts
// and erases round a price that drifts and jumps, beside a std::map.
TEST(LadderMovesTest, EqualAMap) {
  for (const uint32_t seed : {1u, 2u, 3u, 4u}) {
    SCOPED_TRACE(seed);
    std::mt19937_64 engine(seed);
    const auto random = [&] { return static_cast<uint32_t>(engine() >> 32); };
    Ladder ladder;
    std::map<uint32_t, uint32_t> levels;
    uint32_t middle = 1'000'000;
    for (uint32_t step = 1; step < 20'000; ++step) {
      if (random() % 200 == 0) middle = 900'000 + random() % 200'000;
      const uint32_t reach = random() % 10 == 0 ? 20'000 : 300;
      const uint32_t key = middle + random() % reach;
      const auto it = levels.lower_bound(key);
      if (levels.size() > 100 + random() % 100 && it != levels.end()) {
        ladder.Erase(it->first);
        levels.erase(it);
      } else if (ladder.Find(key) == 0) {
        ladder.Insert(key, step);
        ASSERT_TRUE(levels.emplace(key, step).second);
      }
      if (levels.empty()) continue;
      ASSERT_EQ(ladder.First().key, levels.begin()->first);
      if (step % 100 == 0) {
        ASSERT_EQ(Walk(ladder), Levels(levels.begin(), levels.end()));
      }
    }
  }
}

}  // namespace
}  // namespace luheng::matching
