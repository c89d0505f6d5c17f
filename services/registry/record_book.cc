#include "services/registry/record_book.h"

#include "ledger/base/check.h"

namespace luheng::registry {

const RecordData* RecordBook::Find(const Id16& record) const {
  const auto it = records_.find(record);
  return it == records_.end() ? nullptr : &it->second;
}

const RecordData* RecordBook::FindRaw(absl::string_view record) const {
  const auto id = Id16::From(record);
  return id ? Find(*id) : nullptr;
}

void RecordBook::Store(const Id16& record, const RecordData& data) {
  LUHENG_CHECK(records_.emplace(record, data).second) << "record " << record;
}

void RecordBook::Erase(const Id16& record) {
  const auto it = records_.find(record);
  LUHENG_CHECK(it != records_.end() && !it->second.erased)
      << "record " << record;
  it->second.erased = true;
}

void RecordBook::Save(core::StateWriter& writer) const {
  writer.Int(static_cast<int64_t>(records_.size()));
  for (const auto& [id, data] : records_) {
    writer.Text(id.view());
    writer.Text(data.salted_digest.view());
    writer.Int(data.stored.value());
    writer.IdOf(data.stored_by);
    writer.Int(data.erased ? 1 : 0);
  }
}

void RecordBook::Load(core::StateReader& reader) {
  const int64_t record_count = reader.Count();
  for (int64_t i = 0; i < record_count && reader.status().ok(); ++i) {
    const Id16 id = reader.Fixed<Id16>();
    RecordData data;
    data.salted_digest = reader.Fixed<Digest>();
    data.stored = Stamp(reader.Int());
    data.stored_by = reader.IdOf<HolderId>();
    data.erased = reader.Int() != 0;
    records_.emplace(id, data);
  }
}

}  // namespace luheng::registry
