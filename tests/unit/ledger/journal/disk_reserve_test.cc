#include "ledger/journal/disk_reserve.h"

#include <gtest/gtest.h>

#include <limits>

#include "absl/status/status.h"

namespace luheng {
namespace {

TEST(DiskReserveTest, IsLowBelowTheReserve) {
  int64_t free = 0;
  const DiskReserve reserve([&free] { return absl::StatusOr<int64_t>(free); },
                            1000);
  for (const auto& [bytes, low] : {std::pair<int64_t, bool>(0, true),
                                   {999, true},
                                   {1000, false},
                                   {5000, false}}) {
    free = bytes;
    EXPECT_EQ(reserve.Low(), low) << bytes;
  }
}

TEST(DiskReserveTest, IsLowWhenItCannotBeLearned) {
  const DiskReserve reserve(
      [] { return absl::StatusOr<int64_t>(absl::UnavailableError("gone")); },
      0);
  EXPECT_TRUE(reserve.Low());
}

TEST(DiskReserveTest, AsksTheFileSystem) {
  EXPECT_GT(*FreeDiskBytes("/"), 0);
  EXPECT_FALSE(DiskReserve("/", 1).Low());
  EXPECT_TRUE(DiskReserve("/", std::numeric_limits<int64_t>::max()).Low());
  EXPECT_EQ(FreeDiskBytes("/no/such/place").status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_TRUE(DiskReserve("/no/such/place", 1).Low());
}

}  // namespace
}  // namespace luheng
