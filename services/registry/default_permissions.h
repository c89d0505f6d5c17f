// Which role may take which step of which command, as the genesis entry says.
// From then on administrators change it with SetPermission.
#ifndef LUHENG_SERVICES_REGISTRY_DEFAULT_PERMISSIONS_H_
#define LUHENG_SERVICES_REGISTRY_DEFAULT_PERMISSIONS_H_

#include <vector>

#include "luheng/registry/v1/events.pb.h"

namespace luheng::registry {

// By command, step and role.
std::vector<v1::PermissionSet> DefaultPermissions();

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_DEFAULT_PERMISSIONS_H_
