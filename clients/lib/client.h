// One connection with every service's stub behind one way of calling:
// deadline, language, request id, and the server's request to wait.
#ifndef LUHENG_CLIENTS_LIB_CLIENT_H_
#define LUHENG_CLIENTS_LIB_CLIENT_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/lib/channel.h"
#include "clients/lib/error.h"
#include "clients/lib/request_id.h"
#include "clients/lib/status_macros.h"
#include "luheng/core/v1/core.grpc.pb.h"
#include "luheng/ledger/v1/ledger.grpc.pb.h"
#include "luheng/market/v1/market.grpc.pb.h"
#include "luheng/registry/v1/registry.grpc.pb.h"
#include "luheng/settlement/v1/settlement.grpc.pb.h"

namespace luheng::client {

// The last entry that answers have rested on. Clients that share one read each
// other's writes, also where services run in processes of their own.
class SeenEntry {
 public:
  int64_t value() const { return value_.load(std::memory_order_relaxed); }
  void Raise(int64_t entry);

 private:
  std::atomic<int64_t> value_{0};
};

// How calls are made.
struct CallOptions {
  // For the whole logical call, attempts and pauses included.
  absl::Duration timeout = absl::Seconds(10);
  // `accept-language` of the messages: zh-CN or en.
  std::string language = "zh-CN";
  // One of its own if null.
  std::shared_ptr<SeenEntry> seen = nullptr;
  // Takes the pauses that the server asks for; replaced in tests.
  std::function<void(absl::Duration)> sleep = {};
};

// Calls that the server throttled are repeated this often.
constexpr int kThrottledAttemptsMax = 4;

// Where the services are: by package ("market"), and the rest.
struct Channels {
  std::shared_ptr<grpc::ChannelInterface> rest;
  std::map<std::string, std::shared_ptr<grpc::ChannelInterface>> by_package;

  const std::shared_ptr<grpc::ChannelInterface>& For(
      const std::string& package) const;
};

// Thread-safe. Owns its stubs, shares the channels.
class Client {
 public:
  // Errors: those of OpenChannel(); INVALID_ARGUMENT for a package that the
  // target names twice or that there is not.
  static absl::StatusOr<std::unique_ptr<Client>> Connect(
      const ChannelOptions& channel, const CallOptions& options);

  Client(std::shared_ptr<grpc::ChannelInterface> channel, CallOptions options);
  Client(const Channels& channels, CallOptions options);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // The stub of a service, for example stub<OrderService::Stub>().
  template <typename Stub>
  Stub& stub() {
    return *std::get<std::unique_ptr<Stub>>(stubs_);
  }

  const CallOptions& options() const { return options_; }
  const std::shared_ptr<grpc::ChannelInterface>& channel() const {
    return channel_;
  }

  // Calls a unary method, for example
  //   client.Call(&OrderService::Stub::PlaceOrder, request).
  // Fills `request_id` once, before the first attempt. gRPC repeats the call
  // as the service config says; a call refused for load is repeated after the
  // pause that the server asks for, while the deadline allows it.
  // Errors: the server's, with details for DecodeError().
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      std::type_identity_t<Request> request) {
    FillRequestId(request);
    Response response;
    CLIENT_RETURN_IF_ERROR(Invoke([&](grpc::ClientContext& context) {
      response.Clear();
      return (stub<Stub>().*method)(&context, request, &response);
    }));
    return response;
  }

  // Walks a list page by page until it ends or `take` returns false.
  template <typename Stub, typename Request, typename Response>
  absl::Status ForEachPage(
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      std::type_identity_t<Request> request,
      absl::FunctionRef<bool(const std::type_identity_t<Response>&)> take) {
    while (true) {
      CLIENT_ASSIGN_OR_RETURN(const Response response, Call(method, request));
      if (!take(response) || response.next_page_token().empty()) {
        return absl::OkStatus();
      }
      request.set_page_token(response.next_page_token());
    }
  }

  // Sets language and deadline of a call that is made by hand.
  void Prepare(grpc::ClientContext& context, absl::Time deadline) const;

 private:
  absl::Status Invoke(
      absl::FunctionRef<grpc::Status(grpc::ClientContext&)> attempt);

  const std::shared_ptr<grpc::ChannelInterface> channel_;
  const CallOptions options_;
  std::tuple<std::unique_ptr<core::v1::ApprovalService::Stub>,
             std::unique_ptr<core::v1::NodeService::Stub>,
             std::unique_ptr<ledger::v1::LedgerService::Stub>,
             std::unique_ptr<market::v1::InstrumentService::Stub>,
             std::unique_ptr<market::v1::OrderService::Stub>,
             std::unique_ptr<market::v1::MarketDataService::Stub>,
             std::unique_ptr<registry::v1::RegistryService::Stub>,
             std::unique_ptr<registry::v1::VaultService::Stub>,
             std::unique_ptr<settlement::v1::SettlementService::Stub>>
      stubs_;
};

}  // namespace luheng::client

#endif  // LUHENG_CLIENTS_LIB_CLIENT_H_
