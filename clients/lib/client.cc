#include "clients/lib/client.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
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

// The channels of a target that may name one for each package.
absl::StatusOr<Channels> OpenChannels(const ChannelOptions& options) {
  static constexpr absl::string_view kPackages[] = {"core", "ledger", "market",
                                                    "registry", "settlement"};
  Channels channels;
  for (const absl::string_view piece : absl::StrSplit(options.target, ',')) {
    const std::pair<std::string, std::string> named =
        absl::StrSplit(piece, absl::MaxSplits('=', 1));
    const bool is_rest = !absl::StrContains(piece, '=');
    ChannelOptions one = options;
    one.target = is_rest ? named.first : named.second;
    CLIENT_ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> opened,
                            OpenChannel(one));
    std::shared_ptr<grpc::ChannelInterface>& place =
        is_rest ? channels.rest : channels.by_package[named.first];
    if (place != nullptr ||
        (!is_rest && std::find(std::begin(kPackages), std::end(kPackages),
                               named.first) == std::end(kPackages))) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", piece, "\" of \"", options.target,
          "\" names a second address for the same services, or a package that "
          "is none of ",
          absl::StrJoin(kPackages, ", ")));
    }
    place = std::move(opened);
  }
  if (channels.rest == nullptr) {
    channels.rest = channels.by_package.begin()->second;
  }
  return channels;
}

// As services/rpc/edge.h has them.
constexpr char kLastEntryKey[] = "luheng-last-entry";
constexpr char kMinEntryKey[] = "luheng-min-entry";

// Remembers the entry that an answer rests on.
void Note(const grpc::ClientContext& context, SeenEntry& seen) {
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto found = trailers.find(kLastEntryKey);
  int64_t entry = 0;
  if (found != trailers.end() &&
      absl::SimpleAtoi(
          absl::string_view(found->second.data(), found->second.size()),
          &entry)) {
    seen.Raise(entry);
  }
}

CallOptions WithDefaults(CallOptions options) {
  if (options.seen == nullptr) options.seen = std::make_shared<SeenEntry>();
  if (!options.sleep)
    options.sleep = [](absl::Duration d) { absl::SleepFor(d); };
  return options;
}

}  // namespace

void SeenEntry::Raise(int64_t entry) {
  int64_t last = value();
  while (last < entry && !value_.compare_exchange_weak(
                             last, entry, std::memory_order_relaxed)) {
  }
}

absl::StatusOr<std::unique_ptr<Client>> Client::Connect(
    const ChannelOptions& channel, const CallOptions& options) {
  CLIENT_ASSIGN_OR_RETURN(const Channels channels, OpenChannels(channel));
  return std::make_unique<Client>(channels, options);
}

const std::shared_ptr<grpc::ChannelInterface>& Channels::For(
    const std::string& package) const {
  const auto found = by_package.find(package);
  return found == by_package.end() ? rest : found->second;
}

Client::Client(std::shared_ptr<grpc::ChannelInterface> channel,
               CallOptions options)
    : Client(Channels{std::move(channel), {}}, std::move(options)) {}

Client::Client(const Channels& channels, CallOptions options)
    : channel_(channels.rest),
      options_(WithDefaults(std::move(options))),
      stubs_(core::v1::ApprovalService::NewStub(channels.For("core")),
             core::v1::NodeService::NewStub(channels.For("core")),
             ledger::v1::LedgerService::NewStub(channels.For("ledger")),
             market::v1::InstrumentService::NewStub(channels.For("market")),
             market::v1::OrderService::NewStub(channels.For("market")),
             market::v1::MarketDataService::NewStub(channels.For("market")),
             registry::v1::RegistryService::NewStub(channels.For("registry")),
             registry::v1::VaultService::NewStub(channels.For("registry")),
             settlement::v1::SettlementService::NewStub(
                 channels.For("settlement"))) {}

void Client::Prepare(grpc::ClientContext& context, absl::Time deadline) const {
  context.AddMetadata("accept-language", options_.language);
  const int64_t seen = options_.seen->value();
  if (seen > 0) context.AddMetadata(kMinEntryKey, absl::StrCat(seen));
  context.set_deadline(absl::ToChronoTime(deadline));
}

absl::Status Client::Invoke(
    absl::FunctionRef<grpc::Status(grpc::ClientContext&)> attempt) {
  const absl::Time deadline = absl::Now() + options_.timeout;
  for (int attempts = 1;; ++attempts) {
    grpc::ClientContext context;
    Prepare(context, deadline);
    absl::Status status = FromGrpc(attempt(context));
    Note(context, *options_.seen);
    if (status.ok() || attempts == kThrottledAttemptsMax) return status;
    const std::optional<absl::Duration> pause = PauseFor(status, deadline);
    if (!pause.has_value()) return status;
    options_.sleep(*pause);
  }
}

}  // namespace luheng::client
