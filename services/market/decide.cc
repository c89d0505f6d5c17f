// What the market understands: its commands and events, and which rule decides
// which command.
#include "ledger/base/check.h"
#include "services/core/subjects.h"
#include "services/market/fees.h"
#include "services/market/market_area.h"

namespace luheng::market {
namespace {

using google::protobuf::Message;

HolderId PlaceTarget(const Message& body) {
  return HolderId(static_cast<const v1::PlaceOrderCommand&>(body).holder());
}

HolderId CancelAllTarget(const Message& body) {
  return HolderId(static_cast<const v1::CancelAllCommand&>(body).holder());
}

const core::CommandSpec kCommands[] = {
    {v1::COMMAND_TYPE_DEFINE_INSTRUMENT, "DefineInstrument",
     &v1::DefineInstrumentRequest::default_instance()},
    {v1::COMMAND_TYPE_SET_INSTRUMENT_RULES, "SetInstrumentRules",
     &v1::SetInstrumentRulesRequest::default_instance()},
    {v1::COMMAND_TYPE_SET_REFERENCE_PRICE, "SetReferencePrice",
     &v1::SetReferencePriceRequest::default_instance()},
    {v1::COMMAND_TYPE_SET_INSTRUMENT_HALT, "SetInstrumentHalt",
     &v1::SetInstrumentHaltRequest::default_instance()},
    {v1::COMMAND_TYPE_SET_CALENDAR_DAYS, "SetCalendarDays",
     &v1::SetCalendarDaysRequest::default_instance()},
    {v1::COMMAND_TYPE_PLACE_ORDER, "PlaceOrder",
     &v1::PlaceOrderCommand::default_instance(), PlaceTarget, nullptr, false},
    {v1::COMMAND_TYPE_CANCEL_ORDER, "CancelOrder",
     &v1::CancelOrderCommand::default_instance()},
    {v1::COMMAND_TYPE_AMEND_ORDER, "AmendOrder",
     &v1::AmendOrderCommand::default_instance()},
    {v1::COMMAND_TYPE_CANCEL_ALL, "CancelAllOrders",
     &v1::CancelAllCommand::default_instance(), CancelAllTarget},
};

const core::EventSpec kEvents[] = {
    {v1::EVENT_TYPE_INSTRUMENT_DEFINED, "InstrumentDefined",
     &v1::InstrumentDefined::default_instance(),
     core::SubjectsOf<v1::InstrumentDefined>},
    {v1::EVENT_TYPE_RULES_SET, "RulesSet", &v1::RulesSet::default_instance(),
     core::SubjectsOf<v1::RulesSet>},
    {v1::EVENT_TYPE_REFERENCE_PRICE_SET, "ReferencePriceSet",
     &v1::ReferencePriceSet::default_instance(),
     core::SubjectsOf<v1::ReferencePriceSet>},
    {v1::EVENT_TYPE_SESSION_CHANGED, "SessionChanged",
     &v1::SessionChanged::default_instance(),
     core::SubjectsOf<v1::SessionChanged>},
    {v1::EVENT_TYPE_HALT_SET, "HaltSet", &v1::HaltSet::default_instance(),
     core::SubjectsOf<v1::HaltSet>},
    {v1::EVENT_TYPE_CALENDAR_SET, "CalendarSet",
     &v1::CalendarSet::default_instance()},
    {v1::EVENT_TYPE_ORDER_PLACED, "OrderPlaced",
     &v1::OrderPlaced::default_instance(), core::SubjectsOf<v1::OrderPlaced>},
    {v1::EVENT_TYPE_FILLED, "Filled", &v1::Filled::default_instance(),
     core::SubjectsOf<v1::Filled>},
    {v1::EVENT_TYPE_ORDER_REDUCED, "OrderReduced",
     &v1::OrderReduced::default_instance(), core::SubjectsOf<v1::OrderReduced>},
    {v1::EVENT_TYPE_ORDER_CLOSED, "OrderClosed",
     &v1::OrderClosed::default_instance(), core::SubjectsOf<v1::OrderClosed>},
    {v1::EVENT_TYPE_ORDER_RESTED, "OrderRested",
     &v1::OrderRested::default_instance(), core::SubjectsOf<v1::OrderRested>},
    {v1::EVENT_TYPE_ORDER_REPRICED, "OrderRepriced",
     &v1::OrderRepriced::default_instance(),
     core::SubjectsOf<v1::OrderRepriced>},
    {v1::EVENT_TYPE_CANCEL_ALL_BEGUN, "CancelAllBegun",
     &v1::CancelAllBegun::default_instance(),
     core::SubjectsOf<v1::CancelAllBegun>},
    {v1::EVENT_TYPE_CANCEL_ALL_ENDED, "CancelAllEnded",
     &v1::CancelAllEnded::default_instance()},
    {v1::EVENT_TYPE_SWEEP_PAUSED, "SweepPaused",
     &v1::SweepPaused::default_instance(), core::SubjectsOf<v1::SweepPaused>},
};

template <typename Body>
const Body& BodyOf(const core::Command& command) {
  return static_cast<const Body&>(*command.body);
}

}  // namespace

MarketArea::MarketArea(const Accounts& accounts,
                       const core::AccessControl& access,
                       const core::HolderDirectory& holders,
                       const core::AssetDirectory& assets)
    : accounts_(accounts),
      access_(access),
      holders_(holders),
      assets_(assets) {}

absl::Span<const core::CommandSpec> MarketArea::commands() const {
  return kCommands;
}

absl::Span<const core::EventSpec> MarketArea::events() const { return kEvents; }

core::Verdict MarketArea::Decide(const core::DecideContext& context,
                                 const core::Command& command, Entry& entry,
                                 core::Outcome& outcome) const {
  switch (command.type) {
    case v1::COMMAND_TYPE_PLACE_ORDER:
      return DecidePlace(context, BodyOf<v1::PlaceOrderCommand>(command), entry,
                         outcome);
    case v1::COMMAND_TYPE_CANCEL_ORDER:
      return DecideCancel(context, BodyOf<v1::CancelOrderCommand>(command),
                          entry, outcome);
    case v1::COMMAND_TYPE_AMEND_ORDER:
      return DecideAmend(context, BodyOf<v1::AmendOrderCommand>(command), entry,
                         outcome);
    case v1::COMMAND_TYPE_CANCEL_ALL:
      return DecideCancelAll(context, BodyOf<v1::CancelAllCommand>(command),
                             entry, outcome);
    case v1::COMMAND_TYPE_DEFINE_INSTRUMENT:
      return DecideDefine(context, BodyOf<v1::DefineInstrumentRequest>(command),
                          entry, outcome);
    case v1::COMMAND_TYPE_SET_INSTRUMENT_RULES:
      return DecideRules(context,
                         BodyOf<v1::SetInstrumentRulesRequest>(command), entry,
                         outcome);
    case v1::COMMAND_TYPE_SET_REFERENCE_PRICE:
      return DecideReference(context,
                             BodyOf<v1::SetReferencePriceRequest>(command),
                             entry, outcome);
    case v1::COMMAND_TYPE_SET_INSTRUMENT_HALT:
      return DecideHalt(context, BodyOf<v1::SetInstrumentHaltRequest>(command),
                        entry, outcome);
    case v1::COMMAND_TYPE_SET_CALENDAR_DAYS:
      return DecideCalendar(
          context, BodyOf<v1::SetCalendarDaysRequest>(command), entry, outcome);
    default:
      LUHENG_CHECK(false) << "command type " << command.type;
      return std::nullopt;
  }
}

OrderCost MarketArea::CostOf(const Instrument& instrument, matching::Side side,
                             int64_t price_minor, int64_t lots,
                             Stamp now) const {
  const Rules* rules = instrument.RulesAt(now);
  const int64_t ppm = rules == nullptr ? 0 : rules->FeePpm(side);
  return {side == matching::Side::kBuy ? BuyHold(price_minor, lots, ppm)
                                       : lots * instrument.lot_units,
          FeeCeil(price_minor * lots, ppm)};
}

v1::BookLevel MarketArea::LevelOf(const LevelName& name) const {
  const matching::PriceLevel level =
      books_.LevelAt(name.instrument, name.side, name.price);
  v1::BookLevel shown;
  shown.set_price_minor_per_lot(
      name.price.value() * instruments_.Find(name.instrument)->book_tick_minor);
  shown.set_quantity_lots(level.quantity.value());
  shown.set_order_count(level.order_count);
  return shown;
}

}  // namespace luheng::market
