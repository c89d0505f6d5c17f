#include "clients/cli/day_office.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/day_texts.h"
#include "clients/cli/enum_text.h"
#include "clients/cli/format.h"

namespace luheng::cli {

using cv1::ApprovalService;

absl::StatusOr<client::Client*> Office::As(const std::string& user) {
  std::unique_ptr<client::Client>& client = clients_[user];
  if (client == nullptr) {
    CLIENT_ASSIGN_OR_RETURN(client, context_.ConnectAs(user));
  }
  return client.get();
}

absl::StatusOr<client::Client*> Office::With(rv1::Role role) {
  CLIENT_ASSIGN_OR_RETURN(const std::string user, UserWith(role, {}));
  return As(user);
}

absl::StatusOr<std::string> Office::UserWith(
    rv1::Role role, const std::set<std::string>& taken) {
  for (const UserRow& row : data_.users) {
    if (row.Has(role) && !taken.contains(row.user)) return row.user;
  }
  return context_.Wrong(day::kNobodyHas, context_.Say(NameOf(role)));
}

absl::StatusOr<std::string> Office::FindOpen(
    client::Client& client, const std::string& proposer,
    absl::FunctionRef<bool(const std::string&)> same) {
  const std::string user = absl::StrCat("users/", proposer);
  std::string found;
  CLIENT_RETURN_IF_ERROR(client.ForEachPage(
      &ApprovalService::Stub::ListProposals, {},
      [&](const cv1::ListProposalsResponse& page) {
        for (const cv1::Proposal& proposal : page.proposals()) {
          const bool open = proposal.state() == cv1::PROPOSAL_STATE_PROPOSED ||
                            proposal.state() == cv1::PROPOSAL_STATE_CHECKED;
          if (open && proposal.proposer() == user && same(proposal.payload())) {
            found = proposal.name();
          }
        }
        return found.empty();
      }));
  if (found.empty()) {
    return absl::NotFoundError("the open proposal is not listed");
  }
  return found;
}

absl::StatusOr<std::string> Office::Agree(const Desk& desk,
                                          const std::string& step,
                                          const std::string& name,
                                          const std::string& proposer) {
  std::set<std::string> taken = {proposer};
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, As(proposer));
  cv1::GetProposalRequest request;
  request.set_name(name);
  std::string answer;
  while (true) {
    absl::StatusOr<cv1::GetProposalResponse> response =
        client->Call(&ApprovalService::Stub::GetProposal, request);
    if (!response.ok()) return AtStep(step, response.status());
    const cv1::Proposal& proposal = response->proposal();
    if (proposal.state() == cv1::PROPOSAL_STATE_EXECUTED) return answer;
    if (proposal.state() != cv1::PROPOSAL_STATE_PROPOSED &&
        proposal.state() != cv1::PROPOSAL_STATE_CHECKED) {
      return AtStep(step, absl::FailedPreconditionError(context_.Say(
                              day::kProposalEnded, name,
                              context_.Say(NameOf(proposal.state())),
                              proposal.reason())));
    }
    for (const auto* names : {&proposal.checkers(), &proposal.approvers()}) {
      for (const std::string& user : *names) taken.insert(LastPart(user));
    }
    const bool approving =
        proposal.checkers_size() >= proposal.checks_required();
    CLIENT_ASSIGN_OR_RETURN(
        const std::string user,
        UserWith(approving ? desk.approves : desk.checks, taken));
    absl::StatusOr<std::string> taken_step = Step(proposal, user, approving);
    if (!taken_step.ok()) return AtStep(step, taken_step.status());
    answer = *std::move(taken_step);
  }
}

absl::StatusOr<std::string> Office::Step(const cv1::Proposal& proposal,
                                         const std::string& user,
                                         bool approving) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, As(user));
  const std::string id = DayRequestId(
      absl::StrCat(approving ? "approve " : "check ", proposal.name()),
      absl::StrCat(user, proposal.digest()));
  if (approving) {
    cv1::ApproveProposalRequest request;
    request.set_name(proposal.name());
    request.set_digest(proposal.digest());
    request.set_request_id(id);
    CLIENT_ASSIGN_OR_RETURN(
        cv1::ApproveProposalResponse response,
        client->Call(&ApprovalService::Stub::ApproveProposal, request));
    return std::move(*response.mutable_answer());
  }
  cv1::CheckProposalRequest request;
  request.set_name(proposal.name());
  request.set_digest(proposal.digest());
  request.set_request_id(id);
  CLIENT_RETURN_IF_ERROR(
      client->Call(&ApprovalService::Stub::CheckProposal, request).status());
  return std::string();
}

absl::Status Office::AtStep(const std::string& step, absl::Status status) {
  context_.Note(day::kStepFailed, step);
  return status;
}

}  // namespace luheng::cli
