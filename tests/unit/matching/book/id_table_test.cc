// Memory of the id table follows the live orders.
#include "matching/book/id_table.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace luheng::matching {
namespace {

constexpr auto kPage = static_cast<int64_t>(IdTable::kPageIds);

TEST(IdTableTest, FindsWhatIsInIt) {
  IdTable table;
  EXPECT_EQ(table.Find(OrderId(1)), 0u);
  table.Insert(OrderId(1), 11);
  table.Insert(OrderId(kPage), 12);
  table.Insert(OrderId(kPage * 3 + 5), 13);
  EXPECT_EQ(table.Find(OrderId(1)), 11u);
  EXPECT_EQ(table.Find(OrderId(kPage)), 12u);
  EXPECT_EQ(table.Find(OrderId(kPage * 3 + 5)), 13u);
  EXPECT_EQ(table.Find(OrderId(2)), 0u);
  EXPECT_EQ(table.Find(OrderId(kPage * 2)), 0u);
  EXPECT_EQ(table.Find(OrderId(kPage * 1'000'000)), 0u);
  EXPECT_EQ(table.page_count(), 3);
  table.Erase(OrderId(kPage));
  EXPECT_EQ(table.Find(OrderId(kPage)), 0u);
  EXPECT_EQ(table.page_count(), 2);
}

TEST(IdTableTest, KeepsMemoryBoundedByLiveOrders) {
  constexpr int64_t kLive = 1000;
  IdTable table;
  int64_t bytes_early = 0;
  for (int64_t id = 1; id < 20'000'000; ++id) {
    table.Insert(OrderId(id), 1);
    if (id > kLive) table.Erase(OrderId(id - kLive));
    ASSERT_LE(table.page_count(), 2);
    if (id == 10'000) bytes_early = table.bytes();
  }
  // The directory is cut at its front, the pages are used again.
  EXPECT_EQ(table.bytes(), bytes_early);
}

TEST(IdTableTest, TakesAnOldOrderBack) {
  IdTable table;
  const OrderId old(5);
  table.Insert(old, 1);
  table.Erase(old);
  for (int64_t id = 10; id < kPage * 3000; ++id) {
    table.Insert(OrderId(id), 2);
    table.Erase(OrderId(id));
  }
  const OrderId young(kPage * 3000);
  table.Insert(young, 3);
  table.Insert(old, 4);
  EXPECT_EQ(table.Find(old), 4u);
  EXPECT_EQ(table.Find(young), 3u);
  EXPECT_EQ(table.page_count(), 2);
  table.Erase(young);
  EXPECT_EQ(table.Find(old), 4u);
  table.Erase(old);
  EXPECT_EQ(table.page_count(), 0);
}

}  // namespace
}  // namespace luheng::matching
