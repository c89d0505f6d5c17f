// Reads the outer layer of a serialized entry without copying: number, stamp
// and the bytes of each part, as they were hashed.
#ifndef LUHENG_LEDGER_ENTRY_WIRE_H_
#define LUHENG_LEDGER_ENTRY_WIRE_H_

#include "absl/strings/string_view.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"

namespace luheng {

// Borrows the entry's bytes. Thread-compatible.
class EntryReader {
 public:
  explicit EntryReader(absl::string_view bytes);

  // False as soon as the bytes are not what Entry::Serialize writes.
  bool ok() const { return ok_; }
  EntryNumber number() const { return number_; }
  Stamp stamp() const { return stamp_; }
  // Sets `part` to the next part's bytes. False at the end or when not ok().
  bool NextPart(absl::string_view& part);

 private:
  absl::string_view rest_;
  EntryNumber number_;
  Stamp stamp_;
  bool ok_ = false;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_ENTRY_WIRE_H_
