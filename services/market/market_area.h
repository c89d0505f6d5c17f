// The market: instruments, sessions, orders and trades. Its rules (`Decide`)
// stand in decide_*.cc, one family of commands each; its fold in apply.cc.
//
// Invariants: each open order holds exactly what its rest can still cost
// (fees.h), a closed one nothing; every fill moves units, money and both fees
// in one entry; trades are numbered without gaps; at most one large command is
// under way.
#ifndef LUHENG_SERVICES_MARKET_MARKET_AREA_H_
#define LUHENG_SERVICES_MARKET_MARKET_AREA_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/container/btree_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "ledger/accounts/accounts.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "ledger/entry/entry.h"
#include "luheng/market/v1/events.pb.h"
#include "luheng/market/v1/market.pb.h"
#include "matching/book/book_set.h"
#include "services/core/area.h"
#include "services/core/ports.h"
#include "services/market/instrument.h"
#include "services/market/orders.h"
#include "services/market/session.h"
#include "services/market/trade_log.h"
#include "services/market/update_log.h"

namespace luheng::market {

// What an order would hold, and the most that it could pay in fees.
struct OrderCost {
  int64_t held_amount = 0;  // Fen for a buy, units for a sell.
  int64_t fee_minor_max = 0;
};

// Thread-compatible; owned by the thread that owns the world. Borrows its
// ports for life.
class MarketArea final : public core::Area,
                         public core::HolderUsage,
                         public core::InstrumentDirectory {
 public:
  MarketArea(const Accounts& accounts, const core::AccessControl& access,
             const core::HolderDirectory& holders,
             const core::AssetDirectory& assets);

  // ---- core::Area and ports -------------------------------------
  absl::string_view name() const override { return "market"; }
  absl::Span<const core::CommandSpec> commands() const override;
  absl::Span<const core::EventSpec> events() const override;
  void Prefetch(HolderId holder, const core::Command& command,
                core::Distance distance) const override;
  core::Verdict Decide(const core::DecideContext& context,
                       const core::Command& command, Entry& entry,
                       core::Outcome& outcome) const override;
  void Apply(const core::ApplyContext& context,
             const entry::v1::Event& event) override;
  std::optional<Stamp> NextDue() const override;
  void DecideDue(const core::DecideContext& context,
                 Entry& entry) const override;
  bool HasContinuation() const override {
    return sweep_.value() != 0 || cancel_all_.holder.value() != 0;
  }
  void DecideContinuation(const core::DecideContext& context, Entry& entry,
                          core::Outcome& outcome) const override;
  void Save(core::StateWriter& writer) const override;
  absl::Status Load(core::StateReader& reader) override;
  // Whether `holder` has an open order.
  bool InUse(HolderId holder) const override {
    return orders_.open_count(holder) > 0;
  }
  // Cancels its open orders.
  void DraftEndOfUse(HolderId holder, Entry& entry) const override;

  InstrumentId FindInstrument(absl::string_view symbol) const override {
    const Instrument* instrument = instruments_.FindBySymbol(symbol);
    return instrument == nullptr ? InstrumentId() : instrument->id;
  }

  // ---- Reading -----------------------------------------------------------
  const Instruments& instruments() const { return instruments_; }
  const Calendar& calendar() const { return calendar_; }
  const Orders& orders() const { return orders_; }
  const TradeLog& trades() const { return trades_; }
  const matching::BookSet& books() const { return books_; }
  // The level that `name` names, in minor units per lot.
  v1::BookLevel LevelOf(const LevelName& name) const;
  OrderCost CostOf(const Instrument& instrument, matching::Side side,
                   int64_t price_minor, int64_t lots, Stamp now) const;

  // Notes what changes from now on; null stops it. Borrowed.
  void set_update_log(UpdateLog* log) { log_ = log; }

 private:
  // An order on its way through the book: new, amended, or a further piece of
  // a sweep.
  struct Taking {
    const Instrument* instrument = nullptr;
    OrderId id;
    HolderId holder;
    matching::Side side = matching::Side::kBuy;
    int64_t price = 0;  // Minor units per lot.
    int64_t lots = 0;   // That can trade.
    int64_t fee_ppm = 0;
    int64_t hold_before = 0;  // Fen for a buy, units for a sell.
    v1::TimeInForce time_in_force = v1::TIME_IN_FORCE_UNSPECIFIED;
    v1::SelfTradePrevention self_trade = v1::SELF_TRADE_PREVENTION_UNSPECIFIED;
    bool post_only = false;
    bool continued = false;
  };
  // A cancel of many orders under way; no holder: none is.
  struct CancelAll {
    HolderId holder;
    InstrumentId instrument;
    v1::CloseReason reason = v1::CLOSE_REASON_UNSPECIFIED;
  };
  // What the steps of a taking add up to for the taker.
  struct Sums {
    int64_t lots = 0;
    int64_t notional = 0;
    int64_t taker_fees = 0;
    int64_t all_fees = 0;
  };

  // decide_place.cc
  core::Verdict DecidePlace(const core::DecideContext& context,
                            const v1::PlaceOrderCommand& body, Entry& entry,
                            core::Outcome& outcome) const;
  core::Verdict CheckHolder(HolderId holder) const;
  core::Verdict CheckFunds(const Taking& taking) const;
  void DraftPlaced(const v1::PlaceOrderCommand& body, const Taking& taking,
                   Entry& entry) const;

  // decide_amend.cc
  core::Verdict DecideAmend(const core::DecideContext& context,
                            const v1::AmendOrderCommand& body, Entry& entry,
                            core::Outcome& outcome) const;
  core::Verdict DecideReprice(const core::DecideContext& context,
                              const OrderRecord& order, Taking taking,
                              Entry& entry, core::Outcome& outcome) const;

  // decide_cancel.cc
  core::Verdict DecideCancel(const core::DecideContext& context,
                             const v1::CancelOrderCommand& body, Entry& entry,
                             core::Outcome& outcome) const;
  core::Verdict DecideCancelAll(const core::DecideContext& context,
                                const v1::CancelAllCommand& body, Entry& entry,
                                core::Outcome& outcome) const;
  // Drafts the first piece of `all`, and that more follow; how many orders it
  // cancels in all.
  int64_t DraftCancelAll(const CancelAll& all, Entry& entry) const;
  // Drafts up to a piece of `all`; whether that was all of it.
  bool DraftCancelPiece(const CancelAll& all, Entry& entry) const;
  // The order that a command names, if its sender may act on it.
  const OrderRecord* FindOwn(const core::DecideContext& context,
                             core::CommandType type, int64_t order,
                             absl::string_view client_order_id) const;

  // decide_instrument.cc
  core::Verdict DecideDefine(const core::DecideContext& context,
                             const v1::DefineInstrumentRequest& body,
                             Entry& entry, core::Outcome& outcome) const;
  core::Verdict DecideRules(const core::DecideContext& context,
                            const v1::SetInstrumentRulesRequest& body,
                            Entry& entry, core::Outcome& outcome) const;
  core::Verdict DecideReference(const core::DecideContext& context,
                                const v1::SetReferencePriceRequest& body,
                                Entry& entry, core::Outcome& outcome) const;
  core::Verdict DecideHalt(const core::DecideContext& context,
                           const v1::SetInstrumentHaltRequest& body,
                           Entry& entry, core::Outcome& outcome) const;
  core::Verdict DecideCalendar(const core::DecideContext& context,
                               const v1::SetCalendarDaysRequest& body,
                               Entry& entry, core::Outcome& outcome) const;

  // decide_due.cc
  bool DraftDayEnd(Entry& entry) const;
  bool DraftSessions(Stamp now, Entry& entry) const;
  void DraftExpired(Stamp now, Entry& entry) const;
  void DraftSession(const Instrument& instrument, Stamp now,
                    Entry& entry) const;

  // taking.cc: what an order does to the book and to the accounts.
  void Preview(const Taking& taking, Stamp now) const;
  // Whether what was previewed leaves a rest in the book.
  bool Rests() const { return preview_.ending == matching::Ending::kRests; }
  // Drafts what was previewed, with the taker's closing, pausing or reducing.
  void DraftTaking(const Taking& taking, Entry& entry) const;
  void DraftFill(const Taking& taking, const matching::Step& step, Sums& sums,
                 Entry& entry) const;
  void DraftSelfTrade(const matching::Step& step, Entry& entry) const;
  void DraftTakerEvents(const Taking& taking, Entry& entry) const;
  void DraftTakerPostings(const Taking& taking, const Sums& sums,
                          Entry& entry) const;
  void DraftClosed(OrderId order, HolderId holder, v1::CloseReason reason,
                   Entry& entry) const;
  void DraftReduced(OrderId order, HolderId holder, int64_t lots,
                    v1::CloseReason cause, Entry& entry) const;
  // Moves what `order` no longer needs with `lots` open back to available.
  void DraftRelease(const OrderRecord& order, int64_t lots, Entry& entry) const;
  // Closes `order` and gives back what it holds.
  void DraftEnd(const OrderRecord& order, v1::CloseReason reason,
                Entry& entry) const;
  void DescribeTaken(const Taking& taking, int64_t filled_before,
                     core::Outcome& outcome) const;

  // prefetch.cc
  void PrefetchPlace(HolderId holder, const v1::PlaceOrderCommand& body,
                     core::Distance distance) const;
  void PrefetchPrice(const v1::PlaceOrderCommand& body,
                     core::Distance distance) const;
  void PrefetchOrder(OrderId id, core::Distance distance) const;
  void PrefetchAccounts(HolderId holder, InstrumentId instrument,
                        core::Distance distance) const;

  // apply.cc
  void ApplyInstrument(const core::ApplyContext& context,
                       const entry::v1::Event& event);
  void ApplySession(const entry::v1::Event& event);
  void ApplyCalendar(const core::ApplyContext& context,
                     const entry::v1::Event& event);
  void ApplyPlaced(const core::ApplyContext& context,
                   const entry::v1::Event& event);
  void ApplyFilled(const core::ApplyContext& context,
                   const entry::v1::Event& event);
  void ApplyReduced(const core::ApplyContext& context,
                    const entry::v1::Event& event);
  void ApplyClosed(const core::ApplyContext& context,
                   const entry::v1::Event& event);
  void ApplyRepriced(const core::ApplyContext& context,
                     const entry::v1::Event& event);
  void ApplyLarge(const core::ApplyContext& context,
                  const entry::v1::Event& event);
  OrderRecord& OrderOf(int64_t order);
  Instrument& InstrumentOf(int64_t instrument);
  void FillSide(const core::ApplyContext& context, OrderRecord& order,
                const TradeRecord& trade, bool maker);
  void Rest(OrderRecord& order);
  void TakeOff(OrderRecord& order);
  void End(OrderRecord& order, v1::CloseReason reason, Stamp now);
  void NoteLevel(const OrderRecord& order);
  void NoteOrder(const core::ApplyContext& context, const OrderRecord& order,
                 int64_t trade = 0, bool maker = false);
  void NoteSession(InstrumentId instrument);
  // Recomputes session_due_ after sessions, rules or DAY orders changed.
  void RefreshDue();
  matching::Ticks TicksOf(const OrderRecord& order) const;

  // save.cc
  void SaveBooks(core::StateWriter& writer) const;
  void LoadBooks(core::StateReader& reader);
  // What follows from the orders: DAY orders, expiries.
  void IndexOrders();

  const Accounts& accounts_;
  const core::AccessControl& access_;
  const core::HolderDirectory& holders_;
  const core::AssetDirectory& assets_;

  Calendar calendar_;
  Instruments instruments_;
  Orders orders_;
  matching::BookSet books_;
  TradeLog trades_;
  OrderId last_order_;
  // A taker whose rest is still to be matched; none: 0.
  OrderId sweep_;
  CancelAll cancel_all_;
  // Open GTD orders by expiry.
  absl::btree_set<std::pair<Stamp, OrderId>> expiries_;
  // The earliest session_due of all instruments, or a past time while DAY
  // orders of a closed session are open; 0 if there is none.
  Stamp session_due_;
  UpdateLog* log_ = nullptr;

  // Memory reused from call to call; no part of the state.
  mutable matching::Outcome preview_;
  mutable v1::OrderPlaced placed_;
  mutable v1::Filled filled_;
  mutable v1::OrderClosed closed_;
  v1::OrderPlaced placed_in_;
  v1::Filled filled_in_;
  v1::OrderClosed closed_in_;
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_MARKET_AREA_H_
