// A journal whose appends a test holds back, lets through, or breaks: to look
// at a node while a block is on its way to the disk, and to crash it there.
#ifndef LUHENG_TESTS_TESTING_GATED_JOURNAL_H_
#define LUHENG_TESTS_TESTING_GATED_JOURNAL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "ledger/journal/journal.h"

namespace luheng::testing {

// Threads as Journal says; the gate may be moved from any thread.
class GatedJournal final : public Journal {
 public:
  explicit GatedJournal(std::unique_ptr<Journal> journal)
      : journal_(std::move(journal)) {}

  // From now on appends wait at the gate.
  void Close() {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
  }
  void Open() {
    absl::MutexLock lock(&mutex_);
    closed_ = false;
  }
  // Waits until an append stands at the closed gate.
  void AwaitAppend() const {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&waiting_));
  }
  // After `appends` more that work, the next one breaks the storage: it and
  // all later ones answer UNAVAILABLE. With `lands` that one is carried out,
  // and nobody is told.
  void BreakAfter(int64_t appends, bool lands) {
    absl::MutexLock lock(&mutex_);
    left_ = appends;
    lands_ = lands;
  }
  int64_t append_count() const {
    absl::MutexLock lock(&mutex_);
    return append_count_;
  }
  // Entries in all blocks that were appended, by block.
  int64_t entries_in_last_append() const {
    absl::MutexLock lock(&mutex_);
    return last_entry_count_;
  }

  absl::StatusOr<AppendResult> Append(Epoch epoch, BlockNumber number,
                                      const Digest& prev_digest,
                                      const SealedBlock& block) override {
    bool broken = false;
    bool lands = true;
    {
      absl::MutexLock lock(&mutex_);
      waiting_ = closed_;
      const auto open = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return !closed_;
      };
      mutex_.Await(absl::Condition(&open));
      waiting_ = false;
      ++append_count_;
      last_entry_count_ = block.header.entry_count;
      broken = left_ == 0;
      lands = !broken || std::exchange(lands_, false);
      if (left_ > 0) --left_;
    }
    if (!lands) return absl::UnavailableError("the disk is gone");
    auto result = journal_->Append(epoch, number, prev_digest, block);
    if (broken) return absl::UnavailableError("the disk is gone");
    return result;
  }
  absl::Status Fence(Epoch epoch) override { return journal_->Fence(epoch); }
  Epoch current_epoch() const override { return journal_->current_epoch(); }
  JournalTail tail() const override { return journal_->tail(); }
  absl::StatusOr<std::string> Read(BlockNumber number) const override {
    return journal_->Read(number);
  }
  absl::StatusOr<BlockSecret> ReadSecret(BlockNumber number) const override {
    return journal_->ReadSecret(number);
  }
  absl::StatusOr<BlockNumber> FindBlockOf(EntryNumber number) const override {
    return journal_->FindBlockOf(number);
  }
  absl::StatusOr<std::string> ReadTile(TileId id,
                                       int64_t width) const override {
    return journal_->ReadTile(id, width);
  }
  std::unique_ptr<BlockCursor> ReadFrom(BlockNumber from) const override {
    return journal_->ReadFrom(from);
  }
  bool AwaitBlock(BlockNumber number, absl::Duration timeout) const override {
    return journal_->AwaitBlock(number, timeout);
  }
  void StopWaiters() const override { journal_->StopWaiters(); }

 private:
  const std::unique_ptr<Journal> journal_;
  mutable absl::Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool waiting_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t left_ ABSL_GUARDED_BY(mutex_) = -1;  // Negative: never breaks.
  bool lands_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t append_count_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t last_entry_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_GATED_JOURNAL_H_
