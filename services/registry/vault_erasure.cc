#include "services/registry/vault_erasure.h"

#include "absl/strings/str_cat.h"
#include "ledger/base/status_macros.h"
#include "ledger/entry/strict.h"
#include "luheng/registry/v1/events.pb.h"

namespace luheng::registry {

absl::Status VaultErasure::Apply(const EntryView& entry, ViewRows&) {
  for (const auto& part : entry.parts) {
    for (const entry::v1::Event& event : part->events()) {
      if (event.type() != v1::EVENT_TYPE_RECORD_ERASED) continue;
      v1::RecordErased erased;
      if (!ParseFlat(event.body(), erased)) {
        return absl::DataLossError(
            absl::StrCat("entry ", entry.number.value(), ": RecordErased"));
      }
      const auto record = Id16::From(erased.record());
      if (!record) {
        return absl::DataLossError(
            absl::StrCat("entry ", entry.number.value(), ": record id"));
      }
      RETURN_IF_ERROR(vault_.Erase(*record));
    }
  }
  return absl::OkStatus();
}

}  // namespace luheng::registry
