#include "ledger/journal/journal_base.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/base/status_macros.h"

namespace luheng {
namespace {

// Follows the chain of digests while reading.
class ChainCursor final : public BlockCursor {
 public:
  ChainCursor(std::unique_ptr<BlockSource> source, BlockNumber from,
              const JournalTail& tail)
      : source_(std::move(source)), next_(from), tail_(tail) {}

  absl::StatusOr<std::optional<BlockView>> Next() override {
    if (next_ > tail_.number) return std::nullopt;
    absl::StatusOr<BlockView> block = ReadNext();
    if (!block.ok()) {
      const absl::Status failure(block.status().code(),
                                 absl::StrFormat("block %d: %s", next_.value(),
                                                 block.status().message()));
      next_ = BlockNumber(tail_.number.value() + 1);
      return failure;
    }
    next_ = BlockNumber(next_.value() + 1);
    return std::optional<BlockView>(*std::move(block));
  }

 private:
  absl::StatusOr<BlockView> ReadNext() {
    ASSIGN_OR_RETURN(const absl::string_view bytes, source_->Next());
    ASSIGN_OR_RETURN(BlockView block, BlockView::Parse(bytes));
    const BlockHeader& header = block.header();
    const Digest digest = block.ComputeDigest();
    if (header.number != next_ || header.journal_id != tail_.journal_id ||
        header.suite != tail_.suite) {
      return absl::DataLossError(absl::StrFormat(
          "block %d of journal %s stands in its place", header.number.value(),
          FormatUuid(header.journal_id)));
    }
    // In the first block read, unless it is block 1, only what follows it can
    // show that it belongs there.
    if (!before_.empty() || next_.value() == 1) {
      RETURN_IF_ERROR(CheckFollows(header));
    }
    before_ = TailAfter(header, digest);
    if (next_ == tail_.number && !(before_ == tail_)) {
      return absl::DataLossError(
          absl::StrFormat("digest %s, but the journal ends with %s",
                          ToHex(digest.view()), ToHex(tail_.digest.view())));
    }
    return block;
  }

  absl::Status CheckFollows(const BlockHeader& header) const {
    if (header.prev_digest != before_.digest) {
      return absl::DataLossError(absl::StrFormat(
          "follows a block with digest %s, expected %s",
          ToHex(header.prev_digest.view()), ToHex(before_.digest.view())));
    }
    if (header.first_entry.value() != before_.last_entry.value() + 1) {
      return absl::DataLossError(absl::StrFormat(
          "begins with entry %d, expected %d", header.first_entry.value(),
          before_.last_entry.value() + 1));
    }
    return absl::OkStatus();
  }

  const std::unique_ptr<BlockSource> source_;
  BlockNumber next_;
  const JournalTail tail_;
  JournalTail before_;
};

// What a block must be whatever the journal's state.
absl::Status CheckArguments(Epoch epoch, BlockNumber number,
                            const Digest& prev_digest,
                            const SealedBlock& block) {
  if (block.bytes.size() > kBlockBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrFormat("block of %d bytes, expected at most %d",
                        block.bytes.size(), kBlockBytesMax));
  }
  const absl::StatusOr<BlockView> view = BlockView::Parse(block.bytes);
  if (!view.ok()) {
    return absl::InvalidArgumentError(view.status().message());
  }
  const BlockHeader& header = view->header();
  if (header != block.header || header.epoch != epoch ||
      header.number != number || header.prev_digest != prev_digest) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "block %d of epoch %d offered as block %d of epoch %d, or behind "
        "another block than it says",
        header.number.value(), header.epoch.value(), number.value(),
        epoch.value()));
  }
  return absl::OkStatus();
}

// What a block must be to stand behind `tail`.
absl::Status CheckFollowsTail(const BlockHeader& header,
                              const JournalTail& tail) {
  if (header.number.value() != tail.number.value() + 1) {
    return absl::OutOfRangeError(
        absl::StrFormat("block %d cannot follow block %d",
                        header.number.value(), tail.number.value()));
  }
  if (header.prev_digest != tail.digest) {
    return absl::DataLossError(absl::StrFormat(
        "block %d follows the digest %s, but the journal ends with %s",
        header.number.value(), ToHex(header.prev_digest.view()),
        ToHex(tail.digest.view())));
  }
  if (header.first_entry.value() != tail.last_entry.value() + 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "block %d begins with entry %d, expected %d", header.number.value(),
        header.first_entry.value(), tail.last_entry.value() + 1));
  }
  if (tail.empty()) return absl::OkStatus();
  if (header.journal_id != tail.journal_id || header.suite != tail.suite) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "block %d is of journal %s with hash suite %d, expected %s with %d",
        header.number.value(), FormatUuid(header.journal_id), header.suite,
        FormatUuid(tail.journal_id), tail.suite));
  }
  if (header.last_stamp < tail.last_stamp) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "block %d is stamped %s, before %s", header.number.value(),
        FormatStamp(header.last_stamp), FormatStamp(tail.last_stamp)));
  }
  return absl::OkStatus();
}

}  // namespace

JournalTail TailAfter(const BlockHeader& header, const Digest& digest) {
  return {header.suite,        header.journal_id, header.number, digest,
          header.last_entry(), header.last_stamp, header.tree};
}

JournalBase::JournalBase(std::function<void(const absl::Status&)> on_fatal)
    : on_fatal_(std::move(on_fatal)) {}

void JournalBase::Restore(const JournalTail& tail, Epoch epoch,
                          const absl::Status& writable) {
  absl::MutexLock lock(&mutex_);
  tail_ = tail;
  epoch_ = epoch;
  broken_ = writable;
}

void JournalBase::Break(const absl::Status& status) {
  {
    absl::MutexLock lock(&mutex_);
    if (!broken_.ok()) return;
    broken_ = status;
  }
  if (on_fatal_) on_fatal_(status);
}

absl::Status JournalBase::Writable() const {
  absl::MutexLock lock(&mutex_);
  if (broken_.ok()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrFormat(
      "the journal takes no more blocks: %s", broken_.message()));
}

absl::StatusOr<AppendResult> JournalBase::AnswerRepeated(
    const SealedBlock& block, Epoch current) const {
  ASSIGN_OR_RETURN(const std::string stored, LoadBlock(block.header.number));
  if (stored == block.bytes) return AppendResult::kCommitted;
  if (block.header.epoch < current) return AppendResult::kFenced;
  return absl::DataLossError(absl::StrFormat(
      "another block %d is committed already", block.header.number.value()));
}

absl::StatusOr<AppendResult> JournalBase::Append(Epoch epoch,
                                                 BlockNumber number,
                                                 const Digest& prev_digest,
                                                 const SealedBlock& block) {
  RETURN_IF_ERROR(CheckArguments(epoch, number, prev_digest, block));
  const JournalTail before = tail();
  const Epoch current = current_epoch();
  if (number <= before.number) return AnswerRepeated(block, current);
  if (epoch < current) return AppendResult::kFenced;
  if (epoch > current) {
    return absl::FailedPreconditionError(
        absl::StrFormat("epoch %d was never taken; the current one is %d",
                        epoch.value(), current.value()));
  }
  RETURN_IF_ERROR(Writable());
  RETURN_IF_ERROR(CheckFollowsTail(block.header, before));

  const JournalTail next = TailAfter(block.header, block.digest);
  if (const absl::Status written = WriteBlock(block, next); !written.ok()) {
    Break(written);
    return written;
  }
  absl::MutexLock lock(&mutex_);
  tail_ = next;
  return AppendResult::kCommitted;
}

absl::Status JournalBase::Fence(Epoch epoch) {
  RETURN_IF_ERROR(Writable());
  if (const Epoch current = current_epoch(); epoch <= current) {
    return absl::AbortedError(
        absl::StrFormat("epoch %d is not newer than the current one, %d",
                        epoch.value(), current.value()));
  }
  if (const absl::Status written = WriteEpoch(epoch); !written.ok()) {
    Break(written);
    return written;
  }
  absl::MutexLock lock(&mutex_);
  epoch_ = epoch;
  return absl::OkStatus();
}

Epoch JournalBase::current_epoch() const {
  absl::MutexLock lock(&mutex_);
  return epoch_;
}

JournalTail JournalBase::tail() const {
  absl::MutexLock lock(&mutex_);
  return tail_;
}

absl::Status JournalBase::CheckInJournal(BlockNumber number) const {
  const BlockNumber last = tail().number;
  if (number.value() >= 1 && number <= last) return absl::OkStatus();
  return absl::OutOfRangeError(
      absl::StrFormat("block %d is not in the journal, which ends with %d",
                      number.value(), last.value()));
}

absl::StatusOr<std::string> JournalBase::Read(BlockNumber number) const {
  RETURN_IF_ERROR(CheckInJournal(number));
  ASSIGN_OR_RETURN(std::string bytes, LoadBlock(number));
  ASSIGN_OR_RETURN(const BlockView view, BlockView::Parse(bytes));
  if (view.header().number != number) {
    return absl::DataLossError(
        absl::StrFormat("block %d stands in the place of block %d",
                        view.header().number.value(), number.value()));
  }
  return bytes;
}

absl::StatusOr<BlockSecret> JournalBase::ReadSecret(BlockNumber number) const {
  RETURN_IF_ERROR(CheckInJournal(number));
  ASSIGN_OR_RETURN(const std::string raw, LoadSecret(number));
  const std::optional<BlockSecret> secret = BlockSecret::From(raw);
  if (!secret) {
    return absl::DataLossError(
        absl::StrFormat("the secret of block %d has %d bytes, expected %d",
                        number.value(), raw.size(), BlockSecret::kSize));
  }
  return *secret;
}

absl::StatusOr<BlockNumber> JournalBase::FindBlockOf(EntryNumber number) const {
  const EntryNumber last = tail().last_entry;
  if (number.value() < 1 || number > last) {
    return absl::OutOfRangeError(
        absl::StrFormat("entry %d is not in the journal, which ends with %d",
                        number.value(), last.value()));
  }
  return LoadIndex(number);
}

absl::StatusOr<std::string> JournalBase::ReadTile(TileId id,
                                                  int64_t width) const {
  LUHENG_CHECK(width >= 1 && width <= kTileWidth) << "width " << width;
  ASSIGN_OR_RETURN(std::string hashes, LoadTile(id));
  if (hashes.size() % Digest::kSize != 0 ||
      hashes.size() > static_cast<size_t>(kTileWidth) * Digest::kSize) {
    return absl::DataLossError(
        absl::StrFormat("tile %d/%d has %d bytes, which are no hashes",
                        id.level, id.index, hashes.size()));
  }
  const size_t wanted = static_cast<size_t>(width) * Digest::kSize;
  if (hashes.size() < wanted) {
    return absl::NotFoundError(
        absl::StrFormat("tile %d/%d has %d hashes, %d were asked for", id.level,
                        id.index, hashes.size() / Digest::kSize, width));
  }
  hashes.resize(wanted);
  return hashes;
}

std::unique_ptr<BlockCursor> JournalBase::ReadFrom(BlockNumber from) const {
  LUHENG_CHECK(from.value() >= 1) << "block " << from;
  // The tail first: what the source then sees reaches at least so far.
  const JournalTail last = tail();
  return std::make_unique<ChainCursor>(OpenSource(from), from, last);
}

bool JournalBase::AwaitBlock(BlockNumber number, absl::Duration timeout) const {
  absl::MutexLock lock(&mutex_);
  const auto ready = [this, number]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return stopped_ || tail_.number >= number;
  };
  mutex_.AwaitWithTimeout(absl::Condition(&ready), timeout);
  return tail_.number >= number && !stopped_;
}

void JournalBase::StopWaiters() const {
  absl::MutexLock lock(&mutex_);
  stopped_ = true;
}

}  // namespace luheng
