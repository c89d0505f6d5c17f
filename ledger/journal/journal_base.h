// What all journals have in common: the rules of Append and Fence, the tail,
// those who wait for it, and the checks while reading. A storage adds how a
// block and an epoch become durable and how they are read back.
#ifndef LUHENG_LEDGER_JOURNAL_JOURNAL_BASE_H_
#define LUHENG_LEDGER_JOURNAL_JOURNAL_BASE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "ledger/journal/journal.h"

namespace luheng {

// Hands out stored blocks in order, unchecked.
class BlockSource {
 public:
  virtual ~BlockSource() = default;
  // The bytes of the next block, valid until the next call. Errors: DATA_LOSS
  // if there is none.
  virtual absl::StatusOr<absl::string_view> Next() = 0;
};

// Threads as Journal says. Implementations call Restore before anybody else
// gets to see them.
class JournalBase : public Journal {
 public:
  absl::StatusOr<AppendResult> Append(Epoch epoch, BlockNumber number,
                                      const Digest& prev_digest,
                                      const SealedBlock& block) final;
  absl::Status Fence(Epoch epoch) final;
  Epoch current_epoch() const final;
  JournalTail tail() const final;
  absl::StatusOr<std::string> Read(BlockNumber number) const final;
  absl::StatusOr<BlockSecret> ReadSecret(BlockNumber number) const final;
  absl::StatusOr<BlockNumber> FindBlockOf(EntryNumber number) const final;
  absl::StatusOr<std::string> ReadTile(TileId id, int64_t width) const final;
  std::unique_ptr<BlockCursor> ReadFrom(BlockNumber from) const final;
  bool AwaitBlock(BlockNumber number, absl::Duration timeout) const final;
  void StopWaiters() const final;

 protected:
  // `on_fatal` may be empty; see Break.
  explicit JournalBase(std::function<void(const absl::Status&)> on_fatal);

  // Sets what was found when the journal was opened, and why it takes no
  // appends if `writable` is not OK.
  void Restore(const JournalTail& tail, Epoch epoch,
               const absl::Status& writable);
  // Refuses appends from now on, and reports the first `status` to on_fatal.
  // Any thread.
  void Break(const absl::Status& status);
  // OK, or why the journal takes no appends.
  absl::Status Writable() const;

  // Makes `block` and `next`, the tail behind it, durable in one step. Any
  // error breaks the journal.
  virtual absl::Status WriteBlock(const SealedBlock& block,
                                  const JournalTail& next) = 0;
  // Makes `epoch` durable. Any error breaks the journal.
  virtual absl::Status WriteEpoch(Epoch epoch) = 0;
  // What is stored for `number`, from 1 to the tail. Errors: DATA_LOSS if it
  // is not there.
  virtual absl::StatusOr<std::string> LoadBlock(BlockNumber number) const = 0;
  virtual absl::StatusOr<std::string> LoadSecret(BlockNumber number) const = 0;
  virtual absl::StatusOr<BlockNumber> LoadIndex(EntryNumber number) const = 0;
  // The whole tile as stored. Errors: NOT_FOUND.
  virtual absl::StatusOr<std::string> LoadTile(TileId id) const = 0;
  virtual std::unique_ptr<BlockSource> OpenSource(BlockNumber from) const = 0;

 private:
  // The answer for a number at which a block already stands.
  absl::StatusOr<AppendResult> AnswerRepeated(const SealedBlock& block,
                                              Epoch current) const;
  absl::Status CheckInJournal(BlockNumber number) const;

  const std::function<void(const absl::Status&)> on_fatal_;
  mutable absl::Mutex mutex_;
  JournalTail tail_ ABSL_GUARDED_BY(mutex_);
  Epoch epoch_ ABSL_GUARDED_BY(mutex_);
  absl::Status broken_ ABSL_GUARDED_BY(mutex_);
  mutable bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_JOURNAL_BASE_H_
