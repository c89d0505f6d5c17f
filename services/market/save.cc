// The market's state as bytes: what cannot be derived, in a canonical order.
#include <algorithm>

#include "services/market/market_area.h"

namespace luheng::market {

void MarketArea::Save(core::StateWriter& writer) const {
  calendar_.Save(writer);
  instruments_.Save(writer);
  writer.IdOf(last_order_);
  trades_.Save(writer);
  orders_.Save(writer);
  SaveBooks(writer);
  writer.IdOf(sweep_);
  writer.IdOf(cancel_all_.holder);
  writer.IdOf(cancel_all_.instrument);
  writer.Int(cancel_all_.reason);
}

absl::Status MarketArea::Load(core::StateReader& reader) {
  calendar_.Load(reader);
  instruments_.Load(reader);
  last_order_ = reader.IdOf<OrderId>();
  trades_.Load(reader);
  orders_.Load(reader);
  LoadBooks(reader);
  sweep_ = reader.IdOf<OrderId>();
  cancel_all_.holder = reader.IdOf<HolderId>();
  cancel_all_.instrument = reader.IdOf<InstrumentId>();
  cancel_all_.reason = static_cast<v1::CloseReason>(reader.Int());
  if (reader.status().ok()) IndexOrders();
  return reader.status();
}

void MarketArea::SaveBooks(core::StateWriter& writer) const {
  for (const Instrument& instrument : instruments_.all()) {
    for (const auto side : {matching::Side::kBuy, matching::Side::kSell}) {
      writer.Int(books_.order_count(instrument.id, side));
      books_.ForEachOrder(
          instrument.id, side,
          [&](const matching::RestingOrder& order) { writer.IdOf(order.id); });
    }
  }
}

void MarketArea::LoadBooks(core::StateReader& reader) {
  for (const Instrument& instrument : instruments_.all()) {
    for (const auto side : {matching::Side::kBuy, matching::Side::kSell}) {
      for (int64_t left = reader.Count(); left > 0 && reader.status().ok();
           --left) {
        OrderRecord* order = orders_.Find(reader.IdOf<OrderId>());
        if (order == nullptr || !order->is_open() || order->resting ||
            order->instrument() != instrument.id || order->side != side ||
            order->open == 0) {
          return reader.Fail("an open order of this book");
        }
        Rest(*order);
      }
    }
  }
}

void MarketArea::IndexOrders() {
  for (int64_t i = 0; i < orders_.holder_end().value(); ++i) {
    orders_.ForEachOpen(HolderId(i), [this](const OrderRecord& order) {
      if (order.time_in_force == v1::TIME_IN_FORCE_GTD) {
        expiries_.insert({order.expires, order.id});
      } else if (order.time_in_force == v1::TIME_IN_FORCE_DAY) {
        Instrument& instrument = InstrumentOf(order.instrument_number);
        instrument.day_orders.push_back(order.id);
        ++instrument.day_order_count;
      }
      return true;
    });
  }
  for (Instrument& instrument : instruments_.all()) {
    std::sort(instrument.day_orders.begin(), instrument.day_orders.end());
  }
  RefreshDue();
}

}  // namespace luheng::market
