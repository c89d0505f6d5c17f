#include "ledger/journal/rocksdb_journal.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/listener.h>
#include <rocksdb/write_batch.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"
#include "ledger/journal/directory_lock.h"
#include "ledger/journal/high_water.h"
#include "ledger/journal/journal_base.h"
#include "ledger/journal/rocksdb_options.h"
#include "ledger/journal/rocksdb_status.h"

namespace luheng {
namespace {

constexpr char kTailKey[] = "tail";
constexpr char kEpochKey[] = "epoch";
constexpr char kFormatKey[] = "format";
constexpr char kStoreFormat[] = "1";
// What a batch holds besides the block's bytes: tiles, mostly.
constexpr size_t kBatchExtraBytes = 64 * 1024;
constexpr size_t kProtectionBytesPerKey = 8;
constexpr size_t kReadAheadBytes = 2 << 20;

rocksdb::Slice ToSlice(absl::string_view text) {
  return rocksdb::Slice(text.data(), text.size());
}

absl::string_view ToView(const rocksdb::Slice& slice) {
  return absl::string_view(slice.data(), slice.size());
}

std::string NumberKey(int64_t number) {
  std::string key;
  AppendBigEndian64(static_cast<uint64_t>(number), key);
  return key;
}

absl::StatusOr<int64_t> ParseNumber(absl::string_view raw) {
  if (raw.size() != sizeof(uint64_t)) {
    return absl::DataLossError(
        absl::StrFormat("a number has %d bytes, expected 8", raw.size()));
  }
  return static_cast<int64_t>(LoadBigEndian64(raw.data()));
}

rocksdb::ReadOptions ScanOptions() {
  rocksdb::ReadOptions read;
  read.verify_checksums = true;
  read.fill_cache = false;
  read.readahead_size = kReadAheadBytes;
  return read;
}

// Tells the journal that RocksDB failed behind its back. Outlives the journal
// within RocksDB, hence the switch.
class ErrorListener final : public rocksdb::EventListener {
 public:
  using Report = std::function<void(const absl::Status&)>;

  // `report` is called until Detach, never after it.
  void Attach(Report report) {
    absl::MutexLock lock(&mutex_);
    report_ = std::move(report);
  }
  void Detach() { Attach(nullptr); }

  void OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                         rocksdb::Status* error) override {
    const absl::Status status = absl::UnavailableError(
        absl::StrFormat("RocksDB stopped (reason %d): %s",
                        static_cast<int>(reason), error->ToString()));
    Report report;
    {
      absl::MutexLock lock(&mutex_);
      report = report_;
    }
    if (report) report(status);
  }

 private:
  absl::Mutex mutex_;
  Report report_ ABSL_GUARDED_BY(mutex_);
};

class RocksDbSource final : public BlockSource {
 public:
  RocksDbSource(std::unique_ptr<rocksdb::Iterator> iterator, BlockNumber from)
      : iterator_(std::move(iterator)), expected_(from) {
    iterator_->Seek(NumberKey(from.value()));
  }

  absl::StatusOr<absl::string_view> Next() override {
    if (moved_) iterator_->Next();
    moved_ = true;
    if (!iterator_->Valid()) {
      RETURN_IF_ERROR(FromRocksDb(iterator_->status(), "reading blocks"));
      return absl::DataLossError("missing");
    }
    if (ToView(iterator_->key()) != NumberKey(expected_.value())) {
      return absl::DataLossError("missing, though later blocks are there");
    }
    expected_ = BlockNumber(expected_.value() + 1);
    return ToView(iterator_->value());
  }

 private:
  const std::unique_ptr<rocksdb::Iterator> iterator_;
  BlockNumber expected_;
  bool moved_ = false;
};

class RocksDbJournal final : public JournalBase {
 public:
  explicit RocksDbJournal(const RocksDbJournalOptions& options)
      : JournalBase(options.on_fatal),
        options_(options),
        env_(options.env != nullptr ? options.env : rocksdb::Env::Default()),
        listener_(std::make_shared<ErrorListener>()) {}

  ~RocksDbJournal() override {
    StopWaiters();
    // Closing joins RocksDB's threads; what fails then concerns nobody: all
    // that was acknowledged is in the log.
    listener_->Detach();
    if (db_ == nullptr) return;
    for (rocksdb::ColumnFamilyHandle* family : families_) {
      db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    }
    db_->Close().PermitUncheckedError();
  }

  absl::Status Open();

 private:
  std::string HighWaterPath() const {
    return options_.directory + "/high_water";
  }
  std::string DbPath() const { return options_.directory + "/blocks"; }
  rocksdb::FileSystem& files() const { return *env_->GetFileSystem(); }

  absl::Status PrepareDirectory();
  // The mark on file; nothing if the file is missing.
  absl::StatusOr<std::optional<HighWaterMark>> ReadMark() const;
  absl::Status OpenDb();
  absl::Status CheckFormat();
  absl::StatusOr<JournalTail> LoadTail() const;
  absl::StatusOr<Epoch> LoadEpoch() const;
  absl::Status CheckTail(const JournalTail& tail) const;
  absl::Status CheckMark(const std::optional<HighWaterMark>& mark,
                         const JournalTail& tail) const;
  absl::Status OpenHighWater(const std::optional<HighWaterMark>& mark,
                             const JournalTail& tail);
  absl::StatusOr<std::string> Get(JournalFamily family,
                                  absl::string_view key) const;
  absl::Status Commit(rocksdb::WriteBatch& batch, absl::string_view what);

  absl::Status WriteBlock(const SealedBlock& block,
                          const JournalTail& next) override;
  absl::Status WriteEpoch(Epoch epoch) override;
  absl::StatusOr<std::string> LoadBlock(BlockNumber number) const override;
  absl::StatusOr<std::string> LoadSecret(BlockNumber number) const override;
  absl::StatusOr<BlockNumber> LoadIndex(EntryNumber number) const override;
  absl::StatusOr<std::string> LoadTile(TileId id) const override;
  std::unique_ptr<BlockSource> OpenSource(BlockNumber from) const override;

  const RocksDbJournalOptions options_;
  rocksdb::Env* const env_;
  const std::shared_ptr<ErrorListener> listener_;  // RocksDB shares it
  std::optional<DirectoryLock> lock_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;  // owned by db_
  std::optional<HighWaterFile> high_water_;
};

absl::Status RocksDbJournal::Open() {
  RETURN_IF_ERROR(PrepareDirectory());
  // The mark is read before the database: a writer may go on meanwhile while
  // we open for reading, and what we see must reach at least the mark.
  ASSIGN_OR_RETURN(const std::optional<HighWaterMark> mark, ReadMark());
  const rocksdb::IOOptions io;
  const bool exists =
      files().FileExists(DbPath() + "/CURRENT", io, nullptr).ok();
  if (!exists && options_.read_only) {
    return absl::NotFoundError("there is no journal in " + options_.directory);
  }
  // Nothing is written into a directory whose database is gone.
  if (!exists) RETURN_IF_ERROR(CheckMark(mark, JournalTail()));
  if (!exists && !mark) RETURN_IF_ERROR(OpenHighWater(mark, JournalTail()));

  RETURN_IF_ERROR(OpenDb());
  RETURN_IF_ERROR(CheckFormat());
  ASSIGN_OR_RETURN(const JournalTail tail, LoadTail());
  ASSIGN_OR_RETURN(const Epoch epoch, LoadEpoch());
  RETURN_IF_ERROR(CheckMark(mark, tail));
  RETURN_IF_ERROR(CheckTail(tail));
  if (!options_.read_only) RETURN_IF_ERROR(OpenHighWater(mark, tail));
  Restore(tail, epoch,
          options_.read_only
              ? absl::FailedPreconditionError("it was opened for reading")
              : absl::OkStatus());
  listener_->Attach([this](const absl::Status& status) { Break(status); });
  return absl::OkStatus();
}

absl::Status RocksDbJournal::PrepareDirectory() {
  if (options_.read_only) return absl::OkStatus();
  const rocksdb::IOOptions io;
  RETURN_IF_ERROR(
      FromRocksDb(files().CreateDirIfMissing(options_.directory, io, nullptr),
                  "making " + options_.directory));
  ASSIGN_OR_RETURN(DirectoryLock lock, DirectoryLock::Take(options_.directory));
  lock_.emplace(std::move(lock));
  return absl::OkStatus();
}

absl::StatusOr<std::optional<HighWaterMark>> RocksDbJournal::ReadMark() const {
  absl::StatusOr<HighWaterMark> mark =
      HighWaterFile::Read(files(), HighWaterPath());
  if (mark.ok()) return std::optional<HighWaterMark>(*mark);
  if (absl::IsNotFound(mark.status())) return std::optional<HighWaterMark>();
  return mark.status();
}

absl::Status RocksDbJournal::OpenDb() {
  rocksdb::DBOptions db_options = JournalDbOptions(options_);
  db_options.listeners.push_back(listener_);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      options_.read_only
          ? rocksdb::DB::OpenForReadOnly(db_options, DbPath(),
                                         JournalFamilies(options_), &families_,
                                         &db)
          : rocksdb::DB::Open(db_options, DbPath(), JournalFamilies(options_),
                              &families_, &db);
  RETURN_IF_ERROR(FromRocksDb(status, "opening " + DbPath()));
  db_.reset(db);
  return absl::OkStatus();
}

absl::Status RocksDbJournal::CheckFormat() {
  const absl::StatusOr<std::string> format = Get(kMetaFamily, kFormatKey);
  if (absl::IsNotFound(format.status())) {
    if (options_.read_only) return absl::OkStatus();
    rocksdb::WriteBatch batch;
    batch.Put(families_[kMetaFamily], kFormatKey, kStoreFormat)
        .PermitUncheckedError();
    return Commit(batch, "format");
  }
  RETURN_IF_ERROR(format.status());
  if (*format == kStoreFormat) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrFormat(
      "the journal in %s has the storage format \"%s\"; this build reads %s",
      options_.directory, *format, kStoreFormat));
}

// The tail names its block; the rest is in the block.
absl::StatusOr<JournalTail> RocksDbJournal::LoadTail() const {
  const absl::StatusOr<std::string> raw = Get(kMetaFamily, kTailKey);
  if (absl::IsNotFound(raw.status())) return JournalTail();
  RETURN_IF_ERROR(raw.status());
  const absl::string_view view = *raw;
  if (view.size() != sizeof(uint64_t) + Digest::kSize) {
    return absl::DataLossError(
        absl::StrFormat("the tail has %d bytes, expected %d", view.size(),
                        sizeof(uint64_t) + Digest::kSize));
  }
  ASSIGN_OR_RETURN(const int64_t number, ParseNumber(view.substr(0, 8)));
  const Digest digest = *Digest::From(view.substr(8));
  ASSIGN_OR_RETURN(const std::string bytes, LoadBlock(BlockNumber(number)));
  ASSIGN_OR_RETURN(const BlockView block, BlockView::Parse(bytes));
  if (block.ComputeDigest() != digest ||
      block.header().number.value() != number) {
    return absl::DataLossError(absl::StrFormat(
        "block %d is not the tail: digest %s, expected %s", number,
        ToHex(block.ComputeDigest().view()), ToHex(digest.view())));
  }
  return TailAfter(block.header(), digest);
}

absl::StatusOr<Epoch> RocksDbJournal::LoadEpoch() const {
  const absl::StatusOr<std::string> raw = Get(kMetaFamily, kEpochKey);
  if (absl::IsNotFound(raw.status())) return Epoch();
  RETURN_IF_ERROR(raw.status());
  ASSIGN_OR_RETURN(const int64_t epoch, ParseNumber(*raw));
  return Epoch(epoch);
}

// The block family must end with the tail, and the tiles have its root.
absl::Status RocksDbJournal::CheckTail(const JournalTail& tail) const {
  const std::unique_ptr<rocksdb::Iterator> last(
      db_->NewIterator(ScanOptions(), families_[kBlockFamily]));
  last->SeekToLast();
  RETURN_IF_ERROR(FromRocksDb(last->status(), "reading the last block"));
  const std::string expected =
      tail.empty() ? std::string() : NumberKey(tail.number.value());
  const std::string found =
      last->Valid() ? last->key().ToString() : std::string();
  if (found != expected) {
    return absl::DataLossError(
        absl::StrFormat("the last block has the key %s, expected %s",
                        ToHex(found), ToHex(expected)));
  }
  if (tail.empty()) return absl::OkStatus();
  return TreeBuilder::Restore(SuiteOf(tail.suite), tail.tree, *this).status();
}

absl::Status RocksDbJournal::CheckMark(const std::optional<HighWaterMark>& mark,
                                       const JournalTail& tail) const {
  if (!mark) {
    if (tail.empty() || options_.adopt_missing_high_water) {
      return absl::OkStatus();
    }
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s is missing, but the journal ends with block %d: compare it with a "
        "checkpoint, then allow to adopt it",
        HighWaterPath(), tail.number.value()));
  }
  if (mark->number > tail.number) {
    return absl::DataLossError(absl::StrFormat(
        "entries %d to %d (blocks %d to %d) were acknowledged and are missing "
        "from %s",
        tail.last_entry.value() + 1, mark->last_entry.value(),
        tail.number.value() + 1, mark->number.value(), options_.directory));
  }
  if (mark->number.value() == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string bytes, LoadBlock(mark->number));
  ASSIGN_OR_RETURN(const BlockView block, BlockView::Parse(bytes));
  const HighWaterMark found =
      MarkOf(TailAfter(block.header(), block.ComputeDigest()));
  if (found == *mark) return absl::OkStatus();
  return absl::DataLossError(absl::StrFormat(
      "block %d with digest %s was acknowledged; %s holds one with %s",
      mark->number.value(), ToHex(mark->digest.view()), options_.directory,
      ToHex(found.digest.view())));
}

// A crash between the sync of a block and that of its mark leaves the mark one
// behind; what is read from now on counts as acknowledged.
absl::Status RocksDbJournal::OpenHighWater(
    const std::optional<HighWaterMark>& mark, const JournalTail& tail) {
  if (high_water_) return absl::OkStatus();
  if (!mark) {
    RETURN_IF_ERROR(HighWaterFile::Create(files(), options_.directory,
                                          HighWaterPath(), MarkOf(tail)));
  }
  ASSIGN_OR_RETURN(HighWaterFile file,
                   HighWaterFile::Open(files(), HighWaterPath()));
  high_water_.emplace(std::move(file));
  if (!mark || *mark == MarkOf(tail)) return absl::OkStatus();
  return high_water_->Write(MarkOf(tail));
}

absl::StatusOr<std::string> RocksDbJournal::Get(JournalFamily family,
                                                absl::string_view key) const {
  std::string value;
  rocksdb::ReadOptions read;
  read.verify_checksums = true;
  RETURN_IF_ERROR(FromRocksDb(
      db_->Get(read, families_[family], ToSlice(key), &value), "reading"));
  return value;
}

absl::Status RocksDbJournal::Commit(rocksdb::WriteBatch& batch,
                                    absl::string_view what) {
  rocksdb::WriteOptions write;
  write.sync = true;
  const rocksdb::Status status = db_->Write(write, &batch);
  if (status.ok()) return absl::OkStatus();
  // Whatever went wrong, the outcome is open until the journal is opened again.
  return absl::UnavailableError(
      absl::StrCat("writing ", what, ": ", status.ToString()));
}

absl::Status RocksDbJournal::WriteBlock(const SealedBlock& block,
                                        const JournalTail& next) {
  const std::string number = NumberKey(block.header.number.value());
  rocksdb::WriteBatch batch(block.bytes.size() + kBatchExtraBytes, 0,
                            kProtectionBytesPerKey, 0);
  const auto put = [&](JournalFamily family, absl::string_view key,
                       absl::string_view value) {
    // Fails only beyond a size limit, which the batch does not have.
    batch.Put(families_[family], ToSlice(key), ToSlice(value))
        .PermitUncheckedError();
  };
  put(kBlockFamily, number, block.bytes);
  put(kIndexFamily, NumberKey(block.header.first_entry.value()), number);
  put(kSecretFamily, number, block.secret.view());
  for (const Tile& tile : block.tiles) {
    put(kTileFamily, TileKey(tile.id), tile.hashes);
  }
  put(kMetaFamily, kTailKey, number + next.digest.str());
  RETURN_IF_ERROR(
      Commit(batch, absl::StrCat("block ", block.header.number.value())));
  return high_water_->Write(MarkOf(next));
}

absl::Status RocksDbJournal::WriteEpoch(Epoch epoch) {
  rocksdb::WriteBatch batch;
  batch.Put(families_[kMetaFamily], kEpochKey, NumberKey(epoch.value()))
      .PermitUncheckedError();
  return Commit(batch, absl::StrCat("epoch ", epoch.value()));
}

absl::StatusOr<std::string> RocksDbJournal::LoadBlock(
    BlockNumber number) const {
  absl::StatusOr<std::string> bytes =
      Get(kBlockFamily, NumberKey(number.value()));
  if (!absl::IsNotFound(bytes.status())) return bytes;
  return absl::DataLossError(
      absl::StrFormat("block %d is missing", number.value()));
}

absl::StatusOr<std::string> RocksDbJournal::LoadSecret(
    BlockNumber number) const {
  absl::StatusOr<std::string> secret =
      Get(kSecretFamily, NumberKey(number.value()));
  if (!absl::IsNotFound(secret.status())) return secret;
  return absl::DataLossError(
      absl::StrFormat("the secret of block %d is missing", number.value()));
}

absl::StatusOr<BlockNumber> RocksDbJournal::LoadIndex(
    EntryNumber number) const {
  const std::unique_ptr<rocksdb::Iterator> iterator(
      db_->NewIterator(rocksdb::ReadOptions(), families_[kIndexFamily]));
  iterator->SeekForPrev(NumberKey(number.value()));
  RETURN_IF_ERROR(FromRocksDb(iterator->status(), "reading the index"));
  if (!iterator->Valid()) {
    return absl::DataLossError(
        absl::StrFormat("entry %d is not indexed", number.value()));
  }
  ASSIGN_OR_RETURN(const int64_t block, ParseNumber(ToView(iterator->value())));
  return BlockNumber(block);
}

absl::StatusOr<std::string> RocksDbJournal::LoadTile(TileId id) const {
  absl::StatusOr<std::string> hashes = Get(kTileFamily, TileKey(id));
  if (!absl::IsNotFound(hashes.status())) return hashes;
  return absl::NotFoundError(
      absl::StrFormat("there is no tile %d/%d", id.level, id.index));
}

std::unique_ptr<BlockSource> RocksDbJournal::OpenSource(
    BlockNumber from) const {
  return std::make_unique<RocksDbSource>(
      std::unique_ptr<rocksdb::Iterator>(
          db_->NewIterator(ScanOptions(), families_[kBlockFamily])),
      from);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Journal>> OpenRocksDbJournal(
    RocksDbJournalOptions options) {
  auto journal = std::make_unique<RocksDbJournal>(options);
  RETURN_IF_ERROR(journal->Open());
  return std::unique_ptr<Journal>(std::move(journal));
}

}  // namespace luheng
