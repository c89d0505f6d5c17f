// Memory grows in place, is zero, and has an end.
#include "ledger/base/address_range.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace luheng {
namespace {

TEST(StableArrayTest, GrowsWithoutMovingAndStartsZero) {
  StableArray<uint64_t> numbers(1 << 24);
  numbers.Grow(10);
  uint64_t* const first = &numbers[0];
  numbers[9] = 7;
  // Across the step from small to huge pages.
  numbers.Grow(1 << 20);
  EXPECT_EQ(&numbers[0], first);
  EXPECT_EQ(numbers[9], 7u);
  for (size_t i = 10; i < numbers.capacity(); ++i) ASSERT_EQ(numbers[i], 0u);
  EXPECT_GE(numbers.capacity(), size_t{1} << 20);
  EXPECT_EQ(numbers.bytes(),
            static_cast<int64_t>(numbers.capacity() * sizeof(uint64_t)));
}

TEST(StableArrayTest, TakesLittleForLittle) {
  StableArray<uint64_t> numbers(size_t{1} << 31);
  EXPECT_EQ(numbers.bytes(), 0);
  numbers.Grow(1);
  EXPECT_EQ(numbers.bytes(), 4096);
  numbers.Grow(1);
  EXPECT_EQ(numbers.bytes(), 4096);
}

TEST(AddressRangeDeathTest, StopsBeyondItsEnd) {
  AddressRange range(1 << 20);
  range.Grow(1 << 20);
  EXPECT_DEATH(range.Grow((size_t{1} << 21) + 1), "cannot grow");
}

}  // namespace
}  // namespace luheng
