#include "services/registry/vault.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"
#include "ledger/journal/rocksdb_status.h"
#include "ledger/merkle/hash_suite.h"

namespace luheng::registry {
namespace {

constexpr size_t kSaltBytes = 32;
// Key of the row that says whose records these are; also its seal's context.
constexpr char kJournalKey[] = "j";
// Stamp, user, masked.
constexpr size_t kAccessBytes = 8 + 8 + 1;

std::string Key(char kind, const Id16& record) {
  return absl::StrCat(std::string(1, kind), record.view());
}

std::string RequestKey(UserId user, const Id16& request_id) {
  std::string key = "q";
  AppendBigEndian64(static_cast<uint64_t>(user.value()), key);
  absl::StrAppend(&key, request_id.view());
  return key;
}

rocksdb::Slice SliceOf(absl::string_view text) {
  return rocksdb::Slice(text.data(), text.size());
}

absl::string_view ViewOf(const rocksdb::Slice& slice) {
  return absl::string_view(slice.data(), slice.size());
}

rocksdb::Options DbOptions() {
  rocksdb::Options db;
  db.create_if_missing = true;
  db.write_buffer_size = 4 << 20;
  // Ciphertext does not compress.
  db.compression = rocksdb::kNoCompression;
  db.wal_recovery_mode =
      rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.paranoid_checks = true;
  db.max_bgerror_resume_count = 0;
  db.max_open_files = 64;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  db.keep_log_file_num = 2;
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  return db;
}

VaultEntry EntryOf(const Id16& record, absl::string_view salted) {
  return {record, Sha256Suite().Hash(salted)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Vault>> Vault::Open(const std::string& directory,
                                                   const VaultKey& key) {
  rocksdb::DB* raw = nullptr;
  const rocksdb::Status opened =
      rocksdb::DB::Open(DbOptions(), directory, &raw);
  std::unique_ptr<rocksdb::DB> db(raw);
  RETURN_IF_ERROR(
      FromRocksDb(opened, absl::StrCat("opening the vault in ", directory)));
  std::unique_ptr<Vault> vault(new Vault(std::move(db), key));
  RETURN_IF_ERROR(vault->EndErasures());
  return vault;
}

Vault::Vault(std::unique_ptr<rocksdb::DB> db, const VaultKey& key)
    : db_(std::move(db)), key_(key) {}

Vault::~Vault() = default;

absl::Status Vault::Write(rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  return FromRocksDb(db_->Write(options, &batch), "writing the vault");
}

absl::StatusOr<std::string> Vault::LoadSalted(const Id16& record) const {
  std::string sealed;
  RETURN_IF_ERROR(
      FromRocksDb(db_->Get(rocksdb::ReadOptions(), Key('r', record), &sealed),
                  absl::StrCat("vault record ", ToHex(record.view()))));
  ASSIGN_OR_RETURN(std::string salted,
                   OpenFromVault(key_, record.view(), sealed));
  if (salted.size() < kSaltBytes) {
    return absl::DataLossError("a vault record is too short");
  }
  return salted;
}

absl::StatusOr<VaultEntry> Vault::Repeat(const Id16& record,
                                         const std::string& bytes) const {
  ASSIGN_OR_RETURN(const std::string salted, LoadSalted(record));
  if (absl::string_view(salted).substr(kSaltBytes) != bytes) {
    return absl::AlreadyExistsError("this request stored another record");
  }
  return EntryOf(record, salted);
}

absl::StatusOr<VaultEntry> Vault::Put(UserId user, const Id16& request_id,
                                      const v1::PersonRecord& record) {
  const std::string bytes = record.SerializeAsString();
  const std::string request = RequestKey(user, request_id);
  absl::MutexLock lock(&mutex_);
  std::string known;
  const rocksdb::Status found =
      db_->Get(rocksdb::ReadOptions(), request, &known);
  if (!found.ok() && !found.IsNotFound()) {
    return FromRocksDb(found, "reading the vault");
  }
  if (found.ok()) {
    const auto id = Id16::From(known);
    if (!id) return absl::DataLossError("a vault request is malformed");
    return Repeat(*id, bytes);
  }
  const Id16 id = *Id16::From(VaultRandom(Id16::kSize));
  const std::string salted = VaultRandom(kSaltBytes) + bytes;
  rocksdb::WriteBatch batch;
  batch.Put(Key('r', id), SealForVault(key_, id.view(), salted));
  batch.Put(request, SliceOf(id.view()));
  RETURN_IF_ERROR(Write(batch));
  return EntryOf(id, salted);
}

absl::StatusOr<v1::PersonRecord> Vault::Get(const Id16& record) const {
  ASSIGN_OR_RETURN(const std::string salted, LoadSalted(record));
  v1::PersonRecord person;
  if (!person.ParseFromArray(salted.data() + kSaltBytes,
                             static_cast<int>(salted.size() - kSaltBytes))) {
    return absl::DataLossError("a vault record is malformed");
  }
  return person;
}

absl::Status Vault::Erase(const Id16& record) {
  absl::MutexLock lock(&mutex_);
  std::string sealed;
  const rocksdb::Status found =
      db_->Get(rocksdb::ReadOptions(), Key('r', record), &sealed);
  if (found.IsNotFound()) return absl::OkStatus();
  rocksdb::WriteBatch batch;
  batch.Delete(Key('r', record));
  batch.Put(Key('e', record), rocksdb::Slice());
  RETURN_IF_ERROR(Write(batch));
  return Scrub(record);
}

absl::Status Vault::Bind(const Id16& journal_id) {
  absl::MutexLock lock(&mutex_);
  std::string sealed;
  const rocksdb::Status found =
      db_->Get(rocksdb::ReadOptions(), kJournalKey, &sealed);
  if (found.IsNotFound()) {
    rocksdb::WriteBatch batch;
    batch.Put(kJournalKey, SealForVault(key_, kJournalKey, journal_id.view()));
    return Write(batch);
  }
  RETURN_IF_ERROR(FromRocksDb(found, "reading the vault"));
  const auto bound = OpenFromVault(key_, kJournalKey, sealed);
  if (!bound.ok()) {
    return absl::FailedPreconditionError(
        "the key is not that of the vault; see vault.key");
  }
  if (*bound == journal_id.view()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the vault belongs to the journal ", ToHex(*bound), ", not ",
                   ToHex(journal_id.view())));
}

absl::StatusOr<std::vector<Id16>> Vault::Records() const {
  std::vector<Id16> records;
  const std::unique_ptr<rocksdb::Iterator> it(
      db_->NewIterator(rocksdb::ReadOptions()));
  for (it->Seek("r"); it->Valid(); it->Next()) {
    if (!absl::StartsWith(ViewOf(it->key()), "r")) break;
    const auto id = Id16::From(ViewOf(it->key()).substr(1));
    if (!id) return absl::DataLossError("a record of the vault is malformed");
    records.push_back(*id);
  }
  RETURN_IF_ERROR(FromRocksDb(it->status(), "reading the vault"));
  return records;
}

absl::Status Vault::Discard(const Id16& record) {
  RETURN_IF_ERROR(Erase(record));
  absl::MutexLock lock(&mutex_);
  rocksdb::WriteBatch batch;
  const std::unique_ptr<rocksdb::Iterator> it(
      db_->NewIterator(rocksdb::ReadOptions()));
  for (it->Seek("q"); it->Valid(); it->Next()) {
    if (!absl::StartsWith(ViewOf(it->key()), "q")) break;
    if (ViewOf(it->value()) == record.view()) batch.Delete(it->key());
  }
  RETURN_IF_ERROR(FromRocksDb(it->status(), "reading the vault"));
  return Write(batch);
}

absl::Status Vault::Scrub(const Id16& record) {
  RETURN_IF_ERROR(
      FromRocksDb(db_->Flush(rocksdb::FlushOptions()), "erasing a record"));
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction =
      rocksdb::BottommostLevelCompaction::kForce;
  const std::string key = Key('r', record);
  const rocksdb::Slice slice(key);
  RETURN_IF_ERROR(FromRocksDb(db_->CompactRange(options, &slice, &slice),
                              "erasing a record"));
  rocksdb::WriteBatch batch;
  batch.Delete(Key('e', record));
  return Write(batch);
}

absl::Status Vault::EndErasures() {
  std::vector<Id16> unfinished;
  {
    const std::unique_ptr<rocksdb::Iterator> it(
        db_->NewIterator(rocksdb::ReadOptions()));
    for (it->Seek("e"); it->Valid(); it->Next()) {
      if (!absl::StartsWith(ViewOf(it->key()), "e")) break;
      const auto id = Id16::From(ViewOf(it->key()).substr(1));
      if (id) unfinished.push_back(*id);
    }
    RETURN_IF_ERROR(FromRocksDb(it->status(), "reading the vault"));
  }
  for (const Id16& record : unfinished) RETURN_IF_ERROR(Scrub(record));
  return absl::OkStatus();
}

absl::Status Vault::NoteAccess(const Id16& record, const VaultAccess& access) {
  absl::MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(const std::vector<VaultAccess> before, Accesses(record));
  std::string key = Key('a', record);
  AppendBigEndian64(before.size(), key);
  std::string value;
  AppendBigEndian64(static_cast<uint64_t>(access.when.value()), value);
  AppendBigEndian64(static_cast<uint64_t>(access.user.value()), value);
  value.push_back(access.masked ? 1 : 0);
  rocksdb::WriteBatch batch;
  batch.Put(key, value);
  return Write(batch);
}

absl::StatusOr<std::vector<VaultAccess>> Vault::Accesses(
    const Id16& record) const {
  std::vector<VaultAccess> accesses;
  const std::string prefix = Key('a', record);
  const std::unique_ptr<rocksdb::Iterator> it(
      db_->NewIterator(rocksdb::ReadOptions()));
  for (it->Seek(prefix); it->Valid(); it->Next()) {
    if (!absl::StartsWith(ViewOf(it->key()), prefix)) break;
    const absl::string_view value = ViewOf(it->value());
    if (value.size() != kAccessBytes) {
      return absl::DataLossError("a note of the vault is malformed");
    }
    accesses.push_back(
        {Stamp(static_cast<int64_t>(LoadBigEndian64(value.data()))),
         UserId(static_cast<int64_t>(LoadBigEndian64(value.data() + 8))),
         value[16] != 0});
  }
  RETURN_IF_ERROR(FromRocksDb(it->status(), "reading the vault"));
  return accesses;
}

}  // namespace luheng::registry
