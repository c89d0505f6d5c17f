// What everybody may watch: books, trades, and each holder's own orders. It
// notes what blocks change on the sequencer's thread and hands it to the
// watchers once the block is durable. A tail of the last changes is kept, so
// that a stream resumes after an entry.
#ifndef LUHENG_SERVICES_MARKET_MARKET_DATA_H_
#define LUHENG_SERVICES_MARKET_MARKET_DATA_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "services/core/sequencer.h"
#include "services/market/market_area.h"
#include "services/market/watch_stream.h"

namespace luheng::market {

using BookStream = WatchStream<v1::WatchBookResponse>;
using TradeStream = WatchStream<v1::WatchTradesResponse>;
using OrderWatchStream = WatchStream<v1::WatchOrdersResponse>;

// Thread-safe. Outlives the sequencer that publishes through it.
class MarketData final : public core::BlockPublisher {
 public:
  // Changes kept for resuming.
  static constexpr size_t kChangesKept = 65'536;

  // Notes what `market` changes from now on. Borrowed for life; `last_entry` is
  // the last entry that it has folded. Before the sequencer starts.
  MarketData(MarketArea& market, EntryNumber last_entry,
             const WatchLimits& limits = {});
  ~MarketData() override;

  std::shared_ptr<const void> TakeUpdates() override;
  void Publish(const std::shared_ptr<const void>& updates,
               const core::DurableState& state) override;

  // Of the streams that watch.
  const WatchLimits& limits() const { return limits_; }

  // The id of a symbol, zero if it is not (durably) known yet; and back.
  InstrumentId FindInstrument(absl::string_view symbol) const;
  std::string SymbolOf(InstrumentId instrument) const;
  // The last entry that was published.
  EntryNumber durable() const {
    absl::MutexLock lock(&mutex_);
    return durable_;
  }

  // From now on `stream` gets the changed levels of `instrument`, held back
  // until StartBook has sent the book as it was.
  void AddBookStream(InstrumentId instrument,
                     std::shared_ptr<BookStream> stream);
  void StartBook(const std::shared_ptr<BookStream>& stream, v1::Book book,
                 v1::SessionState session, EntryNumber entry);
  // `stream` gets every trade after `after_entry` (zero: from now on) of one or
  // all instruments. SEQUENCE_TOO_OLD or BEYOND_END end it.
  void AddTradeStream(InstrumentId instrument, EntryNumber after_entry,
                      std::shared_ptr<TradeStream> stream);
  // The same for the changes of a holder's orders.
  void AddOrderStream(HolderId holder, EntryNumber after_entry,
                      std::shared_ptr<OrderWatchStream> stream);

 private:
  struct LevelChange {
    LevelName name;
    v1::BookLevel level;
  };
  struct SessionChange {
    InstrumentId instrument;
    v1::SessionState state = v1::SESSION_STATE_UNSPECIFIED;
  };
  // What one block changed.
  struct Updates {
    std::vector<std::string> new_symbols;
    std::vector<LevelChange> levels;
    std::vector<SessionChange> sessions;
    std::vector<TradeRecord> trades;
    std::vector<OrderChange> orders;
  };
  // Updates of a durable block, numbered by its last entry.
  struct Kept {
    EntryNumber entry;
    std::shared_ptr<const Updates> updates;
  };
  struct BookWatcher {
    InstrumentId instrument;
    std::shared_ptr<BookStream> stream;
    bool started = false;
    int64_t sequence = 0;
    v1::SessionState session = v1::SESSION_STATE_UNSPECIFIED;
    // What came before the book did, with the entry it is true for.
    std::vector<v1::WatchBookResponse> early;
  };
  struct TradeWatcher {
    InstrumentId instrument;
    std::shared_ptr<TradeStream> stream;
  };
  struct OrderWatcher {
    HolderId holder;
    std::shared_ptr<OrderWatchStream> stream;
  };

  void Keep(Kept kept) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Why a stream cannot start after `entry`; REASON_UNSPECIFIED if it can.
  core::Reason CannotResume(EntryNumber entry) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PublishBooks(const Kept& kept) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SendBook(BookWatcher& watcher, v1::WatchBookResponse message)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Sends what `kept` has after `after` for one watcher.
  void SendTrades(const TradeWatcher& watcher, const Kept& kept,
                  EntryNumber after) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SendOrders(const OrderWatcher& watcher, const Kept& kept,
                  EntryNumber after) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropEnded() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  MarketArea& market_;
  const WatchLimits limits_;
  // The sequencer's thread only.
  UpdateLog log_;
  size_t symbols_taken_ = 0;

  mutable absl::Mutex mutex_;
  std::vector<std::string> symbols_ ABSL_GUARDED_BY(mutex_);  // By id - 1.
  absl::flat_hash_map<std::string, InstrumentId> ids_ ABSL_GUARDED_BY(mutex_);
  std::deque<Kept> kept_ ABSL_GUARDED_BY(mutex_);
  size_t kept_changes_ ABSL_GUARDED_BY(mutex_) = 0;
  // Everything after it is kept.
  EntryNumber floor_ ABSL_GUARDED_BY(mutex_);
  EntryNumber durable_ ABSL_GUARDED_BY(mutex_);
  std::vector<BookWatcher> books_ ABSL_GUARDED_BY(mutex_);
  std::vector<TradeWatcher> trades_ ABSL_GUARDED_BY(mutex_);
  std::vector<OrderWatcher> orders_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_MARKET_DATA_H_
