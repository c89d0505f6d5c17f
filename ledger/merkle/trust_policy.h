// Whom a reader trusts (C2SP tlog-policy): the keys of logs and witnesses, and
// how many witnesses a checkpoint needs. A short text file that an auditor
// writes once:
//   log <vkey> [url]
//   witness <name> <vkey> [url]
//   group <name> any|all|<k> <member>...
//   quorum <name>|none
#ifndef LUHENG_LEDGER_MERKLE_TRUST_POLICY_H_
#define LUHENG_LEDGER_MERKLE_TRUST_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/merkle/checkpoint.h"
#include "ledger/merkle/note.h"
#include "ledger/merkle/note_key.h"

namespace luheng {

// A checkpoint that a policy accepts, and who stands for it.
struct TrustedCheckpoint {
  struct Witnessed {
    std::string witness;  // Its name in the policy.
    int64_t unix_seconds = 0;
  };
  Checkpoint checkpoint;
  NoteKey log;
  std::vector<Witnessed> witnesses;
};

// Thread-safe: a value.
class TrustPolicy {
 public:
  struct Log {
    NoteKey key;
    std::string url;
  };
  struct Witness {
    std::string name;
    NoteKey key;
    std::string url;
  };

  // Errors: INVALID_ARGUMENT, with the line and the rule.
  static absl::StatusOr<TrustPolicy> Parse(absl::string_view text);

  const std::vector<Log>& logs() const { return logs_; }
  const std::vector<Witness>& witnesses() const { return witnesses_; }

  // Errors: INVALID_ARGUMENT if no log of the policy signed `note`, if a
  // signature of a known key is not valid, or if the quorum is not reached.
  absl::StatusOr<TrustedCheckpoint> Open(const Note& note) const;

 private:
  // A name that the quorum and groups can refer to. A witness has no members.
  struct Member {
    std::string name;
    size_t witness = 0;
    size_t needed = 0;
    std::vector<size_t> members;
    bool taken = false;  // In a group already.
  };
  class Parser;
  static constexpr size_t kNoQuorum = SIZE_MAX;

  TrustPolicy() = default;
  bool Holds(size_t member, const std::vector<bool>& cosigned) const;

  std::vector<Log> logs_;
  std::vector<Witness> witnesses_;
  std::vector<Member> members_;
  // The index of a member, or kNoQuorum.
  size_t quorum_ = kNoQuorum;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_MERKLE_TRUST_POLICY_H_
