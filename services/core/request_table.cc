#include "services/core/request_table.h"

#include "ledger/base/check.h"

namespace luheng::core {

namespace {

Stamp KeptFrom(Stamp now) { return Stamp(now.value() - kRequestKeepNanos); }

}  // namespace

const RequestTable::Record* RequestTable::Find(UserId user, const Id16& id,
                                               Stamp now) const {
  const auto it = records_.find(Key(user.value(), id));
  if (it == records_.end() || it->second.outcome.stamp < KeptFrom(now)) {
    return nullptr;
  }
  return &it->second;
}

bool RequestTable::Full(UserId user, Stamp now) const {
  const auto it = count_of_user_.find(user.value());
  if (it == count_of_user_.end() || it->second < kRequestsPerUserMax) {
    return false;
  }
  // One that is too old makes room, or a lone user who is full stays full:
  // what is refused inserts nothing, and only Insert forgets.
  for (const Key& key : order_) {
    if (records_.find(key)->second.outcome.stamp >= KeptFrom(now)) return true;
    if (key.first == user.value()) return false;
  }
  return true;
}

void RequestTable::Insert(UserId user, const Id16& id, Record record) {
  EvictBefore(KeptFrom(record.outcome.stamp));
  const Key key(user.value(), id);
  if (!records_.try_emplace(key, std::move(record)).second) return;
  order_.push_back(key);
  ++count_of_user_[user.value()];
}

void RequestTable::EvictBefore(Stamp stamp) {
  while (!order_.empty()) {
    const auto it = records_.find(order_.front());
    LUHENG_CHECK(it != records_.end());
    if (it->second.outcome.stamp >= stamp) return;
    if (--count_of_user_[order_.front().first] == 0) {
      count_of_user_.erase(order_.front().first);
    }
    records_.erase(it);
    order_.pop_front();
  }
}

void RequestTable::Save(StateWriter& writer) const {
  writer.Int(size());
  for (const Key& key : order_) {
    const Record& record = records_.find(key)->second;
    writer.Int(key.first);
    writer.Text(key.second.view());
    writer.Text(record.digest.view());
    SaveOutcome(record.outcome, writer);
  }
}

void RequestTable::Load(StateReader& reader) {
  const int64_t count = reader.Count();
  for (int64_t i = 0; i < count && reader.status().ok(); ++i) {
    const UserId user = reader.IdOf<UserId>();
    const Id16 id = reader.Fixed<Id16>();
    Record record;
    record.digest = reader.Fixed<Digest>();
    record.outcome = LoadOutcome(reader);
    Insert(user, id, std::move(record));
  }
}

void SaveOutcome(const Outcome& outcome, StateWriter& writer) {
  writer.Int(outcome.reason);
  writer.Int(outcome.pending ? 1 : 0);
  writer.IdOf(outcome.entry);
  writer.Int(outcome.stamp.value());
  writer.Int(outcome.subject);
  for (int64_t number : outcome.numbers) writer.Int(number);
  writer.Text(outcome.answer);
  writer.Int(static_cast<int64_t>(outcome.details.size()));
  for (const auto& [key, value] : outcome.details) {
    writer.Text(key);
    writer.Text(value);
  }
}

Outcome LoadOutcome(StateReader& reader) {
  Outcome outcome;
  outcome.reason = static_cast<Reason>(reader.Int());
  outcome.pending = reader.Int() != 0;
  outcome.entry = reader.IdOf<EntryNumber>();
  outcome.stamp = Stamp(reader.Int());
  outcome.subject = reader.Int();
  for (int64_t& number : outcome.numbers) number = reader.Int();
  const absl::string_view answer = reader.Text();
  outcome.answer.assign(answer.data(), answer.size());
  const int64_t count = reader.Count(1000);
  for (int64_t i = 0; i < count; ++i) {
    const absl::string_view key = reader.Text();
    const absl::string_view value = reader.Text();
    outcome.details.emplace_back(std::string(key), std::string(value));
  }
  return outcome;
}

}  // namespace luheng::core
