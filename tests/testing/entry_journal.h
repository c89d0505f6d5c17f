// A journal in memory with real entries: committed to with salts and sealed
// into blocks as on a node.
#ifndef LUHENG_TESTS_TESTING_ENTRY_JOURNAL_H_
#define LUHENG_TESTS_TESTING_ENTRY_JOURNAL_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/base/check.h"
#include "ledger/entry/commitment.h"
#include "ledger/entry/entry.h"
#include "ledger/journal/memory_journal.h"
#include "ledger/journal/sealer.h"

namespace luheng::testing {

// Thread-compatible for its one appender, as Journal.
class EntryJournal {
 public:
  explicit EntryJournal(char id = 'j') : journal_(NewMemoryJournal()) {
    LUHENG_CHECK_OK(journal_->Fence(Epoch(1)));
    sealer_.emplace(Sha256Suite(), *Id16::From(std::string(Id16::kSize, id)));
  }

  Journal& journal() { return *journal_; }
  EntryNumber next() const { return EntryNumber(added_ + 1); }

  // Adds an entry, numbered next(), to the block being built.
  void Add(Entry& entry) {
    std::string bytes;
    entry.Serialize(bytes);
    LUHENG_CHECK(entry.number() == next());
    ++added_;
    std::string record;
    LUHENG_CHECK_OK(
        CommitmentRecord(Sha256Suite(), secret_.view(), bytes, record));
    leaves_.push_back(Sha256Suite().LeafHash(record));
    builder_.Add(bytes, entry.stamp());
  }

  // Commits the block.
  void Commit() {
    const JournalTail tail = journal_->tail();
    const SealedBlock block =
        sealer_->Seal(builder_, Epoch(1), leaves_, secret_);
    const auto result =
        journal_->Append(Epoch(1), block.header.number,
                         tail.empty() ? Digest() : tail.digest, block);
    LUHENG_CHECK(result.ok() && *result == AppendResult::kCommitted)
        << result.status();
    leaves_.clear();
    secret_ = DrawBlockSecret();
  }

 private:
  std::unique_ptr<Journal> journal_;
  std::optional<BlockSealer> sealer_;
  BlockBuilder builder_;
  std::vector<Digest> leaves_;
  BlockSecret secret_ = DrawBlockSecret();
  int64_t added_ = 0;
};

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_ENTRY_JOURNAL_H_
