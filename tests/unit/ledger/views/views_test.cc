// The views follow the journal, survive being opened again, and are dropped
// when they are of no use. The statement is compared with the books on random
// entries.
#include "ledger/views/views.h"

#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "ledger/accounts/accounts.h"
#include "ledger/views/statement.h"
#include "tests/testing/entry_journal.h"
#include "tests/testing/temp_directory.h"

namespace luheng {
namespace {

using testing::EntryJournal;
using testing::TempDirectory;

constexpr AssetId kCny = AssetId(1);

Stamp StampOf(EntryNumber number) { return Stamp(number.value() * 1000); }

// Moves `amount` from the bank to `holder`.
void AddDeposit(EntryJournal& journal, HolderId holder, int64_t amount) {
  Entry entry;
  entry.Reset(journal.next(), StampOf(journal.next()));
  entry.PartFor(holder).mutable_origin()->set_command(403);
  entry.Move(kCny, amount, kSystemHolder, Purpose::kBank, holder,
             Purpose::kAvailable);
  journal.Add(entry);
}

// Counts the entries that it was given since the process began, and keeps the
// sum of the numbers as a row.
class CountingProjection : public Projection {
 public:
  explicit CountingProjection(int64_t schema = 1) : schema_(schema) {}
  absl::string_view name() const override { return "count"; }
  int64_t schema() const override { return schema_; }
  absl::Status Apply(const EntryView& entry, ViewRows& rows) override {
    ++applied;
    if (entry.number == fails_at) return absl::DataLossError("told to fail");
    const auto before = rows.Get("sum");
    if (!before.ok()) return before.status();
    const int64_t sum = *before ? std::stoll(**before) : 0;
    return rows.Put("sum", std::to_string(sum + entry.number.value()));
  }

  int64_t applied = 0;
  EntryNumber fails_at;

 private:
  const int64_t schema_;
};

std::unique_ptr<Views> OpenViews(const TempDirectory& directory,
                                 EntryJournal& journal,
                                 std::vector<Projection*> projections,
                                 size_t batch_bytes = 1 << 20) {
  ViewsOptions options;
  options.directory = directory.path() + "/views";
  options.batch_bytes = batch_bytes;
  auto views = Views::Open(options, journal.journal(), std::move(projections));
  LUHENG_CHECK_OK(views.status());
  return *std::move(views);
}

std::string SumRow(Views& views) {
  return views.Snapshot()->Get("count", "sum")->value_or("none");
}

TEST(ViewsTest, FollowsTheJournalWhileItGrows) {
  TempDirectory directory;
  EntryJournal journal;
  CountingProjection count;
  const auto views = OpenViews(directory, journal, {&count});
  EXPECT_EQ(views->applied(), EntryNumber());
  views->Start();
  for (int block = 0; block < 20; ++block) {
    AddDeposit(journal, HolderId(3), 5);
    AddDeposit(journal, HolderId(4), 5);
    journal.Commit();
    ASSERT_TRUE(views->Await(EntryNumber(2 * block + 2)).ok());
  }
  EXPECT_EQ(SumRow(*views), std::to_string(40 * 41 / 2));
  EXPECT_EQ(*views->Snapshot()->applied(), EntryNumber(40));
}

TEST(ViewsTest, SnapshotDoesNotMove) {
  TempDirectory directory;
  EntryJournal journal;
  CountingProjection count;
  const auto views = OpenViews(directory, journal, {&count});
  views->Start();
  AddDeposit(journal, HolderId(3), 5);
  journal.Commit();
  ASSERT_TRUE(views->Await(EntryNumber(1)).ok());
  const auto snapshot = views->Snapshot();
  AddDeposit(journal, HolderId(3), 5);
  journal.Commit();
  ASSERT_TRUE(views->Await(EntryNumber(2)).ok());
  EXPECT_EQ(*snapshot->applied(), EntryNumber(1));
  EXPECT_EQ(*snapshot->Get("count", "sum"), "1");
  EXPECT_EQ(SumRow(*views), "3");
}

TEST(ViewsTest, GoesOnWhereItStopped) {
  TempDirectory directory;
  EntryJournal journal;
  AddDeposit(journal, HolderId(3), 5);
  journal.Commit();
  {
    CountingProjection count;
    const auto views = OpenViews(directory, journal, {&count});
    views->Start();
    ASSERT_TRUE(views->Await(EntryNumber(1)).ok());
  }
  AddDeposit(journal, HolderId(3), 5);
  journal.Commit();
  CountingProjection count;
  const auto views = OpenViews(directory, journal, {&count});
  EXPECT_EQ(views->applied(), EntryNumber(1));
  views->Start();
  ASSERT_TRUE(views->Await(EntryNumber(2)).ok());
  EXPECT_EQ(count.applied, 1);
  EXPECT_EQ(SumRow(*views), "3");
}

struct DropCase {
  const char* name;
  int64_t schema;
  char journal_id;
  int64_t entries;
};

class DropTest : public ::testing::TestWithParam<DropCase> {};

// Views of three entries of journal `a` under schema 1 are opened otherwise.
TEST_P(DropTest, FoldsAnewFromTheFirstEntry) {
  TempDirectory directory;
  {
    EntryJournal journal('a');
    for (int i = 0; i < 3; ++i) {
      AddDeposit(journal, HolderId(3), 5);
      journal.Commit();
    }
    CountingProjection count;
    const auto views = OpenViews(directory, journal, {&count});
    views->Start();
    ASSERT_TRUE(views->Await(EntryNumber(3)).ok());
  }
  EntryJournal journal(GetParam().journal_id);
  for (int64_t i = 0; i < GetParam().entries; ++i) {
    AddDeposit(journal, HolderId(3), 6);
    journal.Commit();
  }
  CountingProjection count(GetParam().schema);
  const auto views = OpenViews(directory, journal, {&count});
  EXPECT_EQ(views->applied(), EntryNumber());
  views->Start();
  ASSERT_TRUE(views->Await(EntryNumber(GetParam().entries)).ok());
  EXPECT_EQ(count.applied, GetParam().entries);
}

const DropCase kDropCases[] = {
    {"OtherSchema", 2, 'a', 3},
    {"OtherJournal", 1, 'b', 3},
    {"ShorterJournal", 1, 'a', 2},
    {"SameNumbersOtherBlocks", 1, 'a', 4},
};
INSTANTIATE_TEST_SUITE_P(Rows, DropTest, ::testing::ValuesIn(kDropCases),
                         [](const auto& row) { return row.param.name; });

TEST(ViewsTest, RowsThatCannotBeReadAreFoldedAnew) {
  TempDirectory directory;
  EntryJournal journal;
  AddDeposit(journal, HolderId(3), 5);
  journal.Commit();
  {
    CountingProjection count;
    const auto views = OpenViews(directory, journal, {&count});
    views->Start();
    ASSERT_TRUE(views->Await(EntryNumber(1)).ok());
  }
  std::ofstream(directory.path() + "/views/CURRENT") << "nonsense";
  CountingProjection count;
  const auto views = OpenViews(directory, journal, {&count});
  views->Start();
  ASSERT_TRUE(views->Await(EntryNumber(1)).ok());
  EXPECT_EQ(SumRow(*views), "1");
}

TEST(ViewsTest, FailureStopsThemAndReleasesWaiters) {
  TempDirectory directory;
  EntryJournal journal;
  CountingProjection count;
  count.fails_at = EntryNumber(2);
  const auto views = OpenViews(directory, journal, {&count}, 1);
  AddDeposit(journal, HolderId(3), 5);
  journal.Commit();
  AddDeposit(journal, HolderId(3), 5);
  journal.Commit();
  absl::Status released;
  views->WhenApplied(EntryNumber(2),
                     [&released](absl::Status status) { released = status; });
  views->Start();
  ASSERT_TRUE(views->Await(EntryNumber(1)).ok());
  EXPECT_EQ(views->Await(EntryNumber(2)).code(),
            absl::StatusCode::kUnavailable);
  views->Stop();
  EXPECT_EQ(released.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(views->status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(SumRow(*views), "1");
}

TEST(ViewsTest, WaitingBeyondTheEndIsOutOfRange) {
  TempDirectory directory;
  EntryJournal journal;
  const auto views = OpenViews(directory, journal, {});
  views->Start();
  EXPECT_EQ(views->Await(EntryNumber(1)).code(), absl::StatusCode::kOutOfRange);
  EXPECT_TRUE(views->Await(EntryNumber()).ok());
}

TEST(ViewsTest, StopReleasesWaiters) {
  TempDirectory directory;
  EntryJournal journal;
  AddDeposit(journal, HolderId(3), 5);
  journal.Commit();
  const auto views = OpenViews(directory, journal, {});
  absl::Status released;
  views->WhenApplied(EntryNumber(1),
                     [&released](absl::Status status) { released = status; });
  views->Stop();
  EXPECT_EQ(released.code(), absl::StatusCode::kUnavailable);
}

// ---- Statement ------------------------------------------------------------

// Drafts a random balanced entry: up to four movements that the books bear.
void DraftRandom(std::mt19937& random, const Accounts& accounts, Entry& entry) {
  Accounts after;
  for (const AccountBalance& b : accounts.Balances()) {
    after.Post(b.holder, b.asset, b.purpose, b.amount);
  }
  for (int move = 0; move < 1 + static_cast<int>(random() % 4); ++move) {
    const AssetId asset(1 + static_cast<int64_t>(random() % 3));
    const HolderId to(2 + static_cast<int64_t>(random() % 5));
    const HolderId from(2 + static_cast<int64_t>(random() % 5));
    const auto amount = static_cast<int64_t>(random() % 100);
    const Purpose purpose =
        random() % 2 == 0 ? Purpose::kAvailable : Purpose::kHeld;
    if (random() % 3 == 0 ||
        after.Get(from, asset, Purpose::kAvailable) < amount) {
      entry.Move(asset, amount, kSystemHolder, Purpose::kIssuance, to, purpose);
      after.Post(to, asset, purpose, amount);
    } else {
      entry.Move(asset, amount, from, Purpose::kAvailable, to, purpose);
      after.Post(from, asset, Purpose::kAvailable, -amount);
      after.Post(to, asset, purpose, amount);
    }
  }
}

class StatementTest : public ::testing::Test {
 protected:
  // Goal: the views say what the books say. Method: fold random entries into
  // both, and remember every balance after every entry.
  void SetUp() override {
    std::mt19937 random(kSeed);
    for (int64_t n = 1; n <= kEntries; ++n) {
      Entry entry;
      entry.Reset(journal_.next(), StampOf(journal_.next()));
      entry.PartFor(kPublic).mutable_origin()->set_command(
          static_cast<int64_t>(random() % 500));
      DraftRandom(random, accounts_, entry);
      accounts_.Apply(entry.view());
      for (const AccountBalance& b : accounts_.Balances()) {
        history_[{b.holder, b.asset, b.purpose}][n] = b.amount;
        if (b.amount != 0) books_[n][{b.holder, b.asset, b.purpose}] = b.amount;
      }
      journal_.Add(entry);
      if (random() % 7 == 0 || n == kEntries) journal_.Commit();
    }
    views_ = OpenViews(directory_, journal_, {&projection_}, 4096);
    views_->Start();
    ASSERT_TRUE(views_->Await(EntryNumber(kEntries)).ok());
  }

  std::vector<StatementRow> ReadAll(StatementQuery query) {
    std::vector<StatementRow> rows;
    do {
      const auto page = ReadStatement(*views_->Snapshot(), query);
      LUHENG_CHECK_OK(page.status());
      rows.insert(rows.end(), page->rows.begin(), page->rows.end());
      query.after = page->next;
    } while (!query.after.empty());
    return rows;
  }

  static constexpr uint32_t kSeed = 20221021;
  static constexpr int64_t kEntries = 400;

  TempDirectory directory_;
  EntryJournal journal_;
  Accounts accounts_;
  std::map<std::tuple<HolderId, AssetId, Purpose>, std::map<int64_t, int64_t>>
      history_;
  // Every balance that is not zero behind each entry.
  std::map<int64_t, std::map<std::tuple<HolderId, AssetId, Purpose>, int64_t>>
      books_;
  StatementProjection projection_;
  std::unique_ptr<Views> views_;
};

TEST_F(StatementTest, BalancesAsOfAnyEntryAreThoseOfTheBooksThen) {
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  const auto snapshot = views_->Snapshot();
  for (int64_t n = 1; n <= kEntries; ++n) {
    std::map<std::tuple<HolderId, AssetId, Purpose>, int64_t> read;
    BalanceQuery query{.as_of = EntryNumber(n), .rows_max = 4};
    do {
      const auto page = ReadBalances(*snapshot, query);
      ASSERT_TRUE(page.ok()) << page.status();
      for (const AccountBalance& b : page->rows) {
        EXPECT_TRUE(read.emplace(std::make_tuple(b.holder, b.asset, b.purpose),
                                 b.amount)
                        .second);
      }
      query.after = page->next;
    } while (!query.after.empty());
    ASSERT_EQ(read, books_[n]) << "entry " << n;
  }
}

TEST_F(StatementTest, BalancesOfOneHolderAndAssetAsOf) {
  const auto snapshot = views_->Snapshot();
  const auto page = ReadBalances(*snapshot, {.holder = HolderId(3),
                                             .asset = AssetId(2),
                                             .as_of = EntryNumber(200),
                                             .rows_max = 100});
  ASSERT_TRUE(page.ok());
  int64_t expected = 0;
  for (const auto& [account, amount] : books_[200]) {
    expected += std::get<0>(account) == HolderId(3) &&
                std::get<1>(account) == AssetId(2);
  }
  ASSERT_GT(expected, 0);
  EXPECT_EQ(static_cast<int64_t>(page->rows.size()), expected);
  // Behind entry 0 there was nothing, and a page of another holder is refused.
  EXPECT_EQ(ReadBalances(*snapshot, {.holder = HolderId(3),
                                     .as_of = EntryNumber(5),
                                     .after = "h12345678",
                                     .rows_max = 1})
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(StatementTest, TrialBalanceAsOfSumsTheBooksThen) {
  const auto sums = ReadTrialBalance(*views_->Snapshot(), EntryNumber(123));
  ASSERT_TRUE(sums.ok());
  std::map<AssetId, int64_t> debits;
  for (const auto& [account, amount] : books_[123]) {
    if (amount > 0) debits[std::get<1>(account)] += amount;
  }
  ASSERT_EQ(sums->size(), debits.size());
  for (const TrialBalance& sum : *sums) {
    EXPECT_EQ(sum.debit, debits[sum.asset]);
    EXPECT_EQ(sum.debit, -sum.credit);
  }
}

TEST_F(StatementTest, LinesEndWithTheLastEntryAskedFor) {
  const auto all = ReadAll({.holder = HolderId(3), .rows_max = 5});
  const auto some = ReadAll({.holder = HolderId(3),
                             .first_entry = EntryNumber(50),
                             .last_entry = EntryNumber(150),
                             .rows_max = 5});
  int64_t expected = 0;
  for (const StatementRow& row : all) {
    expected += row.entry >= EntryNumber(50) && row.entry <= EntryNumber(150);
  }
  ASSERT_GT(expected, 5);
  EXPECT_EQ(static_cast<int64_t>(some.size()), expected);
  EXPECT_LE(some.back().entry, EntryNumber(150));
}

TEST_F(StatementTest, RunningBalancesAreThoseOfTheBooks) {
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  int64_t lines = 0;
  for (int64_t holder = 1; holder <= 6; ++holder) {
    std::map<std::pair<AssetId, Purpose>, int64_t> running;
    EntryNumber last;
    for (const StatementRow& row :
         ReadAll({.holder = HolderId(holder), .rows_max = 7})) {
      ++lines;
      EXPECT_LE(last, row.entry);
      last = row.entry;
      int64_t& balance = running[{row.asset, row.purpose}];
      balance += row.amount;
      ASSERT_EQ(row.balance_after, balance);
      EXPECT_EQ(row.stamp, StampOf(row.entry));
      // A balance that came to zero is not listed by the books.
      const auto& after = history_[{HolderId(holder), row.asset, row.purpose}];
      const auto known = after.find(row.entry.value());
      ASSERT_EQ(known == after.end() ? 0 : known->second, balance);
    }
    for (const auto& [account, balance] : running) {
      EXPECT_EQ(accounts_.Get(HolderId(holder), account.first, account.second),
                balance);
    }
  }
  EXPECT_GT(lines, kEntries);
}

TEST_F(StatementTest, FilterAndFirstEntryGiveThoseLinesOfAll) {
  const HolderId holder(3);
  const auto all = ReadAll({.holder = holder, .rows_max = 1000});
  std::vector<int64_t> expected;
  for (const StatementRow& row : all) {
    if (row.asset == AssetId(2) && row.entry >= EntryNumber(100)) {
      expected.push_back(row.amount);
    }
  }
  std::vector<int64_t> filtered;
  for (const StatementRow& row : ReadAll({.holder = holder,
                                 .asset = AssetId(2),
                                 .first_entry = EntryNumber(100),
                                 .rows_max = 3})) {
    filtered.push_back(row.amount);
  }
  EXPECT_FALSE(expected.empty());
  EXPECT_EQ(filtered, expected);
}

TEST_F(StatementTest, PageOfAnotherHolderIsRefused) {
  const auto page = ReadStatement(*views_->Snapshot(),
                                  {.holder = HolderId(3), .rows_max = 1});
  ASSERT_TRUE(page.ok());
  ASSERT_FALSE(page->next.empty());
  EXPECT_EQ(
      ReadStatement(*views_->Snapshot(),
                    {.holder = HolderId(4), .after = page->next, .rows_max = 1})
          .status()
          .code(),
      absl::StatusCode::kInvalidArgument);
}

TEST_F(StatementTest, BalancesAreThoseOfTheBooks) {
  std::vector<AccountBalance> rows;
  BalanceQuery query{.rows_max = 5};
  do {
    const auto page = ReadBalances(*views_->Snapshot(), query);
    ASSERT_TRUE(page.ok());
    rows.insert(rows.end(), page->rows.begin(), page->rows.end());
    query.after = page->next;
  } while (!query.after.empty());
  const std::vector<AccountBalance> books = accounts_.Balances();
  ASSERT_EQ(rows.size(), books.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].holder, books[i].holder);
    EXPECT_EQ(rows[i].asset, books[i].asset);
    EXPECT_EQ(rows[i].purpose, books[i].purpose);
    EXPECT_EQ(rows[i].amount, books[i].amount);
  }
}

TEST_F(StatementTest, TrialBalanceCancelsOut) {
  const auto lines = ReadTrialBalance(*views_->Snapshot());
  ASSERT_TRUE(lines.ok());
  ASSERT_EQ(lines->size(), 3u);
  for (const TrialBalance& line : *lines) {
    EXPECT_GT(line.debit, 0);
    EXPECT_EQ(line.debit + line.credit, 0);
    EXPECT_EQ(-line.credit,
              -accounts_.Get(kSystemHolder, line.asset, Purpose::kIssuance));
  }
}

}  // namespace
}  // namespace luheng
