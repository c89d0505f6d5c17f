// Which records the vault was told to keep, by their opaque ids, and which it
// was told to erase. The records themselves are nowhere in the world. A part
// of the registry's state.
#ifndef LUHENG_SERVICES_REGISTRY_RECORD_BOOK_H_
#define LUHENG_SERVICES_REGISTRY_RECORD_BOOK_H_

#include <cstdint>
#include <map>

#include "absl/strings/string_view.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "services/core/state_io.h"

namespace luheng::registry {

struct RecordData {
  // SHA-256(salt || record bytes).
  Digest salted_digest;
  Stamp stored;
  // Whose user stored it.
  HolderId stored_by;
  bool erased = false;
};

// Thread-compatible; owned by the world's thread.
class RecordBook {
 public:
  // Null if the id was never stored.
  const RecordData* Find(const Id16& record) const;
  // The same for an id's 16 raw bytes; null for other lengths too.
  const RecordData* FindRaw(absl::string_view record) const;

  // Requires a new id.
  void Store(const Id16& record, const RecordData& data);
  // Requires a record that is not erased.
  void Erase(const Id16& record);

  void Save(core::StateWriter& writer) const;
  void Load(core::StateReader& reader);

 private:
  std::map<Id16, RecordData> records_;
};

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_RECORD_BOOK_H_
