// The open side of a node's log: its witnesses, and the door through which
// everybody reads checkpoints and tiles.
#ifndef LUHENG_SERVICES_SERVER_OPEN_LOG_H_
#define LUHENG_SERVICES_SERVER_OPEN_LOG_H_

#include <memory>

#include "absl/status/statusor.h"
#include "ledger/http/server.h"
#include "ledger/journal/journal.h"
#include "services/core/checkpoint_source.h"
#include "services/gateway/public_log.h"
#include "services/rpc/log.h"
#include "services/rpc/metrics.h"
#include "services/server/config.h"
#include "services/supervision/cosigned_checkpoints.h"

namespace luheng::server {

// The witnesses of checkpoint.witness_policy; null if there is none. Borrows
// all but the configuration. Errors: INVALID_ARGUMENT with the file and the
// line.
absl::StatusOr<std::unique_ptr<supervision::CosignedCheckpoints>>
StartWitnesses(const Config& config, const Journal& journal,
               core::CheckpointSource& signing, rpc::Log& log);

void AddWitnessMetrics(const supervision::CosignedCheckpoints& cosigned,
                       rpc::Metrics& metrics);

// A log and its server.
class PublicHttp {
 public:
  // Listens on public_http.listen. Borrows journal and checkpoints. Errors:
  // those of HttpServer.
  static absl::StatusOr<std::unique_ptr<PublicHttp>> Start(
      const Config& config, const Journal& journal,
      const core::CheckpointSource& checkpoints);

  int port() const { return server_->port(); }

 private:
  explicit PublicHttp(gateway::LogReads reads) : log_(std::move(reads)) {}

  const gateway::PublicLog log_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_OPEN_LOG_H_
