// The holders: who takes part, under which code, in which state, and who
// controls whom on which dates. A part of the registry's state.
//
// Invariants: ids are dense from 1; codes are unique; the control spans of a
// holder do not overlap; on no date does control run in a circle.
#ifndef LUHENG_SERVICES_REGISTRY_HOLDER_BOOK_H_
#define LUHENG_SERVICES_REGISTRY_HOLDER_BOOK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "luheng/registry/v1/events.pb.h"
#include "luheng/registry/v1/registry.pb.h"
#include "services/core/state_io.h"

namespace luheng::registry {

// The operator of the exchange, opened by the genesis entry.
inline constexpr HolderId kOperatorHolder = HolderId(2);
// Later than every date that can be asked for: an open-ended span.
inline constexpr Date kOpenEnd = Date(int64_t{1} << 40);
// Most control spans of one holder.
inline constexpr size_t kControlSpansMax = 64;

// `owner` controls the holder on every day of [from, to].
struct ControlSpan {
  HolderId owner;
  Date from;
  Date to;

  bool Touches(Date first, Date last) const {
    return from <= last && first <= to;
  }
};

struct HolderData {
  // As opened: kind, codes, names, documents.
  v1::HolderOpened opened;
  v1::HolderState state = v1::HOLDER_STATE_ACTIVE;
  // By first day.
  std::vector<ControlSpan> control;

  v1::HolderKind kind() const {
    return static_cast<v1::HolderKind>(opened.kind());
  }
};

// Thread-compatible; owned by the world's thread.
class HolderBook {
 public:
  HolderId next_id() const { return HolderId(count() + 1); }
  int64_t count() const { return static_cast<int64_t>(holders_.size()); }
  // Null if unknown. Valid until the next Open.
  const HolderData* Find(HolderId holder) const;
  // Zero if none.
  HolderId FindByCode(absl::string_view code) const;
  // The person whose data is in the vault record `record` (16 bytes); zero if
  // none.
  HolderId FindByRecord(absl::string_view record) const;

  // The end of the chain of control on `date`; the holder itself if nobody
  // controls it. One look-up for a holder without spans.
  HolderId BeneficialOwner(HolderId holder, Date date) const;
  // Whether a span [from, to] under `owner` would overlap another of `holder`.
  // A span of the same owner and first day is replaced and does not count.
  bool WouldOverlap(HolderId holder, const ControlSpan& span) const;
  // Whether it would close a circle on some date.
  bool WouldCircle(HolderId holder, const ControlSpan& span) const;

  void Open(const v1::HolderOpened& event);
  void SetState(const v1::HolderStateSet& event);
  // Adds a span, or replaces that of the same owner and first day.
  void SetControl(const v1::ControlGroupSet& event);

  void Save(core::StateWriter& writer) const;
  void Load(core::StateReader& reader);

 private:
  HolderData& Get(int64_t holder);
  // False if its code or record is taken.
  bool Index(const v1::HolderOpened& opened);
  bool Reaches(HolderId from, HolderId to, Date first, Date last) const;

  std::vector<HolderData> holders_;
  // Looked up only, never iterated.
  absl::flat_hash_map<std::string, HolderId> by_code_;
  absl::flat_hash_map<std::string, HolderId> by_record_;
};

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_HOLDER_BOOK_H_
