#include "ledger/verify/orders.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

namespace luheng::verify {
namespace {

constexpr int64_t kCash = 1;
constexpr int64_t kSystem = 1;
constexpr int64_t kAvailable = 1;
constexpr int64_t kHeld = 2;
constexpr int64_t kFees = 9;
constexpr int64_t kBuy = 1;
constexpr int64_t kSell = 2;
constexpr int64_t kMillion = 1'000'000;
// Bounds that keep every product in range; a journal beyond them is wrong.
constexpr int64_t kPriceMax = 1'000'000'000;
constexpr int64_t kLotsMax = 1'000'000'000;
constexpr int64_t kLotUnitsMax = 1'000'000'000;
constexpr int64_t kNotionalMax = 10'000'000'000'000'000;

// In two halves, so that nothing overflows.
int64_t FeeFloor(int64_t notional, int64_t ppm) {
  return notional / kMillion * ppm + notional % kMillion * ppm / kMillion;
}
int64_t FeeCeil(int64_t notional, int64_t ppm) {
  return notional / kMillion * ppm +
         (notional % kMillion * ppm + kMillion - 1) / kMillion;
}

bool InRange(int64_t price, int64_t lots) {
  return price > 0 && price <= kPriceMax && lots > 0 && lots <= kLotsMax &&
         lots <= kNotionalMax / price;
}

bool IsEnd(FactKind kind) {
  return kind == FactKind::kReduced || kind == FactKind::kClosed ||
         kind == FactKind::kRested || kind == FactKind::kPaused;
}

std::string NameOf(int64_t order) { return absl::StrCat("order ", order); }

}  // namespace

int64_t Orders::HoldOf(const Order& order) {
  if (!order.buys) return order.open * order.lot_units;
  const int64_t notional = order.price * order.open;
  return notional + FeeCeil(notional, order.fee_ppm);
}

bool Orders::SetFee(const Instrument& instrument, int64_t stamp, Order& order) {
  for (auto it = instrument.rules.rbegin(); it != instrument.rules.rend();
       ++it) {
    if (it->effective > stamp) continue;
    order.fee_ppm = order.buys ? it->buyer_ppm : it->seller_ppm;
    return order.fee_ppm >= 0 && order.fee_ppm <= kMillion;
  }
  return false;
}

void Orders::AddRules(const Fact& fact) {
  auto& rules = instruments_[fact.v[0]].rules;
  const Rules added{fact.v[1], fact.v[2], fact.v[3]};
  const auto at = std::lower_bound(
      rules.begin(), rules.end(), added.effective,
      [](const Rules& row, int64_t stamp) { return row.effective < stamp; });
  if (at != rules.end() && at->effective == added.effective) {
    *at = added;
  } else {
    rules.insert(at, added);
  }
}

Orders::Order* Orders::Touch(int64_t order, const FoundFn& found) {
  const auto it = open_.find(order);
  if (it == open_.end()) {
    found(FindingCode::kOrderState,
          absl::StrCat(NameOf(order), order <= last_order_
                                          ? " is closed"
                                          : " was never placed"));
    return nullptr;
  }
  if (it->second.hold_before < 0) {
    it->second.hold_before = HoldOf(it->second);
    touched_.push_back(order);
  }
  return &it->second;
}

Orders::Order* Orders::Own(const Fact& fact, const FoundFn& found) {
  Order* const order = Touch(fact.v[0], found);
  if (order == nullptr || order->holder == fact.v[1]) return order;
  found(FindingCode::kOrderState,
        absl::StrCat(NameOf(fact.v[0]), " is of holder ", order->holder,
                     ", the part of ", fact.v[1]));
  return nullptr;
}

void Orders::Place(const Fact& fact, int64_t stamp, const FoundFn& found) {
  const auto [id, holder, instrument, side, price, lots, rests] = fact.v;
  const auto traded = instruments_.find(instrument);
  Order order;
  order.holder = holder;
  order.price = price;
  order.open = lots;
  order.instrument = static_cast<int32_t>(instrument);
  order.buys = side == kBuy;
  order.rests = rests != 0;
  order.is_new = true;
  order.hold_before = 0;
  if (id != last_order_ + 1) {
    found(FindingCode::kOrderNumber,
          absl::StrCat(NameOf(id), " after ", last_order_));
  }
  last_order_ = std::max(last_order_, id);
  if (traded == instruments_.end() || (side != kBuy && side != kSell) ||
      traded->second.lot_units <= 0 ||
      traded->second.lot_units > kLotUnitsMax || !InRange(price, lots) ||
      !SetFee(traded->second, stamp, order)) {
    found(FindingCode::kOrderState,
          absl::StrCat(NameOf(id), ", instrument ", instrument, ", side ", side,
                       ", price ", price, ", lots ", lots));
    return;
  }
  order.asset = traded->second.asset;
  order.lot_units = traded->second.lot_units;
  if (open_.try_emplace(id, order).second) touched_.push_back(id);
}

void Orders::Reprice(const Fact& fact, int64_t stamp, const FoundFn& found) {
  Order* const order = Own(fact, found);
  if (order == nullptr) return;
  if (!InRange(fact.v[2], fact.v[3])) {
    found(FindingCode::kOrderState,
          absl::StrCat(NameOf(fact.v[0]), ", price ", fact.v[2], ", lots ",
                       fact.v[3]));
    return;
  }
  order->price = fact.v[2];
  order->open = fact.v[3];
  order->rests = fact.v[4] != 0;
  order->is_new = true;
  if (!SetFee(instruments_[order->instrument], stamp, *order)) {
    found(FindingCode::kOrderState,
          absl::StrCat(NameOf(fact.v[0]), " has no rules in force"));
  }
}

bool Orders::CheckFill(const Fact& fact, const Order& taker, const Order& maker,
                       const FoundFn& found) {
  const auto [taker_id, maker_id, lots, instrument, price, side, unused] =
      fact.v;
  bool sound = true;
  const auto wrong = [&](FindingCode code, const std::string& why) {
    found(code, absl::StrCat("orders ", fact.v[0], " and ", fact.v[1], ", ",
                             fact.v[2], " at ", fact.v[4], "; ", why));
    sound = false;
  };
  if (taker.buys == maker.buys || taker.instrument != maker.instrument ||
      taker.instrument != instrument || side != (taker.buys ? kBuy : kSell)) {
    wrong(FindingCode::kFillSides, "not two sides of one instrument");
  }
  const Order& buyer = taker.buys ? taker : maker;
  const Order& seller = taker.buys ? maker : taker;
  if (price > buyer.price || price < seller.price || price != maker.price) {
    wrong(FindingCode::kFillPrice,
          absl::StrCat("the limits are ", taker.price, " and ", maker.price));
  }
  if (lots <= 0 || lots > taker.open || lots > maker.open) {
    wrong(FindingCode::kFillQuantity,
          absl::StrCat(taker.open, " and ", maker.open, " are left"));
  }
  if (!maker.rests || maker.is_new || (!taker.is_new && taker_id != sweep_)) {
    wrong(FindingCode::kOrderState, "the maker must rest, the taker arrive");
  }
  return sound;
}

void Orders::Settle(const Fact& fact, const Order& taker, const Order& maker,
                    std::vector<Change>& expected) const {
  const int64_t lots = fact.v[2];
  const int64_t notional = fact.v[4] * lots;
  int64_t fees = 0;
  for (const Order* order : {&taker, &maker}) {
    const int64_t fee = FeeFloor(notional, order->fee_ppm);
    const int64_t units = lots * order->lot_units;
    fees += fee;
    expected.push_back({order->holder, kCash, kAvailable,
                        (order->buys ? -notional : notional) - fee});
    expected.push_back({order->holder, order->asset, kAvailable,
                        order->buys ? units : -units});
  }
  expected.push_back({kSystem, kCash, kFees, fees});
}

void Orders::Fill(const Fact& fact, std::vector<Change>& expected,
                  const FoundFn& found) {
  if (Touch(fact.v[0], found) == nullptr) return;
  Order* const maker = Touch(fact.v[1], found);
  Order* const taker = Touch(fact.v[0], found);
  if (maker == nullptr || maker == taker) return;
  if (!CheckFill(fact, *taker, *maker, found)) return;
  Settle(fact, *taker, *maker, expected);
  taker->open -= fact.v[2];
  maker->open -= fact.v[2];
}

void Orders::End(const Fact& fact, const FoundFn& found) {
  Order* const order = Own(fact, found);
  if (order == nullptr) return;
  switch (fact.kind) {
    case FactKind::kReduced:
      if (fact.v[2] <= 0 || fact.v[2] >= order->open) {
        found(FindingCode::kOrderState,
              absl::StrCat(NameOf(fact.v[0]), " reduced by ", fact.v[2], " of ",
                           order->open));
        return;
      }
      order->open -= fact.v[2];
      return;
    case FactKind::kClosed:
      if (order->open == 0) {
        found(FindingCode::kOrderState,
              absl::StrCat(NameOf(fact.v[0]), " is filled and is closed"));
      }
      order->open = 0;
      return;
    case FactKind::kRested:
      order->rests = true;
      return;
    default:
      order->paused = true;
  }
}

void Orders::Finish(std::vector<Change>& expected, const FoundFn& found) {
  sweep_ = 0;
  for (const int64_t id : touched_) {
    Order& order = open_.find(id)->second;
    const int64_t change = HoldOf(order) - order.hold_before;
    if (change != 0) {
      const int64_t asset = order.buys ? kCash : order.asset;
      expected.push_back({order.holder, asset, kHeld, change});
      expected.push_back({order.holder, asset, kAvailable, -change});
    }
    if (order.open == 0) {
      open_.erase(id);
      continue;
    }
    if (order.paused == order.rests) {
      found(FindingCode::kOrderState,
            absl::StrCat(NameOf(id), " is open and neither rests nor goes on"));
    }
    if (order.paused) sweep_ = id;
    order.is_new = order.paused = false;
    order.hold_before = -1;
  }
}

void Orders::Fold(int64_t stamp, absl::Span<const Fact> facts,
                  std::vector<Change>& expected, const FoundFn& found) {
  touched_.clear();
  bool fills = false;
  bool ends = false;
  for (const Fact& fact : facts) {
    if (fact.kind == FactKind::kPlaced) {
      Place(fact, stamp, found);
    } else if (fact.kind == FactKind::kRepriced) {
      Reprice(fact, stamp, found);
    } else if (fact.kind == FactKind::kInstrument) {
      instruments_[fact.v[0]].asset = fact.v[1];
      instruments_[fact.v[0]].lot_units = fact.v[2];
      continue;
    } else if (fact.kind == FactKind::kRules) {
      AddRules(fact);
      continue;
    }
    fills |= fact.kind == FactKind::kFilled;
    ends |= IsEnd(fact.kind);
  }
  if (!fills && !ends && touched_.empty() && sweep_ == 0) return;
  for (const Fact& fact : facts) {
    if (fills && fact.kind == FactKind::kFilled) Fill(fact, expected, found);
  }
  for (const Fact& fact : facts) {
    if (ends && IsEnd(fact.kind)) End(fact, found);
  }
  if (sweep_ != 0 && open_.contains(sweep_) &&
      open_.find(sweep_)->second.hold_before < 0) {
    found(FindingCode::kOrderState,
          absl::StrCat(NameOf(sweep_), " does not go on"));
  }
  Finish(expected, found);
}

std::vector<Change> Orders::Holds() const {
  std::vector<Change> holds;
  for (const auto& [id, order] : open_) {
    holds.push_back(
        {order.holder, order.buys ? kCash : order.asset, kHeld, HoldOf(order)});
  }
  return holds;
}

}  // namespace luheng::verify
