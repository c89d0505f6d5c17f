// What a batch reads is what it wrote, in whatever order a row was written,
// read and written again, before and after Write; and the database comes to
// the same rows as a plain map that is changed alike.
#include "ledger/views/view_batch.h"

#include <gtest/gtest.h>
#include <rocksdb/iterator.h>

#include <map>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/testing/temp_directory.h"

namespace luheng {
namespace {

class ViewBatchTest : public ::testing::Test {
 protected:
  ViewBatchTest() {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open(options, directory_.path(), &db).ok());
    db_.reset(db);
  }

  std::map<std::string, std::string> Stored() const {
    std::map<std::string, std::string> rows;
    const std::unique_ptr<rocksdb::Iterator> it(
        db_->NewIterator(rocksdb::ReadOptions()));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      rows[it->key().ToString()] = it->value().ToString();
    }
    return rows;
  }

  testing::TempDirectory directory_;
  std::unique_ptr<rocksdb::DB> db_;
};

TEST_F(ViewBatchTest, ReadsWhatItWroteBeforeReading) {
  ViewBatch batch(db_.get());
  ASSERT_TRUE(batch.Put("a", "1").ok());
  ASSERT_TRUE(batch.Put("b", "1").ok());
  ASSERT_TRUE(batch.Put("a", "2").ok());
  ASSERT_TRUE(batch.Delete("b").ok());
  EXPECT_EQ(*batch.Get("a"), "2");
  EXPECT_EQ(*batch.Get("b"), std::nullopt);
  EXPECT_EQ(*batch.Get("c"), std::nullopt);
  // The later change of a row that was read meanwhile wins.
  ASSERT_TRUE(batch.Put("a", "3").ok());
  ASSERT_TRUE(batch.Write({}).ok());
  EXPECT_EQ(Stored(), (std::map<std::string, std::string>{{"a", "3"}}));
}

TEST_F(ViewBatchTest, ShowsNothingBeforeWrite) {
  ViewBatch batch(db_.get());
  ASSERT_TRUE(batch.Put("a", "1").ok());
  EXPECT_TRUE(Stored().empty());
  ASSERT_TRUE(batch.Write({}).ok());
  EXPECT_EQ(Stored().size(), 1u);
  EXPECT_EQ(batch.bytes(), ViewBatch(db_.get()).bytes());
}

TEST_F(ViewBatchTest, RandomChangesComeToTheSameRowsAsAMap) {
  constexpr unsigned kSeed = 20'221'021;
  SCOPED_TRACE(absl::StrCat("seed ", kSeed));
  std::mt19937 random(kSeed);
  ViewBatch batch(db_.get());
  std::map<std::string, std::string> expected;
  for (int step = 0; step < 20'000; ++step) {
    const std::string key = absl::StrCat("row-", random() % 50);
    switch (random() % 5) {
      case 0:
      case 1: {
        const std::string value = absl::StrCat(step);
        ASSERT_TRUE(batch.Put(key, value).ok());
        expected[key] = value;
        break;
      }
      case 2:
        ASSERT_TRUE(batch.Delete(key).ok());
        expected.erase(key);
        break;
      default: {
        const auto row = batch.Get(key);
        ASSERT_TRUE(row.ok());
        ASSERT_EQ(row->has_value(), expected.contains(key)) << key;
        if (*row) {
          ASSERT_EQ(**row, expected[key]);
        }
      }
    }
    if (random() % 500 == 0) {
      ASSERT_TRUE(batch.Write({}).ok());
      ASSERT_EQ(Stored(), expected);
    }
  }
}

}  // namespace
}  // namespace luheng
