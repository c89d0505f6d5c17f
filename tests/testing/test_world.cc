#include "tests/testing/test_world.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/base/endian.h"
#include "ledger/merkle/hash_suite.h"
#include "luheng/core/v1/core.pb.h"
#include "services/core/names.h"
#include "services/market/market_area.h"
#include "services/registry/credit_code.h"
#include "services/registry/registry_area.h"
#include "services/settlement/settlement_area.h"

namespace luheng::testing {
namespace {

using core::Outcome;
using core::Step;

constexpr int kCommandTypeMax = 2000;

std::string CreditCode(int64_t number) {
  const std::string first = absl::StrFormat("91140000MA%07d", number);
  const auto check = registry::CreditCodeCheck(first);
  LUHENG_CHECK(check.has_value()) << first;
  return first + *check;
}

}  // namespace

Stamp TestStart() {
  return StampAt(MakeDate(2026, 3, 2), 10 * 60 * kNanosPerMinute);
}

core::GenesisConfig TestGenesis() {
  core::GenesisConfig config;
  config.journal_id = TestId(0x1e57);
  config.operator_name = "测试交易所";
  config.operator_name_en = "Test Exchange";
  config.operator_code = CreditCode(0);
  config.operator_county = 140000;
  config.administrators = {
      {"admin",
       {registry::v1::ROLE_SYSTEM_ADMIN, registry::v1::ROLE_SECURITY_ADMIN}},
      {"admin2",
       {registry::v1::ROLE_SYSTEM_ADMIN, registry::v1::ROLE_SECURITY_ADMIN}},
      {"registrar", {registry::v1::ROLE_REGISTRAR}},
      {"reviewer", {registry::v1::ROLE_REGISTRAR_APPROVER}},
      {"reviewer2", {registry::v1::ROLE_REGISTRAR_APPROVER}},
      {"operator", {registry::v1::ROLE_MARKET_OPERATOR}},
      {"cashier", {registry::v1::ROLE_CASHIER}},
      {"checker", {registry::v1::ROLE_CASH_CHECKER}},
      {"approver", {registry::v1::ROLE_CASH_APPROVER}},
      {"approver2", {registry::v1::ROLE_CASH_APPROVER}},
      {"supervisor", {registry::v1::ROLE_SUPERVISOR}},
  };
  return config;
}

std::unique_ptr<core::World> MakeTestWorld() {
  auto world = std::make_unique<core::World>();
  auto holders = std::make_unique<registry::RegistryArea>(world->accounts());
  auto assets =
      std::make_unique<settlement::SettlementArea>(world->accounts(), *holders);
  auto market = std::make_unique<market::MarketArea>(
      world->accounts(), *holders, *holders, *assets);
  holders->SetHolderUsage(market.get());
  world->SetAccessControl(holders.get());
  world->AddArea(std::move(holders));
  world->AddArea(std::move(assets));
  world->AddArea(std::move(market));
  return world;
}

Id16 TestId(int64_t number) {
  Id16 id;
  id.data[0] = 1;  // Never all zero.
  StoreBigEndian64(static_cast<uint64_t>(number), &id.data[8]);
  return id;
}

Digest BodyDigest(core::CommandType type,
                  const google::protobuf::Message& body) {
  return Sha256Suite().Hash(absl::StrCat(type, "|"), body.SerializeAsString());
}

core::CommandType TypeOf(const core::World& world,
                         const google::protobuf::Message& body) {
  for (int type = 1; type < kCommandTypeMax; ++type) {
    const core::CommandSpec* const spec = world.FindCommand(type);
    if (spec != nullptr &&
        spec->prototype->GetDescriptor() == body.GetDescriptor()) {
      return type;
    }
  }
  LUHENG_CHECK(false) << body.GetDescriptor()->full_name();
  return 0;
}

core::Command MakeCommand(const core::World& world, UserId user,
                          const google::protobuf::Message& body,
                          const Id16& request_id) {
  core::Command command;
  command.type = TypeOf(world, body);
  command.user = user;
  command.body = &body;
  if (world.FindCommand(command.type)->by_request_id) {
    command.request_id = request_id;
    command.digest = BodyDigest(command.type, body);
    command.credential.data.fill(7);
  }
  return command;
}

std::optional<ApprovalStep> NextStep(const core::World& world, ProposalId id) {
  const core::Proposal* const proposal = world.core().approvals().Find(id);
  LUHENG_CHECK(proposal != nullptr) << "proposal " << id;
  if (!proposal->open()) return std::nullopt;
  const bool approving = proposal->checked();
  std::unique_ptr<google::protobuf::Message> body(
      world.FindCommand(proposal->command)->prototype->New());
  LUHENG_CHECK(body->ParseFromString(proposal->payload));
  const HolderId target = world.TargetOf(proposal->command, *body);
  for (UserId user(1); world.access().HolderOf(user);
       user = UserId(user.value() + 1)) {
    if (core::Approvals::CheckStep(*proposal, user, proposal->digest.view(),
                                   approving) ||
        !world.access().IsActive(user) ||
        !world.access().Allows(user, proposal->command,
                               approving ? Step::kApprove : Step::kCheck,
                               target)) {
      continue;
    }
    if (approving) {
      auto request = std::make_unique<core::v1::ApproveProposalRequest>();
      request->set_name(core::ProposalName(id));
      request->set_digest(proposal->digest.str());
      return ApprovalStep{user, std::move(request)};
    }
    auto request = std::make_unique<core::v1::CheckProposalRequest>();
    request->set_name(core::ProposalName(id));
    request->set_digest(proposal->digest.str());
    return ApprovalStep{user, std::move(request)};
  }
  LUHENG_CHECK(false) << "nobody may go on with proposal " << id;
  return std::nullopt;
}

registry::v1::OpenHolderRequest EnterpriseRequest(int64_t number) {
  registry::v1::OpenHolderRequest request;
  registry::v1::Holder& holder = *request.mutable_holder();
  holder.set_kind(registry::v1::HOLDER_KIND_ENTERPRISE);
  holder.set_code(CreditCode(number));
  holder.set_display_name(absl::StrCat("企业", number));
  holder.set_county_code("140729");
  registry::v1::Document& document = *holder.add_documents();
  document.set_title("licence");
  document.set_sha256(std::string(Digest::kSize, 'd'));
  return request;
}

registry::v1::CreateUserRequest TraderRequest(absl::string_view name,
                                              HolderId holder) {
  registry::v1::CreateUserRequest request;
  request.set_user(std::string(name));
  request.set_holder(core::HolderName(holder));
  request.add_roles()->set_role(registry::v1::ROLE_TRADER);
  return request;
}

void CheckBooks(const core::World& world) {
  std::map<int64_t, absl::int128> sums;
  for (const AccountBalance& balance : world.accounts().Balances()) {
    sums[balance.asset.value()] += balance.amount;
    LUHENG_CHECK(balance.amount > 0 || IsSystemPurpose(balance.purpose))
        << "holder " << balance.holder << " asset " << balance.asset;
  }
  for (const auto& [asset, sum] : sums) {
    LUHENG_CHECK(sum == 0) << "asset " << asset;
  }
}

TestWorld::TestWorld(core::WorldFactory make_world)
    : make_world_(std::move(make_world)), world_(make_world_()) {
  world_->DraftGenesis(TestGenesis(), now_, draft_);
  Record();
}

void TestWorld::Advance(int64_t nanos) {
  now_ = Stamp(now_.value() + nanos);
  Outcome unused;
  for (auto due = world_->NextDue(); due && *due <= now_;
       due = world_->NextDue()) {
    world_->DecideDue(now_, draft_);
    Record();
    RunContinuations(unused);
  }
}

UserId TestWorld::User(absl::string_view name) const {
  const UserId user = world_->access().FindUser(name);
  LUHENG_CHECK(user) << name;
  return user;
}

Outcome TestWorld::Send(absl::string_view user,
                        const google::protobuf::Message& body) {
  return Send(user, body, TestId(++last_id_));
}

Outcome TestWorld::Send(absl::string_view user,
                        const google::protobuf::Message& body, const Id16& id) {
  return Send(MakeCommand(*world_, User(user), body, id));
}

Outcome TestWorld::Send(const core::Command& command) {
  Outcome outcome;
  if (world_->Decide(command, now_, draft_, outcome) ==
      core::Decision::kEntry) {
    Record();
    RunContinuations(outcome);
  }
  return outcome;
}

Outcome TestWorld::SendApproved(absl::string_view user,
                                const google::protobuf::Message& body) {
  Outcome outcome = Send(user, body);
  if (!outcome.pending) return outcome;
  const ProposalId proposal(outcome.subject);
  while (const auto step = NextStep(*world_, proposal)) {
    outcome = Send(
        MakeCommand(*world_, step->user, *step->request, TestId(++last_id_)));
    LUHENG_CHECK(outcome.accepted()) << core::v1::Reason_Name(outcome.reason);
  }
  return outcome;
}

const core::Proposal& TestWorld::Proposal(int64_t number) const {
  const auto* const found = world_->core().approvals().Find(ProposalId(number));
  LUHENG_CHECK(found != nullptr) << "proposal " << number;
  return *found;
}

Digest TestWorld::ReplayDigest() const {
  const auto world = make_world_();
  Entry entry;
  for (const std::string& bytes : entries_) {
    LUHENG_CHECK_OK(entry.Parse(bytes));
    world->Apply(entry.view());
  }
  return world->StateDigest();
}

Digest TestWorld::ReloadDigest() const {
  std::string bytes;
  {
    core::StateWriter writer([&bytes](absl::string_view piece) {
      bytes.append(piece.data(), piece.size());
    });
    world_->Save(writer);
  }
  const auto world = make_world_();
  LUHENG_CHECK_OK(world->Load(bytes));
  return world->StateDigest();
}

void TestWorld::Record() {
  draft_.Serialize(entries_.emplace_back());
  LUHENG_CHECK_OK(parsed_.Parse(entries_.back()));
  world_->Apply(parsed_.view());
}

void TestWorld::RunContinuations(Outcome& outcome) {
  while (world_->HasContinuation()) {
    world_->DecideContinuation(now_, draft_, outcome);
    Record();
  }
}

}  // namespace luheng::testing
