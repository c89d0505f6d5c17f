// The people of the market, each with the certificate of their own, and the way
// of a command through them: one submits it, others check and approve it.
#ifndef LUHENG_CLIENTS_CLI_DAY_OFFICE_H_
#define LUHENG_CLIENTS_CLI_DAY_OFFICE_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "clients/cli/context.h"
#include "clients/cli/day_data.h"
#include "clients/cli/day_request_id.h"
#include "clients/cli/protos.h"
#include "clients/lib/error.h"
#include "clients/lib/status_macros.h"

namespace luheng::cli {

// Who takes which step of a family of commands.
struct Desk {
  rv1::Role submits;
  rv1::Role checks;
  rv1::Role approves;
};

inline constexpr Desk kRegistryDesk = {rv1::ROLE_REGISTRAR,
                                       rv1::ROLE_REGISTRAR_APPROVER,
                                       rv1::ROLE_REGISTRAR_APPROVER};
inline constexpr Desk kUserDesk = {
    rv1::ROLE_SECURITY_ADMIN, rv1::ROLE_SYSTEM_ADMIN, rv1::ROLE_SYSTEM_ADMIN};
inline constexpr Desk kMarketDesk = {rv1::ROLE_MARKET_OPERATOR,
                                     rv1::ROLE_REGISTRAR_APPROVER,
                                     rv1::ROLE_REGISTRAR_APPROVER};
inline constexpr Desk kCashDesk = {rv1::ROLE_CASHIER, rv1::ROLE_CASH_CHECKER,
                                   rv1::ROLE_CASH_APPROVER};

// Thread-compatible. Borrows the context and the data.
class Office {
 public:
  Office(Context& context, const ProvinceData& data)
      : context_(context), data_(data) {}
  Office(const Office&) = delete;
  Office& operator=(const Office&) = delete;

  // The connection of `user`, made on first use. Errors: those of
  // client::OpenChannel().
  absl::StatusOr<client::Client*> As(const std::string& user);
  // The connection of the first user with `role`.
  absl::StatusOr<client::Client*> With(rv1::Role role);

  // Has `request` done through `desk`: submitted under an id that follows from
  // `step` and its content, then checked and approved by as many other persons
  // as the rule asks for. What an earlier run left open is finished. Errors:
  // the server's, or FAILED_PRECONDITION if the proposal did not pass; the step
  // is noted.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Do(const Desk& desk, const std::string& step,
                              grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                           const Request&,
                                                           Response*),
                              std::type_identity_t<Request> request) {
    request.set_request_id(DayRequestId(step, request.SerializeAsString()));
    CLIENT_ASSIGN_OR_RETURN(const std::string proposer,
                            UserWith(desk.submits, {}));
    CLIENT_ASSIGN_OR_RETURN(client::Client* const client, As(proposer));
    absl::StatusOr<Response> response = client->Call(method, request);
    std::string proposal;
    if (response.ok()) {
      if (!response->has_pending()) return response;
      proposal = response->pending().proposal();
    } else if (client::DecodeError(response.status()).reason ==
               "PROPOSAL_DUPLICATE") {
      const auto same = [&](const std::string& payload) {
        Request other;
        if (!other.ParseFromString(payload)) return false;
        other.set_request_id(request.request_id());
        return other.SerializeAsString() == request.SerializeAsString();
      };
      CLIENT_ASSIGN_OR_RETURN(proposal, FindOpen(*client, proposer, same));
    } else {
      return AtStep(step, response.status());
    }
    CLIENT_ASSIGN_OR_RETURN(const std::string answer,
                            Agree(desk, step, proposal, proposer));
    Response done;
    if (!done.ParseFromString(answer)) {
      return AtStep(step, absl::InternalError("answer does not parse"));
    }
    return done;
  }

 private:
  // The first user with `role` that is not among `taken`.
  absl::StatusOr<std::string> UserWith(rv1::Role role,
                                       const std::set<std::string>& taken);
  // The proposer's open proposal whose payload `same` accepts.
  absl::StatusOr<std::string> FindOpen(
      client::Client& client, const std::string& proposer,
      absl::FunctionRef<bool(const std::string&)> same);
  // Takes `name` through its checks and approvals; returns the answer.
  absl::StatusOr<std::string> Agree(const Desk& desk, const std::string& step,
                                    const std::string& name,
                                    const std::string& proposer);
  // One check or approval by `user`; returns the answer, if it was the last.
  absl::StatusOr<std::string> Step(const cv1::Proposal& proposal,
                                   const std::string& user, bool approving);
  // Notes which step `status` stopped, and passes it on.
  absl::Status AtStep(const std::string& step, absl::Status status);

  Context& context_;
  const ProvinceData& data_;
  std::map<std::string, std::unique_ptr<client::Client>> clients_;
};

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_DAY_OFFICE_H_
