#include "services/replication/followed_checkpoints.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "ledger/base/file.h"
#include "ledger/base/status_macros.h"
#include "ledger/journal/fork_check.h"
#include "ledger/merkle/checkpoint.h"
#include "ledger/merkle/tlog_proof.h"

namespace luheng::replication {
namespace {

// How long an asked checkpoint waits for its entries to arrive here.
constexpr absl::Duration kArrivalWait = absl::Seconds(5);

// The note and what it says, if it is of `key`.
absl::StatusOr<std::pair<Note, TreeHead>> Open(absl::string_view text,
                                               const NoteKey& key) {
  ASSIGN_OR_RETURN(Note note, ParseNote(text));
  ASSIGN_OR_RETURN(const Checkpoint checkpoint, OpenCheckpoint(note, key));
  return std::pair(std::move(note), checkpoint.head);
}

}  // namespace

absl::StatusOr<std::unique_ptr<FollowedCheckpoints>> FollowedCheckpoints::Open(
    const std::string& path, const Journal& journal, const NoteKey& key,
    Ask ask) {
  std::unique_ptr<FollowedCheckpoints> made(
      new FollowedCheckpoints(path, journal, key, std::move(ask)));
  RETURN_IF_ERROR(made->Restore());
  return made;
}

absl::Status FollowedCheckpoints::Restore() {
  const auto bytes = ReadWholeFile(path_, kNoteBytesMax);
  if (absl::IsNotFound(bytes.status())) return absl::OkStatus();
  RETURN_IF_ERROR(bytes.status());
  auto kept = replication::Open(*bytes, key_);
  if (!kept.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path_, ": ", kept.status().message(),
                     ". It is the last checkpoint that was seen here; who "
                     "changes follow.verifier_key moves it away"));
  }
  absl::MutexLock lock(&mutex_);
  std::tie(note_, head_) = *std::move(kept);
  // What has not arrived yet is compared when the next note comes.
  if (journal_.tail().tree.size < head_.size) return absl::OkStatus();
  return CheckExtends(journal_, journal_.tail(), head_);
}

absl::Status FollowedCheckpoints::Take(absl::string_view note) {
  auto taken = replication::Open(note, key_);
  if (!taken.ok()) {
    return absl::DataLossError(
        absl::StrCat("a checkpoint arrived that does not count: ",
                     taken.status().message()));
  }
  const TreeHead head = taken->second;
  absl::MutexLock lock(&mutex_);
  if (head.size < head_.size) return absl::OkStatus();
  const JournalTail tail = journal_.tail();
  RETURN_IF_ERROR(CheckExtends(journal_, tail, head));
  RETURN_IF_ERROR(CheckExtends(journal_, tail, head_));
  RETURN_IF_ERROR(WriteFileDurably(path_, note));
  std::tie(note_, head_) = *std::move(taken);
  return absl::OkStatus();
}

absl::StatusOr<Note> FollowedCheckpoints::Covering(int64_t entries) {
  {
    absl::MutexLock lock(&mutex_);
    if (head_.size >= entries && head_.size > 0) return note_;
  }
  ASSIGN_OR_RETURN(const std::string asked, ask_(entries));
  ASSIGN_OR_RETURN(const auto opened, replication::Open(asked, key_));
  const absl::Time end = absl::Now() + kArrivalWait;
  for (JournalTail tail = journal_.tail(); tail.tree.size < opened.second.size;
       tail = journal_.tail()) {
    if (!journal_.AwaitBlock(BlockNumber(tail.number.value() + 1),
                             end - absl::Now())) {
      return absl::UnavailableError(
          "the entries of the checkpoint have not arrived yet");
    }
  }
  RETURN_IF_ERROR(Take(asked));
  absl::MutexLock lock(&mutex_);
  return note_;
}

absl::StatusOr<Note> FollowedCheckpoints::Newest() const {
  absl::MutexLock lock(&mutex_);
  if (head_.size == 0) return absl::NotFoundError("no checkpoint came yet");
  return note_;
}

int64_t FollowedCheckpoints::signed_entries() const {
  absl::MutexLock lock(&mutex_);
  return head_.size;
}

}  // namespace luheng::replication
