#include "tests/bench/command_stream.h"

#include "absl/strings/str_cat.h"
#include "luheng/market/v1/events.pb.h"
#include "tests/bench/book_runner.h"

namespace luheng::bench {
namespace {

// Follows what each order has filled, for amendments.
struct FilledSink {
  std::vector<uint32_t> filled;

  void OnOrder(const Command&) {}
  void OnFill(const Command& taker, uint64_t maker, uint32_t, uint32_t,
              uint32_t lots) {
    filled[taker.id] += lots;
    filled[maker] += lots;
  }
  void OnRelease(uint64_t, uint32_t, matching::Side, uint32_t, uint32_t,
                 uint32_t) {}
};

market::v1::Side SideOf(matching::Side side) {
  return side == matching::Side::kBuy ? market::v1::SIDE_BUY
                                      : market::v1::SIDE_SELL;
}

void FillPlace(const Command& from, market::v1::PlaceOrderCommand& to) {
  to.set_instrument(from.instrument);
  to.set_side(SideOf(from.side));
  to.set_price_minor_per_lot(from.price);
  to.set_quantity_lots(from.quantity);
  to.set_time_in_force(from.immediate ? market::v1::TIME_IN_FORCE_IOC
                                      : market::v1::TIME_IN_FORCE_GTC);
  to.set_client_order_id(absl::StrCat("o", from.id));
}

}  // namespace

std::vector<StreamCommand> MakeCommands(const Stream& stream) {
  std::vector<StreamCommand> commands(stream.commands.size());
  std::vector<int64_t> owner(stream.order_id_max + 1);
  FilledSink sink;
  sink.filled.resize(stream.order_id_max + 1);
  BookRunner runner(matching::BookOptions{});
  for (size_t i = 0; i < stream.commands.size(); ++i) {
    const Command& from = stream.commands[i];
    StreamCommand& to = commands[i];
    const auto order = static_cast<int64_t>(from.id);
    switch (from.operation) {
      case Operation::kNew:
        owner[from.id] = from.account;
        FillPlace(from, *to.body.mutable_place());
        break;
      case Operation::kCancel:
        to.body.mutable_cancel()->set_order(order);
        break;
      case Operation::kModify: {
        market::v1::AmendOrderCommand& amend = *to.body.mutable_amend();
        amend.set_order(order);
        amend.set_price_minor_per_lot(from.price);
        amend.set_quantity_lots(int64_t{sink.filled[from.id]} + from.quantity);
        break;
      }
    }
    to.trader = owner[from.id];
    runner.Run(from, sink);
  }
  return commands;
}

core::Command ToCommand(const StreamCommand& from, UserId user,
                        SessionId session, int64_t sequence) {
  core::Command command;
  command.user = user;
  command.session = session;
  command.sequence = sequence;
  if (from.body.has_place()) {
    command.type = market::v1::COMMAND_TYPE_PLACE_ORDER;
    command.body = &from.body.place();
  } else if (from.body.has_cancel()) {
    command.type = market::v1::COMMAND_TYPE_CANCEL_ORDER;
    command.body = &from.body.cancel();
  } else {
    command.type = market::v1::COMMAND_TYPE_AMEND_ORDER;
    command.body = &from.body.amend();
  }
  return command;
}

}  // namespace luheng::bench
