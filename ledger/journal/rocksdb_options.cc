#include "ledger/journal/rocksdb_options.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/table.h>

namespace luheng {
namespace {

constexpr size_t kSmallMemtableBytes = 4 << 20;

rocksdb::ColumnFamilyOptions FamilyOptions(size_t memtable_bytes) {
  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = memtable_bytes;
  family.max_write_buffer_number = 4;
  // Keys rise, so files never overlap and compaction only moves them down.
  family.compaction_style = rocksdb::kCompactionStyleLevel;
  family.target_file_size_base = 64 << 20;
  // Tiles are hashes and blocks go to other machines as they are: neither
  // repays the time of the thread that compresses.
  family.compression = rocksdb::kNoCompression;
  // Reads each new file once more before the log that it replaces goes.
  family.paranoid_file_checks = true;
  family.memtable_protection_bytes_per_key = 8;
  return family;
}

}  // namespace

rocksdb::DBOptions JournalDbOptions(const RocksDbJournalOptions& options) {
  rocksdb::DBOptions db;
  if (options.env != nullptr) db.env = options.env;
  db.create_if_missing = !options.read_only;
  db.create_missing_column_families = !options.read_only;
  // A torn last record is what a crash leaves; anything else is damage. The
  // default would silently drop what follows damage.
  db.wal_recovery_mode =
      rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.paranoid_checks = true;
  // After a failed write nothing is retried: the process stops, and what is
  // durable is learned by opening the journal again.
  db.max_bgerror_resume_count = 0;
  // The small families hardly fill their memtables and would keep old logs for
  // ever. Also bounds what a start has to replay.
  db.max_total_wal_size = 4 * options.memtable_bytes;
  // Blocks are in the log already; a stop need not wait for a flush.
  db.avoid_flush_during_shutdown = true;
  // Spreads the writing of sorted files, so that a flush does not make the
  // syncs of the log wait.
  db.bytes_per_sync = 1 << 20;
  db.allow_concurrent_memtable_write = false;  // there is one writer
  db.max_open_files = 512;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  db.keep_log_file_num = 4;
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  return db;
}

std::vector<rocksdb::ColumnFamilyDescriptor> JournalFamilies(
    const RocksDbJournalOptions& options) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families(kFamilyCount);
  const rocksdb::ColumnFamilyOptions small = FamilyOptions(kSmallMemtableBytes);
  families[kMetaFamily] = {rocksdb::kDefaultColumnFamilyName, small};
  families[kBlockFamily] = {"block", FamilyOptions(options.memtable_bytes)};
  families[kIndexFamily] = {"index", small};
  families[kSecretFamily] = {"secret", small};
  families[kTileFamily] = {"tile", FamilyOptions(options.memtable_bytes / 2)};
  return families;
}

}  // namespace luheng
