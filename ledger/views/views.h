// The views: all projections in one RocksDB instance, folded from the journal
// by a thread of its own. They hold only what is durable, may lag behind it,
// and say up to which entry they are folded.
//
// There is no write-ahead log. Rows and the number of the last folded entry go
// into one column family in one batch, so after a crash the views are as of
// some earlier entry and go on from there. They are dropped and folded from
// entry 1 if the projections or their schemas differ, or if they belong to
// another journal.
#ifndef LUHENG_LEDGER_VIEWS_VIEWS_H_
#define LUHENG_LEDGER_VIEWS_VIEWS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "ledger/base/ids.h"
#include "ledger/journal/journal.h"
#include "ledger/views/projection.h"

namespace rocksdb {
class DB;
class Snapshot;
}  // namespace rocksdb

namespace luheng {

class ViewBatch;

// All rows as of one entry. Thread-safe; must not outlive its Views.
class ViewSnapshot {
 public:
  explicit ViewSnapshot(rocksdb::DB* db);
  ~ViewSnapshot();
  ViewSnapshot(const ViewSnapshot&) = delete;
  ViewSnapshot& operator=(const ViewSnapshot&) = delete;

  // The last entry that is folded; zero before the first. Errors: DATA_LOSS,
  // UNAVAILABLE.
  absl::StatusOr<EntryNumber> applied() const;
  // A row of `projection`, or nothing.
  absl::StatusOr<std::optional<std::string>> Get(absl::string_view projection,
                                                 absl::string_view key) const;
  // Hands the rows of `projection` from key `first` on, as long as their keys
  // begin with `prefix`, to `row` until it returns false.
  absl::Status Scan(
      absl::string_view projection, absl::string_view first,
      absl::string_view prefix,
      absl::FunctionRef<bool(absl::string_view key, absl::string_view value)>
          row) const;
  // The last row of `projection` whose key begins with `prefix` and is at most
  // `key`, which begins with it, too; nothing if there is none.
  absl::StatusOr<std::optional<std::pair<std::string, std::string>>> Floor(
      absl::string_view projection, absl::string_view key,
      absl::string_view prefix) const;

 private:
  rocksdb::DB* db_;
  const rocksdb::Snapshot* snapshot_;
};

struct ViewsOptions {
  // Where the rows live; made if missing, emptied if of no use.
  std::string directory;
  // Entries are folded in batches of about this size.
  size_t batch_bytes = 1 << 20;
  // And of about so many entries, which bounds what projections keep back.
  int64_t batch_entries = 8192;
  size_t memtable_bytes = 32 << 20;
};

// Thread-safe.
class Views {
 public:
  // Opens the rows in `options.directory`. Borrows `journal` and the
  // projections, which outlive the views. Nothing is folded before Start.
  // Errors: UNAVAILABLE if the directory cannot be used; those of
  // Journal::Read.
  static absl::StatusOr<std::unique_ptr<Views>> Open(
      ViewsOptions options, const Journal& journal,
      std::vector<Projection*> projections);
  // Stops.
  ~Views();

  // Follows the journal from here on.
  void Start();
  // Ends the thread and writes the rows out. Idempotent.
  void Stop();

  // The last entry that is folded.
  EntryNumber applied() const;
  // OK, or why folding stopped for good.
  absl::Status status() const;
  // Calls `done` once: when `entry` is folded, at once if it is, else on the
  // views' thread. With OUT_OF_RANGE if the journal has no such entry, with
  // UNAVAILABLE if folding stopped.
  void WhenApplied(EntryNumber entry,
                   std::function<void(absl::Status)> done) const;
  // The same, waiting; for tests and start-up.
  absl::Status Await(EntryNumber entry) const;

  std::unique_ptr<ViewSnapshot> Snapshot() const;

 private:
  Views(ViewsOptions options, const Journal& journal,
        std::vector<Projection*> projections);

  absl::Status OpenRows();
  // Whether what is stored is of this journal and these projections.
  absl::StatusOr<bool> IsUsable();
  absl::Status DropRows();
  std::string Schemas() const;

  void Run();
  // Folds what the journal has, and publishes each batch.
  absl::Status Follow();
  absl::Status FoldBlock(const BlockView& block, ViewBatch& batch);
  absl::Status FlushAll(ViewBatch& batch);
  absl::Status Publish(ViewBatch& batch, const BlockView& block);
  void ReleaseWaiters(absl::Status status);

  const ViewsOptions options_;
  const Journal& journal_;
  const std::vector<Projection*> projections_;
  std::unique_ptr<rocksdb::DB> db_;
  // Of the thread: the next block to fold, and the last entry folded.
  BlockNumber next_block_ = BlockNumber(1);
  EntryNumber folded_;
  int64_t batch_entries_ = 0;
  Entry entry_;
  std::unique_ptr<ViewBatch> batch_;

  mutable absl::Mutex mutex_;
  EntryNumber applied_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  mutable std::multimap<EntryNumber, std::function<void(absl::Status)>> waiters_
      ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_VIEWS_VIEWS_H_
