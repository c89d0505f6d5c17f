// Goal: over HTTP there is exactly what the published checkpoint covers, and it
// is what the tree has. Method: a tree in memory that is larger than its
// checkpoint; every tile of it is asked for in every width.
#include "services/gateway/public_log.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/merkle/checkpoint.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/proof.h"

namespace luheng::gateway {
namespace {

// The specification's example.
constexpr int64_t kSize = 70'000;
constexpr int64_t kGrown = kSize + 1'000;

class PublicLogTest : public ::testing::Test {
 protected:
  struct Tiles final : TileReader {
    std::map<TileId, std::string> map;
    absl::StatusOr<std::string> ReadTile(TileId id,
                                         int64_t width) const override {
      const auto tile = map.find(id);
      const auto bytes = static_cast<size_t>(width) * Digest::kSize;
      if (tile == map.end() || tile->second.size() < bytes) {
        return absl::NotFoundError("no such tile");
      }
      return tile->second.substr(0, bytes);
    }
  };

  PublicLogTest() {
    TreeBuilder builder(Sha256Suite());
    for (int64_t i = 0; i < kGrown; ++i) {
      builder.Append(Sha256Suite().LeafHash(LeafOf(i)));
    }
    for (Tile& tile : builder.TakeTiles()) {
      tiles_.map[tile.id] = std::move(tile.hashes);
    }
    Publish(kSize);
  }
  static std::string LeafOf(int64_t i) { return absl::StrCat("leaf ", i); }
  void Publish(int64_t size) {
    Checkpoint checkpoint;
    checkpoint.origin = "test.example/ledger";
    checkpoint.head = {size, *RootAt(Sha256Suite(), size, tiles_)};
    note_.text = FormatCheckpoint(checkpoint);
    note_.signatures = {{"test.example/ledger", 1, "signature"}};
  }
  HttpAnswer Get(const std::string& target) {
    const PublicLog log({[this] { return note_; },
                         [this](TileId id, int64_t width) {
                           return tiles_.ReadTile(id, width);
                         },
                         [](int64_t first, int64_t count) {
                           std::vector<std::string> leaves;
                           for (int64_t i = 0; i < count; ++i) {
                             leaves.push_back(LeafOf(first + i));
                           }
                           return leaves;
                         }});
    return log.Answer({"GET", target, "", "test"});
  }

  Tiles tiles_;
  Note note_;
};

TEST_F(PublicLogTest, HasExactlyTheTilesOfTheExample) {
  const struct {
    const char* path;
    size_t hashes;  // 0 if it is not there.
  } kCases[] = {{"/tile/0/000", 256},       {"/tile/0/272", 256},
                {"/tile/0/273", 0},         {"/tile/0/273.p/112", 112},
                {"/tile/0/273.p/113", 0},   {"/tile/0/273.p/1", 1},
                {"/tile/0/274.p/1", 0},     {"/tile/1/000", 256},
                {"/tile/1/001", 0},         {"/tile/1/001.p/17", 17},
                {"/tile/1/001.p/18", 0},    {"/tile/2/000.p/1", 1},
                {"/tile/2/000.p/2", 0},     {"/tile/2/000", 0},
                {"/tile/3/000.p/1", 0},     {"/tile/63/000.p/1", 0},
                {"/tile/0/x999/999.p/1", 0}};
  for (const auto& c : kCases) {
    const HttpAnswer answer = Get(c.path);
    ASSERT_EQ(answer.status, c.hashes == 0 ? kHttpNotFound : kHttpOk) << c.path;
    if (c.hashes == 0) continue;
    EXPECT_EQ(answer.body.size(), c.hashes * Digest::kSize) << c.path;
    EXPECT_EQ(answer.content_type, "application/octet-stream");
    EXPECT_EQ(absl::StrContains(answer.cache_control, "immutable"),
              !absl::StrContains(c.path, ".p/"))
        << c.path;
    const TilePath path = *ParseTilePath(c.path);
    EXPECT_EQ(answer.body, *tiles_.ReadTile(path.id, path.width)) << c.path;
  }
}

TEST_F(PublicLogTest, BundlesHashToTheTilesOfLevelZero) {
  for (const char* index : {"000", "272", "273.p/112", "273.p/7"}) {
    const HttpAnswer bundle = Get(absl::StrCat("/tile/entries/", index));
    const HttpAnswer hashes = Get(absl::StrCat("/tile/0/", index));
    ASSERT_EQ(bundle.status, kHttpOk) << index;
    std::string made;
    for (size_t at = 0; at < bundle.body.size();) {
      const auto size =
          static_cast<size_t>(static_cast<uint8_t>(bundle.body[at]) << 8 |
                              static_cast<uint8_t>(bundle.body[at + 1]));
      const std::string leaf = bundle.body.substr(at + 2, size);
      made += Sha256Suite().LeafHash(leaf).str();
      at += 2 + size;
    }
    EXPECT_EQ(made, hashes.body) << index;
  }
  EXPECT_EQ(Get("/tile/entries/273").status, kHttpNotFound);
  EXPECT_EQ(Get("/tile/entries/273.p/113").status, kHttpNotFound);
}

TEST_F(PublicLogTest, EverySizeHasItsTilesAndNoMore) {
  for (const int64_t size : {1, 2, 255, 256, 257, 65'535, 65'536, 65'537}) {
    Publish(size);
    for (int level = 0; level < 4; ++level) {
      for (int64_t index = 0; index <= size >> (8 * level) >> 8; ++index) {
        const int64_t width = TileWidthAt({level, index}, size);
        const auto at = [&](int64_t w) {
          return Get(FormatTilePath({{level, index}, false, w})).status;
        };
        if (width > 0) {
          EXPECT_EQ(at(width), kHttpOk);
        }
        if (width < kTileWidth) {
          EXPECT_EQ(at(width + 1), kHttpNotFound)
              << level << "/" << index << " of " << size;
        }
      }
    }
  }
}

TEST_F(PublicLogTest, CheckpointIsTheNoteAndGrowsOldSoon) {
  const HttpAnswer answer = Get("/checkpoint");
  EXPECT_EQ(answer.status, kHttpOk);
  EXPECT_EQ(answer.body, FormatNote(note_));
  EXPECT_EQ(answer.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(answer.cache_control, "public, max-age=2");
}

TEST_F(PublicLogTest, RefusesMalformedAndUnknownPaths) {
  EXPECT_EQ(Get("/tile/0/1").status, kHttpBadRequest);
  EXPECT_EQ(Get("/tile/0/000?width=1").status, kHttpBadRequest);
  for (const char* path : {"/", "/tile", "/checkpoint/", "/checkpoint?a",
                           "//checkpoint", "/metrics", "/../checkpoint", ""}) {
    EXPECT_EQ(Get(path).status, kHttpNotFound) << path;
  }
}

TEST(PublicLogErrorsTest, NothingIsThereBeforeTheFirstAndNothingInnerIsTold) {
  absl::Status status = absl::NotFoundError("nothing is signed yet");
  const PublicLog log(
      {[&]() -> absl::StatusOr<Note> { return status; }, nullptr, nullptr});
  EXPECT_EQ(log.Answer({"GET", "/checkpoint", "", ""}).status, kHttpNotFound);
  EXPECT_EQ(log.Answer({"GET", "/tile/0/000", "", ""}).status, kHttpNotFound);
  status = absl::UnavailableError("disk /secret");
  EXPECT_EQ(log.Answer({"GET", "/checkpoint", "", ""}).status,
            kHttpUnavailable);
  status = absl::DataLossError("disk /secret");
  const HttpAnswer answer = log.Answer({"GET", "/checkpoint", "", ""});
  EXPECT_EQ(answer.status, kHttpInternal);
  EXPECT_EQ(answer.body, "internal error\n");
}

}  // namespace
}  // namespace luheng::gateway
