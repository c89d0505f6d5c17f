#include "clients/lib/book_mirror.h"

namespace luheng::client {
namespace {

template <typename Side, typename Levels>
void SetLevels(const Levels& levels, Side& side) {
  for (const auto& level : levels) {
    if (level.quantity_lots() == 0) {
      side.erase(level.price_minor_per_lot());
    } else {
      side[level.price_minor_per_lot()] = level;
    }
  }
}

template <typename Side, typename Levels>
void CopyBest(const Side& side, int depth, Levels* levels) {
  for (const auto& [price, level] : side) {
    if (levels->size() == depth) return;
    *levels->Add() = level;
  }
}

}  // namespace

bool BookMirror::Apply(const market::v1::WatchBookResponse& message) {
  if (message.has_snapshot()) {
    Replace(message.snapshot());
    sequence_ = message.sequence() != 0 ? message.sequence()
                                        : message.snapshot().sequence();
  } else if (message.heartbeat()) {
    return has_snapshot_;
  } else {
    if (!has_snapshot_ || message.sequence() != sequence_ + 1) return false;
    sequence_ = message.sequence();
  }
  SetLevels(message.bids(), bids_);
  SetLevels(message.asks(), asks_);
  entry_ = message.entry();
  if (message.session_state() != market::v1::SESSION_STATE_UNSPECIFIED) {
    session_state_ = message.session_state();
  }
  return true;
}

void BookMirror::Replace(const market::v1::Book& book) {
  has_snapshot_ = true;
  instrument_ = book.instrument();
  bids_.clear();
  asks_.clear();
  SetLevels(book.bids(), bids_);
  SetLevels(book.asks(), asks_);
}

market::v1::Book BookMirror::Best(int depth) const {
  market::v1::Book book;
  book.set_instrument(instrument_);
  book.set_sequence(sequence_);
  CopyBest(bids_, depth, book.mutable_bids());
  CopyBest(asks_, depth, book.mutable_asks());
  return book;
}

}  // namespace luheng::client
