// Answers by request id: a mutation that is repeated with the same id and body
// gets its first answer again, a refusal too. Kept 24 hours by stamp, at most
// kRequestsPerUserMax for one user.
#ifndef LUHENG_SERVICES_CORE_REQUEST_TABLE_H_
#define LUHENG_SERVICES_CORE_REQUEST_TABLE_H_

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "services/core/command.h"
#include "services/core/state_io.h"

namespace luheng::core {

inline constexpr int64_t kRequestKeepNanos = kNanosPerDay;
inline constexpr int64_t kRequestsPerUserMax = 20'000;

// Thread-compatible; owned by the world's thread.
class RequestTable {
 public:
  struct Record {
    Digest digest;
    Outcome outcome;
  };

  // The record of `id`; null if there is none or it is too old at `now`.
  const Record* Find(UserId user, const Id16& id, Stamp now) const;
  // Whether `user` has used up its quota at `now`. What is too old does not
  // count, though it is forgotten only by the next Insert.
  bool Full(UserId user, Stamp now) const;
  // Keeps the answer to `id`, and forgets what is older than 24 hours. An
  // answer that is kept already stays as it is.
  void Insert(UserId user, const Id16& id, Record record);

  int64_t size() const { return static_cast<int64_t>(order_.size()); }
  void Save(StateWriter& writer) const;
  void Load(StateReader& reader);

 private:
  using Key = std::pair<int64_t, Id16>;

  void EvictBefore(Stamp stamp);

  absl::flat_hash_map<Key, Record> records_;
  std::deque<Key> order_;  // By stamp, oldest first.
  absl::flat_hash_map<int64_t, int64_t> count_of_user_;
};

// One outcome as state; used by the tables that keep answers.
void SaveOutcome(const Outcome& outcome, StateWriter& writer);
Outcome LoadOutcome(StateReader& reader);

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_REQUEST_TABLE_H_
