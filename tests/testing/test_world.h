// A whole world in a test: core and all areas, without threads, journal or
// clock. Users send commands by name; everything is decided and applied at
// once, from the very bytes that a journal would hold, so that every test also
// tests that an entry survives its encoding.
//
//   TestWorld world;
//   registry::v1::OpenHolderRequest request = ...;
//   Outcome outcome = world.Send("registrar", request);         // pending
//   Outcome done = world.SendApproved("registrar", request);    // executed
//   EXPECT_EQ(world.ReplayDigest(), world.world().StateDigest());
#ifndef LUHENG_TESTS_TESTING_TEST_WORLD_H_
#define LUHENG_TESTS_TESTING_TEST_WORLD_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "ledger/base/digest.h"
#include "ledger/base/stamp.h"
#include "luheng/registry/v1/registry.pb.h"
#include "services/core/recovery.h"
#include "services/core/world.h"

namespace luheng::testing {

// Monday, 2026-03-02, 10:00 in Shanghai: inside a trading session.
Stamp TestStart();

// The genesis of every test. Its users, all of the operator (holder 2), are
//   admin, admin2        system and security administrators
//   registrar            proposes holders, assets, units, instruments
//   reviewer, reviewer2  check and approve what the registrar proposes
//   operator             runs the market
//   cashier, checker, approver, approver2   cash
//   supervisor           reads
core::GenesisConfig TestGenesis();

// An empty world with registry, settlement and market.
std::unique_ptr<core::World> MakeTestWorld();

// An id that follows from `number`.
Id16 TestId(int64_t number);
// H(type || body), as the edge computes it.
Digest BodyDigest(core::CommandType type,
                  const google::protobuf::Message& body);
// The command type whose body `body` is. Stops if there is none.
core::CommandType TypeOf(const core::World& world,
                         const google::protobuf::Message& body);
// A command of `user`; `body` is borrowed. On the order path, and for the
// node's own commands, the request id is left out.
core::Command MakeCommand(const core::World& world, UserId user,
                          const google::protobuf::Message& body,
                          const Id16& request_id);

// The next step that executes `proposal`: who may take it and the request.
// Nothing once it is closed. Stops if nobody may.
struct ApprovalStep {
  UserId user;
  std::unique_ptr<google::protobuf::Message> request;
};
std::optional<ApprovalStep> NextStep(const core::World& world,
                                     ProposalId proposal);

// A request for an enterprise whose code follows from `number`.
registry::v1::OpenHolderRequest EnterpriseRequest(int64_t number);
// A user `name` of `holder` with the role of a trader.
registry::v1::CreateUserRequest TraderRequest(absl::string_view name,
                                              HolderId holder);

// Stops unless postings sum to zero for each asset and no holder's balance is
// below zero.
void CheckBooks(const core::World& world);

// Thread-compatible.
class TestWorld {
 public:
  explicit TestWorld(core::WorldFactory make_world = MakeTestWorld);

  core::World& world() { return *world_; }
  const core::World& world() const { return *world_; }
  Stamp now() const { return now_; }
  // Lets time pass and does what becomes due.
  void Advance(int64_t nanos);

  // The user called `name`. Stops if there is none.
  UserId User(absl::string_view name) const;
  // Decides and applies, under a new request id.
  core::Outcome Send(absl::string_view user,
                     const google::protobuf::Message& body);
  core::Outcome Send(absl::string_view user,
                     const google::protobuf::Message& body, const Id16& id);
  core::Outcome Send(const core::Command& command);
  // Send, then every check and approval it needs. The outcome of the last
  // approval if it waited for any.
  core::Outcome SendApproved(absl::string_view user,
                             const google::protobuf::Message& body);
  // The proposal with that number. Stops if there is none.
  const core::Proposal& Proposal(int64_t number) const;

  // All entries, as stored.
  const std::vector<std::string>& entries() const { return entries_; }
  // The state digest of a new world, folded from the stored entries.
  Digest ReplayDigest() const;
  // The state digest of a new world, loaded from this one's bytes.
  Digest ReloadDigest() const;

 private:
  // Applies the drafted entry by way of its bytes.
  void Record();
  void RunContinuations(core::Outcome& outcome);

  core::WorldFactory make_world_;
  std::unique_ptr<core::World> world_;
  Stamp now_ = TestStart();
  int64_t last_id_ = 0;
  Entry draft_;
  Entry parsed_;
  std::vector<std::string> entries_;
};

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_TEST_WORLD_H_
