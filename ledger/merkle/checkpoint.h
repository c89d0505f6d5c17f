// Checkpoints (C2SP tlog-checkpoint): a log's signed statement of its size and
// root, and the cosignatures of witnesses (C2SP tlog-cosignature), who state
// that all they ever saw of this log is consistent with it.
#ifndef LUHENG_LEDGER_MERKLE_CHECKPOINT_H_
#define LUHENG_LEDGER_MERKLE_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/merkle/note.h"
#include "ledger/merkle/note_key.h"
#include "ledger/merkle/signer.h"
#include "ledger/merkle/tree.h"

namespace luheng {

struct Checkpoint {
  std::string origin;  // Which log: the name of its key.
  TreeHead head;
  std::vector<std::string> extensions;  // Further lines; ours has none.
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// The text of a checkpoint's note. Errors of ParseCheckpoint:
// INVALID_ARGUMENT, with the line and the rule.
std::string FormatCheckpoint(const Checkpoint& checkpoint);
absl::StatusOr<Checkpoint> ParseCheckpoint(absl::string_view text);

// The note of `checkpoint`, signed by its log. Errors: INVALID_ARGUMENT if the
// signer's name is not the origin or it is a cosigner; those of the signer.
absl::StatusOr<Note> SignCheckpoint(const Checkpoint& checkpoint,
                                    const Signer& signer);

// The checkpoint of `note`, if the log with `key` signed it. Errors:
// INVALID_ARGUMENT if not, or if it is of another log.
absl::StatusOr<Checkpoint> OpenCheckpoint(const Note& note, const NoteKey& key);

// A witness's signature over a checkpoint's text at `unix_seconds`. Errors:
// INVALID_ARGUMENT if `signer` is no cosigner or the time is before 1970; those
// of the signer.
absl::StatusOr<NoteSignature> Cosign(absl::string_view text,
                                     int64_t unix_seconds,
                                     const Signer& signer);

// When `key` cosigned `text` with `signature`, in seconds since 1970. Errors:
// INVALID_ARGUMENT if it did not.
absl::StatusOr<int64_t> VerifyCosignature(absl::string_view text,
                                          const NoteSignature& signature,
                                          const NoteKey& key);

}  // namespace luheng

#endif  // LUHENG_LEDGER_MERKLE_CHECKPOINT_H_
