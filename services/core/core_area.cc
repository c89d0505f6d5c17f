#include "services/core/core_area.h"

#include <limits>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/time_util.h"
#include "ledger/base/check.h"
#include "ledger/base/checked.h"
#include "ledger/entry/strict.h"
#include "luheng/entry/v1/entry.pb.h"
#include "services/core/default_rules.h"
#include "services/core/names.h"
#include "services/core/subjects.h"
#include "services/core/world.h"

namespace luheng::core {
namespace {

using google::protobuf::util::TimeUtil;

constexpr int64_t kFormatLevel = 1;
// ClockMoved.kind.
constexpr int64_t kJumpAcknowledged = 1;
constexpr int64_t kRehearsalAdvanced = 2;
// How far a rehearsal's clock goes: far from where nanoseconds end, so that
// adding a time to a stamp always fits. 2200-01-01.
constexpr int64_t kClockMaxNanos = 7'258'118'400 * kNanosPerSecond;

template <typename T>
const T& BodyAs(const Command& command) {
  return static_cast<const T&>(*command.body);
}

template <typename T>
T ParseEvent(const entry::v1::Event& event) {
  T body;
  LUHENG_CHECK(ParseStrict(event.body(), body))
      << "event type " << event.type();
  return body;
}

google::protobuf::Timestamp ToTimestamp(Stamp stamp) {
  return TimeUtil::NanosecondsToTimestamp(stamp.value());
}

Refusal UnknownProposal(absl::string_view name) {
  return FieldRefusal(v1::REASON_PROPOSAL_UNKNOWN, "name", name,
                      "an existing proposal");
}

// Steps of approvals that needed approval would lock everybody out; so would
// the acknowledgement of a clock jump, while nothing else is accepted.
bool CanNeedApproval(const CommandSpec& spec) {
  switch (spec.type) {
    case v1::COMMAND_TYPE_CHECK_PROPOSAL:
    case v1::COMMAND_TYPE_APPROVE_PROPOSAL:
    case v1::COMMAND_TYPE_REJECT_PROPOSAL:
    case v1::COMMAND_TYPE_ACKNOWLEDGE_CLOCK_JUMP:
    case v1::COMMAND_TYPE_OPEN_SESSION:
      return false;
    default:
      return !spec.node_only;
  }
}

// The nanoseconds of a Timestamp or Duration; the nearest that fits if it
// does not.
template <typename Time>
int64_t NanosOf(const Time& time) {
  const absl::int128 nanos =
      absl::int128(time.seconds()) * kNanosPerSecond + time.nanos();
  if (const auto fits = ToInt64(nanos)) return *fits;
  return nanos < 0 ? std::numeric_limits<int64_t>::min()
                   : std::numeric_limits<int64_t>::max();
}

v1::ApprovalRuleSet RuleOf(const v1::ApprovalRule& rule) {
  v1::ApprovalRuleSet record;
  record.set_command(rule.command());
  for (const v1::ApprovalTier& tier : rule.tiers()) {
    v1::TierRecord& to = *record.add_tiers();
    to.set_amount_max(tier.amount_max());
    to.set_checks(tier.checks_required());
    to.set_approvals(tier.approvals_required());
  }
  record.set_expiry_ns(NanosOf(rule.expiry()));
  record.set_effective_ns(
      static_cast<uint64_t>(NanosOf(rule.effective_time())));
  return record;
}

v1::ProposalClosed ClosedBy(const Proposal& proposal, v1::ProposalState state) {
  v1::ProposalClosed closed;
  closed.set_proposal(proposal.id.value());
  closed.set_state(state);
  return closed;
}

v1::ProposalStep StepBy(const Proposal& proposal, UserId user) {
  v1::ProposalStep step;
  step.set_proposal(proposal.id.value());
  step.set_user(user.value());
  return step;
}

}  // namespace

CoreArea::CoreArea(const World& world)
    : world_(world),
      commands_{
          {v1::COMMAND_TYPE_SET_APPROVAL_RULE, "SetApprovalRule",
           &v1::SetApprovalRuleRequest::default_instance()},
          {v1::COMMAND_TYPE_CHECK_PROPOSAL, "CheckProposal",
           &v1::CheckProposalRequest::default_instance(), nullptr, nullptr,
           true, /*open_to_all=*/true},
          {v1::COMMAND_TYPE_APPROVE_PROPOSAL, "ApproveProposal",
           &v1::ApproveProposalRequest::default_instance(), nullptr, nullptr,
           true, /*open_to_all=*/true},
          {v1::COMMAND_TYPE_REJECT_PROPOSAL, "RejectProposal",
           &v1::RejectProposalRequest::default_instance(), nullptr, nullptr,
           true, /*open_to_all=*/true},
          {v1::COMMAND_TYPE_ACKNOWLEDGE_CLOCK_JUMP, "AcknowledgeClockJump",
           &v1::AcknowledgeClockJumpRequest::default_instance()},
          {v1::COMMAND_TYPE_ADVANCE_CLOCK, "AdvanceClock",
           &v1::AdvanceClockRequest::default_instance()},
          {v1::COMMAND_TYPE_OPEN_SESSION, "OpenSession",
           &v1::OpenSession::default_instance(), nullptr, nullptr, false,
           /*open_to_all=*/true},
          {v1::COMMAND_TYPE_STATE_DIGEST, "StateDigest",
           &v1::StateDigest::default_instance(), nullptr, nullptr, false, false,
           /*node_only=*/true},
      },
      events_{
          {v1::EVENT_TYPE_GENESIS, "Genesis",
           &entry::v1::Genesis::default_instance()},
          {v1::EVENT_TYPE_APPROVAL_RULE_SET, "ApprovalRuleSet",
           &v1::ApprovalRuleSet::default_instance()},
          {v1::EVENT_TYPE_PROPOSED, "Proposed",
           &v1::Proposed::default_instance(), SubjectsOf<v1::Proposed>},
          {v1::EVENT_TYPE_PROPOSAL_CHECKED, "ProposalChecked",
           &v1::ProposalStep::default_instance(), SubjectsOf<v1::ProposalStep>},
          {v1::EVENT_TYPE_PROPOSAL_APPROVED, "ProposalApproved",
           &v1::ProposalStep::default_instance(), SubjectsOf<v1::ProposalStep>},
          {v1::EVENT_TYPE_PROPOSAL_CLOSED, "ProposalClosed",
           &v1::ProposalClosed::default_instance(),
           SubjectsOf<v1::ProposalClosed>},
          {v1::EVENT_TYPE_STATE_DIGESTED, "StateDigested",
           &v1::StateDigested::default_instance()},
          {v1::EVENT_TYPE_CLOCK_MOVED, "ClockMoved",
           &v1::ClockMoved::default_instance()},
          {v1::EVENT_TYPE_SESSION_OPENED, "SessionOpened",
           &v1::SessionOpened::default_instance()},
      } {}

absl::Span<const CommandSpec> CoreArea::commands() const { return commands_; }
absl::Span<const EventSpec> CoreArea::events() const { return events_; }

// ---- Decide ---------------------------------------------------------------

Verdict CoreArea::Decide(const DecideContext& context, const Command& command,
                         Entry& entry, Outcome& outcome) const {
  switch (command.type) {
    case v1::COMMAND_TYPE_SET_APPROVAL_RULE:
      return DecideRule(context, BodyAs<v1::SetApprovalRuleRequest>(command),
                        entry, outcome);
    case v1::COMMAND_TYPE_CHECK_PROPOSAL:
      return DecideCheck(context, BodyAs<v1::CheckProposalRequest>(command),
                         entry, outcome);
    case v1::COMMAND_TYPE_APPROVE_PROPOSAL:
      return DecideApprove(context, BodyAs<v1::ApproveProposalRequest>(command),
                           entry, outcome);
    case v1::COMMAND_TYPE_REJECT_PROPOSAL:
      return DecideReject(context, BodyAs<v1::RejectProposalRequest>(command),
                          entry, outcome);
    case v1::COMMAND_TYPE_ADVANCE_CLOCK:
      return DecideAdvance(context, BodyAs<v1::AdvanceClockRequest>(command),
                           entry, outcome);
    case v1::COMMAND_TYPE_OPEN_SESSION:
      return DecideOpenSession(context, BodyAs<v1::OpenSession>(command), entry,
                               outcome);
    case v1::COMMAND_TYPE_ACKNOWLEDGE_CLOCK_JUMP: {
      v1::ClockMoved moved;
      moved.set_from_ns(static_cast<uint64_t>(world_.last_stamp().value()));
      moved.set_to_ns(static_cast<uint64_t>(context.now.value()));
      moved.set_kind(kJumpAcknowledged);
      entry.AddEvent(context.holder, v1::EVENT_TYPE_CLOCK_MOVED, moved);
      v1::AcknowledgeClockJumpResponse response;
      response.set_entry(context.number.value());
      outcome.answer = response.SerializeAsString();
      return std::nullopt;
    }
    case v1::COMMAND_TYPE_STATE_DIGEST: {
      const auto& body = BodyAs<v1::StateDigest>(command);
      v1::StateDigested digested;
      digested.set_entry(body.entry());
      digested.set_digest(body.digest());
      digested.set_chain(body.chain());
      entry.AddEvent(kSystemHolder, v1::EVENT_TYPE_STATE_DIGESTED, digested);
      return std::nullopt;
    }
    default:
      return Refusal{v1::REASON_UNKNOWN_COMMAND, {}};
  }
}

Verdict CoreArea::DecideRule(const DecideContext& context,
                             const v1::SetApprovalRuleRequest& request,
                             Entry& entry, Outcome& outcome) const {
  const v1::ApprovalRuleSet rule = RuleOf(request.rule());
  const CommandSpec* const spec =
      world_.FindCommand(static_cast<CommandType>(request.rule().command()));
  if (rule.command() != static_cast<int>(rule.command()) || spec == nullptr ||
      !CanNeedApproval(*spec)) {
    return FieldRefusal(v1::REASON_APPROVAL_RULE_INVALID, "rule.command",
                        rule.command(), "a command that can need approval");
  }
  // An approved rule takes effect when it is executed at the earliest.
  v1::ApprovalRuleSet dated = rule;
  if (context.proposal &&
      static_cast<int64_t>(rule.effective_ns()) < context.now.value()) {
    dated.set_effective_ns(static_cast<uint64_t>(context.now.value()));
  }
  if (Verdict verdict = Approvals::CheckRule(dated, context.now)) {
    return verdict;
  }
  entry.AddEvent(context.holder, v1::EVENT_TYPE_APPROVAL_RULE_SET, dated);
  v1::SetApprovalRuleResponse response;
  response.set_entry(context.number.value());
  outcome.answer = response.SerializeAsString();
  return std::nullopt;
}

Verdict CoreArea::FindForStep(const DecideContext& context,
                              absl::string_view name, Step step,
                              const Proposal*& found) const {
  const Proposal* const proposal = approvals_.Find(ParseProposalName(name));
  if (proposal == nullptr) return UnknownProposal(name);
  const auto body = BodyOf(*proposal);
  const HolderId target =
      body == nullptr ? HolderId() : world_.TargetOf(proposal->command, *body);
  if (!world_.access().Allows(context.user, proposal->command, step, target)) {
    return Refusal{
        v1::REASON_PERMISSION_DENIED,
        {{"command", std::string(world_.CommandName(proposal->command))}}};
  }
  found = proposal;
  return std::nullopt;
}

Verdict CoreArea::DecideCheck(const DecideContext& context,
                              const v1::CheckProposalRequest& request,
                              Entry& entry, Outcome& outcome) const {
  const Proposal* proposal = nullptr;
  if (Verdict verdict =
          FindForStep(context, request.name(), Step::kCheck, proposal)) {
    return verdict;
  }
  if (Verdict verdict = Approvals::CheckStep(*proposal, context.user,
                                             request.digest(), false)) {
    return verdict;
  }
  entry.AddEvent(context.holder, v1::EVENT_TYPE_PROPOSAL_CHECKED,
                 StepBy(*proposal, context.user));
  Proposal after = *proposal;
  after.checkers.push_back(context.user);
  if (after.checked()) after.state = v1::PROPOSAL_STATE_CHECKED;
  v1::CheckProposalResponse response;
  *response.mutable_proposal() = Render(after);
  response.set_entry(context.number.value());
  outcome.answer = response.SerializeAsString();
  return std::nullopt;
}

Verdict CoreArea::DecideApprove(const DecideContext& context,
                                const v1::ApproveProposalRequest& request,
                                Entry& entry, Outcome& outcome) const {
  const Proposal* proposal = nullptr;
  if (Verdict verdict =
          FindForStep(context, request.name(), Step::kApprove, proposal)) {
    return verdict;
  }
  if (Verdict verdict = Approvals::CheckStep(*proposal, context.user,
                                             request.digest(), true)) {
    return verdict;
  }
  v1::ApproveProposalResponse response;
  response.set_entry(context.number.value());
  if (proposal->last_approval()) {
    DraftExecution(context, *proposal, entry, response);
  } else {
    entry.AddEvent(context.holder, v1::EVENT_TYPE_PROPOSAL_APPROVED,
                   StepBy(*proposal, context.user));
    Proposal after = *proposal;
    after.approvers.push_back(context.user);
    *response.mutable_proposal() = Render(after);
  }
  outcome.answer = response.SerializeAsString();
  return std::nullopt;
}

void CoreArea::DraftExecution(const DecideContext& context,
                              const Proposal& proposal, Entry& entry,
                              v1::ApproveProposalResponse& response) const {
  const auto body = BodyOf(proposal);
  LUHENG_CHECK(body != nullptr) << "proposal " << proposal.id;
  Command command;
  command.type = proposal.command;
  command.user = proposal.proposer;
  command.body = body.get();
  DecideContext execution = context;
  execution.user = proposal.proposer;
  execution.holder = proposal.holder;
  execution.proposal = proposal.id;
  Outcome outcome;
  Verdict verdict = world_.Execute(execution, command, entry, outcome);
  Proposal after = proposal;
  after.approvers.push_back(context.user);
  v1::ProposalClosed closed = ClosedBy(proposal, v1::PROPOSAL_STATE_EXECUTED);
  after.state = v1::PROPOSAL_STATE_EXECUTED;
  after.executed = context.number;
  if (verdict) {
    // What the rules drafted before they refused is dropped.
    entry.Reset(context.number, context.now);
    closed.set_state(v1::PROPOSAL_STATE_FAILED);
    closed.set_reason(verdict->reason);
    after.state = v1::PROPOSAL_STATE_FAILED;
    after.executed = EntryNumber();
    after.failure = verdict->reason;
  }
  entry.AddEvent(context.holder, v1::EVENT_TYPE_PROPOSAL_APPROVED,
                 StepBy(proposal, context.user));
  entry.AddEvent(context.holder, v1::EVENT_TYPE_PROPOSAL_CLOSED, closed);
  response.set_answer(outcome.answer);
  *response.mutable_proposal() = Render(after);
}

Verdict CoreArea::DecideReject(const DecideContext& context,
                               const v1::RejectProposalRequest& request,
                               Entry& entry, Outcome& outcome) const {
  const Proposal* proposal = approvals_.Find(ParseProposalName(request.name()));
  if (proposal == nullptr) return UnknownProposal(request.name());
  // The proposer withdraws; others must be allowed to check or to approve.
  if (proposal->proposer != context.user &&
      FindForStep(context, request.name(), Step::kCheck, proposal)) {
    if (Verdict verdict =
            FindForStep(context, request.name(), Step::kApprove, proposal)) {
      return verdict;
    }
  }
  if (!proposal->open()) {
    return Refusal{v1::REASON_PROPOSAL_CLOSED,
                   {{"proposal", absl::StrCat(proposal->id.value())},
                    {"state", v1::ProposalState_Name(proposal->state)}}};
  }
  v1::ProposalClosed closed = ClosedBy(*proposal, v1::PROPOSAL_STATE_REJECTED);
  closed.set_user(context.user.value());
  entry.AddEvent(context.holder, v1::EVENT_TYPE_PROPOSAL_CLOSED, closed);
  Proposal after = *proposal;
  after.state = v1::PROPOSAL_STATE_REJECTED;
  v1::RejectProposalResponse response;
  *response.mutable_proposal() = Render(after);
  response.set_entry(context.number.value());
  outcome.answer = response.SerializeAsString();
  return std::nullopt;
}

Verdict CoreArea::DecideAdvance(const DecideContext& context,
                                const v1::AdvanceClockRequest& request,
                                Entry& entry, Outcome& outcome) const {
  const int64_t to = NanosOf(request.to_time());
  if (to < context.now.value()) {
    return FieldRefusal(v1::REASON_CLOCK_BACKWARD, "to_time",
                        FormatStamp(Stamp(to)),
                        absl::StrCat("not before ", FormatStamp(context.now)));
  }
  if (to > kClockMaxNanos) {
    return FieldRefusal(
        v1::REASON_INVALID_FIELD, "to_time", FormatStamp(Stamp(to)),
        absl::StrCat("not after ", FormatStamp(Stamp(kClockMaxNanos))));
  }
  v1::ClockMoved moved;
  moved.set_from_ns(static_cast<uint64_t>(context.now.value()));
  moved.set_to_ns(static_cast<uint64_t>(to));
  moved.set_kind(kRehearsalAdvanced);
  entry.AddEvent(context.holder, v1::EVENT_TYPE_CLOCK_MOVED, moved);
  v1::AdvanceClockResponse response;
  response.set_entry(context.number.value());
  *response.mutable_node_time() = request.to_time();
  outcome.answer = response.SerializeAsString();
  return std::nullopt;
}

Verdict CoreArea::DecideOpenSession(const DecideContext& context,
                                    const v1::OpenSession& body, Entry& entry,
                                    Outcome& outcome) const {
  const auto key = Id16::From(body.key());
  if (!key) {
    return FieldRefusal(v1::REASON_INVALID_FIELD, "session_key",
                        ToHex(body.key()), "16 bytes");
  }
  if (const SessionId known = sessions_.Find(context.user, *key)) {
    outcome.subject = known.value();
    outcome.numbers[0] = sessions_.LastSequence(known);
    outcome.repeated = true;
    return std::nullopt;
  }
  if (sessions_.Full(context.user)) {
    return FieldRefusal(v1::REASON_RATE_LIMITED, "session_key",
                        ToHex(key->view()), "at most 256 sessions of one user");
  }
  v1::SessionOpened opened;
  opened.set_session(sessions_.next_id().value());
  opened.set_key(key->str());
  entry.AddEvent(context.holder, v1::EVENT_TYPE_SESSION_OPENED, opened);
  outcome.subject = sessions_.next_id().value();
  return std::nullopt;
}

std::unique_ptr<google::protobuf::Message> CoreArea::BodyOf(
    const Proposal& proposal) const {
  const CommandSpec* const spec = world_.FindCommand(proposal.command);
  if (spec == nullptr) return nullptr;
  std::unique_ptr<google::protobuf::Message> body(spec->prototype->New());
  if (!body->ParseFromString(proposal.payload)) return nullptr;
  return body;
}

v1::Proposal CoreArea::Render(const Proposal& proposal) const {
  const auto user_name = [this](UserId user) {
    return TextName("users", world_.access().UserName(user));
  };
  v1::Proposal to;
  to.set_name(ProposalName(proposal.id));
  to.set_command(proposal.command);
  to.set_command_name(std::string(world_.CommandName(proposal.command)));
  to.set_state(proposal.state);
  to.set_proposer(user_name(proposal.proposer));
  for (UserId user : proposal.checkers) to.add_checkers(user_name(user));
  for (UserId user : proposal.approvers) to.add_approvers(user_name(user));
  to.set_checks_required(static_cast<int32_t>(proposal.need.checks));
  to.set_approvals_required(static_cast<int32_t>(proposal.need.approvals));
  to.set_amount(proposal.amount);
  to.set_digest(proposal.digest.str());
  to.set_payload(proposal.payload);
  if (const auto body = BodyOf(proposal)) {
    google::protobuf::TextFormat::PrintToString(*body,
                                                to.mutable_payload_text());
  }
  *to.mutable_expire_time() = ToTimestamp(proposal.expires);
  *to.mutable_create_time() = ToTimestamp(proposal.created);
  to.set_executed_entry(proposal.executed.value());
  if (proposal.failure != v1::REASON_UNSPECIFIED) {
    to.set_reason(v1::Reason_Name(proposal.failure));
  }
  return to;
}

// ---- Apply ----------------------------------------------------------------

void CoreArea::Apply(const ApplyContext& context,
                     const entry::v1::Event& event) {
  switch (event.type()) {
    case v1::EVENT_TYPE_GENESIS: {
      const auto genesis = ParseEvent<entry::v1::Genesis>(event);
      LUHENG_CHECK(genesis.format_level() == kFormatLevel)
          << "format level " << genesis.format_level();
      journal_id_ = Id16::From(genesis.journal_id()).value_or(Id16());
      suite_ = static_cast<HashSuiteId>(genesis.hash_suite());
      return;
    }
    case v1::EVENT_TYPE_APPROVAL_RULE_SET:
      return approvals_.ApplyRule(ParseEvent<v1::ApprovalRuleSet>(event));
    case v1::EVENT_TYPE_PROPOSED:
      return approvals_.ApplyProposed(ParseEvent<v1::Proposed>(event),
                                      context.stamp);
    case v1::EVENT_TYPE_PROPOSAL_CHECKED:
      return approvals_.ApplyChecked(ParseEvent<v1::ProposalStep>(event));
    case v1::EVENT_TYPE_PROPOSAL_APPROVED:
      return approvals_.ApplyApproved(ParseEvent<v1::ProposalStep>(event));
    case v1::EVENT_TYPE_PROPOSAL_CLOSED:
      return approvals_.ApplyClosed(ParseEvent<v1::ProposalClosed>(event),
                                    context.number);
    case v1::EVENT_TYPE_STATE_DIGESTED: {
      const auto digested = ParseEvent<v1::StateDigested>(event);
      last_digest_ = {EntryNumber(digested.entry()),
                      Digest::From(digested.digest()).value_or(Digest())};
      return;
    }
    case v1::EVENT_TYPE_CLOCK_MOVED: {
      const auto moved = ParseEvent<v1::ClockMoved>(event);
      if (moved.kind() == kRehearsalAdvanced) {
        clock_floor_ = Stamp(static_cast<int64_t>(moved.to_ns()));
      }
      return;
    }
    case v1::EVENT_TYPE_SESSION_OPENED: {
      const auto opened = ParseEvent<v1::SessionOpened>(event);
      return sessions_.Open(SessionId(opened.session()), context.user,
                            Id16::From(opened.key()).value_or(Id16()));
    }
    default:
      LUHENG_CHECK(false) << "core event type " << event.type();
  }
}

void CoreArea::ApplyOrigin(EntryNumber number, Stamp stamp,
                           const entry::v1::Part& part) {
  const entry::v1::Origin& origin = part.origin();
  const UserId user(origin.user());
  if (part.has_refusal()) refusal_limit_.Count(user, stamp);
  const auto number_at = [&part](int i) {
    return i < part.numbers_size() ? part.numbers(i) : 0;
  };
  if (origin.session() != 0) {
    sessions_.Record(SessionId(origin.session()),
                     {origin.sequence(),
                      number,
                      static_cast<Reason>(part.refusal().reason()),
                      number_at(0),
                      {number_at(1), number_at(2), number_at(3)}});
  }
  const auto id = Id16::From(origin.request_id());
  if (!id) return;
  RequestTable::Record record;
  record.digest = Digest::From(origin.digest()).value_or(Digest());
  Outcome& outcome = record.outcome;
  outcome.reason = static_cast<Reason>(part.refusal().reason());
  for (const entry::v1::Detail& detail : part.refusal().details()) {
    outcome.details.emplace_back(detail.key(), detail.value());
  }
  outcome.entry = number;
  outcome.stamp = stamp;
  outcome.subject = number_at(0);
  for (int i = 0; i < 3; ++i) outcome.numbers[i] = number_at(i + 1);
  outcome.answer = part.answer();
  for (const entry::v1::Event& event : part.events()) {
    if (event.type() == v1::EVENT_TYPE_PROPOSED) outcome.pending = true;
  }
  requests_.Insert(user, *id, std::move(record));
}

// ---- Due ------------------------------------------------------------------

std::optional<Stamp> CoreArea::NextDue() const {
  const auto next = approvals_.NextExpiry();
  if (!next) return std::nullopt;
  return next->first;
}

void CoreArea::DecideDue(const DecideContext&, Entry& entry) const {
  const auto next = approvals_.NextExpiry();
  LUHENG_CHECK(next.has_value());
  const Proposal& proposal = *approvals_.Find(next->second);
  entry.AddEvent(proposal.holder, v1::EVENT_TYPE_PROPOSAL_CLOSED,
                 ClosedBy(proposal, v1::PROPOSAL_STATE_EXPIRED));
}

// ---- State ----------------------------------------------------------------

void CoreArea::Save(StateWriter& writer) const {
  writer.Text(journal_id_.view());
  writer.Int(static_cast<int64_t>(suite_));
  writer.Int(clock_floor_.value());
  writer.IdOf(last_digest_ ? last_digest_->entry : EntryNumber());
  writer.Text(last_digest_ ? last_digest_->digest.view() : Digest().view());
  approvals_.Save(writer);
  requests_.Save(writer);
  sessions_.Save(writer);
  refusal_limit_.Save(writer);
}

absl::Status CoreArea::Load(StateReader& reader) {
  journal_id_ = reader.Fixed<Id16>();
  suite_ = static_cast<HashSuiteId>(reader.Int());
  clock_floor_ = Stamp(reader.Int());
  const EntryNumber digested = reader.IdOf<EntryNumber>();
  const Digest digest = reader.Fixed<Digest>();
  if (digested) last_digest_ = {digested, digest};
  approvals_.Load(reader);
  requests_.Load(reader);
  sessions_.Load(reader);
  refusal_limit_.Load(reader);
  return reader.status();
}

void CoreArea::DraftGenesis(const GenesisConfig& config,
                            const DecideContext& context, Entry& entry) const {
  entry::v1::Genesis genesis;
  genesis.set_journal_id(config.journal_id.str());
  genesis.set_hash_suite(static_cast<int64_t>(config.suite));
  genesis.set_format_level(kFormatLevel);
  entry.AddEvent(kPublic, v1::EVENT_TYPE_GENESIS, genesis);
  for (const v1::ApprovalRuleSet& rule : DefaultApprovalRules(context.now)) {
    entry.AddEvent(kPublic, v1::EVENT_TYPE_APPROVAL_RULE_SET, rule);
  }
}

}  // namespace luheng::core
