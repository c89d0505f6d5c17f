// A small market behind the public API: certificates, a genesis whose
// administrators have every role, the flags of a luhengd that serves it, and
// calls as its users. Whether the node is a process or lives in the test is all
// the same to it.
#ifndef LUHENG_TESTS_TESTING_API_MARKET_H_
#define LUHENG_TESTS_TESTING_API_MARKET_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "clients/lib/request_id.h"
#include "google/protobuf/message.h"
#include "luheng/core/v1/core.pb.h"
#include "luheng/market/v1/market.grpc.pb.h"
#include "tests/testing/temp_directory.h"

namespace luheng::testing {

// The reason of a refusal, for example "UNKNOWN_USER"; empty if it has none.
std::string ReasonOf(const grpc::Status& status);

// Thread-compatible; channels may be used from any thread.
class ApiMarket {
 public:
  using Users = std::vector<std::string>;

  // Makes certificates of the administrators (those of TestGenesis) and of t1
  // and t2; that of "expired" has ended already, "stranger" is no user.
  ApiMarket();

  std::string Path(const std::string& file) const;
  // Of `luhengd run`: (path, value). Data lives in Path("data"); the clock is a
  // rehearsal's, a trading morning.
  std::map<std::string, std::string> flags;
  // As arguments, `--path=value`.
  std::vector<std::string> Arguments() const;

  // Where the node listens; earlier channels are forgotten.
  void SetPort(int port);
  const std::string& address() const { return address_; }
  // A connection of its own for each user; `address` may be a proxy's.
  std::shared_ptr<grpc::Channel> As(const std::string& user);
  std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address,
                                           const std::string& user) const;
  // With a deadline of 20 seconds.
  static void Prepare(grpc::ClientContext& context);

  // One call; a request id is made if the request has none.
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(const std::string& user,
                    grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                 const Request&, Response*),
                    std::type_identity_t<Request> request,
                    std::type_identity_t<Response>* response = nullptr) {
    client::FillRequestId(request);
    grpc::ClientContext context;
    Prepare(context);
    Response unused;
    Stub stub(As(user));
    return (stub.*method)(&context, request,
                          response == nullptr ? &unused : response);
  }
  // A call that others have to agree to: all but the last of `deciders` check,
  // the last approves. Stops the test process if anything is refused.
  template <typename Stub, typename Request, typename Response>
  Response Approved(const std::string& user,
                    grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                 const Request&, Response*),
                    const std::type_identity_t<Request>& request,
                    const Users& deciders) {
    Response response;
    Require(Call(user, method, request, &response));
    response.ParseFromString(Decide(response.pending(), deciders));
    return response;
  }

  // Opens the asset and instrument CEA (one unit a lot, tick one fen) and for
  // each of `traders` a holder, "holders/3" and on, with cash and units enough.
  void Open(const Users& traders);
  static market::v1::PlaceOrderRequest Order(market::v1::Side side,
                                             int64_t price, int64_t lots,
                                             const std::string& client_id);
  // A batch of a stream: `count` orders to sell one lot, from `sequence` on.
  static market::v1::StreamOrdersRequest Batch(int64_t sequence, int count);

 private:
  static void Require(const grpc::Status& status);
  // The answer of the executed command.
  std::string Decide(const core::v1::PendingApproval& pending,
                     const Users& deciders);

  const TempDirectory directory_;
  std::string address_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
};

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_API_MARKET_H_
