// The screen that keeps an order from trading with one of the same beneficial
// owner.
#ifndef LUHENG_SERVICES_MARKET_SELF_TRADE_H_
#define LUHENG_SERVICES_MARKET_SELF_TRADE_H_

#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "luheng/market/v1/market.pb.h"
#include "matching/book/types.h"
#include "services/core/ports.h"

namespace luheng::market {

// A screen of matching::BookSet::Preview. It asks for the taker's owner only
// when the taker meets somebody. Borrows the directory.
class SelfTradeScreen {
 public:
  SelfTradeScreen(const core::HolderDirectory& holders, HolderId taker,
                  Date date, v1::SelfTradePrevention mode)
      : holders_(holders), taker_(taker), date_(date), mode_(ModeOf(mode)) {}

  matching::Verdict Allow(const matching::RestingOrder& maker,
                          Quantity quantity) {
    const HolderId other(int64_t{maker.owner.value()});
    if (other != taker_) {
      if (!owner_) owner_ = holders_.BeneficialOwner(taker_, date_);
      if (holders_.BeneficialOwner(other, date_) != owner_) {
        return {matching::Action::kTrade, quantity, 0};
      }
    }
    return matching::SelfTradeVerdict(mode_, v1::CLOSE_REASON_SELF_TRADE);
  }
  void Take(const matching::RestingOrder&, Quantity) {}

 private:
  static matching::SelfTradeMode ModeOf(v1::SelfTradePrevention mode) {
    switch (mode) {
      case v1::SELF_TRADE_PREVENTION_CANCEL_OLDEST:
        return matching::SelfTradeMode::kCancelOldest;
      case v1::SELF_TRADE_PREVENTION_CANCEL_BOTH:
        return matching::SelfTradeMode::kCancelBoth;
      case v1::SELF_TRADE_PREVENTION_DECREMENT:
        return matching::SelfTradeMode::kDecrement;
      default:
        return matching::SelfTradeMode::kCancelNewest;
    }
  }

  const core::HolderDirectory& holders_;
  const HolderId taker_;
  const Date date_;
  const matching::SelfTradeMode mode_;
  HolderId owner_;  // Of the taker, once asked for.
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_SELF_TRADE_H_
