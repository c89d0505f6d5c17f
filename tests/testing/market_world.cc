#include "tests/testing/market_world.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"

namespace luheng::testing {
namespace {

namespace v1 = market::v1;

}  // namespace

AssetId SimplePorts::FindAsset(absl::string_view symbol) const {
  int64_t number = 0;
  if (symbol.empty() || symbol[0] != 'A' ||
      !absl::SimpleAtoi(symbol.substr(1), &number)) {
    return AssetId();
  }
  return AssetId(number);
}

std::string SimplePorts::AssetSymbol(AssetId asset) const {
  return absl::StrCat("A", asset.value());
}

Stamp TradingMorning() {
  return StampAt(MakeDate(2022, 10, 21), (9 * 60 + 30) * kNanosPerMinute);
}

MarketWorld::MarketWorld(bool keep_entries)
    : keep_entries_(keep_entries), now_(TradingMorning()) {
  auto area = std::make_unique<market::MarketArea>(world_.accounts(), ports_,
                                                   ports_, ports_);
  market_ = area.get();
  world_.AddArea(std::move(area));
  world_.SetAccessControl(&ports_);
}

void MarketWorld::Commit() {
  entry_.Serialize(bytes_);
  entry_bytes_ += static_cast<int64_t>(bytes_.size());
  if (keep_entries_) entries_.push_back(bytes_);
  world_.Apply(entry_.view());
}

void MarketWorld::RunDue() {
  while (world_.NextDue() && *world_.NextDue() <= now_) {
    world_.DecideDue(now_, entry_);
    Commit();
  }
}

void MarketWorld::AdvanceTo(Stamp stamp) {
  LUHENG_CHECK(stamp >= now_);
  now_ = stamp;
  RunDue();
}

v1::DefineInstrumentRequest MarketWorld::Definition(absl::string_view symbol,
                                                    int64_t asset,
                                                    int64_t lot_units) {
  v1::DefineInstrumentRequest request;
  v1::Instrument& instrument = *request.mutable_instrument();
  instrument.set_symbol(std::string(symbol));
  instrument.set_display_name("碳排放配额");
  instrument.set_asset(absl::StrCat("assets/A", asset));
  instrument.set_lot_units(lot_units);
  instrument.set_lot_name("t");
  v1::InstrumentRules& rules = *instrument.mutable_rules();
  rules.mutable_effective_time()->set_seconds(1'600'000'000);
  rules.add_modes(v1::TRADING_MODE_CONTINUOUS);
  rules.set_tick_minor(1);
  rules.set_order_unit_lots(1);
  rules.set_quantity_lots_max(kLotsMax);
  rules.set_band_ppm(100'000);
  rules.set_buyer_fee_ppm(7'500);
  rules.set_seller_fee_ppm(7'500);
  for (const auto& [open, close] :
       {std::pair("09:30", "11:30"), std::pair("13:00", "15:00")}) {
    v1::SessionWindow& window = *rules.add_windows();
    window.set_open_time(open);
    window.set_close_time(close);
  }
  rules.set_self_trade_prevention(v1::SELF_TRADE_PREVENTION_CANCEL_NEWEST);
  rules.set_open_orders_max(100'000);
  rules.set_legal_basis("test");
  return request;
}

InstrumentId MarketWorld::Define(const v1::DefineInstrumentRequest& request) {
  const InstrumentId id = market_->instruments().next_id();
  const core::Reason reason =
      Administer(v1::COMMAND_TYPE_DEFINE_INSTRUMENT, request);
  LUHENG_CHECK(reason == core::v1::REASON_UNSPECIFIED) << reason;
  RunDue();
  return id;
}

core::Reason MarketWorld::Administer(core::CommandType type,
                                     const google::protobuf::Message& body) {
  core::DecideContext context;
  context.now = now_;
  context.number = EntryNumber(world_.last_entry().value() + 1);
  context.holder = kSystemHolder;
  core::Command command;
  command.type = type;
  command.body = &body;
  entry_.Reset(context.number, now_);
  core::Outcome outcome;
  const core::Verdict verdict =
      market_->Decide(context, command, entry_, outcome);
  if (verdict) return verdict->reason;
  Commit();
  RunDue();
  return core::v1::REASON_UNSPECIFIED;
}

void MarketWorld::Fund(int64_t holder, AssetId asset, int64_t amount) {
  entry_.Reset(EntryNumber(world_.last_entry().value() + 1), now_);
  entry_.Move(asset, amount, kSystemHolder, Purpose::kIssuance,
              HolderId(holder), Purpose::kAvailable);
  Commit();
}

core::Outcome MarketWorld::RunFirst(core::CommandType type, int64_t user,
                                    const google::protobuf::Message& body) {
  core::Command command;
  command.type = type;
  command.user = UserId(user);
  command.body = &body;
  if (world_.Decide(command, now_, entry_, outcome_) ==
      core::Decision::kEntry) {
    Commit();
  }
  return outcome_;
}

void MarketWorld::Continue(core::Outcome& outcome) {
  world_.DecideContinuation(now_, entry_, outcome);
  Commit();
}

core::Outcome MarketWorld::Run(core::CommandType type, int64_t user,
                               const google::protobuf::Message& body) {
  core::Outcome outcome = RunFirst(type, user, body);
  while (world_.HasContinuation()) Continue(outcome);
  return outcome;
}

core::Outcome MarketWorld::Cancel(int64_t user, int64_t order) {
  v1::CancelOrderCommand body;
  body.set_order(order);
  return Run(v1::COMMAND_TYPE_CANCEL_ORDER, user, body);
}

core::Outcome MarketWorld::Amend(int64_t user, int64_t order, int64_t price,
                                 int64_t quantity) {
  v1::AmendOrderCommand body;
  body.set_order(order);
  body.set_price_minor_per_lot(price);
  body.set_quantity_lots(quantity);
  return Run(v1::COMMAND_TYPE_AMEND_ORDER, user, body);
}

std::string MarketWorld::SavedState() const {
  std::string state;
  {
    core::StateWriter writer([&state](absl::string_view piece) {
      state.append(piece.data(), piece.size());
    });
    world_.Save(writer);
  }
  return state;
}

void MarketWorld::Replay(const std::vector<std::string>& entries, size_t from) {
  for (size_t i = from; i < entries.size(); ++i) {
    const absl::Status status = entry_.Parse(entries[i]);
    LUHENG_CHECK(status.ok()) << status;
    world_.Apply(entry_.view());
  }
  now_ = world_.last_stamp();
}

v1::PlaceOrderCommand Limit(int64_t instrument, v1::Side side, int64_t price,
                            int64_t lots) {
  static int64_t next_id = 0;
  v1::PlaceOrderCommand body;
  body.set_instrument(instrument);
  body.set_side(side);
  body.set_price_minor_per_lot(price);
  body.set_quantity_lots(lots);
  body.set_time_in_force(v1::TIME_IN_FORCE_GTC);
  body.set_client_order_id(absl::StrCat("order-", ++next_id));
  return body;
}

v1::PlaceOrderCommand Buy(int64_t instrument, int64_t price, int64_t lots) {
  return Limit(instrument, v1::SIDE_BUY, price, lots);
}

v1::PlaceOrderCommand Sell(int64_t instrument, int64_t price, int64_t lots) {
  return Limit(instrument, v1::SIDE_SELL, price, lots);
}

}  // namespace luheng::testing
