// The filter of a search for entries: its shape, the terms that it stands for,
// and who may search for what. Somebody who may not read everything searches
// within one holder, and finds an entry only by what the parts say that are
// shown to it: what a filter finds must not tell what a part hides.
#ifndef LUHENG_SERVICES_SUPERVISION_ENTRY_FILTER_H_
#define LUHENG_SERVICES_SUPERVISION_ENTRY_FILTER_H_

#include <vector>

#include "ledger/base/ids.h"
#include "luheng/ledger/v1/ledger.pb.h"
#include "services/core/ports.h"
#include "services/core/refusal.h"
#include "services/core/world.h"
#include "services/rpc/field_checks.h"
#include "services/supervision/entry_index.h"

namespace luheng::supervision {

// Who knows the names in a filter; all borrowed.
struct FilterNames {
  const core::AccessControl& access;
  const core::AssetDirectory& assets;
  const core::InstrumentDirectory& instruments;
};

bool IsEmpty(const ledger::v1::EntryFilter& filter);

// Notes what is wrong with the shape of `filter`, under `filter.`.
void CheckFilter(const ledger::v1::EntryFilter& filter,
                 rpc::FieldChecks& check);

// The terms of a filter that is not empty, for `user`. Refuses unknown names
// and holders that the user may not read. On the sequencer's thread.
core::Verdict ResolveFilter(const ledger::v1::EntryFilter& filter, UserId user,
                            const core::World& world, const FilterNames& names,
                            std::vector<Term>& terms);

}  // namespace luheng::supervision

#endif  // LUHENG_SERVICES_SUPERVISION_ENTRY_FILTER_H_
