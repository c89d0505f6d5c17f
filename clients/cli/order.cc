// luheng order: place, change and follow orders.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/directory.h"
#include "clients/cli/enum_text.h"
#include "clients/cli/format.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/list.h"
#include "clients/cli/nouns.h"
#include "clients/cli/outcome.h"
#include "clients/lib/watch.h"

namespace luheng::cli {
namespace {

using mv1::Order;
using mv1::OrderService;

// A buy points up and a sell down, so that the color is never alone.
Cell SideCell(const Context& context, mv1::Side side) {
  const bool is_buy = side == mv1::SIDE_BUY;
  Cell cell =
      TextCell(absl::StrCat(is_buy ? "▲ " : "▼ ", context.Say(NameOf(side))),
               is_buy ? Style::kUp : Style::kDown);
  cell.raw = context.Say(NameOf(side));
  return cell;
}

Columns<Order> ListColumns(const Context& context, const Directory& directory) {
  return {
      {text::kOrder, [](const auto& row) { return TextCell(row.name()); }},
      {text::kSymbol,
       [](const auto& row) { return TextCell(LastPart(row.instrument())); }},
      {text::kSide,
       [&](const auto& row) { return SideCell(context, row.side()); }},
      {text::kPrice,
       [](const auto& row) { return YuanCell(row.price_minor_per_lot()); }},
      {text::kQuantity,
       [&](const auto& row) {
         return directory.LotsCell(row.instrument(), row.quantity_lots());
       }},
      {text::kFilled,
       [&](const auto& row) {
         return directory.LotsCell(row.instrument(), row.filled_lots());
       }},
      {text::kRemaining,
       [&](const auto& row) {
         return directory.LotsCell(row.instrument(), row.remaining_lots());
       }},
      {text::kState,
       [&](const auto& row) {
         return TextCell(context.Say(NameOf(row.state())));
       }},
      {text::kTime,
       [](const auto& row) { return TextCell(FormatTime(row.create_time())); }},
  };
}

Columns<Order> ShowColumns(const Context& context, const Directory& directory) {
  Columns<Order> columns = ListColumns(context, directory);
  columns.insert(
      columns.end(),
      {{text::kTimeInForce,
        [&](const Order& row) {
          return TextCell(context.Say(NameOf(row.time_in_force())));
        }},
       {text::kExpires,
        [](const Order& row) {
          return TextCell(FormatTime(row.expire_time()));
        }},
       {text::kClosedBecause,
        [&](const Order& row) {
          return TextCell(context.Say(NameOf(row.close_reason())));
        }},
       {text::kTurnover,
        [](const Order& row) { return YuanCell(row.filled_notional_minor()); }},
       {text::kFee, [](const Order& row) { return YuanCell(row.fee_minor()); }},
       {text::kClientOrderId,
        [](const Order& row) { return TextCell(row.client_order_id()); }},
       {text::kEntry,
        [](const Order& row) { return NumberCell(row.entry()); }}});
  return columns;
}

Columns<mv1::Fill> FillColumns(const Context& context,
                               const Directory& directory) {
  return {
      {text::kTrade, [](const auto& row) { return NumberCell(row.trade()); }},
      {text::kTime,
       [](const auto& row) { return TextCell(FormatTime(row.time())); }},
      {text::kSymbol,
       [](const auto& row) { return TextCell(LastPart(row.instrument())); }},
      {text::kSide,
       [&](const auto& row) { return SideCell(context, row.side()); }},
      {text::kPrice,
       [](const auto& row) { return YuanCell(row.price_minor_per_lot()); }},
      {text::kQuantity,
       [&](const auto& row) {
         return directory.LotsCell(row.instrument(), row.quantity_lots());
       }},
      {text::kFee, [](const auto& row) { return YuanCell(row.fee_minor()); }},
      {text::kOrder, [](const auto& row) { return TextCell(row.order()); }},
      {text::kEntry, [](const auto& row) { return NumberCell(row.entry()); }},
  };
}

absl::Status PrintOrder(Context& context, const Order& order) {
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadInstruments());
  PrintRecord(context, ShowColumns(context, directory), order);
  return absl::OkStatus();
}

// How an order was named.
struct OrderKey {
  std::string name;
  std::string client_order_id;
};

// A name, a number among the caller's own, or else a client order id.
absl::StatusOr<OrderKey> ResolveOrder(Context& context,
                                      const std::string& typed) {
  if (absl::StrContains(typed, "/")) return OrderKey{typed, ""};
  if (!ParseWhole(typed).has_value()) return OrderKey{"", typed};
  CLIENT_ASSIGN_OR_RETURN(const std::string holder, OwnHolder(context));
  return OrderKey{absl::StrCat(holder, "/orders/", typed), ""};
}

template <typename Request>
absl::StatusOr<Request> RequestFor(Context& context, const std::string& typed) {
  CLIENT_ASSIGN_OR_RETURN(OrderKey key, ResolveOrder(context, typed));
  Request request;
  request.set_name(key.name);
  request.set_client_order_id(key.client_order_id);
  return request;
}

struct PlaceArguments {
  std::string side;
  std::string symbol;
  std::string quantity;
  std::string price;
  std::string time_in_force = "day";
  std::string until;
  std::string prevention;
  std::string client_order_id;
  std::string holder;
  bool post_only = false;
  bool preview = false;
};

absl::StatusOr<Order> OrderOf(Context& context,
                              const PlaceArguments& arguments) {
  Order order;
  CLIENT_ASSIGN_OR_RETURN(const mv1::Side side,
                          ParseEnum<mv1::Side>(context, arguments.side));
  CLIENT_ASSIGN_OR_RETURN(
      const mv1::TimeInForce time_in_force,
      ParseEnum<mv1::TimeInForce>(context, arguments.time_in_force));
  CLIENT_ASSIGN_OR_RETURN(const int64_t price,
                          ParseMoney(context, arguments.price));
  order.set_instrument(ResourceName("instruments", arguments.symbol));
  CLIENT_ASSIGN_OR_RETURN(
      const int64_t lots,
      ParseLots(context, order.instrument(), arguments.quantity));
  order.set_side(side);
  order.set_time_in_force(time_in_force);
  order.set_price_minor_per_lot(price);
  order.set_quantity_lots(lots);
  order.set_post_only(arguments.post_only);
  order.set_client_order_id(arguments.client_order_id.empty()
                                ? client::NewRequestId()
                                : arguments.client_order_id);
  if (!arguments.until.empty()) {
    CLIENT_ASSIGN_OR_RETURN(*order.mutable_expire_time(),
                            ParseInstant(context, arguments.until));
  }
  if (!arguments.prevention.empty()) {
    CLIENT_ASSIGN_OR_RETURN(
        const mv1::SelfTradePrevention prevention,
        ParseEnum<mv1::SelfTradePrevention>(context, arguments.prevention));
    order.set_self_trade_prevention(prevention);
  }
  return order;
}

absl::Status PrintPreview(Context& context,
                          const mv1::PlaceOrderResponse& response) {
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadInstruments());
  CLIENT_RETURN_IF_ERROR(directory.LoadAssets());
  const bool is_buy = response.order().side() == mv1::SIDE_BUY;
  const Columns<mv1::PlaceOrderResponse> columns = {
      {text::kHeld,
       [=](const auto& row) {
         return is_buy ? YuanCell(row.held_amount())
                       : NumberCell(row.held_amount());
       }},
      {text::kFeeMax,
       [](const auto& row) { return YuanCell(row.fee_minor_max()); }}};
  PrintRecord(context, columns, response);
  return absl::OkStatus();
}

absl::Status Place(Context& context, const PlaceArguments& arguments) {
  mv1::PlaceOrderRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_order(),
                          OrderOf(context, arguments));
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_parent(),
                          ResolveHolder(context, arguments.holder));
  request.set_validate_only(arguments.preview);
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  const absl::StatusOr<mv1::PlaceOrderResponse> response =
      client->Call(&OrderService::Stub::PlaceOrder, request);
  if (absl::IsUnavailable(response.status()) ||
      absl::IsDeadlineExceeded(response.status())) {
    context.Note(text::kClientOrderIdWas, request.order().client_order_id());
  }
  CLIENT_RETURN_IF_ERROR(response.status());
  if (arguments.preview) return PrintPreview(context, *response);
  if (response->duplicate()) context.Note(text::kDuplicateOrder);
  return PrintOrder(context, response->order());
}

struct Arguments {
  ListOptions list;
  std::vector<std::string> orders;
  std::string order;
  std::string symbol;
  std::string holder;
  std::string price;
  std::string quantity;
  int64_t after_entry = 0;
  int64_t watch_limit = 0;  // 0 is none.
  bool include_closed = false;
};

absl::Status Amend(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(
      mv1::AmendOrderRequest request,
      RequestFor<mv1::AmendOrderRequest>(context, arguments.order));
  if (!arguments.price.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const int64_t price,
                            ParseMoney(context, arguments.price));
    request.set_price_minor_per_lot(price);
  }
  if (!arguments.quantity.empty()) {
    const std::optional<int64_t> lots = ParseWhole(arguments.quantity);
    if (!lots.has_value()) {
      return context.Wrong(text::kBadLots, arguments.quantity);
    }
    request.set_quantity_lots(*lots);
  }
  CLIENT_ASSIGN_OR_RETURN(
      const mv1::AmendOrderResponse response,
      Submit(context, &OrderService::Stub::AmendOrder, request));
  context.Note(response.kept_place() ? text::kKeptPlace : text::kLostPlace);
  return PrintOrder(context, response.order());
}

absl::Status Cancel(Context& context, const Arguments& arguments) {
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadInstruments());
  ListPrinter<Order> printer(context, ListColumns(context, directory));
  // Each order is its own request; the first refusal ends it, after what was
  // done is shown.
  absl::Status status;
  for (const std::string& typed : arguments.orders) {
    const auto request = RequestFor<mv1::CancelOrderRequest>(context, typed);
    if (!request.ok()) return request.status();
    const auto response =
        Submit(context, &OrderService::Stub::CancelOrder, *request);
    status = response.status();
    if (!status.ok()) break;
    printer.Add(response->order());
  }
  if (status.ok() || arguments.orders.size() > 1) printer.End();
  return status;
}

absl::Status CancelAll(Context& context, const Arguments& arguments) {
  mv1::CancelAllOrdersRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_parent(),
                          ResolveHolder(context, arguments.holder));
  request.set_instrument(ResourceName("instruments", arguments.symbol));
  CLIENT_RETURN_IF_ERROR(context.Confirm(
      arguments.symbol.empty()
          ? context.Say(text::kAskCancelAll)
          : context.Say(text::kAskCancelSymbol, arguments.symbol)));
  CLIENT_ASSIGN_OR_RETURN(
      const mv1::CancelAllOrdersResponse response,
      Submit(context, &OrderService::Stub::CancelAllOrders, request));
  const Columns<mv1::CancelAllOrdersResponse> columns = {
      {text::kOrders,
       [](const auto& row) { return NumberCell(row.order_count()); }},
      {text::kEntry, [](const auto& row) { return NumberCell(row.entry()); }}};
  PrintRecord(context, columns, response);
  return absl::OkStatus();
}

absl::Status Show(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(
      const mv1::GetOrderRequest request,
      RequestFor<mv1::GetOrderRequest>(context, arguments.order));
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  CLIENT_ASSIGN_OR_RETURN(const mv1::GetOrderResponse response,
                          client->Call(&OrderService::Stub::GetOrder, request));
  return PrintOrder(context, response.order());
}

// The request of a list of one holder, perhaps of one instrument.
template <typename Request>
absl::StatusOr<Request> HolderRequest(Context& context,
                                      const Arguments& arguments) {
  Request request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_parent(),
                          ResolveHolder(context, arguments.holder));
  request.set_instrument(ResourceName("instruments", arguments.symbol));
  return request;
}

absl::Status List(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(
      mv1::ListOrdersRequest request,
      HolderRequest<mv1::ListOrdersRequest>(context, arguments));
  request.set_include_closed(arguments.include_closed);
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadInstruments());
  return PrintList(context, &OrderService::Stub::ListOrders, request,
                   &mv1::ListOrdersResponse::orders,
                   ListColumns(context, directory), arguments.list);
}

absl::Status Fills(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(
      const mv1::ListFillsRequest request,
      HolderRequest<mv1::ListFillsRequest>(context, arguments));
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadInstruments());
  return PrintList(context, &OrderService::Stub::ListFills, request,
                   &mv1::ListFillsResponse::fills,
                   FillColumns(context, directory), arguments.list);
}

Columns<mv1::WatchOrdersResponse> WatchColumns(const Context& context,
                                               const Directory& directory) {
  return {
      {text::kEntry, [](const auto& row) { return NumberCell(row.entry()); }},
      {text::kSymbol,
       [](const auto& row) {
         return TextCell(LastPart(row.order().instrument()));
       }},
      {text::kSide,
       [&](const auto& row) { return SideCell(context, row.order().side()); }},
      {text::kPrice,
       [](const auto& row) {
         return YuanCell(row.order().price_minor_per_lot());
       }},
      {text::kFilled,
       [&](const auto& row) {
         return directory.LotsCell(row.order().instrument(),
                                   row.order().filled_lots());
       }},
      {text::kRemaining,
       [&](const auto& row) {
         return directory.LotsCell(row.order().instrument(),
                                   row.order().remaining_lots());
       }},
      {text::kState,
       [&](const auto& row) {
         return TextCell(context.Say(NameOf(row.order().state())));
       }},
      {text::kOrder,
       [](const auto& row) { return TextCell(row.order().name()); }},
  };
}

absl::Status Watch(Context& context, const Arguments& arguments) {
  mv1::WatchOrdersRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_parent(),
                          ResolveHolder(context, arguments.holder));
  request.set_after_entry(arguments.after_entry);
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadInstruments());
  WatchPrinter<mv1::WatchOrdersResponse> printer(
      context, WatchColumns(context, directory));
  client::WatchOptions options;
  options.on_break = [&context](const absl::Status&) {
    context.Note(text::kReconnecting);
  };
  int64_t seen_count = 0;
  return client::WatchEntries(
      *client, &OrderService::Stub::WatchOrders, request,
      [&](const mv1::WatchOrdersResponse& message) {
        printer.Add(message);
        return ++seen_count != arguments.watch_limit;
      },
      options);
}

void RegisterPlace(CLI::App& noun, Context& context) {
  const auto place = MakeArguments<PlaceArguments>();
  CLI::App& verb =
      AddVerb(noun, context, "place", help::kOrderPlace,
              "luheng order place buy CEA 1000 --price 58.50\n"
              "luheng order place sell CEA 1,000t --price 58.50 --tif ioc\n"
              "luheng order place buy CEA 1000 --price 58.50 --preview",
              [=, &context] { return Place(context, *place); });
  AddArgument(verb, context, "SIDE", place->side, help::kSide)->required();
  AddArgument(verb, context, "SYMBOL", place->symbol, help::kSymbol)
      ->required();
  AddArgument(verb, context, "QUANTITY", place->quantity, help::kQuantity)
      ->required();
  AddArgument(verb, context, "-p,--price", place->price, help::kPrice)
      ->required();
  AddArgument(verb, context, "--tif", place->time_in_force, help::kTimeInForce)
      ->default_str(place->time_in_force);
  AddArgument(verb, context, "--until", place->until, help::kUntil);
  AddArgument(verb, context, "--self-trade", place->prevention,
              help::kSelfTrade);
  AddArgument(verb, context, "--client-order-id", place->client_order_id,
              help::kClientOrderId);
  AddArgument(verb, context, "--holder", place->holder, help::kForHolder);
  AddFlag(verb, context, "--post-only", place->post_only, help::kPostOnly);
  AddFlag(verb, context, "--preview", place->preview, help::kPreview);
}

void RegisterChanges(CLI::App& noun, Context& context) {
  const auto amend = MakeArguments<Arguments>();
  CLI::App& amend_verb =
      AddVerb(noun, context, "amend", help::kOrderAmend,
              "luheng order amend 17 --quantity 500\n"
              "luheng order amend holders/5/orders/17 --price 58.40",
              [=, &context] { return Amend(context, *amend); });
  AddArgument(amend_verb, context, "ORDER", amend->order, help::kOrderKey)
      ->required();
  AddArgument(amend_verb, context, "-p,--price", amend->price, help::kPrice);
  AddArgument(amend_verb, context, "-q,--quantity", amend->quantity,
              help::kNewQuantity);

  const auto cancel = MakeArguments<Arguments>();
  CLI::App& cancel_verb = AddVerb(
      noun, context, "cancel", help::kOrderCancel, "luheng order cancel 17 18",
      [=, &context] { return Cancel(context, *cancel); });
  cancel_verb.add_option("ORDER", cancel->orders, context.Say(help::kOrderKey))
      ->required();

  const auto all = MakeArguments<Arguments>();
  CLI::App& all_verb =
      AddVerb(noun, context, "cancel-all", help::kOrderCancelAll,
              "luheng order cancel-all --symbol CEA --yes",
              [=, &context] { return CancelAll(context, *all); });
  AddArgument(all_verb, context, "--symbol", all->symbol, help::kOnlySymbol);
  AddArgument(all_verb, context, "--holder", all->holder, help::kForHolder);
}

void RegisterReading(CLI::App& noun, Context& context) {
  const auto show = MakeArguments<Arguments>();
  AddArgument(
      AddVerb(noun, context, "show", help::kOrderShow, "luheng order show 17",
              [=, &context] { return Show(context, *show); }),
      context, "ORDER", show->order, help::kOrderKey)
      ->required();

  const auto list = MakeArguments<Arguments>();
  CLI::App& list_verb = AddVerb(
      noun, context, "list", help::kOrderList,
      "luheng order list\nluheng order list --closed --symbol CEA -o csv",
      [=, &context] { return List(context, *list); });
  AddFlag(list_verb, context, "--closed", list->include_closed,
          help::kIncludeClosed);

  const auto fills = MakeArguments<Arguments>();
  CLI::App& fills_verb =
      AddVerb(noun, context, "fills", help::kOrderFills,
              "luheng order fills --all -o csv > fills.csv",
              [=, &context] { return Fills(context, *fills); });
  for (const auto& [verb, arguments] :
       {std::pair(&list_verb, list), std::pair(&fills_verb, fills)}) {
    AddArgument(*verb, context, "--symbol", arguments->symbol,
                help::kOnlySymbol);
    AddArgument(*verb, context, "--holder", arguments->holder,
                help::kForHolder);
    AddListOptions(*verb, context, arguments->list);
  }
}

void RegisterWatch(CLI::App& noun, Context& context) {
  const auto watch = MakeArguments<Arguments>();
  CLI::App& verb = AddVerb(noun, context, "watch", help::kOrderWatch,
                           "luheng order watch\n"
                           "luheng order watch --after 120 -o json",
                           [=, &context] { return Watch(context, *watch); });
  AddArgument(verb, context, "--holder", watch->holder, help::kForHolder);
  verb.add_option("--after", watch->after_entry, context.Say(help::kAfter));
  verb.add_option("--limit", watch->watch_limit,
                  context.Say(help::kWatchLimit));
}

}  // namespace

void RegisterOrder(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "order", help::kOrder);
  RegisterPlace(noun, context);
  RegisterChanges(noun, context);
  RegisterReading(noun, context);
  RegisterWatch(noun, context);
}

}  // namespace luheng::cli
