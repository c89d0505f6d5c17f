// Goal: who may send what, and that a command sent again is not carried out
// again. Method: the real world, decided and applied by hand; every test ends
// with a full replay to the same digest.
#include "services/core/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "ledger/journal/block.h"
#include "luheng/core/v1/core.pb.h"
#include "luheng/registry/v1/registry.pb.h"
#include "services/core/names.h"
#include "services/core/refusal_limit.h"
#include "tests/testing/test_world.h"

namespace luheng::core {
namespace {

using testing::EnterpriseRequest;
using testing::TestId;
using testing::TestWorld;

class WorldTest : public ::testing::Test {
 protected:
  ~WorldTest() override {
    testing::CheckBooks(world_.world());
    EXPECT_EQ(world_.ReplayDigest(), world_.world().StateDigest());
    EXPECT_EQ(world_.ReloadDigest(), world_.world().StateDigest());
  }
  int64_t entry_count() const {
    return static_cast<int64_t>(world_.entries().size());
  }
  // The trader "trader" of a new enterprise, holder 3.
  void AddTrader() {
    ASSERT_TRUE(
        world_.SendApproved("registrar", EnterpriseRequest(1)).accepted());
    ASSERT_TRUE(world_
                    .SendApproved("admin",
                                  testing::TraderRequest("trader", HolderId(3)))
                    .accepted());
  }
  Outcome SetState(const char* user, registry::v1::UserState state) {
    registry::v1::SetUserStateRequest request;
    request.set_name(TextName("users", user));
    request.set_state(state);
    request.set_reason("test");
    return world_.Send("admin", request);
  }
  Outcome OpenSession(const char* user, int64_t key) {
    v1::OpenSession body;
    body.set_key(TestId(key).str());
    return world_.Send(user, body);
  }

  TestWorld world_;
};

// ---- Authorization --------------------------------------------------------

TEST_F(WorldTest, ARoleIsNeeded) {
  const Outcome outcome = world_.Send("cashier", EnterpriseRequest(1));
  EXPECT_EQ(outcome.reason, v1::REASON_PERMISSION_DENIED);
  // The refusal is kept and moves nothing.
  EXPECT_EQ(outcome.entry.value(), 2);
  Entry entry;
  ASSERT_TRUE(entry.Parse(world_.entries().back()).ok());
  EXPECT_EQ(entry.view().parts[0]->refusal().reason(),
            v1::REASON_PERMISSION_DENIED);
  EXPECT_EQ(entry.view().parts[0]->postings_size(), 0);
}

TEST_F(WorldTest, ARoleRevokedACommandEarlierIsGone) {
  registry::v1::RevokeRoleRequest revoke;
  revoke.set_user("users/registrar");
  revoke.mutable_role()->set_role(registry::v1::ROLE_REGISTRAR);
  ASSERT_TRUE(world_.Send("registrar", EnterpriseRequest(1)).accepted());
  ASSERT_TRUE(world_.SendApproved("admin", revoke).accepted());
  EXPECT_EQ(world_.Send("registrar", EnterpriseRequest(2)).reason,
            v1::REASON_PERMISSION_DENIED);
}

TEST_F(WorldTest, ASuspendedUserIsRefusedWhateverElseIsWrong) {
  AddTrader();
  const auto request = EnterpriseRequest(7);
  EXPECT_EQ(world_.Send("trader", request, TestId(500)).reason,
            v1::REASON_PERMISSION_DENIED);
  ASSERT_TRUE(
      SetState("trader", registry::v1::USER_STATE_SUSPENDED).accepted());
  // Suspended, no role, and a request id that was used with another body.
  EXPECT_EQ(world_.Send("trader", EnterpriseRequest(8), TestId(500)).reason,
            v1::REASON_USER_SUSPENDED);
  // The first answer stays the answer.
  const Outcome again = world_.Send("trader", request, TestId(500));
  EXPECT_EQ(again.reason, v1::REASON_PERMISSION_DENIED);
  EXPECT_TRUE(again.repeated);
  ASSERT_TRUE(SetState("trader", registry::v1::USER_STATE_ACTIVE).accepted());
  EXPECT_EQ(world_.Send("trader", EnterpriseRequest(8), TestId(500)).reason,
            v1::REASON_REQUEST_ID_REUSED);
}

// Senders and types that do not exist leave no entry.
TEST_F(WorldTest, NobodyAndNothingLeaveNoEntry) {
  struct Row {
    const char* name;
    CommandType type;
    int64_t user;
    Reason reason;
  };
  const Row rows[] = {
      {"UnknownType", 1999, 1, v1::REASON_UNKNOWN_COMMAND},
      {"TypeOutOfRange", 1 << 20, 1, v1::REASON_UNKNOWN_COMMAND},
      {"NegativeType", -1, 1, v1::REASON_UNKNOWN_COMMAND},
      {"UnknownUser", v1::COMMAND_TYPE_OPEN_SESSION, 99,
       v1::REASON_UNKNOWN_USER},
      {"NoUser", v1::COMMAND_TYPE_OPEN_SESSION, 0, v1::REASON_UNKNOWN_USER},
  };
  v1::OpenSession body;
  for (const Row& row : rows) {
    Command command;
    command.type = row.type;
    command.user = UserId(row.user);
    command.body = &body;
    EXPECT_EQ(world_.Send(command).reason, row.reason) << row.name;
  }
  EXPECT_EQ(entry_count(), 1);
}

TEST_F(WorldTest, TheNodesCommandsAreNotForUsers) {
  v1::StateDigest body;
  body.set_entry(1);
  body.set_digest(std::string(Digest::kSize, 'x'));
  EXPECT_EQ(world_.Send("admin", body).reason, v1::REASON_PERMISSION_DENIED);
  EXPECT_FALSE(world_.world().core().last_digest().has_value());
  Command command;
  command.type = v1::COMMAND_TYPE_STATE_DIGEST;
  command.body = &body;
  EXPECT_TRUE(world_.Send(command).accepted());
  EXPECT_EQ(world_.world().core().last_digest()->entry, EntryNumber(1));
}

// ---- Request ids ----------------------------------------------------------

TEST_F(WorldTest, TheSameRequestGetsTheFirstAnswerAgain) {
  const auto good = EnterpriseRequest(1);
  auto bad = EnterpriseRequest(2);
  bad.mutable_holder()->set_code("911400000000000000");
  struct Row {
    const char* name;
    const google::protobuf::Message* body;
    const char* user;
    Reason reason;
    bool pending;
  };
  const Row rows[] = {
      {"Pending", &good, "registrar", v1::REASON_UNSPECIFIED, true},
      {"Refused", &bad, "registrar", v1::REASON_CREDIT_CODE_INVALID, false},
      {"NotAllowed", &good, "cashier", v1::REASON_PERMISSION_DENIED, false},
  };
  int64_t id = 100;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Outcome first = world_.Send(row.user, *row.body, TestId(++id));
    EXPECT_EQ(first.reason, row.reason);
    EXPECT_EQ(first.pending, row.pending);
    EXPECT_FALSE(first.repeated);
    const int64_t before = entry_count();
    const Outcome again = world_.Send(row.user, *row.body, TestId(id));
    EXPECT_EQ(entry_count(), before);
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.reason, first.reason);
    EXPECT_EQ(again.pending, first.pending);
    EXPECT_EQ(again.entry, first.entry);
    EXPECT_EQ(again.stamp, first.stamp);
    EXPECT_EQ(again.subject, first.subject);
    EXPECT_EQ(again.answer, first.answer);
    EXPECT_EQ(again.details, first.details);
  }
}

TEST_F(WorldTest, AnotherBodyUnderTheSameIdIsRefused) {
  ASSERT_TRUE(
      world_.Send("registrar", EnterpriseRequest(1), TestId(1)).accepted());
  const Outcome other =
      world_.Send("registrar", EnterpriseRequest(2), TestId(1));
  EXPECT_EQ(other.reason, v1::REASON_REQUEST_ID_REUSED);
  EXPECT_EQ(entry_count(), 2);
  // Ids are each user's own.
  EXPECT_EQ(world_.Send("cashier", EnterpriseRequest(2), TestId(1)).reason,
            v1::REASON_PERMISSION_DENIED);
}

TEST_F(WorldTest, AnAnswerIsForgottenAfterADayByStamp) {
  auto bad = EnterpriseRequest(1);
  bad.mutable_holder()->set_code("911400000000000000");
  const Outcome first = world_.Send("registrar", bad, TestId(1));
  world_.Advance(kRequestKeepNanos);
  EXPECT_TRUE(world_.Send("registrar", bad, TestId(1)).repeated);
  world_.Advance(1);
  const Outcome later = world_.Send("registrar", bad, TestId(1));
  EXPECT_FALSE(later.repeated);
  EXPECT_GT(later.entry, first.entry);
  EXPECT_EQ(world_.world().core().requests().size(), 1);
}

// ---- Refusals -------------------------------------------------------------

TEST_F(WorldTest, RefusalsBeyondTheBurstLeaveNoEntry) {
  const auto request = EnterpriseRequest(1);
  for (int64_t i = 0; i < kRefusalBurst; ++i) {
    ASSERT_EQ(world_.Send("cashier", request).reason,
              v1::REASON_PERMISSION_DENIED)
        << i;
  }
  const int64_t full = entry_count();
  const Outcome limited = world_.Send("cashier", request);
  EXPECT_EQ(limited.reason, v1::REASON_RATE_LIMITED);
  EXPECT_THAT(limited.details,
              ::testing::Contains(::testing::Pair("refused_reason",
                                                  "REASON_PERMISSION_DENIED")));
  EXPECT_EQ(entry_count(), full);
  // Others are not concerned, nor is what is accepted.
  EXPECT_EQ(world_.Send("checker", request).reason,
            v1::REASON_PERMISSION_DENIED);
  // One more fits after the interval, and no second.
  world_.Advance(kRefusalIntervalNanos);
  EXPECT_EQ(world_.Send("cashier", request).reason,
            v1::REASON_PERMISSION_DENIED);
  EXPECT_EQ(world_.Send("cashier", request).reason, v1::REASON_RATE_LIMITED);
}

// A refusal quotes what was sent; an entry has to hold it.
TEST_F(WorldTest, ALongValueIsCutInTheRefusal) {
  auto request = EnterpriseRequest(1);
  std::string code;
  while (code.size() < 2'000'000) code += "省";
  request.mutable_holder()->set_code(code);
  const Outcome outcome = world_.Send("registrar", request);
  EXPECT_EQ(outcome.reason, v1::REASON_CREDIT_CODE_INVALID);
  for (const auto& [key, value] : outcome.details) {
    EXPECT_LE(value.size(), 256u) << key;
    EXPECT_EQ(value.size() % 3, key == "value" ? 0 : value.size() % 3);
  }
  EXPECT_LT(world_.entries().back().size(), 2000u);
}

// ---- Sessions -------------------------------------------------------------

TEST_F(WorldTest, ASessionBelongsToItsUser) {
  AddTrader();
  const Outcome opened = OpenSession("trader", 1);
  ASSERT_TRUE(opened.accepted());
  EXPECT_EQ(opened.subject, 1);
  // The same key resumes, without an entry.
  const int64_t before = entry_count();
  const Outcome resumed = OpenSession("trader", 1);
  EXPECT_EQ(resumed.subject, 1);
  EXPECT_TRUE(resumed.repeated);
  EXPECT_EQ(entry_count(), before);
  // The key is the user's own.
  EXPECT_EQ(OpenSession("operator", 1).subject, 2);

  v1::OpenSession body;
  struct Row {
    const char* name;
    int64_t session;
    const char* user;
    int64_t sequence;
    Reason reason;
  };
  const Row rows[] = {
      {"Unknown", 9, "trader", 1, v1::REASON_UNKNOWN_SESSION},
      {"Negative", -1, "trader", 1, v1::REASON_UNKNOWN_SESSION},
      {"AnotherUsers", 2, "trader", 1, v1::REASON_UNKNOWN_SESSION},
      {"SequenceZero", 1, "trader", 0, v1::REASON_SEQUENCE_GAP},
      {"SequenceNegative", 1, "trader", INT64_MIN, v1::REASON_SEQUENCE_GAP},
  };
  for (const Row& row : rows) {
    Command command =
        testing::MakeCommand(world_.world(), world_.User(row.user), body, {});
    command.session = SessionId(row.session);
    command.sequence = row.sequence;
    EXPECT_EQ(world_.Send(command).reason, row.reason) << row.name;
  }
  EXPECT_EQ(entry_count(), before + 1);
}

// Commands of a session are carried out once. Method: refusals, since those are
// the shortest commands that leave an entry.
TEST_F(WorldTest, ACommandOfASessionIsDecidedOnce) {
  AddTrader();
  ASSERT_TRUE(OpenSession("trader", 1).accepted());
  const auto send = [this](int64_t sequence) {
    v1::OpenSession body;  // Its key is not 16 bytes: refused.
    Command command =
        testing::MakeCommand(world_.world(), world_.User("trader"), body, {});
    command.session = SessionId(1);
    command.sequence = sequence;
    world_.Advance(kRefusalIntervalNanos);
    return world_.Send(command);
  };
  const Outcome first = send(1);
  EXPECT_EQ(first.reason, v1::REASON_INVALID_FIELD);
  for (int64_t i = 2; i <= kAnswersKept; ++i) send(i);
  int64_t before = entry_count();
  const Outcome again = send(1);
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.entry, first.entry);
  EXPECT_EQ(again.reason, first.reason);
  EXPECT_EQ(entry_count(), before);
  // The next answer takes the place of the first, which is too old then.
  send(kAnswersKept + 1);
  before = entry_count();
  EXPECT_EQ(send(1).reason, v1::REASON_SEQUENCE_TOO_OLD);
  EXPECT_TRUE(send(2).repeated);
  EXPECT_TRUE(send(kAnswersKept + 1).repeated);
  EXPECT_EQ(entry_count(), before);
  EXPECT_EQ(OpenSession("trader", 1).numbers[0], kAnswersKept + 1);
}

TEST_F(WorldTest, SessionsOfAUserAreBounded) {
  for (int64_t i = 1; i <= kSessionsPerUserMax; ++i) {
    ASSERT_TRUE(OpenSession("operator", i).accepted());
  }
  EXPECT_EQ(OpenSession("operator", 1000).reason, v1::REASON_RATE_LIMITED);
  EXPECT_TRUE(OpenSession("operator", 1).accepted());
}

// ---- State ----------------------------------------------------------------

// Bytes that are cut or changed are refused, and do not stop the process.
TEST_F(WorldTest, DamagedStateIsNotLoaded) {
  AddTrader();
  OpenSession("trader", 1);
  world_.Send("registrar", EnterpriseRequest(2));
  std::string bytes;
  {
    StateWriter writer([&bytes](absl::string_view piece) {
      bytes.append(piece.data(), piece.size());
    });
    world_.world().Save(writer);
  }
  for (size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 200) {
    const auto world = testing::MakeTestWorld();
    EXPECT_FALSE(world->Load(absl::string_view(bytes).substr(0, size)).ok())
        << size;
  }
  EXPECT_FALSE(testing::MakeTestWorld()->Load(bytes + "x").ok());
  std::string newer = bytes;
  newer[0] = 2 * 2;
  EXPECT_EQ(testing::MakeTestWorld()->Load(newer).code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace luheng::core
