// Asks a server by the standard health protocol (grpc.health.v1) whether it
// serves.
#ifndef LUHENG_CLIENTS_LIB_HEALTH_H_
#define LUHENG_CLIENTS_LIB_HEALTH_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/lib/client.h"

namespace luheng::client {

// grpc.health.v1.HealthCheckResponse.ServingStatus.
enum class Health { kUnknown = 0, kServing = 1, kNotServing = 2 };

// `service` is a full name such as luheng.market.v1.OrderService; empty is the
// server as a whole. Errors: NOT_FOUND for a service that the server does not
// know, and those of the connection.
absl::StatusOr<Health> CheckHealth(Client& client, const std::string& service);

}  // namespace luheng::client

#endif  // LUHENG_CLIENTS_LIB_HEALTH_H_
