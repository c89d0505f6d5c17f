#include "services/server/open_log.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "ledger/base/file.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/trust_policy.h"
#include "services/supervision/leaves.h"
#include "services/supervision/witness_asker.h"

namespace luheng::server {
namespace {

using supervision::CosignedCheckpoints;
using supervision::CosignedOptions;

constexpr size_t kPolicyBytesMax = 1 << 20;
constexpr size_t kThreads = 4;
// A witness that takes longer misses its round anyway.
constexpr absl::Duration kWitnessTimeout = absl::Seconds(5);

void LogChange(rpc::Log& log, const TrustPolicy::Witness& witness,
               const absl::Status& status) {
  if (status.ok()) {
    log.Write(rpc::LogLevel::kInfo, "witness cosigns",
              {{"witness", witness.name}, {"url", witness.url}});
    return;
  }
  // A history that somebody says was changed is for people to look at now.
  const bool grave =
      absl::IsDataLoss(status) || absl::IsInvalidArgument(status);
  log.Write(grave ? rpc::LogLevel::kError : rpc::LogLevel::kWarning,
            "witness does not cosign",
            {{"witness", witness.name},
             {"url", witness.url},
             {"code", absl::StatusCodeToString(status.code())},
             {"why", status.message()}});
}

}  // namespace

absl::StatusOr<std::unique_ptr<CosignedCheckpoints>> StartWitnesses(
    const Config& config, const Journal& journal,
    core::CheckpointSource& signing, rpc::Log& log) {
  const std::string& file = config.checkpoint_witness_policy;
  if (file.empty()) return nullptr;
  ASSIGN_OR_RETURN(const std::string text,
                   ReadWholeFile(file, kPolicyBytesMax));
  CosignedOptions options;
  // The file names witnesses and quorum. Our own key comes last, so that the
  // lines of the file keep their numbers in errors.
  options.policy = absl::StrCat(text, absl::EndsWith(text, "\n") ? "" : "\n",
                                "log ", signing.key().vkey(), "\n");
  absl::StatusOr<TrustPolicy> policy = TrustPolicy::Parse(options.policy);
  if (!policy.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "checkpoint.witness_policy ", file, ": ", policy.status().message()));
  }
  options.wait = absl::Milliseconds(config.checkpoint_witness_wait_ms);
  options.on_change = [&log](const TrustPolicy::Witness& witness,
                             const absl::Status& status) {
    LogChange(log, witness, status);
  };
  HttpClientOptions client;
  client.timeout = kWitnessTimeout;
  client.ca_file = config.checkpoint_witness_ca;
  options.open = [client](const TrustPolicy::Witness& witness) {
    return supervision::OpenWitnessDoor(witness.url, client);
  };
  return CosignedCheckpoints::Start(options, *std::move(policy), journal,
                                    signing);
}

void AddWitnessMetrics(const CosignedCheckpoints& cosigned,
                       rpc::Metrics& metrics) {
  metrics.AddSampled("luheng_checkpoint_cosigned_entry_number",
                     "Last entry under a checkpoint with its quorum.",
                     [&cosigned] { return cosigned.cosigned_entries(); });
  metrics.AddSampled("luheng_witnesses_up",
                     "Witnesses that cosigned when they were asked last.",
                     [&cosigned] { return cosigned.witnesses_up(); });
}

absl::StatusOr<std::unique_ptr<PublicHttp>> PublicHttp::Start(
    const Config& config, const Journal& journal,
    const core::CheckpointSource& checkpoints) {
  std::unique_ptr<PublicHttp> made(
      new PublicHttp({[&checkpoints] { return checkpoints.Newest(); },
                      [&journal](TileId id, int64_t width) {
                        return journal.ReadTile(id, width);
                      },
                      [&journal](int64_t first, int64_t count) {
                        return supervision::ReadLeaves(journal, first, count);
                      }}));
  HttpServerOptions options;
  options.listen = config.public_http_listen;
  options.threads = kThreads;
  options.yields = true;
  ASSIGN_OR_RETURN(made->server_,
                   HttpServer::Start(options, [log = &made->log_](
                                                  const HttpRequest& request) {
                     return log->Answer(request);
                   }));
  return made;
}

}  // namespace luheng::server
