#include "services/core/world.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "ledger/base/status_macros.h"
#include "ledger/journal/block.h"
#include "ledger/merkle/hash_suite.h"
#include "luheng/core/v1/core.pb.h"

namespace luheng::core {
namespace {

// Of the state's bytes; raised when their layout changes.
constexpr int64_t kStateVersion = 1;

void FillRefusal(const Refusal& refusal, entry::v1::Refusal& to) {
  to.set_reason(refusal.reason);
  for (const auto& [key, value] : refusal.details) {
    entry::v1::Detail& detail = *to.add_details();
    detail.set_key(key);
    detail.set_value(value);
  }
}

void ClearOutcome(Outcome& outcome) {
  outcome.reason = v1::REASON_UNSPECIFIED;
  outcome.repeated = false;
  outcome.pending = false;
  outcome.entry = EntryNumber();
  outcome.stamp = Stamp();
  outcome.subject = 0;
  for (int64_t& number : outcome.numbers) number = 0;
  outcome.answer.clear();
  outcome.details.clear();
}

void Answer(Refusal refusal, Outcome& outcome) {
  outcome.reason = refusal.reason;
  outcome.details = std::move(refusal.details);
}

Refusal TooLarge(int64_t bytes_max) {
  return {v1::REASON_MESSAGE_TOO_LARGE,
          {{"limit_bytes", absl::StrCat(bytes_max)}}};
}

Refusal QuotaUsed(const Id16& request_id) {
  return FieldRefusal(
      v1::REASON_RATE_LIMITED, "request_id", FormatUuid(request_id),
      absl::StrCat("at most ", kRequestsPerUserMax, " requests a day"));
}

// What one person may leave for others to decide.
constexpr int64_t kOpenProposalsMax = 1'000;

// A value of a refusal may be a field of the request, of any length.
constexpr size_t kDetailBytesMax = 256;

// Shortens what would not fit an entry, at the start of a character.
void Clip(Refusal& refusal) {
  for (auto& [key, value] : refusal.details) {
    if (value.size() <= kDetailBytesMax) continue;
    size_t size = kDetailBytesMax;
    while (size > 0 && (static_cast<uint8_t>(value[size]) & 0xc0) == 0x80) {
      --size;
    }
    value.resize(size);
  }
}

// The request without its request id: equal requests are equal proposals.
std::string PayloadOf(const google::protobuf::Message& body) {
  std::unique_ptr<google::protobuf::Message> copy(body.New());
  copy->CopyFrom(body);
  const auto* const field =
      copy->GetDescriptor()->FindFieldByName("request_id");
  if (field != nullptr) copy->GetReflection()->ClearField(copy.get(), field);
  return copy->SerializeAsString();
}

// Whether a snapshot may say so.
bool IsBalance(HolderId holder, AssetId asset, int64_t purpose,
               int64_t amount) {
  constexpr int64_t kIdMax = INT32_MAX;
  return IsValidPurpose(purpose) && holder.value() >= 0 &&
         holder.value() <= kIdMax && asset.value() > 0 &&
         asset.value() <= kIdMax && amount != 0 &&
         (amount > 0 || IsSystemPurpose(static_cast<Purpose>(purpose)));
}

}  // namespace

void Area::Prefetch(HolderId, const Command&, Distance) const {}

void Area::DecideDue(const DecideContext&, Entry&) const {
  LUHENG_CHECK(false) << name() << " has nothing due";
}

void Area::DecideContinuation(const DecideContext&, Entry&, Outcome&) const {
  LUHENG_CHECK(false) << name() << " has nothing to continue";
}

World::World() : command_routes_(kTypeMax), event_routes_(kTypeMax) {
  auto core = std::make_unique<CoreArea>(*this);
  core_ = core.get();
  AddArea(std::move(core));
}

World::~World() = default;

void World::AddArea(std::unique_ptr<Area> area) {
  for (const CommandSpec& spec : area->commands()) {
    LUHENG_CHECK(spec.type > 0 && spec.type < kTypeMax);
    Route& route = command_routes_[static_cast<size_t>(spec.type)];
    LUHENG_CHECK(route.area == nullptr) << "command type " << spec.type;
    route = {area.get(), &spec, nullptr};
  }
  for (const EventSpec& spec : area->events()) {
    LUHENG_CHECK(spec.type > 0 && spec.type < kTypeMax);
    Route& route = event_routes_[static_cast<size_t>(spec.type)];
    LUHENG_CHECK(route.area == nullptr) << "event type " << spec.type;
    route = {area.get(), nullptr, &spec};
  }
  areas_.push_back(std::move(area));
}

void World::SetAccessControl(const AccessControl* access) { access_ = access; }

const CommandSpec* World::FindCommand(CommandType type) const {
  if (type <= 0 || type >= kTypeMax) return nullptr;
  return command_routes_[static_cast<size_t>(type)].command;
}

const EventSpec* World::FindEvent(int type) const {
  if (type <= 0 || type >= kTypeMax) return nullptr;
  return event_routes_[static_cast<size_t>(type)].event;
}

CommandType World::CommandNamed(absl::string_view name) const {
  for (const auto& area : areas_) {
    for (const CommandSpec& spec : area->commands()) {
      if (spec.name == name) return spec.type;
    }
  }
  for (const CommandType type : {v1::COMMAND_TYPE_GENESIS, v1::COMMAND_TYPE_DUE,
                                 v1::COMMAND_TYPE_CONTINUE}) {
    if (CommandName(type) == name) return type;
  }
  return 0;
}

absl::string_view World::CommandName(CommandType type) const {
  const CommandSpec* const spec = FindCommand(type);
  if (spec != nullptr) return spec->name;
  // What the node does of itself comes in no request.
  switch (type) {
    case v1::COMMAND_TYPE_GENESIS:
      return "Genesis";
    case v1::COMMAND_TYPE_DUE:
      return "Due";
    case v1::COMMAND_TYPE_CONTINUE:
      return "Continue";
    default:
      return "Unknown";
  }
}

HolderId World::TargetOf(CommandType type,
                         const google::protobuf::Message& body) const {
  const CommandSpec* const spec = FindCommand(type);
  if (spec == nullptr || spec->target == nullptr) return HolderId();
  return spec->target(body);
}

// ---- Decide ---------------------------------------------------------------

DecideContext World::ContextFor(const Command& command, Stamp now) const {
  DecideContext context;
  context.now = now;
  context.number = EntryNumber(last_entry_.value() + 1);
  context.user = command.user;
  context.holder =
      command.user ? access_->HolderOf(command.user) : kSystemHolder;
  return context;
}

bool World::AnswerAgain(const Command& command, Stamp now,
                        Outcome& outcome) const {
  if (command.session) {
    const SessionTable::Answer* const answer =
        core_->sessions().FindAnswer(command.session, command.sequence);
    if (answer == nullptr) return false;
    outcome.reason = answer->reason;
    outcome.entry = answer->entry;
    outcome.subject = answer->subject;
    std::copy_n(answer->numbers, 3, outcome.numbers);
    outcome.repeated = true;
    return true;
  }
  if (command.request_id.is_zero()) return false;
  const RequestTable::Record* const record =
      core_->requests().Find(command.user, command.request_id, now);
  if (record == nullptr) return false;
  if (record->digest == command.digest) {
    outcome = record->outcome;
    outcome.repeated = true;
    return true;
  }
  // Suspension is answered before anything else that is not the first answer.
  if (!access_->IsActive(command.user)) return false;
  Answer({v1::REASON_REQUEST_ID_REUSED,
          {{"request_id", FormatUuid(command.request_id)}}},
         outcome);
  return true;
}

Verdict World::CheckSender(const Command& command) const {
  const CommandSpec* const spec = FindCommand(command.type);
  if (spec == nullptr) {
    return Refusal{v1::REASON_UNKNOWN_COMMAND,
                   {{"command", absl::StrCat(command.type)}}};
  }
  // Only the node sends without a user, and only what is the node's.
  if (command.user ? !access_->HolderOf(command.user) : !spec->node_only) {
    return Refusal{v1::REASON_UNKNOWN_USER, {}};
  }
  if (!command.session) return std::nullopt;
  const SessionTable& sessions = core_->sessions();
  if (!sessions.Owns(command.session, command.user)) {
    return Refusal{v1::REASON_UNKNOWN_SESSION, {}};
  }
  if (command.sequence < 1) {
    return Refusal{v1::REASON_SEQUENCE_GAP,
                   {{"sequence", absl::StrCat(command.sequence)}}};
  }
  if (sessions.IsTooOld(command.session, command.sequence)) {
    return Refusal{v1::REASON_SEQUENCE_TOO_OLD,
                   {{"sequence", absl::StrCat(command.sequence)}}};
  }
  return std::nullopt;
}

Verdict World::Authorize(const Command& command,
                         const CommandSpec& spec) const {
  if (!command.user) return std::nullopt;  // The node; see CheckSender.
  if (!access_->IsActive(command.user)) {
    return Refusal{v1::REASON_USER_SUSPENDED,
                   {{"user", access_->UserName(command.user)}}};
  }
  if (spec.open_to_all) return std::nullopt;
  const HolderId target =
      spec.target == nullptr ? HolderId() : spec.target(*command.body);
  if (!spec.node_only &&
      access_->Allows(command.user, spec.type, Step::kSubmit, target)) {
    return std::nullopt;
  }
  return Refusal{v1::REASON_PERMISSION_DENIED,
                 {{"command", std::string(spec.name)},
                  {"user", access_->UserName(command.user)}}};
}

void World::Prefetch(const Command& command, Distance distance) const {
  if (command.session) {
    core_->sessions().Prefetch(command.session, command.sequence, distance);
  }
  const CommandSpec* const spec = FindCommand(command.type);
  if (spec == nullptr || !command.user) return;
  const Route& route = command_routes_[static_cast<size_t>(command.type)];
  route.area->Prefetch(access_->HolderOf(command.user), command, distance);
}

Decision World::Decide(const Command& command, Stamp now, Entry& entry,
                       Outcome& outcome) const {
  ClearOutcome(outcome);
  entry.Reset(EntryNumber(last_entry_.value() + 1), now);
  if (Verdict verdict = CheckSender(command)) {
    Answer(*std::move(verdict), outcome);
    return Decision::kAnswered;
  }
  if (AnswerAgain(command, now, outcome)) return Decision::kAnswered;
  const Route& route = command_routes_[static_cast<size_t>(command.type)];
  const DecideContext context = ContextFor(command, now);
  Verdict verdict = Authorize(command, *route.command);
  if (!command.request_id.is_zero() &&
      core_->requests().Full(command.user, now)) {
    // Any entry would keep one more answer.
    Answer(verdict ? *std::move(verdict) : QuotaUsed(command.request_id),
           outcome);
    return Decision::kAnswered;
  }
  if (!verdict) verdict = DecideRouted(context, route, command, entry, outcome);
  if (verdict) {
    return DraftRefusal(context, command, *std::move(verdict), entry, outcome);
  }
  if (entry.empty()) return Decision::kAnswered;
  DraftOrigin(context, command, outcome, entry);
  // Orders are bounded by their rules; a request can be as large as a message.
  if (route.command->by_request_id && entry.ByteSize() > kEntryBytesMax) {
    entry.Reset(context.number, now);
    ClearOutcome(outcome);
    Answer(TooLarge(kEntryBytesMax), outcome);
    return Decision::kAnswered;
  }
  outcome.entry = context.number;
  outcome.stamp = now;
  return Decision::kEntry;
}

Verdict World::DecideRouted(const DecideContext& context, const Route& route,
                            const Command& command, Entry& entry,
                            Outcome& outcome) const {
  if (Verdict verdict = route.area->Decide(context, command, entry, outcome)) {
    return verdict;
  }
  const CommandSpec& spec = *route.command;
  const int64_t amount =
      spec.amount == nullptr ? 0 : spec.amount(*command.body);
  const ApprovalNeed need =
      core_->approvals().NeedFor(command.type, amount, context.now);
  if (!need.any() || entry.empty()) return std::nullopt;
  // The rules would accept it now; others have to agree first.
  return Propose(context, command, spec, amount, entry, outcome);
}

Verdict World::Propose(const DecideContext& context, const Command& command,
                       const CommandSpec& spec, int64_t amount, Entry& entry,
                       Outcome& outcome) const {
  const Approvals& approvals = core_->approvals();
  const ApprovalNeed need = approvals.NeedFor(spec.type, amount, context.now);
  const std::string payload = PayloadOf(*command.body);
  if (static_cast<int64_t>(payload.size()) > kProposalPayloadBytesMax) {
    return TooLarge(kProposalPayloadBytesMax);
  }
  const Digest digest = Sha256Suite().Hash(payload);
  if (const ProposalId open =
          approvals.FindOpen(context.user, spec.type, digest)) {
    return Refusal{v1::REASON_PROPOSAL_DUPLICATE,
                   {{"proposal", absl::StrCat(open.value())}}};
  }
  if (approvals.OpenCount(context.user, kOpenProposalsMax) ==
      kOpenProposalsMax) {
    return FieldRefusal(
        v1::REASON_RATE_LIMITED, "proposer", access_->UserName(context.user),
        absl::StrCat("at most ", kOpenProposalsMax, " open proposals"));
  }
  entry.Reset(context.number, context.now);
  v1::Proposed proposed;
  proposed.set_proposal(approvals.next_id().value());
  proposed.set_command(spec.type);
  proposed.set_payload(payload);
  proposed.set_digest(digest.str());
  proposed.set_amount(amount);
  proposed.set_checks(need.checks);
  proposed.set_approvals(need.approvals);
  proposed.set_expire_ns(
      static_cast<uint64_t>(context.now.value() + need.expiry_ns));
  proposed.set_proposer(context.user.value());
  proposed.set_holder(context.holder.value());
  entry.AddEvent(context.holder, v1::EVENT_TYPE_PROPOSED, proposed);
  v1::PendingApproval pending;
  pending.set_proposal(absl::StrCat("proposals/", proposed.proposal()));
  pending.set_digest(digest.str());
  ClearOutcome(outcome);
  outcome.pending = true;
  outcome.subject = proposed.proposal();
  outcome.answer = pending.SerializeAsString();
  return std::nullopt;
}

Verdict World::Execute(const DecideContext& context, const Command& command,
                       Entry& entry, Outcome& outcome) const {
  const CommandSpec* const spec = FindCommand(command.type);
  if (Verdict verdict = Authorize(command, *spec)) return verdict;
  Area& area = *command_routes_[static_cast<size_t>(command.type)].area;
  return area.Decide(context, command, entry, outcome);
}

Decision World::DraftRefusal(const DecideContext& context,
                             const Command& command, Refusal refusal,
                             Entry& entry, Outcome& outcome) const {
  ClearOutcome(outcome);
  entry.Reset(context.number, context.now);
  Clip(refusal);
  const RefusalLimit& limit = core_->refusal_limit();
  if (!limit.Allows(command.user, context.now)) {
    Answer(
        {v1::REASON_RATE_LIMITED,
         {{"refused_reason", v1::Reason_Name(refusal.reason)},
          {"retry_ms",
           absl::StrCat(limit.WaitNanos(command.user, context.now) / 1'000'000 +
                        1)}}},
        outcome);
    return Decision::kAnswered;
  }
  FillRefusal(refusal, *entry.PartFor(context.holder).mutable_refusal());
  Answer(std::move(refusal), outcome);
  outcome.entry = context.number;
  outcome.stamp = context.now;
  DraftOrigin(context, command, outcome, entry);
  return Decision::kEntry;
}

void World::DraftOrigin(const DecideContext& context, const Command& command,
                        const Outcome& outcome, Entry& entry) const {
  entry::v1::Part& part = entry.PartFor(context.holder);
  entry::v1::Origin& origin = *part.mutable_origin();
  origin.set_user(command.user.value());
  origin.set_command(command.type);
  if (command.session) {
    origin.set_session(command.session.value());
    origin.set_sequence(command.sequence);
  }
  if (!command.request_id.is_zero()) {
    origin.set_request_id(command.request_id.str());
    origin.set_digest(command.digest.str());
    part.set_answer(outcome.answer);
  }
  if (!command.credential.is_zero()) {
    origin.set_credential(command.credential.str());
  }
  if (command.session || !command.request_id.is_zero()) {
    if (outcome.accepted() && outcome.subject != 0) {
      part.add_numbers(outcome.subject);
      for (int64_t number : outcome.numbers) part.add_numbers(number);
    }
  }
}

void World::DraftGenesis(const GenesisConfig& config, Stamp now,
                         Entry& entry) const {
  LUHENG_CHECK(last_entry_ == EntryNumber());
  entry.Reset(EntryNumber(1), now);
  DecideContext context;
  context.now = now;
  context.number = EntryNumber(1);
  context.holder = kSystemHolder;
  for (const auto& area : areas_) {
    const auto* const speaker = dynamic_cast<const GenesisArea*>(area.get());
    if (speaker != nullptr) speaker->DraftGenesis(config, context, entry);
  }
  entry::v1::Origin& origin = *entry.PartFor(kSystemHolder).mutable_origin();
  origin.set_command(v1::COMMAND_TYPE_GENESIS);
}

std::optional<Stamp> World::NextDue() const {
  std::optional<Stamp> next;
  for (const auto& area : areas_) {
    const auto due = area->NextDue();
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

void World::DecideDue(Stamp now, Entry& entry) const {
  const auto next = NextDue();
  LUHENG_CHECK(next && *next <= now);
  Command command;
  command.type = v1::COMMAND_TYPE_DUE;
  const DecideContext context = ContextFor(command, now);
  entry.Reset(context.number, now);
  for (const auto& area : areas_) {
    if (area->NextDue() != next) continue;
    area->DecideDue(context, entry);
    break;
  }
  LUHENG_CHECK(!entry.empty());
  DraftOrigin(context, command, Outcome(), entry);
}

bool World::HasContinuation() const {
  for (const auto& area : areas_) {
    if (area->HasContinuation()) return true;
  }
  return false;
}

void World::DecideContinuation(Stamp now, Entry& entry,
                               Outcome& outcome) const {
  Command command;
  command.type = v1::COMMAND_TYPE_CONTINUE;
  const DecideContext context = ContextFor(command, now);
  entry.Reset(context.number, now);
  for (const auto& area : areas_) {
    if (!area->HasContinuation()) continue;
    area->DecideContinuation(context, entry, outcome);
    break;
  }
  LUHENG_CHECK(!entry.empty());
  DraftOrigin(context, command, Outcome(), entry);
}

// ---- Apply ----------------------------------------------------------------

void World::Apply(const EntryView& entry) {
  LUHENG_CHECK(entry.number.value() == last_entry_.value() + 1)
      << "entry " << entry.number << " after " << last_entry_;
  LUHENG_CHECK(entry.stamp >= last_stamp_) << "entry " << entry.number;
  accounts_.Apply(entry);
  ApplyContext context;
  context.number = entry.number;
  context.stamp = entry.stamp;
  for (const auto& part : entry.parts) {
    if (part->has_origin()) context.user = UserId(part->origin().user());
  }
  for (const auto& part : entry.parts) {
    context.audience = HolderId(part->audience());
    for (const entry::v1::Event& event : part->events()) {
      LUHENG_CHECK(event.type() > 0 && event.type() < kTypeMax &&
                   event_routes_[static_cast<size_t>(event.type())].area)
          << "entry " << entry.number << ": event type " << event.type()
          << " is not known to this release";
      event_routes_[static_cast<size_t>(event.type())].area->Apply(context,
                                                                   event);
    }
  }
  for (const auto& part : entry.parts) {
    if (part->has_origin()) {
      core_->ApplyOrigin(entry.number, entry.stamp, *part);
    }
  }
  last_entry_ = entry.number;
  last_stamp_ = entry.stamp;
}

// ---- State ----------------------------------------------------------------

void World::Save(StateWriter& writer) const {
  writer.Int(kStateVersion);
  writer.IdOf(last_entry_);
  writer.Int(last_stamp_.value());
  const std::vector<AccountBalance> balances = accounts_.Balances();
  writer.Int(static_cast<int64_t>(balances.size()));
  for (const AccountBalance& balance : balances) {
    writer.IdOf(balance.holder);
    writer.IdOf(balance.asset);
    writer.Int(static_cast<int64_t>(balance.purpose));
    writer.Int(balance.amount);
  }
  writer.Int(static_cast<int64_t>(accounts_.fold()));
  for (const auto& area : areas_) {
    writer.Text(area->name());
    area->Save(writer);
  }
}

uint64_t World::fold() const {
  constexpr uint64_t kPrime = 0x100000001b3;
  uint64_t fold = accounts_.fold();
  for (const auto& area : areas_) fold = (fold ^ area->fold()) * kPrime;
  return fold;
}

absl::Status World::Load(absl::string_view bytes) {
  LUHENG_CHECK(last_entry_ == EntryNumber());
  StateReader reader(bytes);
  if (const int64_t version = reader.Int(); version != kStateVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat("state version ", version, ", expected ", kStateVersion));
  }
  last_entry_ = reader.IdOf<EntryNumber>();
  last_stamp_ = Stamp(reader.Int());
  const int64_t count = reader.Count();
  for (int64_t i = 0; i < count && reader.status().ok(); ++i) {
    const HolderId holder = reader.IdOf<HolderId>();
    const AssetId asset = reader.IdOf<AssetId>();
    const int64_t purpose = reader.Int();
    const int64_t amount = reader.Int();
    if (!IsBalance(holder, asset, purpose, amount) ||
        accounts_.Get(holder, asset, static_cast<Purpose>(purpose)) != 0) {
      reader.Fail("balance");
      break;
    }
    accounts_.Post(holder, asset, static_cast<Purpose>(purpose), amount);
  }
  accounts_.RestoreFold(static_cast<uint64_t>(reader.Int()));
  RETURN_IF_ERROR(reader.status());
  for (const auto& area : areas_) {
    if (reader.Text() != area->name()) reader.Fail(area->name());
    RETURN_IF_ERROR(reader.status());
    RETURN_IF_ERROR(area->Load(reader));
  }
  if (!reader.at_end()) reader.Fail("end");
  return reader.status();
}

Digest World::StateDigest() const {
  std::string bytes;
  {
    StateWriter writer([&bytes](absl::string_view piece) {
      bytes.append(piece.data(), piece.size());
    });
    Save(writer);
  }
  return Sha256Suite().Hash(bytes);
}

}  // namespace luheng::core
