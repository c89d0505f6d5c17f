#include "services/market/market_data_service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/market/render.h"

namespace luheng::market {
namespace {

using core::Verdict;
using core::World;
using rpc::Caller;
using rpc::FieldChecks;

constexpr int32_t kDepthDefault = 5;
constexpr int32_t kDepthMax = 1000;
// A snapshot of WatchBook has the whole book, up to this many levels a side.
constexpr int64_t kSnapshotLevelsMax = 10'000;

void CheckInstrument(const std::string& name, FieldChecks& check) {
  check.Instrument("instrument", name);
}

}  // namespace

grpc::ServerUnaryReactor* MarketDataService::GetBook(
    grpc::CallbackServerContext* context, const v1::GetBookRequest* request,
    v1::GetBookResponse* response) {
  return rpc::ServeRead(
      backend_.base, context, request, response,
      [](const v1::GetBookRequest& r, FieldChecks& check) {
        CheckInstrument(r.instrument(), check);
        check.Range("depth", r.depth(), 0, kDepthMax);
      },
      [&market = backend_.market](const World& world, const Caller&,
                                  const v1::GetBookRequest& r,
                                  v1::GetBookResponse& answer) -> Verdict {
        const Instrument* instrument = FindByName(market, r.instrument());
        if (instrument == nullptr) return UnknownName(r.instrument());
        *answer.mutable_book() = RenderBook(
            market, *instrument, r.depth() == 0 ? kDepthDefault : r.depth());
        answer.mutable_book()->set_sequence(world.last_entry().value());
        return std::nullopt;
      });
}

grpc::ServerWriteReactor<v1::WatchBookResponse>* MarketDataService::WatchBook(
    grpc::CallbackServerContext* context, const v1::WatchBookRequest* request) {
  auto stream = BookStream::Make(backend_.data.limits(), [] {
    v1::WatchBookResponse beat;
    beat.set_heartbeat(true);
    return beat;
  });
  struct Snapshot {
    v1::Book book;
    v1::SessionState session = v1::SESSION_STATE_UNSPECIFIED;
  };
  auto snapshot = std::make_shared<Snapshot>();
  return ServeWatch(
      backend_, context, request, stream,
      [&market = backend_.market, &data = backend_.data, snapshot, stream,
       name = request->instrument()](const World&, const Caller&) -> Verdict {
        const Instrument* instrument = FindByName(market, name);
        if (instrument == nullptr) return UnknownName(name);
        // Watched from here on, so that nothing falls between book and levels.
        data.AddBookStream(instrument->id, stream);
        snapshot->book = RenderBook(market, *instrument, kSnapshotLevelsMax);
        snapshot->session = instrument->shown_state();
        return std::nullopt;
      },
      [&data = backend_.data, snapshot, stream](EntryNumber entry) {
        data.StartBook(stream, std::move(snapshot->book), snapshot->session,
                       entry);
      });
}

grpc::ServerUnaryReactor* MarketDataService::ListTrades(
    grpc::CallbackServerContext* context, const v1::ListTradesRequest* request,
    v1::ListTradesResponse* response) {
  return rpc::ServeRead(
      backend_.base, context, request, response,
      [](const v1::ListTradesRequest& r, FieldChecks& check) {
        CheckInstrument(r.instrument(), check);
        check.DateText("date", r.date(), rpc::Presence::kOptional);
      },
      [&market = backend_.market, &tokens = backend_.base.edge.page_tokens()](
          const World& world, const Caller&, const v1::ListTradesRequest& r,
          v1::ListTradesResponse& answer) -> Verdict {
        const Instrument* instrument = FindByName(market, r.instrument());
        if (instrument == nullptr) return UnknownName(r.instrument());
        const auto cursor = NumberCursor(tokens, r);
        if (!cursor) return BadPageToken();
        const auto day = ParseDate(r.date());
        const int32_t size = rpc::CoercePageSize(r.page_size());
        const TradeLog& trades = market.trades();
        for (int64_t number = std::max(*cursor + 1, trades.first());
             number <= trades.last(); ++number) {
          const TradeRecord& trade = trades.at(number);
          if (trade.instrument != instrument->id) continue;
          if (day && DateOf(trade.time) != *day) continue;
          if (answer.trades_size() == size) {
            answer.set_next_page_token(
                tokens.Make(r, {absl::StrCat(answer.trades(size - 1).trade()),
                                world.last_entry()}));
            break;
          }
          *answer.add_trades() = RenderTrade(trade, instrument->symbol);
        }
        return std::nullopt;
      });
}

grpc::ServerWriteReactor<v1::WatchTradesResponse>*
MarketDataService::WatchTrades(grpc::CallbackServerContext* context,
                               const v1::WatchTradesRequest* request) {
  auto stream =
      TradeStream::Make(backend_.data.limits(), [&data = backend_.data] {
        v1::WatchTradesResponse beat;
        beat.set_heartbeat(true);
        beat.set_entry(data.durable().value());
        return beat;
      });
  auto id = std::make_shared<InstrumentId>();
  return ServeWatch(
      backend_, context, request, stream,
      [&market = backend_.market, id, name = request->instrument()](
          const World&, const Caller&) -> Verdict {
        if (name.empty()) return std::nullopt;
        const Instrument* instrument = FindByName(market, name);
        if (instrument == nullptr) return UnknownName(name);
        *id = instrument->id;
        return std::nullopt;
      },
      [&data = backend_.data, id, stream,
       after = EntryNumber(request->after_entry())](EntryNumber) {
        data.AddTradeStream(*id, after, stream);
      });
}

grpc::ServerUnaryReactor* MarketDataService::GetTicker(
    grpc::CallbackServerContext* context, const v1::GetTickerRequest* request,
    v1::GetTickerResponse* response) {
  return rpc::ServeRead(
      backend_.base, context, request, response,
      [](const v1::GetTickerRequest& r, FieldChecks& check) {
        CheckInstrument(r.instrument(), check);
      },
      [&market = backend_.market](const World&, const Caller&,
                                  const v1::GetTickerRequest& r,
                                  v1::GetTickerResponse& answer) -> Verdict {
        const Instrument* instrument = FindByName(market, r.instrument());
        if (instrument == nullptr) return UnknownName(r.instrument());
        if (const DailyBar* bar = instrument->bars.last()) {
          *answer.mutable_bar() = RenderBar(*bar, instrument->symbol);
        }
        const v1::Book best = RenderBook(market, *instrument, 1);
        if (best.bids_size() > 0) *answer.mutable_bid() = best.bids(0);
        if (best.asks_size() > 0) *answer.mutable_ask() = best.asks(0);
        answer.set_session_state(instrument->shown_state());
        return std::nullopt;
      });
}

grpc::ServerUnaryReactor* MarketDataService::ListDailyBars(
    grpc::CallbackServerContext* context,
    const v1::ListDailyBarsRequest* request,
    v1::ListDailyBarsResponse* response) {
  return rpc::ServeRead(
      backend_.base, context, request, response,
      [](const v1::ListDailyBarsRequest& r, FieldChecks& check) {
        CheckInstrument(r.instrument(), check);
      },
      [&market = backend_.market, &tokens = backend_.base.edge.page_tokens()](
          const World& world, const Caller&, const v1::ListDailyBarsRequest& r,
          v1::ListDailyBarsResponse& answer) -> Verdict {
        const Instrument* instrument = FindByName(market, r.instrument());
        if (instrument == nullptr) return UnknownName(r.instrument());
        const auto cursor = NumberCursor(tokens, r);
        if (!cursor) return BadPageToken();
        const int32_t size = rpc::CoercePageSize(r.page_size());
        int64_t last = 0;
        for (const DailyBar& bar : instrument->bars.all()) {
          if (bar.day.value() <= *cursor) continue;
          if (answer.bars_size() == size) {
            answer.set_next_page_token(
                tokens.Make(r, {absl::StrCat(last), world.last_entry()}));
            break;
          }
          *answer.add_bars() = RenderBar(bar, instrument->symbol);
          last = bar.day.value();
        }
        return std::nullopt;
      });
}

}  // namespace luheng::market
