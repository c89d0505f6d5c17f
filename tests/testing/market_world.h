// A world with the real core and the real market behind simple ports, driven
// by hand: for tests and benchmarks of the market's rules. Every entry is
// serialized, kept, and applied as the sequencer does it.
#ifndef LUHENG_TESTS_TESTING_MARKET_WORLD_H_
#define LUHENG_TESTS_TESTING_MARKET_WORLD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "ledger/base/stamp.h"
#include "ledger/entry/entry.h"
#include "luheng/market/v1/market.pb.h"
#include "services/core/ports.h"
#include "services/core/world.h"
#include "services/market/market_area.h"

namespace luheng::testing {

// User n acts for holder n. Holders 1 to 5000 exist.
class SimplePorts : public core::AccessControl,
                    public core::HolderDirectory,
                    public core::AssetDirectory {
 public:
  static constexpr int64_t kHolders = 5000;
  std::set<int64_t> suspended;
  // Who may act for every holder.
  std::set<int64_t> operators;
  // Beneficial owners other than the holder itself.
  std::map<int64_t, int64_t> owners;

  UserId FindUser(absl::string_view) const override { return UserId(); }
  std::string UserName(UserId user) const override {
    return std::to_string(user.value());
  }
  HolderId HolderOf(UserId user) const override {
    return HolderId(user.value());
  }
  bool IsActive(UserId) const override { return true; }
  bool Allows(UserId user, core::CommandType, core::Step,
              HolderId target) const override {
    return !target || target.value() == user.value() ||
           operators.contains(user.value());
  }
  bool MayRead(UserId user, HolderId target) const override {
    return user.value() == target.value();
  }
  bool MayReadAll(UserId user) const override {
    return operators.contains(user.value());
  }

  bool Exists(HolderId holder) const override {
    return holder.value() >= 1 && holder.value() <= kHolders;
  }
  bool IsActive(HolderId holder) const override {
    return Exists(holder) &&
           (suspended.empty() || !suspended.contains(holder.value()));
  }
  HolderId BeneficialOwner(HolderId holder, Date) const override {
    if (owners.empty()) return holder;
    const auto it = owners.find(holder.value());
    return it == owners.end() ? holder : HolderId(it->second);
  }
  HolderId FindByCode(absl::string_view) const override { return HolderId(); }
  std::string DisplayName(HolderId) const override { return ""; }

  // Asset n is called A{n}; asset 1 is the currency.
  AssetId FindAsset(absl::string_view symbol) const override;
  std::string AssetSymbol(AssetId asset) const override;
  bool IsCurrency(AssetId asset) const override {
    return asset == core::AssetDirectory::kCurrency;
  }
};

// The asset of the first instrument.
inline constexpr AssetId kUnits = AssetId(2);
// 2022-10-21 (a Friday), 09:30 in Asia/Shanghai.
Stamp TradingMorning();

class MarketWorld {
 public:
  explicit MarketWorld(bool keep_entries = true);

  // ---- Time --------------------------------------------------------------
  Stamp now() const { return now_; }
  // Moves the clock and does what is due.
  void AdvanceTo(Stamp stamp);
  void AdvanceBy(int64_t nanos) { AdvanceTo(Stamp(now_.value() + nanos)); }

  // ---- Setting up --------------------------------------------------------
  // An instrument of `asset` with windows 09:30-11:30 and 13:00-15:00, tick 1,
  // unit 1, band 10 %, fees of 0.75 % on each side, lots of `lot_units`.
  static market::v1::DefineInstrumentRequest Definition(
      absl::string_view symbol, int64_t asset, int64_t lot_units = 1);
  InstrumentId Define(const market::v1::DefineInstrumentRequest& request);
  // Decides `body` past authorization and approval; the reason if refused.
  core::Reason Administer(core::CommandType type,
                          const google::protobuf::Message& body);
  // Moves `amount` from the system's account to `holder`.
  void Fund(int64_t holder, AssetId asset, int64_t amount);

  // ---- Commands ----------------------------------------------------------
  core::Outcome Run(core::CommandType type, int64_t user,
                    const google::protobuf::Message& body);
  // Run up to and without further entries of a large command.
  core::Outcome RunFirst(core::CommandType type, int64_t user,
                         const google::protobuf::Message& body);
  // One further entry of a large command. Requires that it goes on.
  void Continue(core::Outcome& outcome);
  core::Outcome Place(int64_t user, const market::v1::PlaceOrderCommand& body) {
    return Run(market::v1::COMMAND_TYPE_PLACE_ORDER, user, body);
  }
  core::Outcome Cancel(int64_t user, int64_t order);
  core::Outcome Amend(int64_t user, int64_t order, int64_t price,
                      int64_t quantity);

  // ---- Looking -----------------------------------------------------------
  core::World& world() { return world_; }
  market::MarketArea& market() { return *market_; }
  SimplePorts& ports() { return ports_; }
  int64_t Available(int64_t holder, AssetId asset) const {
    return world_.accounts().Get(HolderId(holder), asset, Purpose::kAvailable);
  }
  int64_t Held(int64_t holder, AssetId asset) const {
    return world_.accounts().Get(HolderId(holder), asset, Purpose::kHeld);
  }
  const market::OrderRecord* Order(int64_t order) const {
    return market_->orders().Find(OrderId(order));
  }
  // Every entry so far, serialized.
  const std::vector<std::string>& entries() const { return entries_; }
  int64_t entry_bytes() const { return entry_bytes_; }
  std::string SavedState() const;
  // Folds serialized entries into this new world.
  void Replay(const std::vector<std::string>& entries, size_t from = 0);

 private:
  void Commit();
  void RunDue();

  SimplePorts ports_;
  core::World world_;
  market::MarketArea* market_ = nullptr;
  const bool keep_entries_;
  Stamp now_;
  Entry entry_;
  core::Outcome outcome_;
  std::string bytes_;
  std::vector<std::string> entries_;
  int64_t entry_bytes_ = 0;
};

// A limit order, good till cancelled, with a fresh client order id.
market::v1::PlaceOrderCommand Limit(int64_t instrument, market::v1::Side side,
                                    int64_t price, int64_t lots);
market::v1::PlaceOrderCommand Buy(int64_t instrument, int64_t price,
                                  int64_t lots);
market::v1::PlaceOrderCommand Sell(int64_t instrument, int64_t price,
                                   int64_t lots);

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_MARKET_WORLD_H_
