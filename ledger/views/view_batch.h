// The rows that one batch of the views changes, on their way to RocksDB, and
// the rows that projections read again and again (balances, say), kept from
// batch to batch: a row that is rewritten a hundred times in a batch is read
// once and written once.
#ifndef LUHENG_LEDGER_VIEWS_VIEW_BATCH_H_
#define LUHENG_LEDGER_VIEWS_VIEW_BATCH_H_

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace luheng {

// Thread-compatible. Nobody else writes to the database meanwhile.
class ViewBatch {
 public:
  // Rows kept from batch to batch.
  static constexpr size_t kKeptMax = 100'000;

  // Borrows `db`.
  explicit ViewBatch(rocksdb::DB* db) : db_(db) {}

  // The row as this batch leaves it; nothing if there is none.
  absl::StatusOr<std::optional<std::string>> Get(const std::string& key);
  absl::Status Put(const std::string& key, absl::string_view value);
  absl::Status Delete(const std::string& key);

  // Bytes that Write would write, roughly.
  size_t bytes() const { return batch_.GetDataSize() + changed_bytes_; }
  // Writes all changes at once; the batch is empty then. After an error it must
  // not be used any more.
  absl::Status Write(const rocksdb::WriteOptions& options);

 private:
  struct Kept {
    std::optional<std::string> value;
    bool changed = false;  // In this batch.
  };
  using KeptRows = absl::node_hash_map<std::string, Kept>;

  absl::Status Change(const std::string& key,
                      std::optional<absl::string_view> value);
  // What this batch did to a row that was not kept when it was written.
  absl::StatusOr<std::optional<std::string>> FindWritten(
      const std::string& key);

  rocksdb::DB* const db_;
  // Rows that were read. Looked up only; Write goes through changed_.
  KeptRows rows_;
  std::vector<KeptRows::value_type*> changed_;
  size_t changed_bytes_ = 0;
  // Rows that were not, in the order of writing, and hashes of their keys.
  rocksdb::WriteBatch batch_;
  absl::flat_hash_set<size_t> written_;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_VIEWS_VIEW_BATCH_H_
