// How the journal sets RocksDB 7.8.3 up, with the reason for each choice.
#ifndef LUHENG_LEDGER_JOURNAL_ROCKSDB_OPTIONS_H_
#define LUHENG_LEDGER_JOURNAL_ROCKSDB_OPTIONS_H_

#include <rocksdb/options.h>

#include <vector>

#include "ledger/journal/rocksdb_journal.h"

namespace rocksdb {
struct ColumnFamilyDescriptor;
}

namespace luheng {

// The column families, in the order in which they are opened.
enum JournalFamily : size_t {
  kMetaFamily,  // RocksDB's default
  kBlockFamily,
  kIndexFamily,
  kSecretFamily,
  kTileFamily,
  kFamilyCount,
};

rocksdb::DBOptions JournalDbOptions(const RocksDbJournalOptions& options);
std::vector<rocksdb::ColumnFamilyDescriptor> JournalFamilies(
    const RocksDbJournalOptions& options);

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_ROCKSDB_OPTIONS_H_
