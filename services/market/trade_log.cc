#include "services/market/trade_log.h"

namespace luheng::market {

const TradeRecord& TradeLog::Add(const TradeRecord& trade) {
  if (trades_.empty()) trades_.resize(kTradesMax);
  TradeRecord& kept = trades_[static_cast<size_t>(++last_ % kTradesMax)];
  kept = trade;
  kept.number = last_;
  return kept;
}

void TradeLog::Save(core::StateWriter& writer) const {
  writer.Int(last_);
  for (int64_t number = first(); number <= last_; ++number) {
    const TradeRecord& trade = at(number);
    for (const int64_t value :
         {trade.time.value(), trade.entry.value(), trade.instrument.value(),
          trade.taker.value(), trade.maker.value(), trade.taker_holder.value(),
          trade.maker_holder.value(), trade.price_minor, trade.lots,
          trade.taker_fee, trade.maker_fee,
          static_cast<int64_t>(trade.taker_side)}) {
      writer.Int(value);
    }
  }
}

void TradeLog::Load(core::StateReader& reader) {
  const int64_t last = reader.Count();
  last_ = last > kTradesMax ? last - kTradesMax : 0;
  while (last_ < last && reader.status().ok()) {
    TradeRecord trade;
    trade.time = Stamp(reader.Int());
    trade.entry = reader.IdOf<EntryNumber>();
    trade.instrument = reader.IdOf<InstrumentId>();
    trade.taker = reader.IdOf<OrderId>();
    trade.maker = reader.IdOf<OrderId>();
    trade.taker_holder = reader.IdOf<HolderId>();
    trade.maker_holder = reader.IdOf<HolderId>();
    trade.price_minor = reader.Int();
    trade.lots = reader.Int();
    trade.taker_fee = reader.Int();
    trade.maker_fee = reader.Int();
    trade.taker_side = static_cast<matching::Side>(reader.Count(1));
    Add(trade);
  }
}

}  // namespace luheng::market
