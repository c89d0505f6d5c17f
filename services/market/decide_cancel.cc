// CancelOrder and CancelAll. Cancelling is allowed at any time, to suspended
// holders too: it only gives back.
#include <limits>

#include "absl/strings/str_cat.h"
#include "services/market/market_area.h"
#include "services/market/outcome.h"

namespace luheng::market {
namespace {

namespace reason = luheng::core::v1;
using core::FieldRefusal;
using core::Verdict;

}  // namespace

const OrderRecord* MarketArea::FindOwn(const core::DecideContext& context,
                                       core::CommandType type, int64_t order,
                                       absl::string_view client_id) const {
  if (order == 0) {
    const auto key = ClientKey::Make(context.holder, client_id);
    return key ? orders_.FindByClient(*key, context.now) : nullptr;
  }
  const OrderRecord* found = orders_.Find(OrderId(order));
  if (found == nullptr || found->holder() == context.holder) return found;
  // Others' orders do not exist for those who may not act on them.
  const bool allowed =
      access_.Allows(context.user, type, core::Step::kSubmit, found->holder());
  return allowed ? found : nullptr;
}

Verdict MarketArea::DecideCancel(const core::DecideContext& context,
                                 const v1::CancelOrderCommand& body,
                                 Entry& entry, core::Outcome& outcome) const {
  const OrderRecord* order = FindOwn(context, v1::COMMAND_TYPE_CANCEL_ORDER,
                                     body.order(), body.client_order_id());
  if (order == nullptr) {
    return core::Refusal{reason::REASON_ORDER_UNKNOWN,
                         {{"order", absl::StrCat(body.order())}}};
  }
  DescribeOrder(*order, outcome);
  if (!order->is_open()) {
    return core::Refusal{reason::REASON_ORDER_CLOSED,
                         {{"order", absl::StrCat(order->id.value())},
                          {"state", v1::OrderState_Name(order->state())}}};
  }
  const bool own = order->holder() == context.holder;
  DraftEnd(*order, own ? v1::CLOSE_REASON_USER : v1::CLOSE_REASON_OPERATOR,
           entry);
  outcome.numbers[0] = v1::ORDER_STATE_CANCELLED;
  outcome.numbers[2] = 0;
  return std::nullopt;
}

Verdict MarketArea::DecideCancelAll(const core::DecideContext& context,
                                    const v1::CancelAllCommand& body,
                                    Entry& entry,
                                    core::Outcome& outcome) const {
  CancelAll all;
  all.holder = body.holder() != 0 ? HolderId(body.holder()) : context.holder;
  all.instrument = InstrumentId(body.instrument());
  all.reason = all.holder == context.holder ? v1::CLOSE_REASON_USER
                                            : v1::CLOSE_REASON_OPERATOR;
  if (all.holder.value() <= 0 || !holders_.Exists(all.holder)) {
    return FieldRefusal(reason::REASON_HOLDER_UNKNOWN, "parent",
                        all.holder.value(), "a holder");
  }
  if (all.instrument && instruments_.Find(all.instrument) == nullptr) {
    return FieldRefusal(reason::REASON_INSTRUMENT_UNKNOWN, "instrument",
                        body.instrument(), "an instrument's id");
  }
  outcome.subject = all.holder.value();
  outcome.numbers[0] = DraftCancelAll(all, entry);
  return std::nullopt;
}

void MarketArea::DraftEndOfUse(HolderId holder, Entry& entry) const {
  CancelAll all;
  all.holder = holder;
  all.reason = v1::CLOSE_REASON_HOLDER;
  DraftCancelAll(all, entry);
}

int64_t MarketArea::DraftCancelAll(const CancelAll& all, Entry& entry) const {
  int64_t count = 0;
  orders_.ForEachOpen(all.holder, [&](const OrderRecord& order) {
    count += !all.instrument || order.instrument() == all.instrument;
    return true;
  });
  if (count == 0) return 0;
  if (count > kStepsPerEntryMax) {
    v1::CancelAllBegun begun;
    begun.set_holder(all.holder.value());
    begun.set_instrument(all.instrument.value());
    begun.set_reason(all.reason);
    entry.AddEvent(all.holder, v1::EVENT_TYPE_CANCEL_ALL_BEGUN, begun);
  }
  DraftCancelPiece(all, entry);
  return count;
}

bool MarketArea::DraftCancelPiece(const CancelAll& all, Entry& entry) const {
  int32_t steps = 0;
  bool complete = true;
  orders_.ForEachOpen(all.holder, [&](const OrderRecord& order) {
    if (all.instrument && order.instrument() != all.instrument) return true;
    complete = steps < kStepsPerEntryMax;
    if (!complete) return false;
    DraftEnd(order, all.reason, entry);
    ++steps;
    return true;
  });
  return complete;
}

}  // namespace luheng::market
