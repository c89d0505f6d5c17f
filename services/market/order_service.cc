// Unary calls name instruments by symbol, commands by registered id. So a call
// first finds the id (or is told that there is none), submits, and reads the
// order as it stands when the answer is durable.
#include "services/market/order_service.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/market/order_stream.h"
#include "services/market/render.h"

namespace luheng::market {
namespace {

using core::Verdict;
using core::World;
using rpc::Caller;
using rpc::FieldChecks;

// Calls that need the id of a symbol that is not known here ask the world.
template <typename Call, typename Then>
void WithInstrument(const MarketBackend& backend,
                    const std::shared_ptr<Call>& call, const std::string& name,
                    Then then) {
  const absl::string_view symbol = core::ParseTextName("instruments", name);
  const InstrumentId known = backend.data.FindInstrument(symbol);
  if (known) return then(known);
  auto id = std::make_shared<InstrumentId>();
  backend.base.sequencer.Read(
      [&market = backend.market, id, name](const World&) {
        const Instrument* instrument = FindByName(market, name);
        if (instrument != nullptr) *id = instrument->id;
      },
      [call, id, name, then](const absl::Status& status, EntryNumber) {
        if (!status.ok()) {
          return call->Fail(rpc::ToStatus(status, call->error()));
        }
        if (!*id) {
          const core::Refusal refusal = UnknownName(name);
          return call->Refuse(refusal.reason, refusal.details);
        }
        then(*id);
      });
}

// A command of `call` with a body of its own.
template <typename Call, typename Body>
void SubmitOne(const MarketBackend& backend, const std::shared_ptr<Call>& call,
               Body body,
               std::function<void(const core::Outcome& outcome)> then) {
  auto kept = std::make_shared<Body>(std::move(body));
  core::Submission submission;
  core::Command& command = submission.commands.emplace_back();
  command.type = call->method().command;
  command.user = call->caller().user;
  command.body = kept.get();
  if constexpr (requires { call->request().request_id(); }) {
    command.request_id =
        ParseUuid(call->request().request_id()).value_or(Id16());
    command.digest = rpc::CommandDigest(command.type, *kept);
    command.credential = call->caller().credential;
  }
  submission.bodies = kept;
  submission.done = [call, then](std::vector<core::Outcome>& outcomes) {
    const core::Outcome& outcome = outcomes.front();
    if (!outcome.accepted()) {
      return call->Refuse(outcome.reason, outcome.details);
    }
    then(outcome);
  };
  backend.base.sequencer.Submit(std::move(submission));
}

// Fills the order of an answer from the world, with `more(order, answer)` on
// the sequencer's thread, and finishes the call.
template <typename Call, typename More>
void FinishWithOrder(const MarketBackend& backend,
                     const std::shared_ptr<Call>& call, int64_t id, More more) {
  auto found = std::make_shared<bool>(false);
  backend.base.sequencer.Read(
      [&market = backend.market, call, id, more, found](const World& world) {
        const OrderRecord* order = market.orders().Find(OrderId(id));
        if (order == nullptr) return;
        *found = true;
        const Instrument& instrument =
            *market.instruments().Find(order->instrument());
        *call->answer().mutable_order() =
            RenderOrder(*order, instrument.symbol);
        more(world, *order, instrument);
      },
      [call, found](const absl::Status& status, EntryNumber) {
        if (!status.ok()) {
          return call->Fail(rpc::ToStatus(status, call->error()));
        }
        if (!*found) return call->Refuse(core::v1::REASON_ORDER_UNKNOWN);
        call->Finish();
      });
}

struct Nothing {
  void operator()(const World&, const OrderRecord&, const Instrument&) const {}
};

// One order is named by either of its two names.
template <typename Request>
void CheckOrderName(const Request& r, FieldChecks& check) {
  check.Order("name", r.name(), rpc::Presence::kOptional);
  check.ClientOrderId("client_order_id", r.client_order_id(),
                      rpc::Presence::kOptional);
  if (r.name().empty() == r.client_order_id().empty()) {
    check.Violate("name", r.name(), "given, or else client_order_id");
  }
}

v1::PlaceOrderCommand CommandOf(const v1::PlaceOrderRequest& request,
                                InstrumentId instrument) {
  const v1::Order& order = request.order();
  v1::PlaceOrderCommand body;
  body.set_instrument(instrument.value());
  body.set_side(order.side());
  body.set_price_minor_per_lot(order.price_minor_per_lot());
  body.set_quantity_lots(order.quantity_lots());
  body.set_time_in_force(order.time_in_force());
  if (order.has_expire_time()) {
    body.set_expire_ns(order.expire_time().seconds() * kNanosPerSecond +
                       order.expire_time().nanos());
  }
  body.set_post_only(order.post_only());
  body.set_self_trade_prevention(order.self_trade_prevention());
  body.set_client_order_id(order.client_order_id());
  body.set_holder(core::ParseHolderName(request.parent()).value());
  return body;
}

// What `order` holds as it stands: fen for a buy, units for a sell.
int64_t HeldBy(const OrderRecord& order, const Instrument& instrument) {
  if (!order.is_open()) return 0;
  const int64_t held = order.HoldOf(order.open);
  return order.side == matching::Side::kBuy ? held
                                            : held * instrument.lot_units;
}

using PlaceCall = rpc::UnaryCall<v1::PlaceOrderRequest, v1::PlaceOrderResponse>;

// What the whole of `order` needs.
OrderCost CostOf(const MarketArea& market, const World& world,
                 const Instrument& instrument, const v1::Order& order) {
  const auto side = order.side() == v1::SIDE_BUY ? matching::Side::kBuy
                                                 : matching::Side::kSell;
  return market.CostOf(instrument, side, order.price_minor_per_lot(),
                       order.quantity_lots(), world.last_stamp());
}

// Runs the rules and writes nothing.
void Validate(const MarketBackend& backend,
              const std::shared_ptr<PlaceCall>& call, InstrumentId id) {
  auto outcome = std::make_shared<core::Outcome>();
  backend.base.sequencer.Read(
      [&backend, call, id, outcome,
       now = backend.base.sequencer.node_time()](const World& world) {
        const v1::PlaceOrderCommand body = CommandOf(call->request(), id);
        core::Command command;
        command.type = call->method().command;
        command.user = call->caller().user;
        command.body = &body;
        Entry entry;
        world.Decide(command, std::max(now, world.last_stamp()), entry,
                     *outcome);
        if (!outcome->accepted()) return;
        v1::PlaceOrderResponse& answer = call->answer();
        answer.set_duplicate(outcome->repeated);
        v1::Order& order = *answer.mutable_order();
        order = call->request().order();
        order.set_state(static_cast<v1::OrderState>(outcome->numbers[0]));
        order.set_filled_lots(outcome->numbers[1]);
        order.set_remaining_lots(outcome->numbers[2]);
        const OrderCost cost =
            CostOf(backend.market, world,
                   *backend.market.instruments().Find(id), order);
        answer.set_held_amount(cost.held_amount);
        answer.set_fee_minor_max(cost.fee_minor_max);
      },
      [call, outcome](const absl::Status& status, EntryNumber) {
        if (!status.ok()) {
          return call->Fail(rpc::ToStatus(status, call->error()));
        }
        if (!outcome->accepted()) {
          return call->Refuse(outcome->reason, outcome->details);
        }
        call->Finish();
      });
}

void Place(const MarketBackend& backend, const std::shared_ptr<PlaceCall>& call,
           InstrumentId id) {
  SubmitOne(backend, call, CommandOf(call->request(), id),
            [&backend, call](const core::Outcome& outcome) {
              call->answer().set_duplicate(outcome.repeated);
              FinishWithOrder(
                  backend, call, outcome.subject,
                  [&market = backend.market, call](
                      const World& world, const OrderRecord& order,
                      const Instrument& instrument) {
                    v1::PlaceOrderResponse& answer = call->answer();
                    answer.set_held_amount(HeldBy(order, instrument));
                    answer.set_fee_minor_max(
                        CostOf(market, world, instrument, answer.order())
                            .fee_minor_max);
                  });
            });
}

// The holder that a list is about, if the caller may see it.
template <typename Request>
Verdict ReadableHolder(const World& world, const Caller& caller,
                       const Request& r, HolderId& holder) {
  holder =
      r.parent().empty() ? caller.holder : core::ParseHolderName(r.parent());
  if (holder == caller.holder || world.access().MayRead(caller.user, holder)) {
    return std::nullopt;
  }
  return core::Refusal{core::v1::REASON_PERMISSION_DENIED,
                       {{"parent", r.parent()}}};
}

}  // namespace

grpc::ServerUnaryReactor* OrderService::PlaceOrder(
    grpc::CallbackServerContext* context, const v1::PlaceOrderRequest* request,
    v1::PlaceOrderResponse* response) {
  return rpc::Serve(
      backend_.base.edge, context, request, response,
      [](const v1::PlaceOrderRequest& r, FieldChecks& check) {
        check.Holder("parent", r.parent(), rpc::Presence::kOptional);
        check.Instrument("order.instrument", r.order().instrument());
        check.Enum("order.side", r.order().side(), v1::Side_descriptor());
        check.Enum("order.time_in_force", r.order().time_in_force(),
                   v1::TimeInForce_descriptor());
        check.Enum(
            "order.self_trade_prevention", r.order().self_trade_prevention(),
            v1::SelfTradePrevention_descriptor(), rpc::Presence::kOptional);
        check.Timestamp("order.expire_time", r.order().has_expire_time(),
                        r.order().expire_time(), rpc::Presence::kOptional);
      },
      [this](const std::shared_ptr<PlaceCall>& call) {
        WithInstrument(backend_, call, call->request().order().instrument(),
                       [this, call](InstrumentId id) {
                         if (call->request().validate_only()) {
                           return Validate(backend_, call, id);
                         }
                         Place(backend_, call, id);
                       });
      });
}

grpc::ServerUnaryReactor* OrderService::CancelOrder(
    grpc::CallbackServerContext* context, const v1::CancelOrderRequest* request,
    v1::CancelOrderResponse* response) {
  return rpc::Serve(
      backend_.base.edge, context, request, response,
      [](const v1::CancelOrderRequest& r, FieldChecks& check) {
        CheckOrderName(r, check);
      },
      [this](const auto& call) {
        v1::CancelOrderCommand body;
        body.set_order(core::ParseOrderName(call->request().name()).value());
        body.set_client_order_id(call->request().client_order_id());
        SubmitOne(backend_, call, std::move(body),
                  [this, call](const core::Outcome& outcome) {
                    FinishWithOrder(backend_, call, outcome.subject, Nothing());
                  });
      });
}

grpc::ServerUnaryReactor* OrderService::CancelAllOrders(
    grpc::CallbackServerContext* context,
    const v1::CancelAllOrdersRequest* request,
    v1::CancelAllOrdersResponse* response) {
  const auto cancel = [this](const auto& call, InstrumentId id) {
    v1::CancelAllCommand body;
    body.set_instrument(id.value());
    body.set_holder(core::ParseHolderName(call->request().parent()).value());
    SubmitOne(backend_, call, std::move(body),
              [call](const core::Outcome& outcome) {
                call->answer().set_order_count(outcome.numbers[0]);
                call->answer().set_entry(outcome.entry.value());
                call->Finish();
              });
  };
  return rpc::Serve(
      backend_.base.edge, context, request, response,
      [](const v1::CancelAllOrdersRequest& r, FieldChecks& check) {
        check.Holder("parent", r.parent(), rpc::Presence::kOptional);
        check.Instrument("instrument", r.instrument(),
                         rpc::Presence::kOptional);
      },
      [this, cancel](const auto& call) {
        if (call->request().instrument().empty()) {
          return cancel(call, InstrumentId());
        }
        WithInstrument(backend_, call, call->request().instrument(),
                       [call, cancel](InstrumentId id) { cancel(call, id); });
      });
}

grpc::ServerUnaryReactor* OrderService::AmendOrder(
    grpc::CallbackServerContext* context, const v1::AmendOrderRequest* request,
    v1::AmendOrderResponse* response) {
  return rpc::Serve(
      backend_.base.edge, context, request, response,
      [](const v1::AmendOrderRequest& r, FieldChecks& check) {
        CheckOrderName(r, check);
      },
      [this](const auto& call) {
        v1::AmendOrderCommand body;
        body.set_order(core::ParseOrderName(call->request().name()).value());
        body.set_client_order_id(call->request().client_order_id());
        body.set_price_minor_per_lot(call->request().price_minor_per_lot());
        body.set_quantity_lots(call->request().quantity_lots());
        SubmitOne(backend_, call, std::move(body),
                  [this, call](const core::Outcome& outcome) {
                    call->answer().ParseFromString(outcome.answer);
                    FinishWithOrder(backend_, call, outcome.subject, Nothing());
                  });
      });
}

grpc::ServerUnaryReactor* OrderService::GetOrder(
    grpc::CallbackServerContext* context, const v1::GetOrderRequest* request,
    v1::GetOrderResponse* response) {
  return rpc::ServeRead(
      backend_.base, context, request, response,
      [](const v1::GetOrderRequest& r, FieldChecks& check) {
        CheckOrderName(r, check);
      },
      [&market = backend_.market](const World& world, const Caller& caller,
                                  const v1::GetOrderRequest& r,
                                  v1::GetOrderResponse& answer) -> Verdict {
        const OrderRecord* order = nullptr;
        if (!r.name().empty()) {
          order = market.orders().Find(core::ParseOrderName(r.name()));
        } else if (const auto key =
                       ClientKey::Make(caller.holder, r.client_order_id())) {
          order = market.orders().FindByClient(*key, world.last_stamp());
        }
        // What the caller may not see does not exist for it.
        if (order == nullptr ||
            (order->holder() != caller.holder &&
             !world.access().MayRead(caller.user, order->holder()))) {
          return core::Refusal{core::v1::REASON_ORDER_UNKNOWN,
                               {{"order", r.name()}}};
        }
        *answer.mutable_order() = RenderOrder(
            *order, market.instruments().Find(order->instrument())->symbol);
        return std::nullopt;
      });
}

grpc::ServerUnaryReactor* OrderService::ListOrders(
    grpc::CallbackServerContext* context, const v1::ListOrdersRequest* request,
    v1::ListOrdersResponse* response) {
  return rpc::ServeRead(
      backend_.base, context, request, response,
      [](const v1::ListOrdersRequest& r, FieldChecks& check) {
        check.Holder("parent", r.parent(), rpc::Presence::kOptional);
        check.Instrument("instrument", r.instrument(),
                         rpc::Presence::kOptional);
      },
      [&market = backend_.market, &tokens = backend_.base.edge.page_tokens()](
          const World& world, const Caller& caller,
          const v1::ListOrdersRequest& r,
          v1::ListOrdersResponse& answer) -> Verdict {
        HolderId holder;
        if (Verdict verdict = ReadableHolder(world, caller, r, holder)) {
          return verdict;
        }
        InstrumentId only;
        if (!r.instrument().empty()) {
          const Instrument* instrument = FindByName(market, r.instrument());
          if (instrument == nullptr) return UnknownName(r.instrument());
          only = instrument->id;
        }
        const auto cursor = NumberCursor(tokens, r);
        if (!cursor) return BadPageToken();
        const auto size =
            static_cast<size_t>(rpc::CoercePageSize(r.page_size()));
        // A page and one more, the newest below the cursor first.
        std::vector<OrderId> page;
        const auto take = [&](const OrderRecord& order) {
          if (*cursor != 0 && order.id.value() >= *cursor) return true;
          if (only && order.instrument() != only) return true;
          page.push_back(order.id);
          if (page.size() > 4 * size) {
            std::nth_element(page.begin(),
                             page.begin() + static_cast<std::ptrdiff_t>(size),
                             page.end(), std::greater<OrderId>());
            page.resize(size + 1);
          }
          return true;
        };
        market.orders().ForEachOpen(holder, take);
        if (r.include_closed()) market.orders().ForEachClosed(holder, take);
        std::sort(page.begin(), page.end(), std::greater<OrderId>());
        const bool more = page.size() > size;
        if (more) page.resize(size);
        for (const OrderId id : page) {
          const OrderRecord& order = *market.orders().Find(id);
          *answer.add_orders() = RenderOrder(
              order, market.instruments().Find(order.instrument())->symbol);
        }
        if (more) {
          answer.set_next_page_token(tokens.Make(
              r, {absl::StrCat(page.back().value()), world.last_entry()}));
        }
        return std::nullopt;
      });
}

grpc::ServerUnaryReactor* OrderService::ListFills(
    grpc::CallbackServerContext* context, const v1::ListFillsRequest* request,
    v1::ListFillsResponse* response) {
  return rpc::ServeRead(
      backend_.base, context, request, response,
      [](const v1::ListFillsRequest& r, FieldChecks& check) {
        check.Holder("parent", r.parent(), rpc::Presence::kOptional);
        check.Instrument("instrument", r.instrument(),
                         rpc::Presence::kOptional);
      },
      [&market = backend_.market, &tokens = backend_.base.edge.page_tokens()](
          const World& world, const Caller& caller,
          const v1::ListFillsRequest& r,
          v1::ListFillsResponse& answer) -> Verdict {
        HolderId holder;
        if (Verdict verdict = ReadableHolder(world, caller, r, holder)) {
          return verdict;
        }
        const Instrument* only = nullptr;
        if (!r.instrument().empty()) {
          only = FindByName(market, r.instrument());
          if (only == nullptr) return UnknownName(r.instrument());
        }
        const auto cursor = NumberCursor(tokens, r);
        if (!cursor) return BadPageToken();
        const int32_t size = rpc::CoercePageSize(r.page_size());
        const TradeLog& trades = market.trades();
        for (int64_t number = std::max(*cursor + 1, trades.first());
             number <= trades.last(); ++number) {
          const TradeRecord& trade = trades.at(number);
          const bool taker = trade.taker_holder == holder;
          if (!taker && trade.maker_holder != holder) continue;
          if (only != nullptr && trade.instrument != only->id) continue;
          if (answer.fills_size() == size) {
            answer.set_next_page_token(
                tokens.Make(r, {absl::StrCat(answer.fills(size - 1).trade()),
                                world.last_entry()}));
            break;
          }
          *answer.add_fills() =
              RenderFill(trade, !taker,
                         market.instruments().Find(trade.instrument)->symbol);
        }
        return std::nullopt;
      });
}

grpc::ServerBidiReactor<v1::StreamOrdersRequest, v1::StreamOrdersResponse>*
OrderService::StreamOrders(grpc::CallbackServerContext* context) {
  return OrderStream::Serve(backend_, context);
}

grpc::ServerWriteReactor<v1::WatchOrdersResponse>* OrderService::WatchOrders(
    grpc::CallbackServerContext* context,
    const v1::WatchOrdersRequest* request) {
  auto stream =
      OrderWatchStream::Make(backend_.data.limits(), [&data = backend_.data] {
        v1::WatchOrdersResponse beat;
        beat.set_heartbeat(true);
        beat.set_entry(data.durable().value());
        return beat;
      });
  auto holder = std::make_shared<HolderId>();
  return ServeWatch(
      backend_, context, request, stream,
      [holder, r = *request](const World& world, const Caller& caller)
          -> Verdict { return ReadableHolder(world, caller, r, *holder); },
      [&data = backend_.data, holder, stream,
       after = EntryNumber(request->after_entry())](EntryNumber) {
        data.AddOrderStream(*holder, after, stream);
      });
}

}  // namespace luheng::market
