#include "services/server/service_set.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "services/operations/approval_service.h"

namespace luheng::server {
namespace {

template <typename Service, typename... Arguments>
void Add(std::vector<HostedService>& services, const char* name,
         Arguments&&... arguments) {
  services.push_back(
      {name, std::make_unique<Service>(std::forward<Arguments>(arguments)...)});
}

}  // namespace

std::vector<HostedService> MakeServices(const std::vector<std::string>& words,
                                        const ServiceParts& parts) {
  const auto wanted = [&words](const char* word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  std::vector<HostedService> services;
  if (wanted("core")) {
    Add<operations::ApprovalService>(
        services, core::v1::ApprovalService::service_full_name(),
        parts.backend);
    Add<operations::NodeService>(services,
                                 core::v1::NodeService::service_full_name(),
                                 parts.backend, parts.facts);
  }
  return services;
}

}  // namespace luheng::server
