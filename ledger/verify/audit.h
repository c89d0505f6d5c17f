// An audit: every block of a journal is read once, hashed and parsed on all
// cores, and folded in order into a tree and balances of the auditor's own.
//
// What is checked: checksums, the chain of digests, one journal, epochs,
// numbers and times; each commitment, the tree, every root and every stored
// tile; that postings sum to zero, are exactly what the events say, and no
// holder's balance goes below zero; every fill, hold and fee against an order
// table of its own; that what was issued is held or retired; that what needs
// approval was approved by different persons; and that checkpoints kept
// elsewhere are of this journal, which finds a tail that was cut off and a
// history that was written anew.
#ifndef LUHENG_LEDGER_VERIFY_AUDIT_H_
#define LUHENG_LEDGER_VERIFY_AUDIT_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/base/digest.h"
#include "ledger/merkle/tree.h"
#include "ledger/verify/books.h"
#include "ledger/verify/finding.h"

namespace luheng::verify {

// A block as it is stored.
struct StoredBlock {
  // By which it is stored, from 1.
  int64_t number = 0;
  std::string bytes;
  // 32 bytes; empty if there is none.
  std::string secret;
};

// Where a journal is read from. Thread-compatible, but for ReadTile, which is
// also called while Next runs.
class AuditSource : public TileReader {
 public:
  // The next stored block by number, or nothing at the end. Errors: those of
  // the storage; numbers may have gaps, which the audit finds.
  virtual absl::StatusOr<std::optional<StoredBlock>> Next() = 0;
  // Number and digest of the block that the storage says is the last one;
  // nothing if it says none.
  virtual std::optional<std::pair<int64_t, Digest>> Tail() const = 0;
  // Last entry, as far as it is known before reading; for progress only.
  virtual int64_t ExpectedEntries() const = 0;
};

struct AuditOptions {
  // Threads that hash and parse; 0 takes one for each core.
  int threads = 0;
  // Trees that others have vouched for, by checkpoints or receipts.
  std::vector<TreeHead> held;
  // Called now and then with entries done.
  std::function<void(int64_t entries)> progress;
  // Most findings kept; more are counted only.
  size_t findings_max = 1000;
};

struct AuditReport {
  std::string journal_id;  // 16 bytes
  int64_t blocks = 0;
  int64_t entries = 0;
  int64_t bytes = 0;
  // What the entries give, and the last block's digest.
  TreeHead head;
  Digest digest;
  int64_t last_stamp = 0;
  // Accounts with a balance.
  int64_t accounts = 0;
  std::vector<AssetTotal> assets;
  int64_t open_orders = 0;
  // Proposals that were executed.
  int64_t approved = 0;
  int64_t held_checked = 0;
  std::vector<Finding> findings;
  int64_t finding_count = 0;

  bool clean() const { return finding_count == 0; }
};

// Audits all of `source`. Errors: those of the storage. What is wrong with the
// journal is no error but a finding.
absl::StatusOr<AuditReport> RunAudit(AuditSource& source,
                                     const AuditOptions& options);

}  // namespace luheng::verify

#endif  // LUHENG_LEDGER_VERIFY_AUDIT_H_
