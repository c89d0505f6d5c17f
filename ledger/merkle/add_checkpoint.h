// What a log asks of a witness (C2SP tlog-witness, add-checkpoint): a new
// checkpoint, and the proof that it extends the one that the witness cosigned
// last.
#ifndef LUHENG_LEDGER_MERKLE_ADD_CHECKPOINT_H_
#define LUHENG_LEDGER_MERKLE_ADD_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/base/digest.h"
#include "ledger/merkle/note.h"

namespace luheng {

inline constexpr size_t kAddCheckpointProofMax = 63;
inline constexpr char kAddCheckpointPath[] = "/add-checkpoint";
// The type of the answer that only names the size of the last checkpoint.
inline constexpr char kTlogSizeType[] = "text/x.tlog.size";

struct AddCheckpoint {
  int64_t old_size = 0;  // 0 if the witness has cosigned nothing yet.
  std::vector<Digest> proof;
  Note checkpoint;
  friend bool operator==(const AddCheckpoint&, const AddCheckpoint&) = default;
};

std::string FormatAddCheckpoint(const AddCheckpoint& request);
// Errors: INVALID_ARGUMENT, with the rule that is broken. The checkpoint is a
// note; what it says is not looked at.
absl::StatusOr<AddCheckpoint> ParseAddCheckpoint(absl::string_view body);

}  // namespace luheng

#endif  // LUHENG_LEDGER_MERKLE_ADD_CHECKPOINT_H_
