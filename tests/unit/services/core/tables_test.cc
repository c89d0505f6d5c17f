// The small tables and clocks of core, each by its rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "luheng/core/v1/core.pb.h"
#include "services/core/jump_watch.h"
#include "services/core/names.h"
#include "services/core/refusal_limit.h"
#include "services/core/rehearsal_clock.h"
#include "services/core/request_table.h"
#include "services/core/session_table.h"
#include "services/core/state_io.h"
#include "tests/testing/test_clock.h"
#include "tests/testing/test_world.h"

namespace luheng::core {
namespace {

using testing::TestClock;
using testing::TestId;

constexpr Stamp kStart = Stamp(1'000 * kNanosPerDay);

Stamp After(int64_t nanos) { return Stamp(kStart.value() + nanos); }

template <typename Table>
std::string Saved(const Table& table) {
  std::string bytes;
  {
    StateWriter writer([&bytes](absl::string_view piece) {
      bytes.append(piece.data(), piece.size());
    });
    table.Save(writer);
  }
  return bytes;
}

// ---- Names ----------------------------------------------------------------

TEST(NamesTest, NumbersAreReadStrictly) {
  struct Row {
    const char* name;
    int64_t number;
  };
  const Row rows[] = {
      {"holders/17", 17},
      {"holders/9223372036854775807", INT64_MAX},
      {"holders/9223372036854775808", 0},
      {"holders/0", 0},
      {"holders/017", 0},
      {"holders/+17", 0},
      {"holders/-17", 0},
      {"holders/ 17", 0},
      {"holders/17 ", 0},
      {"holders/17\n", 0},
      {"holders/1e3", 0},
      {"holders/0x1", 0},
      {"holders/17/", 0},
      {"holders/17/orders/1", 0},
      {"holders/", 0},
      {"holders", 0},
      {"Holders/17", 0},
      {"assets/17", 0},
      {"", 0},
      {"17", 0},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(ParseNumberName("holders", row.name), row.number) << row.name;
  }
}

TEST(NamesTest, OrdersStandUnderAHolder) {
  EXPECT_EQ(ParseOrderName("holders/3/orders/12"), OrderId(12));
  EXPECT_EQ(ParseOrderName(OrderName(HolderId(3), OrderId(12))), OrderId(12));
  for (const char* name :
       {"orders/12", "holders/0/orders/12", "holders/x/orders/12",
        "holders/3/orders/0", "holders/3/orders/12/x",
        "holders/3/orders/1/orders/2", "holders/3/orders/", "/orders/1"}) {
    EXPECT_EQ(ParseOrderName(name), OrderId()) << name;
  }
}

TEST(NamesTest, TextKeepsWhatFollowsTheSlash) {
  EXPECT_EQ(ParseTextName("assets", "assets/CEA-2021"), "CEA-2021");
  EXPECT_EQ(ParseTextName("assets", "assets/a/b"), "");
  EXPECT_EQ(ParseTextName("assets", "assetsX/a"), "");
  EXPECT_EQ(TextName("assets", "CEA"), "assets/CEA");
  EXPECT_EQ(ParseProposalName(ProposalName(ProposalId(8))), ProposalId(8));
  EXPECT_EQ(ParseHolderName(HolderName(HolderId(8))), HolderId(8));
}

// ---- State bytes ----------------------------------------------------------

TEST(StateIoTest, ReadsWhatWasWritten) {
  std::string bytes;
  const std::vector<int64_t> numbers = {
      0, 1, -1, 63, 64, -64, -65, INT64_MAX, INT64_MIN, INT64_MIN + 1};
  const std::string text(100'000, 't');
  v1::ApprovalTier tier;
  tier.set_amount_max(77);
  {
    StateWriter writer([&bytes](absl::string_view piece) {
      bytes.append(piece.data(), piece.size());
    });
    for (int64_t number : numbers) writer.Int(number);
    writer.Text("");
    writer.Text(text);
    writer.Message(tier);
    writer.IdOf(HolderId(5));
    writer.Text(TestId(4).view());
  }
  StateReader reader(bytes);
  for (int64_t number : numbers) EXPECT_EQ(reader.Int(), number);
  EXPECT_EQ(reader.Text(), "");
  EXPECT_EQ(reader.Text(), text);
  v1::ApprovalTier read;
  EXPECT_TRUE(reader.Message(read));
  EXPECT_EQ(read.amount_max(), 77);
  EXPECT_EQ(reader.IdOf<HolderId>(), HolderId(5));
  EXPECT_EQ(reader.Fixed<Id16>(), TestId(4));
  EXPECT_TRUE(reader.at_end());
  EXPECT_TRUE(reader.status().ok());
}

TEST(StateIoTest, MalformedBytesAreDataLossOnce) {
  struct Row {
    const char* name;
    std::string bytes;
    std::function<void(StateReader&)> read;
  };
  v1::ApprovalTier tier;
  const Row rows[] = {
      {"Empty", "", [](StateReader& r) { r.Int(); }},
      {"CutInteger", "\x80\x80", [](StateReader& r) { r.Int(); }},
      {"EndlessInteger", std::string(11, '\x80'),
       [](StateReader& r) { r.Int(); }},
      {"LongerThanNeeded", std::string("\x80\0", 2),
       [](StateReader& r) { r.Int(); }},
      {"BeyondSixtyFourBits", std::string(9, '\xff') + "\x02",
       [](StateReader& r) { r.Int(); }},
      {"NegativeCount", "\x01", [](StateReader& r) { r.Count(); }},
      {"CountOverItsMaximum", "\x0c", [](StateReader& r) { r.Count(5); }},
      {"CutText", std::string("\x08") + "abc",
       [](StateReader& r) { r.Text(); }},
      {"WrongSize", std::string("\x06") + "abc",
       [](StateReader& r) { r.Fixed<Id16>(); }},
      {"NoMessage", std::string("\x02") + "\x0f",
       [&tier](StateReader& r) { EXPECT_FALSE(r.Message(tier)); }},
  };
  for (const Row& row : rows) {
    StateReader reader(row.bytes);
    row.read(reader);
    EXPECT_EQ(reader.status().code(), absl::StatusCode::kDataLoss) << row.name;
    // Everything after it is zero, and the first error is the one reported.
    const absl::Status first = reader.status();
    EXPECT_EQ(reader.Int(), 0) << row.name;
    EXPECT_EQ(reader.Text(), "") << row.name;
    EXPECT_EQ(reader.status(), first) << row.name;
  }
}

// ---- Request ids ----------------------------------------------------------

RequestTable::Record RecordAt(Stamp stamp) {
  RequestTable::Record record;
  record.outcome.stamp = stamp;
  record.outcome.reason = v1::REASON_HOLDER_UNKNOWN;
  record.outcome.details = {{"holder", "holders/9"}};
  record.outcome.answer = "answer";
  record.outcome.numbers[2] = -5;
  return record;
}

TEST(RequestTableTest, AFullUserHasRoomAgainAfterADayWithoutAnyoneElse) {
  RequestTable table;
  const UserId user(4);
  for (int64_t i = 0; i < kRequestsPerUserMax; ++i) {
    EXPECT_FALSE(table.Full(user, After(i)));
    table.Insert(user, TestId(i), RecordAt(After(i)));
  }
  EXPECT_TRUE(table.Full(user, After(kRequestKeepNanos)));
  EXPECT_FALSE(table.Full(UserId(5), After(kRequestKeepNanos)));
  // The first one is too old now, though nothing was inserted since.
  EXPECT_FALSE(table.Full(user, After(kRequestKeepNanos + 1)));
  EXPECT_EQ(table.Find(user, TestId(0), After(kRequestKeepNanos + 1)), nullptr);
  EXPECT_NE(table.Find(user, TestId(1), After(kRequestKeepNanos + 1)), nullptr);
}

TEST(RequestTableTest, InsertForgetsWhatIsTooOldAndKeepsTheFirstAnswer) {
  RequestTable table;
  table.Insert(UserId(1), TestId(1), RecordAt(kStart));
  table.Insert(UserId(1), TestId(2), RecordAt(After(10)));
  RequestTable::Record other = RecordAt(After(11));
  other.outcome.answer = "other";
  table.Insert(UserId(1), TestId(2), other);
  EXPECT_EQ(table.Find(UserId(1), TestId(2), After(11))->outcome.answer,
            "answer");
  table.Insert(UserId(2), TestId(1), RecordAt(After(kRequestKeepNanos + 5)));
  EXPECT_EQ(table.size(), 2);

  RequestTable copy;
  const std::string bytes = Saved(table);
  StateReader reader(bytes);
  copy.Load(reader);
  EXPECT_TRUE(reader.status().ok() && reader.at_end());
  EXPECT_EQ(Saved(copy), bytes);
  const auto* const kept = copy.Find(UserId(1), TestId(2), After(11));
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(kept->outcome.details.size(), 1u);
  EXPECT_EQ(kept->outcome.numbers[2], -5);
}

// ---- Sessions -------------------------------------------------------------

TEST(SessionTableTest, KeepsTheLastAnswersAndSaysWhatIsTooOld) {
  SessionTable table;
  table.Open(SessionId(1), UserId(7), TestId(1));
  for (int64_t i = 1; i <= kAnswersKept + 3; ++i) {
    table.Record(SessionId(1),
                 {i, EntryNumber(i), v1::REASON_UNSPECIFIED, i, {}});
  }
  for (int64_t i : {int64_t{1}, int64_t{3}}) {
    EXPECT_EQ(table.FindAnswer(SessionId(1), i), nullptr);
    EXPECT_TRUE(table.IsTooOld(SessionId(1), i));
  }
  for (int64_t i : {int64_t{4}, kAnswersKept, kAnswersKept + 3}) {
    ASSERT_NE(table.FindAnswer(SessionId(1), i), nullptr);
    EXPECT_EQ(table.FindAnswer(SessionId(1), i)->subject, i);
    EXPECT_FALSE(table.IsTooOld(SessionId(1), i));
  }
  EXPECT_EQ(table.FindAnswer(SessionId(1), kAnswersKept + 4), nullptr);

  SessionTable copy;
  const std::string bytes = Saved(table);
  StateReader reader(bytes);
  copy.Load(reader);
  EXPECT_TRUE(reader.status().ok() && reader.at_end());
  EXPECT_EQ(Saved(copy), bytes);
  EXPECT_EQ(copy.Find(UserId(7), TestId(1)), SessionId(1));
  EXPECT_EQ(copy.LastSequence(SessionId(1)), kAnswersKept + 3);
}

// A sequence far ahead costs no memory beyond the ring.
TEST(SessionTableTest, ASequenceMayRunFarAhead) {
  SessionTable table;
  table.Open(SessionId(1), UserId(7), TestId(1));
  table.Record(SessionId(1), {INT64_MAX, EntryNumber(1), {}, 1, {}});
  EXPECT_NE(table.FindAnswer(SessionId(1), INT64_MAX), nullptr);
  EXPECT_TRUE(table.IsTooOld(SessionId(1), 1));
}

// ---- Refusals -------------------------------------------------------------

TEST(RefusalLimitTest, ABurstThenARate) {
  RefusalLimit limit;
  const UserId user(3);
  for (int64_t i = 0; i < kRefusalBurst; ++i) {
    ASSERT_TRUE(limit.Allows(user, kStart)) << i;
    limit.Count(user, kStart);
  }
  EXPECT_FALSE(limit.Allows(user, kStart));
  EXPECT_EQ(limit.WaitNanos(user, kStart), kRefusalIntervalNanos);
  EXPECT_FALSE(limit.Allows(user, After(kRefusalIntervalNanos - 1)));
  EXPECT_TRUE(limit.Allows(user, After(kRefusalIntervalNanos)));
  EXPECT_TRUE(limit.Allows(UserId(4), kStart));
  // After a long time the whole burst is there again, and no more.
  const Stamp later = After(kNanosPerDay);
  int64_t kept = 0;
  for (; limit.Allows(user, later); ++kept) limit.Count(user, later);
  EXPECT_EQ(kept, kRefusalBurst);
}

// ---- Clocks ---------------------------------------------------------------

constexpr int64_t kJumpMax = 2 * kNanosPerSecond;

TEST(JumpWatchTest, PassingTimeIsNoJump) {
  TestClock clock(kStart);
  JumpWatch watch(clock, Stamp(), kJumpMax);
  EXPECT_EQ(watch.Next(), kStart);
  clock.Advance(kNanosPerDay);
  EXPECT_EQ(watch.Next(), After(kNanosPerDay));
  clock.Jump(kJumpMax);
  EXPECT_EQ(watch.Next(), After(kNanosPerDay + kJumpMax));
  EXPECT_FALSE(watch.tripped());
}

TEST(JumpWatchTest, AForwardJumpTripsUntilItIsAcknowledged) {
  TestClock clock(kStart);
  JumpWatch watch(clock, Stamp(), kJumpMax);
  clock.Advance(5);
  clock.Jump(kJumpMax + 1);
  const Stamp still = watch.Next();
  EXPECT_TRUE(watch.tripped());
  EXPECT_EQ(watch.jump_ns(), kJumpMax + 1);
  clock.Advance(kNanosPerDay);
  EXPECT_EQ(watch.Next(), still);
  EXPECT_LT(still, clock.Now());
  watch.Acknowledge();
  EXPECT_FALSE(watch.tripped());
  EXPECT_EQ(watch.Next(), clock.Now());
}

TEST(JumpWatchTest, ABackwardJumpKeepsStampsFromGoingBack) {
  TestClock clock(kStart);
  JumpWatch watch(clock, Stamp(), kJumpMax);
  EXPECT_EQ(watch.Next(), kStart);
  clock.Jump(-kNanosPerMinute);
  EXPECT_EQ(watch.Next(), kStart);
  EXPECT_FALSE(watch.tripped());
  clock.Advance(kNanosPerMinute + 7);
  EXPECT_EQ(watch.Next(), After(7));
}

TEST(JumpWatchTest, StampsBeginWhereTheJournalEnds) {
  TestClock clock(kStart);
  JumpWatch watch(clock, After(50), kJumpMax);
  EXPECT_EQ(watch.Next(), After(50));
  clock.Advance(60);
  EXPECT_EQ(watch.Next(), After(60));
}

TEST(RehearsalClockTest, RunsFromItsStartAndOnlyForward) {
  TestClock machine(kStart);
  machine.Advance(999);
  const Stamp past(5 * kNanosPerDay);
  RehearsalClock clock(past, machine);
  EXPECT_EQ(clock.Now(), past);
  machine.Advance(10);
  machine.Jump(kNanosPerDay);  // The machine's wall clock does not count.
  EXPECT_EQ(clock.Now(), Stamp(past.value() + 10));
  clock.Advance(Stamp(past.value() + 1'000));
  EXPECT_EQ(clock.Now(), Stamp(past.value() + 1'000));
  clock.Advance(past);
  EXPECT_EQ(clock.Now(), Stamp(past.value() + 1'000));
}

}  // namespace
}  // namespace luheng::core
