// The vault: personal data, encrypted under one key, in a RocksDB instance of
// its own. The ledger holds a record's random id and SHA-256(salt || record);
// the salt lies here beside the record, so once both are erased the digest
// says nothing, and every proof over the entry stays valid.
//
//   'r' record id            -> sealed (salt || record)
//   'q' user, request id     -> record id: a repeated request stores once
//   'e' record id            -> erased, but perhaps not yet gone from the files
//   'a' record id, number    -> stamp, user, masked: who read it
//   'j'                      -> sealed id of the journal that names the records
//
// Erasing deletes the row, writes the memtable out and compacts the row's key,
// so that the log and the files that held it go. What a file system or a disk
// keeps of deleted files is beyond the vault; it is ciphertext.
#ifndef LUHENG_SERVICES_REGISTRY_VAULT_H_
#define LUHENG_SERVICES_REGISTRY_VAULT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "luheng/registry/v1/vault.pb.h"
#include "services/registry/vault_key.h"

namespace rocksdb {
class DB;
class WriteBatch;
}  // namespace rocksdb

namespace luheng::registry {

// What the ledger says of a record.
struct VaultEntry {
  Id16 record;
  Digest salted_digest;
};

// One read of a record by somebody else.
struct VaultAccess {
  Stamp when;
  UserId user;
  bool masked = false;
};

// Thread-safe. Every function may wait for the disk.
class Vault {
 public:
  // Opens the vault in `directory`, made if missing, and ends erasures that a
  // crash cut short. Errors: UNAVAILABLE if it is in use or cannot be opened;
  // DATA_LOSS.
  static absl::StatusOr<std::unique_ptr<Vault>> Open(
      const std::string& directory, const VaultKey& key);
  ~Vault();

  // Stores `record` durably under a new random id. The same request of the
  // same user again stores nothing and returns what it returned. Errors:
  // ALREADY_EXISTS if that request stored another record; NOT_FOUND if its
  // record was erased; UNAVAILABLE, DATA_LOSS.
  absl::StatusOr<VaultEntry> Put(UserId user, const Id16& request_id,
                                 const v1::PersonRecord& record);
  // Errors: NOT_FOUND if there is none or it was erased; DATA_LOSS if it was
  // changed or is under another key; UNAVAILABLE.
  absl::StatusOr<v1::PersonRecord> Get(const Id16& record) const;
  // Erases a record for good; erasing it again is no error. Errors:
  // UNAVAILABLE.
  absl::Status Erase(const Id16& record);

  // Ties the vault to a journal, the first time for good. Errors:
  // FAILED_PRECONDITION if it belongs to another one, or was sealed under
  // another key; UNAVAILABLE.
  absl::Status Bind(const Id16& journal_id);
  // All records, by id.
  absl::StatusOr<std::vector<Id16>> Records() const;
  // Erases a record that was never registered, and forgets the request that
  // stored it: sent again, it stores anew. Errors: UNAVAILABLE.
  absl::Status Discard(const Id16& record);

  // Notes durably that `access` happened.
  absl::Status NoteAccess(const Id16& record, const VaultAccess& access);
  // All notes of a record, oldest first; they outlive it.
  absl::StatusOr<std::vector<VaultAccess>> Accesses(const Id16& record) const;

 private:
  Vault(std::unique_ptr<rocksdb::DB> db, const VaultKey& key);

  // Salt and record bytes, one after the other.
  absl::StatusOr<std::string> LoadSalted(const Id16& record) const;
  absl::StatusOr<VaultEntry> Repeat(const Id16& record,
                                    const std::string& bytes) const;
  absl::Status Write(rocksdb::WriteBatch& batch);
  // Makes what Erase deleted go from the files.
  absl::Status Scrub(const Id16& record);
  absl::Status EndErasures();

  std::unique_ptr<rocksdb::DB> db_;
  const VaultKey key_;
  // Held while storing, erasing or noting, so that each is one step.
  mutable absl::Mutex mutex_;
};

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_VAULT_H_
