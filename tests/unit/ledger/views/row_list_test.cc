// A list read back is the list that was written, whatever the batches were and
// however it grows; Seek and Floor find what a plain vector has.
#include "ledger/views/row_list.h"

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "ledger/base/check.h"
#include "tests/testing/entry_journal.h"
#include "tests/testing/temp_directory.h"

namespace luheng {
namespace {

using testing::EntryJournal;
using testing::TempDirectory;

constexpr uint32_t kSeed = 20'221'021;

// Puts every entry into the list of its command, with its number as value.
class ByCommand final : public Projection {
 public:
  explicit ByCommand(Growth growth) : growth_(growth) {}
  absl::string_view name() const override { return "by-command"; }
  int64_t schema() const override { return 1; }
  absl::Status Apply(const EntryView& entry, ViewRows&) override {
    const int64_t command = entry.parts[0]->origin().command();
    lists_.Append(absl::StrCat("list", command),
                  {entry.number.value(), -entry.number.value()}, growth_);
    return absl::OkStatus();
  }
  absl::Status Flush(ViewRows& rows) override { return lists_.Flush(rows); }

 private:
  const Growth growth_;
  ListWriter lists_;
};

class RowListTest : public ::testing::TestWithParam<Growth> {
 protected:
  // Two long lists and a short one, in batches of random sizes.
  void SetUp() override {
    projection_ = std::make_unique<ByCommand>(GetParam());
    ViewsOptions options;
    options.directory = directory_.path() + "/views";
    options.batch_entries = 50;
    auto views = Views::Open(options, journal_.journal(), {projection_.get()});
    LUHENG_CHECK_OK(views.status());
    views_ = *std::move(views);
    views_->Start();
    std::mt19937 random(kSeed);
    for (int64_t n = 1; n <= kEntries; ++n) {
      const int64_t command = n % 500 == 0 ? 3 : 1 + random() % 2;
      Entry entry;
      entry.Reset(journal_.next(), Stamp(n));
      entry.PartFor(kPublic).mutable_origin()->set_command(command);
      journal_.Add(entry);
      expected_[command].push_back(n);
      if (random() % 40 == 0 || n == kEntries) journal_.Commit();
      if (random() % 400 == 0) {
        ASSERT_TRUE(views_->Await(journal_.journal().tail().last_entry).ok());
      }
    }
    ASSERT_TRUE(views_->Await(EntryNumber(kEntries)).ok());
  }

  static constexpr int64_t kEntries = 3000;

  TempDirectory directory_;
  EntryJournal journal_;
  std::unique_ptr<ByCommand> projection_;
  std::unique_ptr<Views> views_;
  std::map<int64_t, std::vector<int64_t>> expected_;
};

TEST_P(RowListTest, SeekWalksTheWholeList) {
  SCOPED_TRACE(absl::StrCat("seed ", kSeed));
  const auto snapshot = views_->Snapshot();
  for (const auto& [command, numbers] : expected_) {
    ListReader list(*snapshot, "by-command", absl::StrCat("list", command));
    int64_t next = 0;
    for (const int64_t number : numbers) {
      const auto item = list.Seek(next);
      ASSERT_TRUE(item.ok()) << item.status();
      ASSERT_TRUE(item->has_value());
      EXPECT_EQ(**item, (ListItem{number, -number}));
      next = number + 1;
    }
    EXPECT_EQ(*list.Seek(next), std::nullopt);
    EXPECT_EQ(*list.Seek(next), std::nullopt);
  }
}

TEST_P(RowListTest, FindsFromAnywhere) {
  SCOPED_TRACE(absl::StrCat("seed ", kSeed));
  std::mt19937 random(kSeed + 1);
  const auto snapshot = views_->Snapshot();
  for (int probe = 0; probe < 2000; ++probe) {
    const int64_t command = 1 + random() % 3;
    const int64_t from = random() % (kEntries + 20);
    const std::vector<int64_t>& numbers = expected_[command];
    ListReader list(*snapshot, "by-command", absl::StrCat("list", command));
    const auto at = std::lower_bound(numbers.begin(), numbers.end(), from);
    const auto found = list.Seek(from);
    ASSERT_TRUE(found.ok());
    ASSERT_EQ(found->has_value(), at != numbers.end()) << from;
    if (*found) {
      EXPECT_EQ((*found)->number, *at);
    }
    const auto behind = std::upper_bound(numbers.begin(), numbers.end(), from);
    const auto floor = list.Floor(from);
    ASSERT_TRUE(floor.ok());
    ASSERT_EQ(floor->has_value(), behind != numbers.begin()) << from;
    if (*floor) {
      EXPECT_EQ((*floor)->number, *(behind - 1));
    }
  }
}

TEST_P(RowListTest, AnUnknownListIsEmpty) {
  const auto snapshot = views_->Snapshot();
  ListReader list(*snapshot, "by-command", "list9");
  EXPECT_EQ(*list.Seek(0), std::nullopt);
  EXPECT_EQ(*list.Floor(INT64_MAX), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Growths, RowListTest,
                         ::testing::Values(Growth::kOften, Growth::kRarely),
                         [](const auto& row) {
                           return row.param == Growth::kOften ? "Often"
                                                              : "Rarely";
                         });

}  // namespace
}  // namespace luheng
