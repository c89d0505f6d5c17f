#include "tests/golden/golden_flow.h"

#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "ledger/entry/commitment.h"
#include "ledger/entry/wire.h"
#include "ledger/journal/sealer.h"
#include "luheng/core/v1/core.pb.h"
#include "luheng/settlement/v1/settlement.pb.h"
#include "services/core/names.h"
#include "tests/testing/market_world.h"
#include "tests/testing/test_world.h"

namespace luheng::golden {
namespace {

using core::Outcome;
using testing::TestWorld;

constexpr int64_t kEntriesPerBlock = 7;

class Flow {
 public:
  // Enterprises 3 and 4 with cash, units and a trader each.
  void Open() {
    settlement::v1::DefineAssetRequest asset;
    asset.mutable_asset()->set_symbol("CEA");
    asset.mutable_asset()->set_kind(settlement::v1::ASSET_KIND_CARBON);
    asset.mutable_asset()->set_display_name("碳排放配额");
    asset.mutable_asset()->set_unit("t");
    Ok(world_.SendApproved("registrar", asset));
    auto define = testing::MarketWorld::Definition("CEA", 2);
    define.mutable_instrument()->set_asset("assets/CEA");
    Ok(world_.SendApproved("registrar", define));
    for (const int64_t number : {1, 2}) OpenHolder(number);
  }

  void Trade() {
    Place("t1", market::v1::SIDE_SELL, 5850, 60, "a");
    Place("t1", market::v1::SIDE_SELL, 5860, 40, "b");
    Place("t2", market::v1::SIDE_BUY, 5850, 25, "c");
    Place("t2", market::v1::SIDE_BUY, 5855, 50, "d");  // The rest of it rests.
    // More than t2 has, refused: an entry without postings.
    const Outcome refused =
        world_.Send("t2", Order(market::v1::SIDE_BUY, 5850, 1'000'000, "e"));
    LUHENG_CHECK(!refused.accepted()) << "it has the money after all";
    market::v1::CancelOrderCommand cancel;
    cancel.set_client_order_id("b");
    Ok(world_.Send("t1", cancel));
    settlement::v1::RetireUnitsRequest retire;
    retire.set_holder(core::HolderName(HolderId(4)));
    retire.set_asset("assets/CEA");
    retire.set_amount(10);
    retire.set_basis("golden");
    Ok(world_.SendApproved("registrar", retire));
  }

  const std::vector<std::string>& entries() const { return world_.entries(); }

 private:
  static void Ok(const Outcome& outcome) {
    LUHENG_CHECK(outcome.accepted()) << core::v1::Reason_Name(outcome.reason);
  }

  void OpenHolder(int64_t number) {
    Ok(world_.SendApproved("registrar", testing::EnterpriseRequest(number)));
    const HolderId holder(number + 2);
    Ok(world_.SendApproved(
        "admin", testing::TraderRequest(absl::StrCat("t", number), holder)));
    settlement::v1::DepositRequest deposit;
    deposit.set_holder(core::HolderName(holder));
    deposit.set_amount_minor(1'000'000);
    deposit.set_bank_reference(absl::StrCat("ref-", number));
    Ok(world_.SendApproved("cashier", deposit));
    settlement::v1::IssueUnitsRequest issue;
    issue.set_holder(core::HolderName(holder));
    issue.set_asset("assets/CEA");
    issue.set_amount(1'000);
    issue.set_basis("golden");
    Ok(world_.SendApproved("registrar", issue));
  }

  static market::v1::PlaceOrderCommand Order(market::v1::Side side,
                                             int64_t price, int64_t lots,
                                             const std::string& id) {
    market::v1::PlaceOrderCommand order;
    order.set_instrument(1);
    order.set_side(side);
    order.set_price_minor_per_lot(price);
    order.set_quantity_lots(lots);
    order.set_time_in_force(market::v1::TIME_IN_FORCE_GTC);
    order.set_client_order_id(id);
    return order;
  }
  void Place(const char* user, market::v1::Side side, int64_t price,
             int64_t lots, const std::string& id) {
    world_.Advance(kNanosPerSecond);
    Ok(world_.Send(user, Order(side, price, lots, id)));
  }

  TestWorld world_;
};

}  // namespace

BlockSecret SecretOf(BlockNumber number) {
  const Digest digest =
      Sha256Suite().Hash(absl::StrCat("golden block ", number.value()));
  return *BlockSecret::From(digest.view());
}

std::string MakeJournal() {
  Flow flow;
  flow.Open();
  flow.Trade();
  BlockSealer sealer(Sha256Suite(), testing::TestGenesis().journal_id);
  BlockBuilder builder;
  std::vector<Digest> leaves;
  std::string journal;
  for (const std::string& entry : flow.entries()) {
    const BlockSecret secret =
        SecretOf(BlockNumber(sealer.tail().number.value() + 1));
    std::string record;
    LUHENG_CHECK_OK(
        CommitmentRecord(Sha256Suite(), secret.view(), entry, record));
    leaves.push_back(Sha256Suite().LeafHash(record));
    builder.Add(entry, EntryReader(entry).stamp());
    if (builder.entry_count() < kEntriesPerBlock &&
        &entry != &flow.entries().back()) {
      continue;
    }
    journal += sealer.Seal(builder, Epoch(1), leaves, secret).bytes;
    leaves.clear();
  }
  return journal;
}

}  // namespace luheng::golden
