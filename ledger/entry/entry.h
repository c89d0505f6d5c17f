// An entry: what one accepted (or refused) command did. It consists of parts,
// one public and one for each holder concerned; each part carries events and
// the postings of its holder's accounts.
//
// Invariants: postings of an entry sum to zero for each asset; a refused
// command's entry has no postings; the bytes are serialized once, and what is
// applied on replay is parsed from those bytes. Parts are applied in their
// stored order, and within a part events come in order: an area must not rely
// on more.
#ifndef LUHENG_LEDGER_ENTRY_ENTRY_H_
#define LUHENG_LEDGER_ENTRY_ENTRY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/message_lite.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "ledger/entry/purpose.h"
#include "luheng/entry/v1/entry.pb.h"

namespace luheng {

// The audience of the public part.
inline constexpr HolderId kPublic = HolderId(0);
// The node's own holder: issuance, bank, fees. Opened by the genesis entry.
inline constexpr HolderId kSystemHolder = HolderId(1);
// Most events of one entry; a larger command goes on in further entries.
inline constexpr int32_t kEventsPerEntryMax = 1024;
// Most fills, cancels or payments of one entry.
inline constexpr int32_t kStepsPerEntryMax = 256;

// An entry as `apply` sees it, on the leader and on replay alike. Borrows its
// parts.
struct EntryView {
  EntryNumber number;
  Stamp stamp;
  absl::Span<const std::unique_ptr<entry::v1::Part>> parts;
};

// An entry, being drafted by `decide` or decoded from bytes. Reuses its memory
// from one entry to the next. Thread-compatible.
class Entry {
 public:
  Entry() = default;
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  // Empties the draft for entry `number`, stamped `stamp`.
  void Reset(EntryNumber number, Stamp stamp);

  // The part of `audience`, made on first use.
  entry::v1::Part& PartFor(HolderId audience);
  // Adds an event of the registered `type` to the part of `audience`.
  void AddEvent(HolderId audience, int type,
                const google::protobuf::MessageLite& body);
  // Adds `amount` (may be negative, zero adds nothing) to an account of
  // `holder`. Postings to one account are merged. Requires that the merged
  // amount fits.
  void AddPosting(HolderId holder, AssetId asset, Purpose purpose,
                  int64_t amount);
  // Moves `amount` of `asset` from one account to another.
  void Move(AssetId asset, int64_t amount, HolderId from, Purpose from_purpose,
            HolderId to, Purpose to_purpose);

  EntryNumber number() const { return number_; }
  Stamp stamp() const { return stamp_; }
  // Whether nothing was drafted: no event, no posting.
  bool empty() const { return part_count_ == 0; }
  EntryView view() const {
    return {number_, stamp_, absl::MakeConstSpan(parts_.data(), part_count_)};
  }

  // How many bytes SerializeTo writes; also prepares it, so that nothing may be
  // drafted in between. Parts without content are left out.
  size_t ByteSize();
  // Writes the entry to `to`, which has room for ByteSize() bytes.
  void SerializeTo(char* to) const;
  // Both, into `bytes`, replacing what it held.
  void Serialize(std::string& bytes);
  // Decodes an entry. DATA_LOSS if the bytes are malformed, have fields that
  // this release does not know, or are not balanced; the message names the
  // entry.
  absl::Status Parse(absl::string_view bytes);

 private:
  EntryNumber number_;
  Stamp stamp_;
  std::vector<std::unique_ptr<entry::v1::Part>> parts_;
  size_t part_count_ = 0;
  size_t last_part_ = 0;
};

// Whether the postings of `view` sum to zero for each asset.
bool IsBalanced(const EntryView& view);

}  // namespace luheng

#endif  // LUHENG_LEDGER_ENTRY_ENTRY_H_
