#include "ledger/verify/journal_files.h"

#include <rocksdb/db.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/base/endian.h"

namespace luheng::verify {
namespace {

// The column families, by name, and what is in them: ARCHITECTURE.md.
constexpr const char* kFamilies[] = {"block", "secret", "tile"};
enum Family : size_t { kBlock, kSecret, kTile, kMeta };
constexpr size_t kReadAheadBytes = 4 << 20;

absl::Status FromRocksDb(const rocksdb::Status& status,
                         const std::string& what) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = absl::StrCat(what, ": ", status.ToString());
  if (status.IsCorruption()) return absl::DataLossError(text);
  return absl::UnavailableError(text);
}

int64_t NumberOf(const rocksdb::Slice& key) {
  return key.size() == sizeof(uint64_t)
             ? static_cast<int64_t>(LoadBigEndian64(key.data()))
             : 0;
}

class JournalFiles final : public AuditSource {
 public:
  ~JournalFiles() override {
    blocks_.reset();
    secrets_.reset();
    if (db_ == nullptr) return;
    for (rocksdb::ColumnFamilyHandle* family : families_) {
      db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    }
  }

  absl::Status Open(const std::string& directory) {
    const std::string path = directory + "/blocks";
    if (!std::filesystem::exists(path + "/CURRENT")) {
      return absl::NotFoundError(
          absl::StrCat("there is no journal in ", directory));
    }
    std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
    for (const char* name : kFamilies)
      wanted.emplace_back(name, rocksdb::ColumnFamilyOptions());
    wanted.emplace_back(rocksdb::kDefaultColumnFamilyName,
                        rocksdb::ColumnFamilyOptions());
    rocksdb::DBOptions options;
    options.max_open_files = 512;
    // The newest record may be half written by the node that runs.
    options.wal_recovery_mode =
        rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status =
        rocksdb::DB::OpenForReadOnly(options, path, wanted, &families_, &db);
    if (!status.ok()) return FromRocksDb(status, "opening " + path);
    db_.reset(db);
    rocksdb::ReadOptions scan;
    scan.readahead_size = kReadAheadBytes;
    scan.fill_cache = false;
    blocks_.reset(db_->NewIterator(scan, families_[kBlock]));
    secrets_.reset(db_->NewIterator(scan, families_[kSecret]));
    blocks_->SeekToLast();
    expected_ = blocks_->Valid() ? LastEntryOf(blocks_->value()) : 0;
    blocks_->SeekToFirst();
    secrets_->SeekToFirst();
    return absl::OkStatus();
  }

  absl::StatusOr<std::optional<StoredBlock>> Next() override {
    if (!blocks_->Valid()) {
      const absl::Status status =
          FromRocksDb(blocks_->status(), "reading blocks");
      if (!status.ok()) return status;
      return std::optional<StoredBlock>();
    }
    StoredBlock block;
    block.number = NumberOf(blocks_->key());
    block.bytes = blocks_->value().ToString();
    while (secrets_->Valid() && NumberOf(secrets_->key()) < block.number) {
      secrets_->Next();
    }
    if (secrets_->Valid() && NumberOf(secrets_->key()) == block.number) {
      block.secret = secrets_->value().ToString();
    }
    blocks_->Next();
    return std::optional<StoredBlock>(std::move(block));
  }

  std::optional<std::pair<int64_t, Digest>> Tail() const override {
    std::string raw;
    if (!db_->Get(rocksdb::ReadOptions(), families_[kMeta], "tail", &raw)
             .ok() ||
        raw.size() != sizeof(uint64_t) + Digest::kSize) {
      return std::nullopt;
    }
    return std::pair(static_cast<int64_t>(LoadBigEndian64(raw.data())),
                     *Digest::From(absl::string_view(raw).substr(8)));
  }

  int64_t ExpectedEntries() const override { return expected_; }

  absl::StatusOr<std::string> ReadTile(TileId id,
                                       int64_t width) const override {
    std::string hashes;
    const rocksdb::Status status = db_->Get(
        rocksdb::ReadOptions(), families_[kTile], TileKey(id), &hashes);
    if (status.IsNotFound()) return absl::NotFoundError("no such tile");
    const absl::Status read = FromRocksDb(status, "reading a tile");
    if (!read.ok()) return read;
    const size_t bytes = static_cast<size_t>(width) * Digest::kSize;
    if (hashes.size() < bytes) return absl::NotFoundError("a shorter tile");
    return hashes.substr(0, bytes);
  }

 private:
  // As the header says, unchecked; for the progress bar.
  static int64_t LastEntryOf(const rocksdb::Slice& block) {
    constexpr size_t kTreeSizeAt = 100;
    return block.size() < kTreeSizeAt + sizeof(uint64_t)
               ? 0
               : static_cast<int64_t>(
                     LoadBigEndian64(block.data() + kTreeSizeAt));
  }

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;  // owned by db_
  std::unique_ptr<rocksdb::Iterator> blocks_;
  std::unique_ptr<rocksdb::Iterator> secrets_;
  int64_t expected_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<AuditSource>> OpenJournalFiles(
    const std::string& directory) {
  auto files = std::make_unique<JournalFiles>();
  const absl::Status status = files->Open(directory);
  if (!status.ok()) return status;
  return files;
}

}  // namespace luheng::verify
