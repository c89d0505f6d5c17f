#include "services/replication/forwarded.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

namespace luheng::replication {
namespace {

using Bodies = std::vector<std::unique_ptr<google::protobuf::Message>>;

// Fixed bytes, or zeros where the field is empty.
template <typename Value>
Value BytesOr0(const std::string& bytes) {
  return Value::From(bytes).value_or(Value());
}

}  // namespace

void WriteCommands(const core::Submission& submission,
                   ledger::v1::ForwardCommandsRequest& request) {
  for (const core::Command& command : submission.commands) {
    ledger::v1::ForwardedCommand& out = *request.add_commands();
    out.set_type(command.type);
    out.set_user(command.user.value());
    if (!command.request_id.is_zero()) {
      out.set_request_id(command.request_id.str());
      out.set_digest(command.digest.str());
    }
    if (!command.credential.is_zero()) {
      out.set_credential(command.credential.str());
    }
    out.set_session(command.session.value());
    out.set_sequence(command.sequence);
    command.body->SerializeToString(out.mutable_body());
  }
}

absl::StatusOr<core::Submission> ReadCommands(
    const ledger::v1::ForwardCommandsRequest& request,
    const core::World& catalog) {
  core::Submission submission;
  auto bodies = std::make_shared<Bodies>();
  for (const ledger::v1::ForwardedCommand& in : request.commands()) {
    const core::CommandSpec* const spec = catalog.FindCommand(in.type());
    if (spec == nullptr || spec->prototype == nullptr || spec->node_only) {
      return absl::InvalidArgumentError(absl::StrCat(
          "commands.type is ", in.type(), ", which users cannot send"));
    }
    if (in.user() <= 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("commands.user is ", in.user(), ", not a user"));
    }
    std::unique_ptr<google::protobuf::Message> body(spec->prototype->New());
    if (!body->ParseFromString(in.body())) {
      return absl::InvalidArgumentError(
          absl::StrCat("commands.body is not a ", spec->name));
    }
    core::Command& command = submission.commands.emplace_back();
    command.type = in.type();
    command.user = UserId(in.user());
    command.request_id = BytesOr0<Id16>(in.request_id());
    command.digest = BytesOr0<Digest>(in.digest());
    command.credential = BytesOr0<Digest>(in.credential());
    command.session = SessionId(in.session());
    command.sequence = in.sequence();
    command.body = body.get();
    bodies->push_back(std::move(body));
  }
  submission.bodies = std::move(bodies);
  return submission;
}

void WriteOutcomes(const std::vector<core::Outcome>& outcomes,
                   ledger::v1::ForwardCommandsResponse& response) {
  for (const core::Outcome& outcome : outcomes) {
    ledger::v1::ForwardedOutcome& out = *response.add_outcomes();
    out.set_reason(outcome.reason);
    out.set_repeated_answer(outcome.repeated);
    out.set_pending(outcome.pending);
    out.set_entry(outcome.entry.value());
    out.set_stamp(outcome.stamp.value());
    out.set_subject(outcome.subject);
    for (const int64_t number : outcome.numbers) out.add_numbers(number);
    out.set_answer(outcome.answer);
    for (const auto& [name, value] : outcome.details) {
      ledger::v1::ForwardedDetail& detail = *out.add_details();
      detail.set_name(name);
      detail.set_value(value);
    }
  }
}

std::vector<core::Outcome> ReadOutcomes(
    const ledger::v1::ForwardCommandsResponse& response) {
  std::vector<core::Outcome> outcomes;
  for (const ledger::v1::ForwardedOutcome& in : response.outcomes()) {
    core::Outcome& outcome = outcomes.emplace_back();
    outcome.reason = static_cast<core::Reason>(in.reason());
    outcome.repeated = in.repeated_answer();
    outcome.pending = in.pending();
    outcome.entry = EntryNumber(in.entry());
    outcome.stamp = Stamp(in.stamp());
    outcome.subject = in.subject();
    const int count = std::min<int>(
        in.numbers_size(), static_cast<int>(std::size(outcome.numbers)));
    for (int i = 0; i < count; ++i) outcome.numbers[i] = in.numbers(i);
    outcome.answer = in.answer();
    for (const ledger::v1::ForwardedDetail& detail : in.details()) {
      outcome.details.emplace_back(detail.name(), detail.value());
    }
  }
  return outcomes;
}

}  // namespace luheng::replication
