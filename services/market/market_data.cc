#include "services/market/market_data.h"

#include <algorithm>

#include "services/core/names.h"
#include "services/market/render.h"

namespace luheng::market {
namespace {

v1::WatchOrdersResponse MessageOf(const OrderChange& change,
                                  const std::vector<TradeRecord>& trades,
                                  absl::string_view symbol) {
  v1::WatchOrdersResponse message;
  message.set_entry(change.entry.value());
  *message.mutable_time() = TimestampOf(change.time);
  *message.mutable_order() = RenderOrder(change.order, symbol);
  if (change.trade != 0) {
    // A block's trades are numbered without gaps.
    const auto index =
        static_cast<size_t>(change.trade - trades.front().number);
    *message.mutable_fill() = RenderFill(trades[index], change.maker, symbol);
  }
  return message;
}

}  // namespace

MarketData::MarketData(MarketArea& market, EntryNumber last_entry,
                       const WatchLimits& limits)
    : market_(market),
      limits_(limits),
      floor_(last_entry),
      durable_(last_entry) {
  for (const Instrument& instrument : market.instruments().all()) {
    symbols_.push_back(instrument.symbol);
    ids_[instrument.symbol] = instrument.id;
  }
  symbols_taken_ = symbols_.size();
  market_.set_update_log(&log_);
}

MarketData::~MarketData() { market_.set_update_log(nullptr); }

// ---- The sequencer's thread -------------------------------------------------

std::shared_ptr<const void> MarketData::TakeUpdates() {
  auto updates = std::make_shared<Updates>();
  const auto& instruments = market_.instruments().all();
  for (; symbols_taken_ < instruments.size(); ++symbols_taken_) {
    updates->new_symbols.push_back(instruments[symbols_taken_].symbol);
  }
  std::sort(log_.levels.begin(), log_.levels.end());
  log_.levels.erase(std::unique(log_.levels.begin(), log_.levels.end()),
                    log_.levels.end());
  for (const LevelName& name : log_.levels) {
    updates->levels.push_back({name, market_.LevelOf(name)});
  }
  for (const InstrumentId id : log_.sessions) {
    updates->sessions.push_back(
        {id, market_.instruments().Find(id)->shown_state()});
  }
  log_.levels.clear();
  log_.sessions.clear();
  updates->trades.swap(log_.trades);
  updates->orders.swap(log_.orders);
  // What was handed over comes back empty: room for as much again.
  log_.trades.reserve(updates->trades.size());
  log_.orders.reserve(updates->orders.size());
  return updates;
}

// ---- The completion thread --------------------------------------------------

void MarketData::Publish(const std::shared_ptr<const void>& updates,
                         const core::DurableState& state) {
  absl::MutexLock lock(&mutex_);
  durable_ = state.entry;
  if (updates == nullptr) return;
  Kept kept{state.entry, std::static_pointer_cast<const Updates>(updates)};
  for (const std::string& symbol : kept.updates->new_symbols) {
    symbols_.push_back(symbol);
    ids_[symbol] = InstrumentId(static_cast<int64_t>(symbols_.size()));
  }
  DropEnded();
  PublishBooks(kept);
  for (const TradeWatcher& watcher : trades_) {
    SendTrades(watcher, kept, EntryNumber());
  }
  for (const OrderWatcher& watcher : orders_) {
    SendOrders(watcher, kept, EntryNumber());
  }
  Keep(std::move(kept));
}

void MarketData::Keep(Kept kept) {
  const auto changes = [](const Updates& updates) {
    return updates.orders.size() + updates.trades.size();
  };
  if (changes(*kept.updates) == 0) return;
  kept_changes_ += changes(*kept.updates);
  kept_.push_back(std::move(kept));
  while (kept_changes_ > kChangesKept && kept_.size() > 1) {
    kept_changes_ -= changes(*kept_.front().updates);
    floor_ = kept_.front().entry;
    kept_.pop_front();
  }
}

void MarketData::PublishBooks(const Kept& kept) {
  if (books_.empty()) return;
  // Watched instruments are few; a block's changes are walked once for each.
  for (BookWatcher& watcher : books_) {
    v1::WatchBookResponse message;
    for (const LevelChange& change : kept.updates->levels) {
      if (change.name.instrument != watcher.instrument) continue;
      *(change.name.side == matching::Side::kBuy ? message.add_bids()
                                                 : message.add_asks()) =
          change.level;
    }
    bool session = false;
    for (const SessionChange& change : kept.updates->sessions) {
      if (change.instrument != watcher.instrument) continue;
      message.set_session_state(change.state);
      session = true;
    }
    if (message.bids_size() + message.asks_size() == 0 && !session) continue;
    message.set_entry(kept.entry.value());
    if (watcher.started) {
      SendBook(watcher, std::move(message));
    } else if (watcher.early.size() < limits_.queue_max) {
      watcher.early.push_back(std::move(message));
    } else {
      watcher.stream->Break(core::v1::REASON_SLOW_CONSUMER);
    }
  }
}

void MarketData::SendBook(BookWatcher& watcher, v1::WatchBookResponse message) {
  message.set_sequence(++watcher.sequence);
  if (message.session_state() == v1::SESSION_STATE_UNSPECIFIED) {
    message.set_session_state(watcher.session);
  }
  watcher.session = message.session_state();
  watcher.stream->Push(std::move(message));
}

void MarketData::SendTrades(const TradeWatcher& watcher, const Kept& kept,
                            EntryNumber after) const {
  for (const TradeRecord& trade : kept.updates->trades) {
    if (trade.entry <= after) continue;
    if (watcher.instrument && trade.instrument != watcher.instrument) continue;
    v1::WatchTradesResponse message;
    *message.mutable_trade() = RenderTrade(
        trade, symbols_[static_cast<size_t>(trade.instrument.value()) - 1]);
    message.set_entry(trade.entry.value());
    if (!watcher.stream->Push(std::move(message))) return;
  }
}

void MarketData::SendOrders(const OrderWatcher& watcher, const Kept& kept,
                            EntryNumber after) const {
  for (const OrderChange& change : kept.updates->orders) {
    if (change.entry <= after || change.order.holder() != watcher.holder) {
      continue;
    }
    const std::string& symbol =
        symbols_[static_cast<size_t>(change.order.instrument_number) - 1];
    if (!watcher.stream->Push(
            MessageOf(change, kept.updates->trades, symbol))) {
      return;
    }
  }
}

void MarketData::DropEnded() {
  const auto ended = [](const auto& watcher) {
    return watcher.stream->ending();
  };
  books_.erase(std::remove_if(books_.begin(), books_.end(), ended),
               books_.end());
  trades_.erase(std::remove_if(trades_.begin(), trades_.end(), ended),
                trades_.end());
  orders_.erase(std::remove_if(orders_.begin(), orders_.end(), ended),
                orders_.end());
  log_.wants_levels.store(!books_.empty(), std::memory_order_relaxed);
}

// ---- Any thread -------------------------------------------------------------

InstrumentId MarketData::FindInstrument(absl::string_view symbol) const {
  absl::MutexLock lock(&mutex_);
  const auto it = ids_.find(symbol);
  return it == ids_.end() ? InstrumentId() : it->second;
}

std::string MarketData::SymbolOf(InstrumentId instrument) const {
  absl::MutexLock lock(&mutex_);
  const auto index = static_cast<uint64_t>(instrument.value()) - 1;
  return index < symbols_.size() ? symbols_[index] : "";
}

void MarketData::AddBookStream(InstrumentId instrument,
                               std::shared_ptr<BookStream> stream) {
  absl::MutexLock lock(&mutex_);
  BookWatcher watcher;
  watcher.instrument = instrument;
  watcher.stream = std::move(stream);
  books_.push_back(std::move(watcher));
  log_.wants_levels.store(true, std::memory_order_relaxed);
}

void MarketData::StartBook(const std::shared_ptr<BookStream>& stream,
                           v1::Book book, v1::SessionState session,
                           EntryNumber entry) {
  absl::MutexLock lock(&mutex_);
  for (BookWatcher& watcher : books_) {
    if (watcher.stream != stream) continue;
    watcher.started = true;
    watcher.session = session;
    v1::WatchBookResponse first;
    book.set_sequence(watcher.sequence + 1);
    *first.mutable_snapshot() = std::move(book);
    first.set_entry(entry.value());
    SendBook(watcher, std::move(first));
    // Levels come with absolute quantities: one that the book contains already
    // may be sent again, none may be missing.
    for (v1::WatchBookResponse& message : watcher.early) {
      if (message.entry() > entry.value()) {
        SendBook(watcher, std::move(message));
      }
    }
    watcher.early.clear();
    return;
  }
}

core::Reason MarketData::CannotResume(EntryNumber entry) const {
  if (!entry) return core::v1::REASON_UNSPECIFIED;
  if (entry < floor_) return core::v1::REASON_SEQUENCE_TOO_OLD;
  if (entry > durable_) return core::v1::REASON_BEYOND_END;
  return core::v1::REASON_UNSPECIFIED;
}

void MarketData::AddTradeStream(InstrumentId instrument,
                                EntryNumber after_entry,
                                std::shared_ptr<TradeStream> stream) {
  absl::MutexLock lock(&mutex_);
  if (const core::Reason reason = CannotResume(after_entry)) {
    return stream->Break(reason);
  }
  TradeWatcher watcher{instrument, std::move(stream)};
  if (after_entry) {
    for (const Kept& kept : kept_) {
      if (kept.entry > after_entry) SendTrades(watcher, kept, after_entry);
    }
  }
  trades_.push_back(std::move(watcher));
}

void MarketData::AddOrderStream(HolderId holder, EntryNumber after_entry,
                                std::shared_ptr<OrderWatchStream> stream) {
  absl::MutexLock lock(&mutex_);
  if (const core::Reason reason = CannotResume(after_entry)) {
    return stream->Break(reason);
  }
  OrderWatcher watcher{holder, std::move(stream)};
  if (after_entry) {
    for (const Kept& kept : kept_) {
      if (kept.entry > after_entry) SendOrders(watcher, kept, after_entry);
    }
  }
  orders_.push_back(std::move(watcher));
}

}  // namespace luheng::market
