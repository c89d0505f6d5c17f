// A copy of one instrument's book, kept by the messages of WatchBook: a
// snapshot, then changed levels whose sequence has no gap.
#ifndef LUHENG_CLIENTS_LIB_BOOK_MIRROR_H_
#define LUHENG_CLIENTS_LIB_BOOK_MIRROR_H_

#include <functional>
#include <map>

#include "luheng/market/v1/market.pb.h"

namespace luheng::client {

// Thread-compatible.
class BookMirror {
 public:
  // Takes one message. Returns false if it does not follow the last one, or if
  // there was no snapshot yet: the stream has to be asked for again.
  bool Apply(const market::v1::WatchBookResponse& message);

  // The best `depth` levels of each side, best first.
  market::v1::Book Best(int depth) const;

  int64_t sequence() const { return sequence_; }
  int64_t entry() const { return entry_; }
  market::v1::SessionState session_state() const { return session_state_; }

 private:
  using Level = market::v1::BookLevel;

  void Replace(const market::v1::Book& book);

  bool has_snapshot_ = false;
  std::string instrument_;
  int64_t sequence_ = 0;
  int64_t entry_ = 0;
  market::v1::SessionState session_state_ =
      market::v1::SESSION_STATE_UNSPECIFIED;
  std::map<int64_t, Level, std::greater<>> bids_;  // By price.
  std::map<int64_t, Level> asks_;                  // By price.
};

}  // namespace luheng::client

#endif  // LUHENG_CLIENTS_LIB_BOOK_MIRROR_H_
