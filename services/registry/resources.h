// The registry's resources as the API shows them.
#ifndef LUHENG_SERVICES_REGISTRY_RESOURCES_H_
#define LUHENG_SERVICES_REGISTRY_RESOURCES_H_

#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "luheng/registry/v1/events.pb.h"
#include "luheng/registry/v1/registry.pb.h"
#include "services/registry/holder_book.h"
#include "services/registry/user_book.h"

namespace luheng::registry {

// A holder in `state`, under `owner` (shown unless it is the holder itself).
v1::Holder HolderResource(const v1::HolderOpened& opened, v1::HolderState state,
                          HolderId owner);
// The same for a known holder on `today`.
v1::Holder HolderResource(const HolderBook& holders, HolderId holder,
                          Date today);
v1::User UserResource(const UserData& user);

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_RESOURCES_H_
