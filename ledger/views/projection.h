// A projection: one read model, folded from entries into rows of its own. The
// runner (views.h) keeps the rows and remembers up to which entry they are
// folded. Rows are never the truth: they are dropped and folded again whenever
// the projection's schema changes.
#ifndef LUHENG_LEDGER_VIEWS_PROJECTION_H_
#define LUHENG_LEDGER_VIEWS_PROJECTION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/entry/entry.h"

namespace luheng {

// The rows of one projection while it folds; keys are its own. What was put is
// seen by the next Get, and becomes visible to readers together with the
// entry.
class ViewRows {
 public:
  virtual ~ViewRows() = default;
  // Nothing if there is no such row. Errors: UNAVAILABLE, DATA_LOSS.
  virtual absl::StatusOr<std::optional<std::string>> Get(
      absl::string_view key) = 0;
  virtual absl::Status Put(absl::string_view key, absl::string_view value) = 0;
  virtual absl::Status Delete(absl::string_view key) = 0;
};

// Called by the runner's thread only. May be given an entry again after a
// crash, with the rows as they were before it: effects outside of its rows
// must bear repetition.
class Projection {
 public:
  virtual ~Projection() = default;
  // A short name, unique among the projections; it begins the keys on disk.
  virtual absl::string_view name() const = 0;
  // Raised whenever the rows come to mean something else.
  virtual int64_t schema() const = 0;
  // Folds the next entry. An error stops the views.
  virtual absl::Status Apply(const EntryView& entry, ViewRows& rows) = 0;
  // Writes out what it kept back since the last call, before a batch of entries
  // becomes visible.
  virtual absl::Status Flush(ViewRows& rows) {
    (void)rows;
    return absl::OkStatus();
  }
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_VIEWS_PROJECTION_H_
