// Goal: each tile has exactly one path. Method: tables of paths, and random
// tiles written and read back.
#include "services/gateway/tile_path.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"

namespace luheng::gateway {
namespace {

struct GoodCase {
  const char* path;
  TilePath tile;
};

TEST(TilePathTest, ReadsAndWritesTheSpecificationsForm) {
  const GoodCase kCases[] = {
      {"/tile/0/000", {{0, 0}, false, 256}},
      {"/tile/0/x001/x234/067", {{0, 1'234'067}, false, 256}},
      {"/tile/0/273.p/112", {{0, 273}, false, 112}},
      {"/tile/2/000.p/1", {{2, 0}, false, 1}},
      {"/tile/63/x001/000", {{63, 1'000}, false, 256}},
      {"/tile/entries/999", {{0, 999}, true, 256}},
      {"/tile/entries/x001/000.p/255", {{0, 1'000}, true, 255}}};
  for (const GoodCase& c : kCases) {
    const auto parsed = ParseTilePath(c.path);
    ASSERT_TRUE(parsed.ok()) << c.path << ": " << parsed.status();
    EXPECT_EQ(*parsed, c.tile) << c.path;
    EXPECT_EQ(FormatTilePath(c.tile), c.path);
  }
}

TEST(TilePathTest, RefusesEveryOtherForm) {
  for (const char* path : {"/tile/",
                           "/tile/0",
                           "/tile/0/",
                           "/tile/00/000",
                           "/tile/64/000",
                           "/tile/-1/000",
                           "/tile/x/000",
                           "/tile/Entries/000",
                           "/tile//000",
                           "/tile/0/0",
                           "/tile/0/00",
                           "/tile/0/0000",
                           "/tile/0/1234",
                           "/tile/0/x000/067",
                           "/tile/0/001/067",
                           "/tile/0/x001",
                           "/tile/0/x001/",
                           "/tile/0/x001//067",
                           "/tile/0/x01/067",
                           "/tile/0/X001/067",
                           "/tile/0/x001/x067",
                           "/tile/0/+01",
                           "/tile/0/ 01",
                           "/tile/0/000.p/0",
                           "/tile/0/000.p/256",
                           "/tile/0/000.p/01",
                           "/tile/0/000.p/",
                           "/tile/0/000.p",
                           "/tile/0/000.p/1/",
                           "/tile/0/000.p/1.p/1",
                           "/tile/0/000/",
                           "/tile/0/000?a=b",
                           "/tile/0/%300",
                           "/tile/0/../000",
                           "/tile/entries/x000/000",
                           "/tile/data/000",
                           "tile/0/000"}) {
    const auto parsed = ParseTilePath(path);
    EXPECT_TRUE(absl::IsInvalidArgument(parsed.status())) << path;
  }
}

TEST(TilePathTest, ReadsIndicesThatNoTreeReaches) {
  EXPECT_EQ(ParseTilePath("/tile/0/x999/x999/x999/x999/x999/999")->id.index,
            999'999'999'999'999'999);
  EXPECT_TRUE(absl::IsNotFound(
      ParseTilePath("/tile/0/x001/x000/x000/x000/x000/x000/000").status()));
}

TEST(TilePathTest, ReadsBackWhatItWrites) {
  const auto seed = std::random_device()();
  std::mt19937_64 random(seed);
  for (int i = 0; i < 10'000; ++i) {
    TilePath tile;
    tile.entries = random() % 2 == 0;
    if (!tile.entries) tile.id.level = static_cast<int>(random() % 64);
    tile.id.index = static_cast<int64_t>(random() >> (4 + random() % 59)) %
                    1'000'000'000'000'000'000;
    tile.width = static_cast<int64_t>(1 + random() % 256);
    const auto parsed = ParseTilePath(FormatTilePath(tile));
    ASSERT_TRUE(parsed.ok()) << FormatTilePath(tile) << ", seed " << seed;
    EXPECT_EQ(*parsed, tile) << FormatTilePath(tile) << ", seed " << seed;
  }
}

}  // namespace
}  // namespace luheng::gateway
