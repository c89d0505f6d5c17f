#include "ledger/views/view_batch.h"

#include <utility>

#include "absl/hash/hash.h"
#include "ledger/base/status_macros.h"
#include "ledger/journal/rocksdb_status.h"

namespace luheng {
namespace {

size_t HashOf(const std::string& key) { return absl::Hash<std::string>()(key); }

rocksdb::Slice SliceOf(absl::string_view text) {
  return rocksdb::Slice(text.data(), text.size());
}

// Looks for the last change of one row in a batch.
class RowFinder final : public rocksdb::WriteBatch::Handler {
 public:
  explicit RowFinder(const std::string& key) : key_(key) {}

  rocksdb::Status PutCF(uint32_t, const rocksdb::Slice& key,
                        const rocksdb::Slice& value) override {
    if (key != rocksdb::Slice(key_)) return rocksdb::Status::OK();
    found = true;
    row = value.ToString();
    return rocksdb::Status::OK();
  }
  rocksdb::Status DeleteCF(uint32_t, const rocksdb::Slice& key) override {
    if (key != rocksdb::Slice(key_)) return rocksdb::Status::OK();
    found = true;
    row.reset();
    return rocksdb::Status::OK();
  }

  bool found = false;
  std::optional<std::string> row;

 private:
  const std::string& key_;
};

}  // namespace

absl::StatusOr<std::optional<std::string>> ViewBatch::Get(
    const std::string& key) {
  const auto kept = rows_.find(key);
  if (kept != rows_.end()) return kept->second.value;
  std::optional<std::string> row;
  if (written_.contains(HashOf(key))) {
    ASSIGN_OR_RETURN(row, FindWritten(key));
  } else {
    std::string value;
    const rocksdb::Status status =
        db_->Get(rocksdb::ReadOptions(), key, &value);
    if (status.ok()) {
      row = std::move(value);
    } else if (!status.IsNotFound()) {
      return FromRocksDb(status, "reading views");
    }
  }
  rows_.emplace(key, Kept{row, false});
  return row;
}

absl::StatusOr<std::optional<std::string>> ViewBatch::FindWritten(
    const std::string& key) {
  RowFinder finder(key);
  RETURN_IF_ERROR(FromRocksDb(batch_.Iterate(&finder), "reading views"));
  if (finder.found) return std::move(finder.row);
  // Another key of the same hash.
  std::string value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), key, &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return FromRocksDb(status, "reading views");
  return std::optional<std::string>(std::move(value));
}

absl::Status ViewBatch::Put(const std::string& key, absl::string_view value) {
  return Change(key, value);
}

absl::Status ViewBatch::Delete(const std::string& key) {
  return Change(key, std::nullopt);
}

absl::Status ViewBatch::Change(const std::string& key,
                               std::optional<absl::string_view> value) {
  const auto kept = rows_.find(key);
  if (kept == rows_.end()) {
    written_.insert(HashOf(key));
    return FromRocksDb(
        value ? batch_.Put(key, SliceOf(*value)) : batch_.Delete(key),
        "writing views");
  }
  Kept& row = kept->second;
  if (value) {
    row.value.emplace(value->data(), value->size());
  } else {
    row.value.reset();
  }
  if (!std::exchange(row.changed, true)) {
    changed_.push_back(&*kept);
    changed_bytes_ += key.size() + (value ? value->size() : 0);
  }
  return absl::OkStatus();
}

absl::Status ViewBatch::Write(const rocksdb::WriteOptions& options) {
  // Behind what was written before these rows were read.
  for (KeptRows::value_type* row : changed_) {
    Kept& kept = row->second;
    kept.changed = false;
    RETURN_IF_ERROR(FromRocksDb(kept.value ? batch_.Put(row->first, *kept.value)
                                           : batch_.Delete(row->first),
                                "writing views"));
  }
  RETURN_IF_ERROR(FromRocksDb(db_->Write(options, &batch_), "writing views"));
  batch_.Clear();
  changed_.clear();
  changed_bytes_ = 0;
  written_.clear();
  if (rows_.size() > kKeptMax) rows_.clear();
  return absl::OkStatus();
}

}  // namespace luheng
