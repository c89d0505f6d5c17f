// Entries as their readers see them: taken from the journal with block,
// commitment record and salts, and put into readable words.
#ifndef LUHENG_SERVICES_SUPERVISION_ENTRY_LOOKUP_H_
#define LUHENG_SERVICES_SUPERVISION_ENTRY_LOOKUP_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/ids.h"
#include "ledger/journal/journal.h"
#include "luheng/ledger/v1/ledger.pb.h"
#include "services/core/world.h"
#include "services/supervision/entry_index.h"

namespace luheng::supervision {

// What a reader may know, asked where the world may be read.
struct Sight {
  // Whether it may see the part of a holder. The public part needs no asking.
  std::function<bool(HolderId)> may_read;
  std::function<std::string(UserId)> user_name;
  std::function<std::string(AssetId)> asset_symbol;
};

// One entry with everything in it, not yet for anybody's eyes.
struct FullEntry {
  ledger::v1::EntryRecord record;
  // Of each of the record's parts: audience, who asked (zero if it does not
  // say), for which command type, and the assets of its postings, as in the
  // record.
  struct Part {
    HolderId audience;
    UserId user;
    int command = 0;
    bool has_origin = false;
    std::vector<AssetId> assets;
    // What it can be found by.
    std::vector<Term> terms;
  };
  std::vector<Part> parts;
};

// Thread-safe.
class EntryLookup {
 public:
  // Borrows both. Of `catalog` only what never changes is used: the names and
  // types of commands and events.
  EntryLookup(const Journal& journal, const core::World& catalog)
      : journal_(journal), catalog_(catalog) {}

  // Entries from number `first` on, at most `count_max` and about `bytes_max`
  // bytes, at least one. Errors: OUT_OF_RANGE beyond the journal's end or below
  // 1; those of Journal::Read.
  absl::StatusOr<std::vector<FullEntry>> Read(EntryNumber first,
                                              int64_t count_max,
                                              size_t bytes_max) const;
  // The entries with these rising numbers, as many of them as have about
  // `bytes_max` bytes, at least one. Errors as above.
  absl::StatusOr<std::vector<FullEntry>> ReadEach(
      const std::vector<int64_t>& numbers, size_t bytes_max) const;

  // Whether the parts of `entry` that `sight` may see have all the terms.
  static bool Matches(const FullEntry& entry, const Sight& sight,
                      const std::vector<Term>& terms);

  // Takes out of `entry` what `sight` may not see and fills in the names.
  ledger::v1::EntryRecord Show(FullEntry entry, const Sight& sight) const;

 private:
  absl::Status ReadBlock(BlockNumber number, EntryNumber first,
                         int64_t count_max, size_t bytes_max,
                         std::vector<FullEntry>& entries) const;
  absl::StatusOr<FullEntry> Decode(const BlockView& block,
                                   const BlockSecret& secret,
                                   absl::string_view bytes) const;
  absl::Status DecodePart(absl::string_view bytes, FullEntry& entry) const;

  const Journal& journal_;
  const core::World& catalog_;
};

}  // namespace luheng::supervision

#endif  // LUHENG_SERVICES_SUPERVISION_ENTRY_LOOKUP_H_
