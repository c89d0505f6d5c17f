#include "ledger/journal/high_water.h"

#include <gtest/gtest.h>

#include <fstream>

#include "ledger/merkle/hash_suite.h"
#include "tests/testing/temp_directory.h"

namespace luheng {
namespace {

class HighWaterTest : public ::testing::Test {
 protected:
  static HighWaterMark Mark(int64_t number) {
    return {BlockNumber(number), EntryNumber(number * 10),
            Sha256Suite().Hash(std::to_string(number)),
            Sha256Suite().Hash("root")};
  }
  void Create(const HighWaterMark& mark) {
    ASSERT_TRUE(
        HighWaterFile::Create(files_, directory_.path(), path_, mark).ok());
  }
  void Damage(std::streamoff offset) {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(offset);
    const int byte = file.get();
    file.seekp(offset);
    file.put(static_cast<char>(byte ^ 1));
  }

  rocksdb::FileSystem& files_ = *rocksdb::FileSystem::Default();
  testing::TempDirectory directory_;
  const std::string path_ = directory_.path() + "/high_water";
};

TEST_F(HighWaterTest, ReadsTheNewestMark) {
  EXPECT_EQ(HighWaterFile::Read(files_, path_).status().code(),
            absl::StatusCode::kNotFound);
  Create(HighWaterMark());
  EXPECT_EQ(*HighWaterFile::Read(files_, path_), HighWaterMark());
  auto file = HighWaterFile::Open(files_, path_);
  ASSERT_TRUE(file.ok()) << file.status();
  for (int64_t number = 1; number < 10; ++number) {
    ASSERT_TRUE(file->Write(Mark(number)).ok());
    EXPECT_EQ(*HighWaterFile::Read(files_, path_), Mark(number));
  }
}

TEST_F(HighWaterTest, ATornMarkLeavesTheOneBefore) {
  Create(HighWaterMark());
  auto file = HighWaterFile::Open(files_, path_);
  ASSERT_TRUE(file->Write(Mark(1)).ok());
  ASSERT_TRUE(file->Write(Mark(2)).ok());
  for (const std::streamoff offset : {0, 8, 16, 24, 56, 87, 91}) {
    Damage(offset);  // slot 0 holds mark 2
    EXPECT_EQ(*HighWaterFile::Read(files_, path_), Mark(1)) << offset;
    Damage(offset);
    EXPECT_EQ(*HighWaterFile::Read(files_, path_), Mark(2)) << offset;
  }
  Damage(3);
  Damage(4096 + 3);
  EXPECT_EQ(HighWaterFile::Read(files_, path_).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(HighWaterTest, AnEmptyFileHoldsNoMark) {
  std::ofstream(path_).close();
  EXPECT_EQ(HighWaterFile::Read(files_, path_).status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace luheng
