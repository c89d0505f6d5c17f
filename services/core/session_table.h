// Order sessions: a client numbers its commands 1, 2, 3 ... in a session of its
// own. The answers to the last 4,096 recorded ones are kept, so that a client
// that lost its connection sends them again and gets the same answers.
#ifndef LUHENG_SERVICES_CORE_SESSION_TABLE_H_
#define LUHENG_SERVICES_CORE_SESSION_TABLE_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "services/core/area.h"
#include "services/core/command.h"
#include "services/core/state_io.h"

namespace luheng::core {

// Answers kept for one session.
inline constexpr int64_t kAnswersKept = 4096;
// Sessions that one user may ever have open.
inline constexpr int64_t kSessionsPerUserMax = 256;

// Thread-compatible; owned by the world's thread.
class SessionTable {
 public:
  // What is kept of an outcome.
  struct Answer {
    int64_t sequence = 0;
    EntryNumber entry;
    Reason reason = v1::REASON_UNSPECIFIED;
    int64_t subject = 0;
    int64_t numbers[3] = {0, 0, 0};
  };

  // The session of `user` with the client's `key`; zero if there is none.
  SessionId Find(UserId user, const Id16& key) const;
  bool Full(UserId user) const;
  // The id that the next session gets.
  SessionId next_id() const {
    return SessionId(static_cast<int64_t>(sessions_.size()) + 1);
  }
  void Open(SessionId id, UserId user, const Id16& key);

  // Whether `session` exists and belongs to `user`.
  bool Owns(SessionId session, UserId user) const;
  // The highest recorded sequence, 0 if none.
  int64_t LastSequence(SessionId session) const;
  // The kept answer to `sequence`; null if it was not recorded or is gone.
  const Answer* FindAnswer(SessionId session, int64_t sequence) const;
  // Whether `sequence` lies so far back that its answer cannot be kept. It may
  // have been carried out and must not be again.
  bool IsTooOld(SessionId session, int64_t sequence) const {
    return sequence <= LastSequence(session) - kAnswersKept;
  }
  // Brings near what Record will write.
  void Prefetch(SessionId session, int64_t sequence, Distance distance) const;
  // Requires a sequence of at least 1 that is not too old.
  void Record(SessionId session, const Answer& answer);

  void Save(StateWriter& writer) const;
  void Load(StateReader& reader);

 private:
  struct Session {
    UserId user;
    Id16 key;
    int64_t last_sequence = 0;
    // By sequence modulo kAnswersKept; grows to that size.
    std::vector<Answer> answers;
  };
  using Key = std::pair<int64_t, Id16>;

  const Session* Get(SessionId session) const;

  std::vector<Session> sessions_;  // By id, from 1.
  absl::flat_hash_map<Key, SessionId> by_key_;
  absl::flat_hash_map<int64_t, int64_t> count_of_user_;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_SESSION_TABLE_H_
