#include "services/server/following.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "ledger/base/file.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/note_key.h"

namespace luheng::server {
namespace {

constexpr size_t kPemBytesMax = 1 << 20;
// Blocks come in messages of about a megabyte, a single one has at most four.
constexpr int kReceiveBytesMax = 16 << 20;
constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
// A node that comes back is found again soon.
constexpr int kReconnectMsMax = 2'000;
constexpr std::chrono::seconds kAskWait{5};
constexpr absl::Duration kForwarderWait = absl::Seconds(2);

// The nodes know each other by certificates of the same authority.
absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(
    const Config& config) {
  const bool own = config.replication_cert.empty();
  grpc::SslCredentialsOptions tls;
  ASSIGN_OR_RETURN(tls.pem_root_certs,
                   ReadWholeFile(config.tls_ca, kPemBytesMax));
  ASSIGN_OR_RETURN(
      tls.pem_cert_chain,
      ReadWholeFile(own ? config.tls_cert : config.replication_cert,
                    kPemBytesMax));
  ASSIGN_OR_RETURN(tls.pem_private_key,
                   ReadWholeFile(own ? config.tls_key : config.replication_key,
                                 kPemBytesMax));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kReceiveBytesMax);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMsMax);
  return grpc::CreateCustomChannel(config.replication_follow,
                                   grpc::SslCredentials(tls), arguments);
}

absl::StatusOr<std::string> AskCheckpoint(
    ledger::v1::JournalService::Stub& stub, int64_t min_size) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kAskWait);
  ledger::v1::RequestCheckpointRequest request;
  request.set_min_size(min_size);
  ledger::v1::RequestCheckpointResponse response;
  const grpc::Status status =
      stub.RequestCheckpoint(&context, request, &response);
  if (status.ok()) return response.checkpoint();
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      status.error_message());
}

absl::StatusOr<NoteKey> KeyOf(const Config& config) {
  auto key = NoteKey::Parse(config.replication_verifier_key);
  if (key.ok()) return key;
  return absl::InvalidArgumentError(absl::StrCat(
      "replication.verifier_key is \"", config.replication_verifier_key,
      "\"; a follower needs the key that checkpoints are signed with, as "
      "`luheng checkpoint show` prints it: ",
      key.status().message()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Following>> Following::Start(
    const Config& config, Journal& journal, rpc::Log& log,
    std::function<void(const absl::Status&)> on_fatal) {
  ASSIGN_OR_RETURN(const NoteKey key, KeyOf(config));
  std::unique_ptr<Following> made(new Following);
  ASSIGN_OR_RETURN(made->channel_, OpenChannel(config));
  const std::shared_ptr<ledger::v1::JournalService::Stub> stub =
      ledger::v1::JournalService::NewStub(made->channel_);
  ASSIGN_OR_RETURN(
      made->checkpoints_,
      replication::FollowedCheckpoints::Open(
          absl::StrCat(config.data_dir, "/checkpoint"), journal, key,
          [stub](int64_t min_size) { return AskCheckpoint(*stub, min_size); }));
  ASSIGN_OR_RETURN(JournalReplica replica, JournalReplica::Resume(journal));
  replication::ReplicationOptions options;
  options.on_checkpoint =
      [checkpoints = made->checkpoints_.get()](absl::string_view note) {
        return checkpoints->Take(note);
      };
  options.on_fatal = std::move(on_fatal);
  made->replication_ = std::make_unique<replication::Replication>(
      std::move(options), made->channel_, journal, std::move(replica), log);
  made->replication_->Start();
  RETURN_IF_ERROR(made->replication_->AwaitUsable());
  made->forwarder_ =
      std::make_unique<replication::Forwarder>(made->channel_, log);
  // Whoever is told that the node is ready may send commands at once.
  if (made->replication_->state().connected) {
    made->forwarder_->AwaitConnected(kForwarderWait);
  }
  return made;
}

void Following::Stop() {
  if (forwarder_ != nullptr) forwarder_->Stop();
  if (replication_ != nullptr) replication_->Stop();
}

}  // namespace luheng::server
