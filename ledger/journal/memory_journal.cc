#include "ledger/journal/memory_journal.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "ledger/journal/journal_base.h"

namespace luheng {

class MemoryStore {
 public:
  struct Stored {
    std::string bytes;
    BlockSecret secret;
  };

  mutable absl::Mutex mutex;
  // Never erased from, so that the bytes' addresses stay valid.
  std::map<BlockNumber, Stored> blocks ABSL_GUARDED_BY(mutex);
  std::map<EntryNumber, BlockNumber> index ABSL_GUARDED_BY(mutex);
  std::map<TileId, std::string> tiles ABSL_GUARDED_BY(mutex);
  JournalTail tail ABSL_GUARDED_BY(mutex);
  Epoch epoch ABSL_GUARDED_BY(mutex);
};

namespace {

absl::Status MissingBlock(BlockNumber number) {
  return absl::DataLossError(
      absl::StrFormat("block %d is missing", number.value()));
}

class MemorySource final : public BlockSource {
 public:
  MemorySource(std::shared_ptr<const MemoryStore> store, BlockNumber from)
      : store_(std::move(store)), next_(from) {}

  absl::StatusOr<absl::string_view> Next() override {
    absl::MutexLock lock(&store_->mutex);
    const auto found = store_->blocks.find(next_);
    if (found == store_->blocks.end()) return MissingBlock(next_);
    next_ = BlockNumber(next_.value() + 1);
    return absl::string_view(found->second.bytes);
  }

 private:
  const std::shared_ptr<const MemoryStore> store_;
  BlockNumber next_;
};

class MemoryJournal final : public JournalBase {
 public:
  explicit MemoryJournal(std::shared_ptr<MemoryStore> store)
      : JournalBase(nullptr), store_(std::move(store)) {
    JournalTail tail;
    Epoch epoch;
    {
      absl::MutexLock lock(&store_->mutex);
      tail = store_->tail;
      epoch = store_->epoch;
    }
    Restore(tail, epoch, absl::OkStatus());
  }

 private:
  absl::Status WriteBlock(const SealedBlock& block,
                          const JournalTail& next) override {
    absl::MutexLock lock(&store_->mutex);
    store_->blocks[block.header.number] = {block.bytes, block.secret};
    store_->index[block.header.first_entry] = block.header.number;
    for (const Tile& tile : block.tiles) {
      store_->tiles[tile.id] = tile.hashes;
    }
    store_->tail = next;
    return absl::OkStatus();
  }

  absl::Status WriteEpoch(Epoch epoch) override {
    absl::MutexLock lock(&store_->mutex);
    store_->epoch = epoch;
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> LoadBlock(BlockNumber number) const override {
    absl::MutexLock lock(&store_->mutex);
    const auto found = store_->blocks.find(number);
    if (found == store_->blocks.end()) return MissingBlock(number);
    return found->second.bytes;
  }

  absl::StatusOr<std::string> LoadSecret(BlockNumber number) const override {
    absl::MutexLock lock(&store_->mutex);
    const auto found = store_->blocks.find(number);
    if (found == store_->blocks.end()) return MissingBlock(number);
    return found->second.secret.str();
  }

  absl::StatusOr<BlockNumber> LoadIndex(EntryNumber number) const override {
    absl::MutexLock lock(&store_->mutex);
    const auto after = store_->index.upper_bound(number);
    if (after == store_->index.begin()) {
      return absl::DataLossError(
          absl::StrFormat("entry %d is not indexed", number.value()));
    }
    return std::prev(after)->second;
  }

  absl::StatusOr<std::string> LoadTile(TileId id) const override {
    absl::MutexLock lock(&store_->mutex);
    const auto found = store_->tiles.find(id);
    if (found == store_->tiles.end()) {
      return absl::NotFoundError(
          absl::StrFormat("there is no tile %d/%d", id.level, id.index));
    }
    return found->second;
  }

  std::unique_ptr<BlockSource> OpenSource(BlockNumber from) const override {
    return std::make_unique<MemorySource>(store_, from);
  }

  const std::shared_ptr<MemoryStore> store_;
};

}  // namespace

std::shared_ptr<MemoryStore> NewMemoryStore() {
  return std::make_shared<MemoryStore>();
}

std::unique_ptr<Journal> NewMemoryJournal() {
  return OpenMemoryJournal(NewMemoryStore());
}

std::unique_ptr<Journal> OpenMemoryJournal(std::shared_ptr<MemoryStore> store) {
  return std::make_unique<MemoryJournal>(std::move(store));
}

}  // namespace luheng
