// What the index finds is what reading every entry finds, for any terms
// together; and a search shows nothing of parts that its asker may not see.
#include "services/supervision/entry_index.h"

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "ledger/base/check.h"
#include "luheng/core/v1/events.pb.h"
#include "luheng/market/v1/events.pb.h"
#include "services/core/world.h"
#include "services/market/market_area.h"
#include "services/registry/registry_area.h"
#include "services/settlement/settlement_area.h"
#include "services/supervision/entry_lookup.h"
#include "tests/testing/entry_journal.h"
#include "tests/testing/temp_directory.h"

namespace luheng::supervision {
namespace {

constexpr uint32_t kSeed = 20'221'021;

// The types of all areas; nothing is ever decided or applied.
class Catalog {
 public:
  Catalog() {
    auto registry = std::make_unique<registry::RegistryArea>(world.accounts());
    auto settlement = std::make_unique<settlement::SettlementArea>(
        world.accounts(), *registry);
    auto market = std::make_unique<market::MarketArea>(
        world.accounts(), *registry, *registry, *settlement);
    world.AddArea(std::move(registry));
    world.AddArea(std::move(settlement));
    world.AddArea(std::move(market));
  }

  core::World world;
};

class EntryIndexTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int64_t n = 1; n <= kEntries; ++n) {
      AddRandom();
      if (random_() % 9 == 0 || n == kEntries) journal_.Commit();
    }
    ViewsOptions options;
    options.directory = directory_.path() + "/views";
    options.batch_entries = 60;
    auto views = Views::Open(options, journal_.journal(), {&index_});
    LUHENG_CHECK_OK(views.status());
    views_ = *std::move(views);
    views_->Start();
    ASSERT_TRUE(views_->Await(EntryNumber(kEntries)).ok());
  }

  int64_t Below(int64_t bound) {
    return static_cast<int64_t>(random_() % static_cast<uint32_t>(bound));
  }

  // An order that is placed, refused or traded, or a step of a proposal.
  void AddRandom() {
    Entry entry;
    entry.Reset(journal_.next(), Stamp(journal_.next().value()));
    const HolderId own(2 + Below(5));
    entry::v1::Part& part = entry.PartFor(own);
    part.mutable_origin()->set_user(1 + Below(4));
    part.mutable_origin()->set_command(300 + Below(3));
    switch (Below(4)) {
      case 0:
        part.mutable_refusal()->set_reason(315 + Below(3));
        break;
      case 1: {
        market::v1::OrderPlaced placed;
        placed.set_order(++orders_);
        placed.set_instrument(1 + Below(2));
        entry.AddEvent(own, market::v1::EVENT_TYPE_ORDER_PLACED, placed);
        break;
      }
      case 2: {
        market::v1::Filled filled;
        filled.set_taker(1 + Below(orders_ + 1));
        filled.set_maker(1 + Below(orders_ + 1));
        filled.set_instrument(1 + Below(2));
        entry.AddEvent(kPublic, market::v1::EVENT_TYPE_FILLED, filled);
        entry.Move(AssetId(1 + Below(3)), 5, own, Purpose::kAvailable,
                   HolderId(2 + Below(5)), Purpose::kAvailable);
        break;
      }
      default: {
        core::v1::ProposalStep step;
        step.set_proposal(1 + Below(50));
        entry.AddEvent(own, core::v1::EVENT_TYPE_PROPOSAL_CHECKED, step);
        part.mutable_origin()->set_request_id(
            std::string(15, 'r') + static_cast<char>('a' + Below(20)));
      }
    }
    journal_.Add(entry);
    Note(entry.view());
  }

  void Note(const EntryView& view) {
    std::vector<Term>& terms = expected_.emplace_back();
    for (const auto& part : view.parts) {
      CollectTerms(catalog_.world, *part, terms);
    }
  }

  std::vector<int64_t> Expected(const std::vector<Term>& terms, int64_t first,
                                int64_t last) const {
    std::vector<int64_t> numbers;
    for (int64_t n = first; n <= std::min(last, kEntries); ++n) {
      const std::vector<Term>& has = expected_[static_cast<size_t>(n - 1)];
      if (std::all_of(terms.begin(), terms.end(), [&](const Term& term) {
            return std::find(has.begin(), has.end(), term) != has.end();
          })) {
        numbers.push_back(n);
      }
    }
    return numbers;
  }

  std::vector<int64_t> Find(EntrySearch search) {
    std::vector<int64_t> numbers;
    search.count_max = 7;
    do {
      const auto page = FindEntries(*views_->Snapshot(), search);
      LUHENG_CHECK_OK(page.status());
      numbers.insert(numbers.end(), page->numbers.begin(), page->numbers.end());
      search.first = page->next;
    } while (search.first != 0);
    return numbers;
  }

  static constexpr int64_t kEntries = 2000;

  std::mt19937 random_{kSeed};
  Catalog catalog_;
  luheng::testing::TempDirectory directory_;
  luheng::testing::EntryJournal journal_;
  int64_t orders_ = 0;
  std::vector<std::vector<Term>> expected_;
  EntryIndex index_{catalog_.world};
  std::unique_ptr<Views> views_;
};

TEST_F(EntryIndexTest, FindsWhatReadingEverythingFinds) {
  SCOPED_TRACE(absl::StrCat("seed ", kSeed));
  int64_t found = 0;
  for (int probe = 0; probe < 300; ++probe) {
    // Terms of some entry, so that most searches find something.
    const std::vector<Term>& source =
        expected_[static_cast<size_t>(Below(kEntries))];
    EntrySearch search;
    for (int64_t i = 0; i <= Below(3); ++i) {
      search.terms.push_back(source[static_cast<size_t>(
          Below(static_cast<int64_t>(source.size())))]);
    }
    search.first = 1 + Below(kEntries);
    search.last = search.first + Below(kEntries);
    const std::vector<int64_t> numbers = Find(search);
    found += static_cast<int64_t>(numbers.size());
    ASSERT_EQ(numbers, Expected(search.terms, search.first, search.last));
  }
  EXPECT_GT(found, 1000);
}

TEST_F(EntryIndexTest, FindsByEachKind) {
  for (const TermKind kind :
       {TermKind::kHolder, TermKind::kUser, TermKind::kCommand,
        TermKind::kRefusal, TermKind::kAsset, TermKind::kOrder,
        TermKind::kInstrument, TermKind::kProposal, TermKind::kRequest}) {
    const auto has_kind = [kind](const Term& term) {
      return term.kind == kind;
    };
    std::vector<Term> some;
    for (const std::vector<Term>& terms : expected_) {
      const auto term = std::find_if(terms.begin(), terms.end(), has_kind);
      if (term != terms.end()) some = {*term};
    }
    ASSERT_FALSE(some.empty()) << static_cast<char>(kind);
    const std::vector<int64_t> numbers = Find({.terms = some});
    EXPECT_FALSE(numbers.empty());
    EXPECT_EQ(numbers, Expected(some, 1, kEntries));
  }
}

// Two holders share an entry; a term of the other's part is no match for who
// sees only one of them.
TEST_F(EntryIndexTest, HiddenPartsDoNotMatch) {
  Entry entry;
  entry.Reset(journal_.next(), Stamp(journal_.next().value()));
  entry.PartFor(HolderId(2)).mutable_origin()->set_user(77);
  entry.PartFor(HolderId(3)).mutable_refusal()->set_reason(9);
  journal_.Add(entry);
  journal_.Commit();
  const EntryLookup lookup(journal_.journal(), catalog_.world);
  const auto read = lookup.ReadEach({kEntries + 1}, 1 << 20);
  ASSERT_TRUE(read.ok());
  const auto sees = [](int64_t own) {
    return Sight{[own](HolderId holder) { return holder == HolderId(own); },
                 [](UserId) { return ""; }, [](AssetId) { return ""; }};
  };
  const std::vector<Term> user = {{TermKind::kHolder, 2},
                                  {TermKind::kUser, 77}};
  EXPECT_TRUE(EntryLookup::Matches(read->front(), sees(2), user));
  EXPECT_FALSE(EntryLookup::Matches(read->front(), sees(3), user));
  EXPECT_FALSE(
      EntryLookup::Matches(read->front(), sees(3), {{TermKind::kUser, 77}}));
  EXPECT_TRUE(
      EntryLookup::Matches(read->front(), sees(3), {{TermKind::kRefusal, 9}}));
}

}  // namespace
}  // namespace luheng::supervision
