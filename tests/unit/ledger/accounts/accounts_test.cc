// Goal: a balance is only ever the sum of postings, and what would break the
// books stops the process.
#include "ledger/accounts/accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace luheng {
namespace {

constexpr AssetId kCash = AssetId(1);
constexpr AssetId kUnits = AssetId(2);
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

Entry& Deposit(Entry& entry, int64_t number, int64_t holder, int64_t amount) {
  entry.Reset(EntryNumber(number), Stamp(number));
  entry.Move(kCash, amount, kSystemHolder, Purpose::kBank, HolderId(holder),
             Purpose::kAvailable);
  return entry;
}

TEST(AccountsTest, ABalanceIsTheSumOfItsPostings) {
  Accounts accounts;
  Entry entry;
  accounts.Apply(Deposit(entry, 1, 7, 500).view());
  accounts.Apply(Deposit(entry, 2, 7, 20).view());
  entry.Reset(EntryNumber(3), Stamp(3));
  entry.Move(kCash, 120, HolderId(7), Purpose::kAvailable, HolderId(7),
             Purpose::kHeld);
  accounts.Apply(entry.view());
  EXPECT_EQ(accounts.Get(HolderId(7), kCash, Purpose::kAvailable), 400);
  EXPECT_EQ(accounts.Get(HolderId(7), kCash, Purpose::kHeld), 120);
  EXPECT_EQ(accounts.Get(kSystemHolder, kCash, Purpose::kBank), -520);
  EXPECT_EQ(accounts.Get(HolderId(7), kUnits, Purpose::kHeld), 0);
  EXPECT_EQ(accounts.Get(HolderId(8), kCash, Purpose::kHeld), 0);
  int64_t sum = 0;
  for (const AccountBalance& balance : accounts.Balances()) {
    sum += balance.amount;
  }
  EXPECT_EQ(sum, 0);
}

// The system's and a holder's purposes of one holder and asset are two rows,
// and every purpose has its own balance.
TEST(AccountsTest, EveryPurposeIsAnAccountOfItsOwn) {
  Accounts accounts;
  for (int i = 1; i <= kPurposeMax; ++i) {
    accounts.Post(kSystemHolder, kCash, static_cast<Purpose>(i), 1000 + i);
  }
  const auto balances = accounts.BalancesOf(kSystemHolder);
  ASSERT_EQ(balances.size(), static_cast<size_t>(kPurposeMax));
  for (int i = 1; i <= kPurposeMax; ++i) {
    const AccountBalance& balance = balances[static_cast<size_t>(i - 1)];
    EXPECT_EQ(static_cast<int>(balance.purpose), i);
    EXPECT_EQ(balance.amount, 1000 + i);
    EXPECT_EQ(accounts.Get(kSystemHolder, kCash, balance.purpose), 1000 + i);
  }
  EXPECT_EQ(accounts.row_count(), 2);
}

TEST(AccountsTest, BalancesComeInOrderWithoutZeros) {
  Accounts accounts;
  accounts.Post(HolderId(9), kUnits, Purpose::kHeld, 4);
  accounts.Post(HolderId(9), kCash, Purpose::kAvailable, 3);
  accounts.Post(HolderId(2), kUnits, Purpose::kAvailable, 2);
  accounts.Post(HolderId(2), kCash, Purpose::kAvailable, 1);
  accounts.Post(HolderId(2), kCash, Purpose::kAvailable, -1);
  const auto balances = accounts.Balances();
  ASSERT_EQ(balances.size(), 3u);
  EXPECT_EQ(balances[0].holder, HolderId(2));
  EXPECT_EQ(balances[1].asset, kCash);
  EXPECT_EQ(balances[2].asset, kUnits);
  EXPECT_TRUE(accounts.HasBalance(HolderId(2)));
  accounts.Post(HolderId(2), kUnits, Purpose::kAvailable, -2);
  EXPECT_FALSE(accounts.HasBalance(HolderId(2)));
  EXPECT_FALSE(accounts.HasBalance(HolderId(77)));
}

TEST(AccountsTest, TheFoldFollowsEveryPostingInOrder) {
  Accounts a;
  Accounts b;
  Entry entry;
  for (Accounts* accounts : {&a, &b}) {
    accounts->Apply(Deposit(entry, 1, 7, 500).view());
    accounts->Apply(Deposit(entry, 2, 8, 500).view());
  }
  EXPECT_EQ(a.fold(), b.fold());
  const uint64_t before = a.fold();
  a.Post(HolderId(7), kCash, Purpose::kHeld, 1);
  a.Post(HolderId(7), kCash, Purpose::kHeld, -1);
  // The balances are what they were, and the fold says that there was more.
  EXPECT_NE(a.fold(), before);

  Accounts other_order;
  other_order.Apply(Deposit(entry, 1, 8, 500).view());
  other_order.Apply(Deposit(entry, 2, 7, 500).view());
  EXPECT_NE(other_order.fold(), b.fold());
  // A snapshot puts the balances back, and then the fold.
  Accounts restored;
  for (const AccountBalance& balance : b.Balances()) {
    restored.Post(balance.holder, balance.asset, balance.purpose,
                  balance.amount);
  }
  restored.RestoreFold(b.fold());
  b.Apply(Deposit(entry, 3, 9, 5).view());
  restored.Apply(Deposit(entry, 3, 9, 5).view());
  EXPECT_EQ(restored.fold(), b.fold());
}

TEST(AccountsDeathTest, WhatWouldBreakTheBooksStops) {
  Accounts accounts;
  accounts.Post(HolderId(7), kCash, Purpose::kAvailable, 10);
  EXPECT_DEATH(accounts.Post(HolderId(7), kCash, Purpose::kAvailable, -11),
               "10 \\+ -11");
  EXPECT_DEATH(accounts.Post(HolderId(7), kCash, Purpose::kAvailable, kMax),
               "10 \\+ 9223372036854775807");
  accounts.Post(kSystemHolder, kCash, Purpose::kBank, -kMax);
  EXPECT_DEATH(accounts.Post(kSystemHolder, kCash, Purpose::kBank, -2), "-2");
  EXPECT_DEATH(accounts.Post(HolderId(-1), kCash, Purpose::kHeld, 1), "holder");
  EXPECT_DEATH(accounts.Post(HolderId(1), AssetId(0), Purpose::kHeld, 1),
               "asset 0");
  EXPECT_DEATH(
      accounts.Post(HolderId(int64_t{1} << 31), kCash, Purpose::kHeld, 1),
      "holder");
}

TEST(AccountsDeathTest, AnEntryThatDoesNotSumToZeroStops) {
  Accounts accounts;
  Entry entry;
  entry.Reset(EntryNumber(5), Stamp(1));
  entry.AddPosting(HolderId(7), kCash, Purpose::kAvailable, 10);
  entry.AddPosting(HolderId(8), kUnits, Purpose::kAvailable, 10);
  entry.AddPosting(kSystemHolder, kCash, Purpose::kBank, -10);
  EXPECT_DEATH(accounts.Apply(entry.view()), "entry 5");
}

}  // namespace
}  // namespace luheng
