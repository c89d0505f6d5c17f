#include "services/supervision/checkpointer.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/base/file.h"
#include "ledger/base/status_macros.h"
#include "ledger/base/thread.h"
#include "ledger/journal/fork_check.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/tlog_proof.h"

namespace luheng::supervision {
absl::StatusOr<std::unique_ptr<Checkpointer>> Checkpointer::Open(
    const CheckpointerOptions& options, const Journal& journal,
    std::unique_ptr<Signer> signer) {
  if (SuiteOf(signer->key()).id() != journal.tail().suite) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the journal hashes with ", SuiteOf(journal.tail().suite).name(),
        ", the checkpoint key goes with ", SuiteOf(signer->key()).name(),
        ": Ed25519 for SHA-256, SM2 for SM3"));
  }
  std::unique_ptr<Checkpointer> made(
      new Checkpointer(options, journal, std::move(signer)));
  RETURN_IF_ERROR(made->Restore());
  return made;
}

Checkpointer::~Checkpointer() { Stop(); }

absl::Status Checkpointer::Restore() {
  const auto bytes = ReadWholeFile(options_.path, kNoteBytesMax);
  if (absl::IsNotFound(bytes.status())) return absl::OkStatus();
  RETURN_IF_ERROR(bytes.status());
  absl::StatusOr<Note> note = ParseNote(*bytes);
  absl::StatusOr<Checkpoint> kept =
      note.ok() ? OpenCheckpoint(*note, key()) : note.status();
  if (!kept.ok()) {
    return absl::FailedPreconditionError(absl::StrCat(
        options_.path, ": ", kept.status().message(),
        ". A key or an origin is changed by an operator who has compared the "
        "journal with this checkpoint and moved the file away"));
  }
  absl::MutexLock lock(&mutex_);
  note_ = *std::move(note);
  head_ = kept->head;
  return CheckExtends(journal_, journal_.tail(), head_);
}

absl::Status Checkpointer::SignTail() {
  const JournalTail tail = journal_.tail();
  if (!broken_.ok() || tail.tree.size == head_.size) return broken_;
  const auto sign = [&]()
                        ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) -> absl::Status {
    RETURN_IF_ERROR(CheckExtends(journal_, tail, head_));
    Checkpoint checkpoint;
    checkpoint.origin = key().name();
    checkpoint.head = tail.tree;
    ASSIGN_OR_RETURN(Note note, SignCheckpoint(checkpoint, *signer_));
    // Kept before anybody sees it.
    RETURN_IF_ERROR(WriteFileDurably(options_.path, FormatNote(note)));
    note_ = std::move(note);
    head_ = tail.tree;
    if (options_.on_signed) options_.on_signed(note_, head_);
    return absl::OkStatus();
  };
  broken_ = sign();
  if (!broken_.ok() && options_.on_fatal) options_.on_fatal(broken_);
  return broken_;
}

absl::StatusOr<Note> Checkpointer::Covering(int64_t entries) {
  absl::MutexLock lock(&mutex_);
  if (head_.size < entries || head_.size == 0) RETURN_IF_ERROR(SignTail());
  if (head_.size < entries || head_.size == 0) {
    return absl::OutOfRangeError(absl::StrCat("the journal has ", head_.size,
                                              " entries, not ", entries));
  }
  RETURN_IF_ERROR(broken_);
  return note_;
}

absl::StatusOr<Note> Checkpointer::Newest() const {
  absl::MutexLock lock(&mutex_);
  if (head_.size == 0) return absl::NotFoundError("nothing is signed yet");
  return note_;
}

int64_t Checkpointer::signed_entries() const {
  absl::MutexLock lock(&mutex_);
  return head_.size;
}

void Checkpointer::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Checkpointer::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void Checkpointer::Run() {
  NameThread("checkpointer");
  YieldToTheMarket();
  absl::MutexLock lock(&mutex_);
  while (!stopping_ && SignTail().ok()) {
    mutex_.AwaitWithTimeout(absl::Condition(&stopping_), options_.interval);
  }
}

}  // namespace luheng::supervision
