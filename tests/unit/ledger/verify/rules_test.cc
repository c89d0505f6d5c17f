// Goal: the auditor finds each way in which a journal's content can be wrong
// while all its hashes are right, as whoever runs the node could write it.
// Method: a small market told by events and postings as a node writes them,
// which is clean; then the same with one thing changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ledger/entry/entry.h"
#include "ledger/verify/approvals.h"
#include "ledger/verify/books.h"
#include "ledger/verify/orders.h"
#include "luheng/core/v1/core.pb.h"
#include "luheng/core/v1/events.pb.h"
#include "luheng/market/v1/events.pb.h"
#include "luheng/registry/v1/events.pb.h"
#include "luheng/settlement/v1/events.pb.h"

namespace luheng::verify {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace cv1 = core::v1;
namespace mv1 = market::v1;
namespace sv1 = settlement::v1;

constexpr AssetId kCash = AssetId(1);
constexpr AssetId kUnits = AssetId(2);
constexpr HolderId kBuyer = HolderId(7);
constexpr HolderId kSeller = HolderId(8);
constexpr int64_t kLotUnits = 10;

// Folds entries as an audit does and keeps the codes of what the last one
// brought.
class RulesTest : public ::testing::Test {
 protected:
  RulesTest() {
    Begin(cv1::COMMAND_TYPE_GENESIS, 0);
    mv1::InstrumentDefined defined;
    defined.set_instrument(1);
    defined.set_asset(2);
    defined.set_lot_units(kLotUnits);
    defined.mutable_rules()->set_effective_ns(1);
    defined.mutable_rules()->set_buyer_fee_ppm(7'500);
    defined.mutable_rules()->set_seller_fee_ppm(5'000);
    entry_.AddEvent(kPublic, mv1::EVENT_TYPE_INSTRUMENT_DEFINED, defined);
    Moved(sv1::EVENT_TYPE_CASH_IN, kBuyer, kCash, 1'000'000);
    entry_.Move(kCash, 1'000'000, kSystemHolder, Purpose::kBank, kBuyer,
                Purpose::kAvailable);
    Moved(sv1::EVENT_TYPE_UNITS_ISSUED, kSeller, kUnits, 1'000);
    entry_.Move(kUnits, 1'000, kSystemHolder, Purpose::kIssuance, kSeller,
                Purpose::kAvailable);
    EXPECT_THAT(Fold(), IsEmpty());
  }

  // Begins an entry of `user`.
  void Begin(int command, int64_t user, HolderId holder = kSystemHolder) {
    ++number_;
    entry_.Reset(EntryNumber(number_), Stamp(1'000 + number_));
    auto& origin = *entry_.PartFor(holder).mutable_origin();
    origin.set_command(command);
    origin.set_user(user);
  }
  void Moved(int type, HolderId holder, AssetId asset, int64_t amount) {
    if (asset == kCash) {
      sv1::CashMoved moved;
      moved.set_holder(holder.value());
      moved.set_amount(amount);
      return entry_.AddEvent(holder, type, moved);
    }
    sv1::UnitsMoved moved;
    moved.set_holder(holder.value());
    moved.set_asset(asset.value());
    moved.set_amount(amount);
    entry_.AddEvent(holder, type, moved);
  }
  std::vector<FindingCode> Fold() {
    std::string bytes;
    entry_.Serialize(bytes);
    facts_.clear();
    std::vector<Change> postings;
    for (const auto& part : entry_.view().parts) {
      EXPECT_EQ(ReadPart(*part, facts_, postings), "");
    }
    std::vector<FindingCode> codes;
    const FoundFn found = [&](FindingCode code, const std::string& detail) {
      codes.push_back(code);
      told_ += detail + "\n";
    };
    std::vector<Change> expected;
    const int64_t stamp = entry_.stamp().value();
    approvals_.Fold(number_, stamp, facts_, found);
    orders_.Fold(stamp, facts_, expected, found);
    books_.Fold(postings, facts_, expected, found);
    return codes;
  }

  // ---- Orders --------------------------------------------------------------
  void Placed(int64_t order, HolderId holder, bool buys, int64_t price,
              int64_t lots, bool rests = true) {
    mv1::OrderPlaced placed;
    placed.set_order(order);
    placed.set_instrument(1);
    placed.set_side(buys ? 1 : 2);
    placed.set_price_minor(price);
    placed.set_quantity(lots);
    placed.set_rests(rests);
    entry_.AddEvent(holder, mv1::EVENT_TYPE_ORDER_PLACED, placed);
  }
  void Hold(HolderId holder, AssetId asset, int64_t amount) {
    entry_.AddPosting(holder, asset, Purpose::kAvailable, -amount);
    entry_.AddPosting(holder, asset, Purpose::kHeld, amount);
  }
  // The seller's order 1: 50 lots at 200.
  void RestSell() {
    Begin(mv1::COMMAND_TYPE_PLACE_ORDER, 8, kSeller);
    Placed(1, kSeller, false, 200, 50);
    Hold(kSeller, kUnits, 500);
    EXPECT_THAT(Fold(), IsEmpty());
  }
  void Filled(int64_t taker, int64_t maker, int64_t lots, int64_t price,
              int64_t side = 1) {
    mv1::Filled filled;
    filled.set_taker(taker);
    filled.set_maker(maker);
    filled.set_quantity(lots);
    filled.set_instrument(1);
    filled.set_price_minor(price);
    filled.set_taker_side(side);
    entry_.AddEvent(kPublic, mv1::EVENT_TYPE_FILLED, filled);
  }
  // What the buyer pays for and the seller delivers from its hold.
  void Settle(int64_t lots, int64_t price, int64_t buyer_fee,
              int64_t seller_fee) {
    entry_.Move(kCash, lots * price, kBuyer, Purpose::kAvailable, kSeller,
                Purpose::kAvailable);
    entry_.Move(kCash, buyer_fee, kBuyer, Purpose::kAvailable, kSystemHolder,
                Purpose::kFees);
    entry_.Move(kCash, seller_fee, kSeller, Purpose::kAvailable, kSystemHolder,
                Purpose::kFees);
    entry_.Move(kUnits, lots * kLotUnits, kSeller, Purpose::kHeld, kBuyer,
                Purpose::kAvailable);
  }
  void Closed(int64_t order, HolderId holder) {
    mv1::OrderClosed closed;
    closed.set_order(order);
    entry_.AddEvent(holder, mv1::EVENT_TYPE_ORDER_CLOSED, closed);
  }
  // Order 2 buys 20 of order 1: notional 4,000, fees 30 and 20.
  void BeginBuy(int64_t limit = 200, int64_t lots = 20) {
    RestSell();
    Begin(mv1::COMMAND_TYPE_PLACE_ORDER, 7, kBuyer);
    Placed(2, kBuyer, true, limit, lots, false);
  }

  // ---- Approvals -----------------------------------------------------------
  // From now on deposits need so many.
  void Rule(int64_t checks, int64_t approvals) {
    Begin(cv1::COMMAND_TYPE_SET_APPROVAL_RULE, 3);
    cv1::ApprovalRuleSet rule;
    rule.set_command(sv1::COMMAND_TYPE_DEPOSIT);
    cv1::TierRecord& tier = *rule.add_tiers();
    tier.set_checks(checks);
    tier.set_approvals(approvals);
    entry_.AddEvent(kPublic, cv1::EVENT_TYPE_APPROVAL_RULE_SET, rule);
    EXPECT_THAT(Fold(), IsEmpty());
  }
  std::vector<FindingCode> Propose(int64_t checks, int64_t approvals,
                                   int64_t proposer = 10) {
    Begin(sv1::COMMAND_TYPE_DEPOSIT, 10);
    cv1::Proposed proposed;
    proposed.set_proposal(1);
    proposed.set_command(sv1::COMMAND_TYPE_DEPOSIT);
    proposed.set_amount(500);
    proposed.set_checks(checks);
    proposed.set_approvals(approvals);
    proposed.set_proposer(proposer);
    entry_.AddEvent(kSystemHolder, cv1::EVENT_TYPE_PROPOSED, proposed);
    return Fold();
  }
  std::vector<FindingCode> Check(int64_t user) {
    Begin(cv1::COMMAND_TYPE_CHECK_PROPOSAL, user);
    AddStep(cv1::EVENT_TYPE_PROPOSAL_CHECKED, user);
    return Fold();
  }
  void AddStep(int type, int64_t user) {
    cv1::ProposalStep step;
    step.set_proposal(1);
    step.set_user(user);
    entry_.AddEvent(kSystemHolder, type, step);
  }
  void Deposit(int64_t amount) {
    Moved(sv1::EVENT_TYPE_CASH_IN, kBuyer, kCash, amount);
    entry_.Move(kCash, amount, kSystemHolder, Purpose::kBank, kBuyer,
                Purpose::kAvailable);
  }
  std::vector<FindingCode> Execute(int64_t user, int64_t amount = 500) {
    Begin(cv1::COMMAND_TYPE_APPROVE_PROPOSAL, user);
    Deposit(amount);
    AddStep(cv1::EVENT_TYPE_PROPOSAL_APPROVED, user);
    cv1::ProposalClosed closed;
    closed.set_proposal(1);
    closed.set_state(cv1::PROPOSAL_STATE_EXECUTED);
    entry_.AddEvent(kSystemHolder, cv1::EVENT_TYPE_PROPOSAL_CLOSED, closed);
    return Fold();
  }

  int64_t number_ = 0;
  Entry entry_;
  std::vector<Fact> facts_;
  Approvals approvals_;
  Orders orders_;
  Books books_;
  std::string told_;
};

TEST_F(RulesTest, AFillAsItShouldBeIsClean) {
  BeginBuy();
  Filled(2, 1, 20, 200);
  Settle(20, 200, 30, 20);
  EXPECT_THAT(Fold(), IsEmpty()) << told_;
  EXPECT_EQ(orders_.open_count(), 1);
  std::vector<FindingCode> codes;
  const auto totals = books_.Finish(
      orders_.Holds(),
      [&](FindingCode code, std::string) { codes.push_back(code); });
  EXPECT_THAT(codes, IsEmpty());
  ASSERT_EQ(totals.size(), 2u);
  EXPECT_EQ(totals[0].issued, 1'000'000);
  EXPECT_EQ(totals[1].issued, 1'000);
  EXPECT_EQ(totals[1].held, 1'000);
}

TEST_F(RulesTest, AFillAboveTheBuyersLimitIsFound) {
  BeginBuy(199);
  Filled(2, 1, 20, 200);
  Settle(20, 200, 30, 20);
  EXPECT_THAT(Fold(), Contains(FindingCode::kFillPrice));
}

TEST_F(RulesTest, AFillBelowTheSellersLimitIsFound) {
  BeginBuy();
  Filled(2, 1, 20, 199);
  Settle(20, 199, 29, 19);
  EXPECT_THAT(Fold(), Contains(FindingCode::kFillPrice));
}

TEST_F(RulesTest, AFillOfMoreThanIsLeftIsFound) {
  BeginBuy();
  Filled(2, 1, 21, 200);
  Settle(21, 200, 31, 21);
  EXPECT_THAT(Fold(), Contains(FindingCode::kFillQuantity));
}

TEST_F(RulesTest, AFillOfTheWrongSideIsFound) {
  BeginBuy();
  Filled(2, 1, 20, 200, 2);
  Settle(20, 200, 30, 20);
  EXPECT_THAT(Fold(), Contains(FindingCode::kFillSides));
}

TEST_F(RulesTest, AFillOfAClosedOrderIsFound) {
  RestSell();
  Begin(mv1::COMMAND_TYPE_CANCEL_ORDER, 8, kSeller);
  Closed(1, kSeller);
  Hold(kSeller, kUnits, -500);
  EXPECT_THAT(Fold(), IsEmpty()) << told_;
  Begin(mv1::COMMAND_TYPE_PLACE_ORDER, 7, kBuyer);
  Placed(2, kBuyer, true, 200, 20, false);
  Filled(2, 1, 20, 200);
  Settle(20, 200, 30, 20);
  EXPECT_THAT(Fold(), Contains(FindingCode::kOrderState));
}

TEST_F(RulesTest, AFeeOfOneFenTooMuchIsFound) {
  BeginBuy();
  Filled(2, 1, 20, 200);
  Settle(20, 200, 31, 20);
  EXPECT_THAT(Fold(),
              ElementsAre(FindingCode::kFee, FindingCode::kPostingsUnexplained))
      << told_;
}

TEST_F(RulesTest, AFeeByAnotherRuleIsFound) {
  RestSell();
  Begin(mv1::COMMAND_TYPE_SET_INSTRUMENT_RULES, 3);
  mv1::RulesSet set;
  set.set_instrument(1);
  set.mutable_rules()->set_effective_ns(static_cast<uint64_t>(1'000 + number_));
  set.mutable_rules()->set_buyer_fee_ppm(10'000);
  set.mutable_rules()->set_seller_fee_ppm(10'000);
  entry_.AddEvent(kPublic, mv1::EVENT_TYPE_RULES_SET, set);
  EXPECT_THAT(Fold(), IsEmpty());
  // The maker keeps the rate of its acceptance, the taker has the new one.
  Begin(mv1::COMMAND_TYPE_PLACE_ORDER, 7, kBuyer);
  Placed(2, kBuyer, true, 200, 20, false);
  Filled(2, 1, 20, 200);
  Settle(20, 200, 40, 20);
  EXPECT_THAT(Fold(), IsEmpty()) << told_;
  Begin(mv1::COMMAND_TYPE_PLACE_ORDER, 7, kBuyer);
  Placed(3, kBuyer, true, 200, 20, false);
  Filled(3, 1, 20, 200);
  Settle(20, 200, 30, 20);
  EXPECT_THAT(Fold(), Contains(FindingCode::kFee));
}

TEST_F(RulesTest, AHoldThatIsTooSmallIsFound) {
  Begin(mv1::COMMAND_TYPE_PLACE_ORDER, 7, kBuyer);
  Placed(1, kBuyer, true, 333, 3);
  // 999 and ceil(7.4925).
  Hold(kBuyer, kCash, 1'006);
  EXPECT_THAT(Fold(), Contains(FindingCode::kHold));
  Begin(mv1::COMMAND_TYPE_PLACE_ORDER, 7, kBuyer);
  Placed(2, kBuyer, true, 333, 3);
  Hold(kBuyer, kCash, 1'007);
  EXPECT_THAT(Fold(), IsEmpty()) << told_;
}

TEST_F(RulesTest, AHoldThatIsNotReleasedIsFound) {
  RestSell();
  Begin(mv1::COMMAND_TYPE_CANCEL_ORDER, 8, kSeller);
  Closed(1, kSeller);
  EXPECT_THAT(Fold(), Contains(FindingCode::kHold));
  std::vector<FindingCode> codes;
  books_.Finish(orders_.Holds(), [&](FindingCode code, const std::string&) {
    codes.push_back(code);
  });
  EXPECT_THAT(codes, ElementsAre(FindingCode::kHold));
}

TEST_F(RulesTest, AnOrderEndedInAnothersPartIsFound) {
  RestSell();
  Begin(mv1::COMMAND_TYPE_CANCEL_ORDER, 7, kBuyer);
  Closed(1, kBuyer);
  EXPECT_THAT(Fold(), ElementsAre(FindingCode::kOrderState));
}

TEST_F(RulesTest, AnOrderNumberThatIsSkippedIsFound) {
  Begin(mv1::COMMAND_TYPE_PLACE_ORDER, 8, kSeller);
  Placed(2, kSeller, false, 200, 50);
  Hold(kSeller, kUnits, 500);
  EXPECT_THAT(Fold(), ElementsAre(FindingCode::kOrderNumber));
}

TEST_F(RulesTest, ASweepMustGoOn) {
  BeginBuy(200, 30);
  Filled(2, 1, 20, 200);
  Settle(20, 200, 30, 20);
  mv1::SweepPaused paused;
  paused.set_order(2);
  entry_.AddEvent(kBuyer, mv1::EVENT_TYPE_SWEEP_PAUSED, paused);
  // 10 at 200 and 15.
  Hold(kBuyer, kCash, 2'015);
  EXPECT_THAT(Fold(), IsEmpty()) << told_;
  Begin(cv1::COMMAND_TYPE_STATE_DIGEST, 0);
  cv1::StateDigested digested;
  entry_.AddEvent(kPublic, cv1::EVENT_TYPE_STATE_DIGESTED, digested);
  EXPECT_THAT(Fold(), ElementsAre(FindingCode::kOrderState));
}

TEST_F(RulesTest, UnitsOutOfNothingAreFound) {
  Begin(sv1::COMMAND_TYPE_ISSUE_UNITS, 3);
  Moved(sv1::EVENT_TYPE_UNITS_ISSUED, kSeller, kUnits, 100);
  entry_.Move(kUnits, 101, kSystemHolder, Purpose::kIssuance, kSeller,
              Purpose::kAvailable);
  EXPECT_THAT(Fold(), Contains(FindingCode::kPostingsUnexplained));
}

TEST_F(RulesTest, MoneyMovedWithoutAnEventIsFound) {
  Begin(mv1::COMMAND_TYPE_CANCEL_ORDER, 7, kBuyer);
  entry_.Move(kCash, 5, kBuyer, Purpose::kAvailable, kSeller,
              Purpose::kAvailable);
  EXPECT_THAT(Fold(), Contains(FindingCode::kPostingsUnexplained));
}

TEST_F(RulesTest, AProposalByThreePersonsIsClean) {
  Rule(1, 1);
  EXPECT_THAT(Propose(1, 1), IsEmpty()) << told_;
  EXPECT_THAT(Check(11), IsEmpty()) << told_;
  EXPECT_THAT(Execute(12), IsEmpty()) << told_;
  EXPECT_EQ(approvals_.executed_count(), 1);
}

TEST_F(RulesTest, AnApproverWhoProposedIsFound) {
  Rule(0, 1);
  EXPECT_THAT(Propose(0, 1), IsEmpty());
  EXPECT_THAT(Execute(10), Contains(FindingCode::kApprovalPerson));
}

TEST_F(RulesTest, AnApproverWhoCheckedIsFound) {
  Rule(1, 1);
  EXPECT_THAT(Propose(1, 1), IsEmpty());
  EXPECT_THAT(Check(11), IsEmpty());
  EXPECT_THAT(Execute(11), Contains(FindingCode::kApprovalPerson));
}

TEST_F(RulesTest, AProposerWhoIsNotTheSenderIsFound) {
  Rule(0, 1);
  EXPECT_THAT(Propose(0, 1, 13), ElementsAre(FindingCode::kApprovalPerson));
}

TEST_F(RulesTest, ACheckThatIsMissingIsFound) {
  Rule(1, 1);
  EXPECT_THAT(Propose(1, 1), IsEmpty());
  EXPECT_THAT(Execute(12), Contains(FindingCode::kApprovalShort));
}

TEST_F(RulesTest, AProposalThatAsksForLessThanTheRuleIsFound) {
  Rule(1, 2);
  EXPECT_THAT(Propose(1, 1), ElementsAre(FindingCode::kApprovalShort));
}

TEST_F(RulesTest, ACommandWithoutItsApprovalIsFound) {
  Rule(1, 1);
  Begin(sv1::COMMAND_TYPE_DEPOSIT, 10);
  Deposit(500);
  EXPECT_THAT(Fold(), ElementsAre(FindingCode::kApprovalMissing));
  // Nor under the name of another command.
  Begin(mv1::COMMAND_TYPE_PLACE_ORDER, 10);
  Deposit(500);
  EXPECT_THAT(Fold(), ElementsAre(FindingCode::kApprovalMissing));
}

TEST_F(RulesTest, AnotherAmountThanWasApprovedIsFound) {
  Rule(0, 1);
  EXPECT_THAT(Propose(0, 1), IsEmpty());
  EXPECT_THAT(Execute(12, 501), ElementsAre(FindingCode::kProposal));
}

TEST_F(RulesTest, AProposalExecutedTwiceIsFound) {
  Rule(0, 1);
  EXPECT_THAT(Propose(0, 1), IsEmpty());
  EXPECT_THAT(Execute(12), IsEmpty()) << told_;
  EXPECT_THAT(Execute(12), Contains(FindingCode::kProposal));
}

TEST(FindingTest, EveryCodeHasItsOwnNameAndSentences) {
  for (int i = 0; i <= static_cast<int>(FindingCode::kApprovalMissing); ++i) {
    const Finding finding{static_cast<FindingCode>(i), 3, 9, "why"};
    const std::string english = FindingText(finding, false);
    EXPECT_THAT(english, ::testing::HasSubstr("block 3 entry 9: "));
    EXPECT_THAT(FindingText(finding, true), ::testing::HasSubstr("分录 9："));
    for (int j = 0; j < i; ++j) {
      EXPECT_NE(CodeName(finding.code), CodeName(static_cast<FindingCode>(j)));
    }
  }
}

}  // namespace
}  // namespace luheng::verify
