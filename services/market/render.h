// The market's state as the API shows it.
#ifndef LUHENG_SERVICES_MARKET_RENDER_H_
#define LUHENG_SERVICES_MARKET_RENDER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "luheng/market/v1/market.pb.h"
#include "services/core/ports.h"
#include "services/market/instrument.h"
#include "services/market/market_area.h"

namespace luheng::market {

google::protobuf::Timestamp TimestampOf(Stamp stamp);

v1::Instrument RenderInstrument(const Instrument& instrument,
                                const core::AssetDirectory& assets, Stamp now);
v1::Order RenderOrder(const OrderRecord& order, absl::string_view symbol);
v1::Trade RenderTrade(const TradeRecord& trade, absl::string_view symbol);
// The maker's or the taker's side of `trade`.
v1::Fill RenderFill(const TradeRecord& trade, bool maker,
                    absl::string_view symbol);
v1::DailyBar RenderBar(const DailyBar& bar, absl::string_view symbol);
// The best `depth` levels of each side.
v1::Book RenderBook(const MarketArea& market, const Instrument& instrument,
                    int64_t depth);

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_RENDER_H_
