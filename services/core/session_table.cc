#include "services/core/session_table.h"

#include <algorithm>

#include "ledger/base/check.h"

namespace luheng::core {

const SessionTable::Session* SessionTable::Get(SessionId session) const {
  // Zero and less come out beyond the end.
  const uint64_t index = static_cast<uint64_t>(session.value()) - 1;
  return index < sessions_.size() ? &sessions_[index] : nullptr;
}

SessionId SessionTable::Find(UserId user, const Id16& key) const {
  const auto it = by_key_.find(Key(user.value(), key));
  return it == by_key_.end() ? SessionId() : it->second;
}

bool SessionTable::Full(UserId user) const {
  const auto it = count_of_user_.find(user.value());
  return it != count_of_user_.end() && it->second >= kSessionsPerUserMax;
}

void SessionTable::Open(SessionId id, UserId user, const Id16& key) {
  LUHENG_CHECK(id == next_id()) << "session " << id;
  sessions_.push_back({user, key, 0, {}});
  by_key_[Key(user.value(), key)] = id;
  ++count_of_user_[user.value()];
}

bool SessionTable::Owns(SessionId session, UserId user) const {
  const Session* const found = Get(session);
  return found != nullptr && found->user == user;
}

int64_t SessionTable::LastSequence(SessionId session) const {
  const Session* const found = Get(session);
  return found == nullptr ? 0 : found->last_sequence;
}

const SessionTable::Answer* SessionTable::FindAnswer(SessionId session,
                                                     int64_t sequence) const {
  const Session* const found = Get(session);
  // The usual case, a new command, does not touch the ring.
  if (found == nullptr || sequence > found->last_sequence) return nullptr;
  const auto slot = static_cast<size_t>(sequence % kAnswersKept);
  if (slot >= found->answers.size()) return nullptr;
  const Answer& answer = found->answers[slot];
  return answer.sequence == sequence ? &answer : nullptr;
}

void SessionTable::Prefetch(SessionId session, int64_t sequence,
                            Distance distance) const {
  const Session* const found = Get(session);
  if (found == nullptr || sequence < 1) return;
  if (distance == Distance::kFar) {
    __builtin_prefetch(found, 1);
    return;
  }
  if (distance != Distance::kMiddle) return;
  const auto slot = static_cast<size_t>(sequence % kAnswersKept);
  if (slot >= found->answers.size()) return;
  const Answer* const answer = &found->answers[slot];
  __builtin_prefetch(answer, 1);
  // It may lie across two cache lines.
  __builtin_prefetch(reinterpret_cast<const char*>(answer + 1) - 1, 1);
}

void SessionTable::Record(SessionId session, const Answer& answer) {
  LUHENG_CHECK(Get(session) != nullptr && answer.sequence >= 1)
      << "session " << session << " sequence " << answer.sequence;
  Session& found = sessions_[static_cast<size_t>(session.value() - 1)];
  const auto slot = static_cast<size_t>(answer.sequence % kAnswersKept);
  if (slot >= found.answers.size()) {
    // Doubling up to the ring's size keeps short sessions small.
    size_t size = std::max<size_t>(64, found.answers.size());
    while (size <= slot) size *= 2;
    found.answers.resize(std::min<size_t>(size, kAnswersKept));
  }
  found.answers[slot] = answer;
  found.last_sequence = std::max(found.last_sequence, answer.sequence);
}

void SessionTable::Save(StateWriter& writer) const {
  writer.Int(static_cast<int64_t>(sessions_.size()));
  for (const Session& session : sessions_) {
    writer.IdOf(session.user);
    writer.Text(session.key.view());
    std::vector<Answer> kept;
    for (const Answer& answer : session.answers) {
      if (answer.sequence != 0) kept.push_back(answer);
    }
    std::sort(kept.begin(), kept.end(), [](const Answer& a, const Answer& b) {
      return a.sequence < b.sequence;
    });
    writer.Int(static_cast<int64_t>(kept.size()));
    for (const Answer& answer : kept) {
      writer.Int(answer.sequence);
      writer.IdOf(answer.entry);
      writer.Int(answer.reason);
      writer.Int(answer.subject);
      for (int64_t number : answer.numbers) writer.Int(number);
    }
  }
}

void SessionTable::Load(StateReader& reader) {
  const int64_t count = reader.Count();
  for (int64_t i = 0; i < count && reader.status().ok(); ++i) {
    const UserId user = reader.IdOf<UserId>();
    const Id16 key = reader.Fixed<Id16>();
    const SessionId id = next_id();
    Open(id, user, key);
    const int64_t kept = reader.Count(kAnswersKept);
    for (int64_t j = 0; j < kept && reader.status().ok(); ++j) {
      Answer answer;
      answer.sequence = reader.Count(INT64_MAX);
      answer.entry = reader.IdOf<EntryNumber>();
      answer.reason = static_cast<Reason>(reader.Int());
      answer.subject = reader.Int();
      for (int64_t& number : answer.numbers) number = reader.Int();
      if (answer.sequence < 1) reader.Fail("sequence");
      if (reader.status().ok()) Record(id, answer);
    }
  }
}

}  // namespace luheng::core
