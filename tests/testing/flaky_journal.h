// A journal whose answers get lost, as they do between processes: an append is
// carried out or not, and the caller learns kUnknown.
#ifndef LUHENG_TESTS_TESTING_FLAKY_JOURNAL_H_
#define LUHENG_TESTS_TESTING_FLAKY_JOURNAL_H_

#include <memory>
#include <string>
#include <utility>

#include "ledger/journal/journal.h"

namespace luheng::testing {

// Threads as Journal says.
class FlakyJournal final : public Journal {
 public:
  enum class Fault {
    kNone,
    kLostAnswer,   // committed, but the answer never arrives
    kLostRequest,  // never arrives at the journal
  };

  explicit FlakyJournal(std::unique_ptr<Journal> journal)
      : journal_(std::move(journal)) {}

  // What happens to the next append only.
  void FailNext(Fault fault) { next_ = fault; }

  absl::StatusOr<AppendResult> Append(Epoch epoch, BlockNumber number,
                                      const Digest& prev_digest,
                                      const SealedBlock& block) override {
    const Fault fault = std::exchange(next_, Fault::kNone);
    if (fault == Fault::kLostRequest) return AppendResult::kUnknown;
    auto result = journal_->Append(epoch, number, prev_digest, block);
    if (fault == Fault::kLostAnswer) return AppendResult::kUnknown;
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
  Fault next_ = Fault::kNone;
};

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_FLAKY_JOURNAL_H_
