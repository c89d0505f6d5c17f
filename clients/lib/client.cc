#include "clients/lib/client.h"

#include <optional>

#include "absl/time/clock.h"

namespace luheng::client {
namespace {

// The pause that the server asked for, if waiting it out leaves time to call
// again.
std::optional<absl::Duration> PauseFor(const absl::Status& status,
                                       absl::Time deadline) {
  if (status.code() != absl::StatusCode::kResourceExhausted) return {};
  const std::optional<absl::Duration> delay = DecodeError(status).retry_delay;
  if (!delay.has_value() || absl::Now() + *delay >= deadline) return {};
  return delay;
}

CallOptions WithDefaults(CallOptions options) {
  if (!options.sleep)
    options.sleep = [](absl::Duration d) { absl::SleepFor(d); };
  return options;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Connect(
    const ChannelOptions& channel, const CallOptions& options) {
  CLIENT_ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> opened,
                          OpenChannel(channel));
  return std::make_unique<Client>(std::move(opened), options);
}

Client::Client(std::shared_ptr<grpc::ChannelInterface> channel,
               CallOptions options)
    : channel_(std::move(channel)),
      options_(WithDefaults(std::move(options))),
      stubs_(core::v1::ApprovalService::NewStub(channel_),
             core::v1::NodeService::NewStub(channel_),
             ledger::v1::LedgerService::NewStub(channel_),
             market::v1::InstrumentService::NewStub(channel_),
             market::v1::OrderService::NewStub(channel_),
             market::v1::MarketDataService::NewStub(channel_),
             registry::v1::RegistryService::NewStub(channel_),
             registry::v1::VaultService::NewStub(channel_),
             settlement::v1::SettlementService::NewStub(channel_)) {}

void Client::Prepare(grpc::ClientContext& context, absl::Time deadline) const {
  context.AddMetadata("accept-language", options_.language);
  context.set_deadline(absl::ToChronoTime(deadline));
}

absl::Status Client::Invoke(
    absl::FunctionRef<grpc::Status(grpc::ClientContext&)> attempt) {
  const absl::Time deadline = absl::Now() + options_.timeout;
  for (int attempts = 1;; ++attempts) {
    grpc::ClientContext context;
    Prepare(context, deadline);
    absl::Status status = FromGrpc(attempt(context));
    if (status.ok() || attempts == kThrottledAttemptsMax) return status;
    const std::optional<absl::Duration> pause = PauseFor(status, deadline);
    if (!pause.has_value()) return status;
    options_.sleep(*pause);
  }
}

}  // namespace luheng::client
