#include "ledger/views/views.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/slice_transform.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "ledger/base/check.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"
#include "ledger/base/thread.h"
#include "ledger/journal/rocksdb_status.h"
#include "ledger/views/view_batch.h"

namespace luheng {
namespace {

// Keys of the runner itself; projections' keys begin with a name.
constexpr char kSchemasKey[] = "\x01schemas";
constexpr char kAppliedKey[] = "\x01applied";
// Entry, block, journal id, block digest.
constexpr size_t kAppliedBytes = 8 + 8 + Id16::kSize + Digest::kSize;

// "statement", a zero, a kind, a holder.
constexpr size_t kListPrefixBytes = 19;

// How long a wait for the next block may keep Stop waiting.
constexpr absl::Duration kStopLatency = absl::Milliseconds(100);

struct AppliedRecord {
  EntryNumber entry;
  BlockNumber block;
  Id16 journal_id;
  Digest block_digest;
};

std::string EncodeApplied(const AppliedRecord& record) {
  std::string value;
  AppendBigEndian64(static_cast<uint64_t>(record.entry.value()), value);
  AppendBigEndian64(static_cast<uint64_t>(record.block.value()), value);
  absl::StrAppend(&value, record.journal_id.view(), record.block_digest.view());
  return value;
}

std::optional<AppliedRecord> DecodeApplied(absl::string_view value) {
  if (value.size() != kAppliedBytes) return std::nullopt;
  AppliedRecord record;
  record.entry =
      EntryNumber(static_cast<int64_t>(LoadBigEndian64(value.data())));
  record.block =
      BlockNumber(static_cast<int64_t>(LoadBigEndian64(value.data() + 8)));
  record.journal_id = *Id16::From(value.substr(16, Id16::kSize));
  record.block_digest = *Digest::From(value.substr(16 + Id16::kSize));
  return record;
}

absl::string_view ViewOf(const rocksdb::Slice& slice) {
  return absl::string_view(slice.data(), slice.size());
}

std::string RowKey(absl::string_view projection, absl::string_view key) {
  return absl::StrCat(projection, absl::string_view("\0", 1), key);
}

// A row, or nothing if it is not found.
absl::StatusOr<std::optional<std::string>> Found(const rocksdb::Status& status,
                                                 std::string value) {
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return FromRocksDb(status, "reading views");
  return std::optional<std::string>(std::move(value));
}

rocksdb::Options DbOptions(const ViewsOptions& options) {
  rocksdb::Options db;
  db.create_if_missing = true;
  db.write_buffer_size = options.memtable_bytes;
  db.compression = rocksdb::kLZ4Compression;
  // A list of one holder grows at its end: the next row's place is next to the
  // last one's. A projection's name, a kind and a holder are about so long;
  // another length is slower and no less right.
  db.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewCappedPrefixTransform(kListPrefixBytes));
  db.paranoid_checks = true;
  db.max_bgerror_resume_count = 0;
  db.max_open_files = 256;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  db.keep_log_file_num = 2;
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  return db;
}

class BatchRows final : public ViewRows {
 public:
  BatchRows(ViewBatch& batch, absl::string_view projection)
      : batch_(batch), projection_(projection) {}

  absl::StatusOr<std::optional<std::string>> Get(
      absl::string_view key) override {
    return batch_.Get(RowKey(projection_, key));
  }
  absl::Status Put(absl::string_view key, absl::string_view value) override {
    return batch_.Put(RowKey(projection_, key), value);
  }
  absl::Status Delete(absl::string_view key) override {
    return batch_.Delete(RowKey(projection_, key));
  }

 private:
  ViewBatch& batch_;
  absl::string_view projection_;
};

}  // namespace

// ---- ViewSnapshot ---------------------------------------------------------

ViewSnapshot::ViewSnapshot(rocksdb::DB* db)
    : db_(db), snapshot_(db->GetSnapshot()) {}

ViewSnapshot::~ViewSnapshot() { db_->ReleaseSnapshot(snapshot_); }

absl::StatusOr<EntryNumber> ViewSnapshot::applied() const {
  rocksdb::ReadOptions read;
  read.snapshot = snapshot_;
  std::string value;
  const rocksdb::Status status = db_->Get(read, kAppliedKey, &value);
  if (status.IsNotFound()) return EntryNumber();
  if (!status.ok()) return FromRocksDb(status, "reading views");
  const auto record = DecodeApplied(value);
  if (!record) return absl::DataLossError("views: applied is malformed");
  return record->entry;
}

absl::StatusOr<std::optional<std::string>> ViewSnapshot::Get(
    absl::string_view projection, absl::string_view key) const {
  rocksdb::ReadOptions read;
  read.snapshot = snapshot_;
  std::string value;
  const rocksdb::Status status =
      db_->Get(read, RowKey(projection, key), &value);
  return Found(status, std::move(value));
}

absl::Status ViewSnapshot::Scan(
    absl::string_view projection, absl::string_view first,
    absl::string_view prefix,
    absl::FunctionRef<bool(absl::string_view, absl::string_view)> row) const {
  rocksdb::ReadOptions read;
  read.snapshot = snapshot_;
  const std::string all = RowKey(projection, prefix);
  const size_t name_bytes = projection.size() + 1;
  std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(read));
  for (it->Seek(RowKey(projection, first)); it->Valid(); it->Next()) {
    const absl::string_view key = ViewOf(it->key());
    if (!absl::StartsWith(key, all)) break;
    if (!row(key.substr(name_bytes), ViewOf(it->value()))) break;
  }
  return FromRocksDb(it->status(), "reading views");
}

absl::StatusOr<std::optional<std::pair<std::string, std::string>>>
ViewSnapshot::Floor(absl::string_view projection, absl::string_view key,
                    absl::string_view prefix) const {
  rocksdb::ReadOptions read;
  read.snapshot = snapshot_;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(read));
  it->SeekForPrev(RowKey(projection, key));
  RETURN_IF_ERROR(FromRocksDb(it->status(), "reading views"));
  std::optional<std::pair<std::string, std::string>> row;
  if (it->Valid() &&
      absl::StartsWith(ViewOf(it->key()), RowKey(projection, prefix))) {
    row.emplace(ViewOf(it->key()).substr(projection.size() + 1),
                it->value().ToString());
  }
  return row;
}

// ---- Opening --------------------------------------------------------------

Views::Views(ViewsOptions options, const Journal& journal,
             std::vector<Projection*> projections)
    : options_(std::move(options)),
      journal_(journal),
      projections_(std::move(projections)) {}

absl::StatusOr<std::unique_ptr<Views>> Views::Open(
    ViewsOptions options, const Journal& journal,
    std::vector<Projection*> projections) {
  std::unique_ptr<Views> views(
      new Views(std::move(options), journal, std::move(projections)));
  // Rows that cannot be read are as good as none.
  if (!views->OpenRows().ok()) {
    RETURN_IF_ERROR(views->DropRows());
    return views;
  }
  ASSIGN_OR_RETURN(const bool usable, views->IsUsable());
  if (!usable) RETURN_IF_ERROR(views->DropRows());
  return views;
}

Views::~Views() { Stop(); }

std::string Views::Schemas() const {
  std::string schemas;
  for (const Projection* projection : projections_) {
    absl::StrAppend(&schemas, projection->name(), "=", projection->schema(),
                    ";");
  }
  return schemas;
}

absl::Status Views::OpenRows() {
  rocksdb::DB* db = nullptr;
  RETURN_IF_ERROR(FromRocksDb(
      rocksdb::DB::Open(DbOptions(options_), options_.directory, &db),
      absl::StrCat("opening views in ", options_.directory)));
  db_.reset(db);
  return absl::OkStatus();
}

absl::Status Views::DropRows() {
  db_.reset();
  const rocksdb::Options db = DbOptions(options_);
  RETURN_IF_ERROR(
      FromRocksDb(rocksdb::DestroyDB(options_.directory, db),
                  absl::StrCat("dropping views in ", options_.directory)));
  next_block_ = BlockNumber(1);
  folded_ = EntryNumber();
  RETURN_IF_ERROR(OpenRows());
  rocksdb::WriteOptions write;
  write.disableWAL = true;
  return FromRocksDb(db_->Put(write, kSchemasKey, Schemas()), "writing views");
}

absl::StatusOr<bool> Views::IsUsable() {
  std::string value;
  rocksdb::Status status =
      db_->Get(rocksdb::ReadOptions(), kSchemasKey, &value);
  if (!status.ok() || value != Schemas()) return false;
  status = db_->Get(rocksdb::ReadOptions(), kAppliedKey, &value);
  if (status.IsNotFound()) return true;
  const auto record = DecodeApplied(value);
  const JournalTail tail = journal_.tail();
  if (!status.ok() || !record || record->block > tail.number ||
      record->journal_id != tail.journal_id) {
    return false;
  }
  ASSIGN_OR_RETURN(const std::string bytes, journal_.Read(record->block));
  ASSIGN_OR_RETURN(const BlockView block, BlockView::Parse(bytes));
  if (block.ComputeDigest() != record->block_digest) return false;
  next_block_ = BlockNumber(record->block.value() + 1);
  folded_ = record->entry;
  absl::MutexLock lock(&mutex_);
  applied_ = record->entry;
  return true;
}

// ---- Folding --------------------------------------------------------------

void Views::Start() {
  LUHENG_CHECK(!thread_.joinable());
  thread_ = std::thread([this] { Run(); });
}

void Views::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
  ReleaseWaiters(absl::UnavailableError("the views are stopping"));
  // Best effort: what is not written out is folded again.
  if (db_ != nullptr)
    db_->Flush(rocksdb::FlushOptions()).PermitUncheckedError();
}

void Views::Run() {
  NameThread("views");
  YieldToTheMarket();
  while (true) {
    const bool more = journal_.AwaitBlock(next_block_, kStopLatency);
    absl::Status status = more ? Follow() : absl::OkStatus();
    absl::MutexLock lock(&mutex_);
    if (!status.ok()) status_ = std::move(status);
    if (stopping_ || !status_.ok()) break;
    // A journal that lets its waiters go answers at once: do not spin.
    if (!more && mutex_.AwaitWithTimeout(absl::Condition(&stopping_),
                                         absl::Milliseconds(1))) {
      break;
    }
  }
  if (!status().ok()) {
    ReleaseWaiters(absl::UnavailableError(
        absl::StrCat("the views stopped: ", status().message())));
  }
}

absl::Status Views::Follow() {
  const std::unique_ptr<BlockCursor> cursor = journal_.ReadFrom(next_block_);
  if (batch_ == nullptr) batch_ = std::make_unique<ViewBatch>(db_.get());
  ViewBatch& batch = *batch_;
  // The bytes of the block that the batch ends with.
  std::string last;
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<BlockView> block, cursor->Next());
    const bool full = batch.bytes() >= options_.batch_bytes ||
                      batch_entries_ >= options_.batch_entries;
    if (!last.empty() && (full || !block)) {
      RETURN_IF_ERROR(FlushAll(batch));
      ASSIGN_OR_RETURN(const BlockView folded, BlockView::Parse(last));
      RETURN_IF_ERROR(Publish(batch, folded));
      absl::MutexLock lock(&mutex_);
      if (stopping_) return absl::OkStatus();
    }
    if (!block) return absl::OkStatus();
    RETURN_IF_ERROR(FoldBlock(*block, batch));
    last.assign(block->bytes().data(), block->bytes().size());
  }
}

absl::Status Views::FoldBlock(const BlockView& block, ViewBatch& batch) {
  for (int64_t i = 0; i < block.entry_count(); ++i) {
    RETURN_IF_ERROR(entry_.Parse(block.entry(i)));
    if (entry_.number().value() != folded_.value() + 1) {
      return absl::DataLossError(absl::StrCat("views: entry ",
                                              entry_.number().value(),
                                              " follows ", folded_.value()));
    }
    for (Projection* projection : projections_) {
      BatchRows rows(batch, projection->name());
      RETURN_IF_ERROR(projection->Apply(entry_.view(), rows));
    }
    folded_ = entry_.number();
  }
  batch_entries_ += block.entry_count();
  next_block_ = BlockNumber(block.header().number.value() + 1);
  return absl::OkStatus();
}

absl::Status Views::FlushAll(ViewBatch& batch) {
  batch_entries_ = 0;
  for (Projection* projection : projections_) {
    BatchRows rows(batch, projection->name());
    RETURN_IF_ERROR(projection->Flush(rows));
  }
  return absl::OkStatus();
}

absl::Status Views::Publish(ViewBatch& batch, const BlockView& block) {
  const AppliedRecord record{folded_, block.header().number,
                             block.header().journal_id, block.ComputeDigest()};
  RETURN_IF_ERROR(batch.Put(kAppliedKey, EncodeApplied(record)));
  rocksdb::WriteOptions write;
  write.disableWAL = true;
  RETURN_IF_ERROR(batch.Write(write));
  std::vector<std::function<void(absl::Status)>> ready;
  {
    absl::MutexLock lock(&mutex_);
    applied_ = folded_;
    const auto end = waiters_.upper_bound(applied_);
    for (auto it = waiters_.begin(); it != end; ++it) {
      ready.push_back(std::move(it->second));
    }
    waiters_.erase(waiters_.begin(), end);
  }
  for (const auto& done : ready) done(absl::OkStatus());
  return absl::OkStatus();
}

void Views::ReleaseWaiters(absl::Status status) {
  std::multimap<EntryNumber, std::function<void(absl::Status)>> waiters;
  {
    absl::MutexLock lock(&mutex_);
    waiters.swap(waiters_);
  }
  for (const auto& [entry, done] : waiters) done(status);
}

// ---- Reading --------------------------------------------------------------

EntryNumber Views::applied() const {
  absl::MutexLock lock(&mutex_);
  return applied_;
}

absl::Status Views::status() const {
  absl::MutexLock lock(&mutex_);
  return status_;
}

void Views::WhenApplied(EntryNumber entry,
                        std::function<void(absl::Status)> done) const {
  const EntryNumber end = journal_.tail().last_entry;
  absl::Status status;
  {
    absl::MutexLock lock(&mutex_);
    if (entry > applied_) {
      if (entry > end) {
        status = absl::OutOfRangeError(absl::StrCat(
            "entry ", entry.value(), " is beyond the end ", end.value()));
      } else if (stopping_ || !status_.ok()) {
        status = absl::UnavailableError("the views are not being folded");
      } else {
        waiters_.emplace(entry, std::move(done));
        return;
      }
    }
  }
  done(status);
}

absl::Status Views::Await(EntryNumber entry) const {
  absl::Notification ready;
  absl::Status result;
  WhenApplied(entry, [&](absl::Status status) {
    result = std::move(status);
    ready.Notify();
  });
  ready.WaitForNotification();
  return result;
}

std::unique_ptr<ViewSnapshot> Views::Snapshot() const {
  return std::make_unique<ViewSnapshot>(db_.get());
}

}  // namespace luheng
