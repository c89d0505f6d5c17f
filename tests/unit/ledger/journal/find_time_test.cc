// Entries are found by their time, at the edges of blocks, of equal stamps and
// of the journal.
#include "ledger/journal/find_time.h"

#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "tests/testing/entry_journal.h"

namespace luheng {
namespace {

TEST(FindTimeTest, EveryTimeFindsTheFirstEntrySince) {
  testing::EntryJournal journal;
  // Blocks of 1, 2, 3 ... entries; pairs of entries share a stamp.
  std::vector<int64_t> stamps;
  for (int64_t block = 1; block <= 20; ++block) {
    for (int64_t i = 0; i < block; ++i) {
      Entry entry;
      const int64_t number = journal.next().value();
      stamps.push_back(1000 + number / 2 * 10);
      entry.Reset(journal.next(), Stamp(stamps.back()));
      entry.PartFor(kPublic).mutable_origin()->set_command(1);
      journal.Add(entry);
    }
    journal.Commit();
  }
  for (int64_t stamp = 990; stamp <= stamps.back() + 10; ++stamp) {
    size_t expected = 0;
    while (expected < stamps.size() && stamps[expected] < stamp) ++expected;
    const auto found = FindFirstSince(journal.journal(), Stamp(stamp));
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->value(), static_cast<int64_t>(expected) + 1) << stamp;
  }
}

TEST(FindTimeTest, AnEmptyJournalHasNothingSince) {
  testing::EntryJournal journal;
  EXPECT_EQ(*FindFirstSince(journal.journal(), Stamp(0)), EntryNumber(1));
}

}  // namespace
}  // namespace luheng
