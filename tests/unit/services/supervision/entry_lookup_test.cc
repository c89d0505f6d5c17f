// Entries for their readers: what each audience sees, that what is shown opens
// its commitment, and how pages end. The world is the real one, of registry and
// settlement, with users, approvals and request ids.
#include "services/supervision/entry_lookup.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "ledger/entry/commitment.h"
#include "luheng/core/v1/core.pb.h"
#include "luheng/core/v1/events.pb.h"
#include "luheng/settlement/v1/events.pb.h"
#include "services/core/world.h"
#include "services/registry/registry_area.h"
#include "services/settlement/settlement_area.h"
#include "tests/testing/entry_journal.h"

namespace luheng::supervision {
namespace {

using core::v1::Reason;
namespace rv1 = registry::v1;
namespace sv1 = settlement::v1;

constexpr HolderId kOperator = HolderId(2);

// A world with two administrators who give themselves every role that the
// tests need, and the journal of what it decided.
class Market {
 public:
  Market() {
    auto registry = std::make_unique<registry::RegistryArea>(world.accounts());
    registry_ = registry.get();
    auto settlement = std::make_unique<settlement::SettlementArea>(
        world.accounts(), *registry_);
    settlement_ = settlement.get();
    world.AddArea(std::move(registry));
    world.AddArea(std::move(settlement));
    world.SetAccessControl(registry_);
    core::GenesisConfig config;
    config.operator_name = "交易中心";
    config.operator_code = "11140000012345678U";
    config.operator_county = 140000;
    config.administrators = {
        {"one", {1, 2, 4, 8}}, {"two", {2, 5, 9, 10}}, {"three", {5, 10}}};
    Entry entry;
    world.DraftGenesis(config, now_, entry);
    Keep(entry);
  }

  core::Outcome Submit(const std::string& user, int type,
                       const google::protobuf::Message& body) {
    core::Command command;
    command.type = type;
    command.user = registry_->FindUser(user);
    command.request_id = *Id16::From(std::string(15, 'r') + ++requests_);
    command.body = &body;
    Entry entry;
    core::Outcome outcome;
    now_ = Stamp(now_.value() + 1);
    if (world.Decide(command, now_, entry, outcome) == core::Decision::kEntry) {
      Keep(entry);
    }
    return outcome;
  }

  // Submits, and carries the proposal through.
  core::Outcome Agree(int type, const google::protobuf::Message& body,
                      bool checked) {
    const core::Outcome pending = Submit("one", type, body);
    LUHENG_CHECK(pending.pending) << core::v1::Reason_Name(pending.reason);
    core::v1::PendingApproval proposal;
    proposal.ParseFromString(pending.answer);
    if (checked) {
      core::v1::CheckProposalRequest check;
      check.set_name(proposal.proposal());
      check.set_digest(proposal.digest());
      const core::Outcome outcome =
          Submit("two", core::v1::COMMAND_TYPE_CHECK_PROPOSAL, check);
      LUHENG_CHECK(outcome.accepted()) << core::v1::Reason_Name(outcome.reason);
    }
    core::v1::ApproveProposalRequest approve;
    approve.set_name(proposal.proposal());
    approve.set_digest(proposal.digest());
    return Submit(checked ? "three" : "two",
                  core::v1::COMMAND_TYPE_APPROVE_PROPOSAL, approve);
  }

  core::Outcome OpenEnterprise() {
    rv1::OpenHolderRequest request;
    rv1::Holder& holder = *request.mutable_holder();
    holder.set_kind(rv1::HOLDER_KIND_ENTERPRISE);
    holder.set_code("91140927MA0ABCD1XT");
    holder.set_display_name("神池电力");
    holder.set_county_code("140927");
    holder.add_documents()->set_sha256(std::string(32, 'd'));
    return Agree(rv1::COMMAND_TYPE_OPEN_HOLDER, request, false);
  }
  core::Outcome Deposit(int64_t amount, const std::string& reference) {
    sv1::DepositRequest request;
    request.set_holder("holders/3");
    request.set_amount_minor(amount);
    request.set_bank_reference(reference);
    return Agree(sv1::COMMAND_TYPE_DEPOSIT, request, true);
  }

  Sight SightOf(HolderId own) const {
    return {[own](HolderId holder) { return holder == own; },
            [this](UserId user) { return registry_->UserName(user); },
            [this](AssetId asset) { return settlement_->AssetSymbol(asset); }};
  }

  core::World world;
  luheng::testing::EntryJournal journal;

 private:
  void Keep(Entry& entry) {
    journal.Add(entry);
    journal.Commit();
    std::string bytes;
    entry.Serialize(bytes);
    Entry parsed;
    LUHENG_CHECK_OK(parsed.Parse(bytes));
    world.Apply(parsed.view());
  }

  registry::RegistryArea* registry_ = nullptr;
  settlement::SettlementArea* settlement_ = nullptr;
  Stamp now_ = StampAt(MakeDate(2022, 10, 21), 0);
  char requests_ = 0;
};

TEST(EntryLookupTest, EachAudienceSeesItsParts) {
  Market market;
  ASSERT_TRUE(market.OpenEnterprise().accepted());
  ASSERT_TRUE(market.Deposit(500, "R1").accepted());
  EXPECT_EQ(
      market.world.accounts().Get(HolderId(3), AssetId(1), Purpose::kAvailable),
      500);
  const EntryLookup lookup(market.journal.journal(), market.world);
  const EntryNumber last = market.world.last_entry();
  const auto read = lookup.Read(last, 1, 1 << 20);
  ASSERT_TRUE(read.ok()) << read.status();
  const FullEntry& entry = read->front();

  // The deposit: the holder's part, the system's bank, the approver's office.
  EXPECT_EQ(entry.record.part_count(), 3);
  const auto holder = lookup.Show(entry, market.SightOf(HolderId(3)));
  ASSERT_EQ(holder.parts_size(), 1);
  EXPECT_EQ(holder.part_count(), 3);
  EXPECT_EQ(holder.parts(0).audience(), "holders/3");
  EXPECT_EQ(holder.parts(0).events(0).type_name(), "CashIn");
  EXPECT_EQ(holder.parts(0).events(0).text(),
            "holder: 3\namount: 500\nbank_reference: \"R1\"\n");
  EXPECT_EQ(holder.parts(0).postings(0).asset(), "assets/CNY");
  EXPECT_EQ(holder.parts(0).postings(0).purpose(), "AVAILABLE");
  EXPECT_EQ(holder.parts(0).postings(0).amount(), 500);
  EXPECT_EQ(holder.user(), "");
  EXPECT_EQ(holder.command_name(), "");

  const auto office = lookup.Show(entry, market.SightOf(kOperator));
  ASSERT_EQ(office.parts_size(), 1);
  EXPECT_EQ(office.user(), "users/three");
  EXPECT_EQ(office.command_name(), "ApproveProposal");

  const auto nobody = lookup.Show(entry, market.SightOf(HolderId(99)));
  EXPECT_EQ(nobody.parts_size(), 0);
  EXPECT_EQ(nobody.number(), last.value());
}

TEST(EntryLookupTest, WhatIsShownOpensItsCommitment) {
  Market market;
  ASSERT_TRUE(market.OpenEnterprise().accepted());
  const EntryLookup lookup(market.journal.journal(), market.world);
  const auto read = lookup.Read(EntryNumber(1), 100, 1 << 20);
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(static_cast<int64_t>(read->size()),
            market.world.last_entry().value());
  constexpr size_t kDigestsAt = 19;
  for (const FullEntry& entry : *read) {
    for (const auto& part : entry.record.parts()) {
      const Digest digest =
          PartDigest(Sha256Suite(), *Id16::From(part.salt()), part.bytes());
      EXPECT_EQ(digest.str(),
                entry.record.leaf().substr(
                    kDigestsAt + 32 * static_cast<size_t>(part.index()), 32));
    }
  }
}

TEST(EntryLookupTest, PagesEndByCountAndByBytes) {
  Market market;
  ASSERT_TRUE(market.OpenEnterprise().accepted());
  const EntryLookup lookup(market.journal.journal(), market.world);
  EXPECT_EQ(lookup.Read(EntryNumber(1), 2, 1 << 20)->size(), 2u);
  EXPECT_EQ(lookup.Read(EntryNumber(2), 100, 1)->size(), 1u);
  EXPECT_EQ(lookup.Read(EntryNumber(99), 1, 1).status().code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(lookup.Read(EntryNumber(0), 1, 1).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST(EntryLookupTest, RefusalNamesItsReasonInItsOwnPart) {
  Market market;
  sv1::DepositRequest request;
  request.set_holder("holders/99");
  request.set_amount_minor(1);
  request.set_bank_reference("R1");
  EXPECT_EQ(market.Submit("one", sv1::COMMAND_TYPE_DEPOSIT, request).reason,
            Reason::REASON_HOLDER_UNKNOWN);
  const EntryLookup lookup(market.journal.journal(), market.world);
  const auto read = lookup.Read(market.world.last_entry(), 1, 1 << 20);
  ASSERT_TRUE(read.ok());
  const auto shown = lookup.Show(read->front(), market.SightOf(kOperator));
  ASSERT_EQ(shown.parts_size(), 1);
  EXPECT_EQ(shown.parts(0).refusal_reason(), "HOLDER_UNKNOWN");
  EXPECT_EQ(shown.command_name(), "Deposit");
}

// A role that was taken back a command earlier permits nothing any more.
TEST(RolesInTheWorldTest, RevokedRoleIsRefusedWithTheNextCommand) {
  Market market;
  ASSERT_TRUE(market.OpenEnterprise().accepted());
  sv1::DepositRequest deposit;
  deposit.set_holder("holders/3");
  deposit.set_amount_minor(1);
  deposit.set_bank_reference("R1");
  EXPECT_TRUE(market.Submit("one", sv1::COMMAND_TYPE_DEPOSIT, deposit).pending);
  rv1::RevokeRoleRequest revoke;
  revoke.set_user("users/one");
  revoke.mutable_role()->set_role(rv1::ROLE_CASHIER);
  ASSERT_TRUE(
      market.Submit("two", rv1::COMMAND_TYPE_REVOKE_ROLE, revoke).accepted());
  deposit.set_bank_reference("R2");
  EXPECT_EQ(market.Submit("one", sv1::COMMAND_TYPE_DEPOSIT, deposit).reason,
            Reason::REASON_PERMISSION_DENIED);
}

TEST(RolesInTheWorldTest, StateIsEqualAfterSaveAndLoad) {
  Market market;
  ASSERT_TRUE(market.OpenEnterprise().accepted());
  ASSERT_TRUE(market.Deposit(500, "R1").accepted());
  std::string bytes;
  {
    core::StateWriter writer([&bytes](absl::string_view piece) {
      bytes.append(piece.data(), piece.size());
    });
    market.world.Save(writer);
  }
  Market other;
  core::World loaded;
  auto registry = std::make_unique<registry::RegistryArea>(loaded.accounts());
  auto* const access = registry.get();
  auto settlement = std::make_unique<settlement::SettlementArea>(
      loaded.accounts(), *registry);
  loaded.AddArea(std::move(registry));
  loaded.AddArea(std::move(settlement));
  loaded.SetAccessControl(access);
  ASSERT_TRUE(loaded.Load(bytes).ok());
  EXPECT_EQ(loaded.StateDigest(), market.world.StateDigest());
  EXPECT_NE(loaded.StateDigest(), other.world.StateDigest());
}

}  // namespace
}  // namespace luheng::supervision
