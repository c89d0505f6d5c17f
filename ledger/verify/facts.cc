#include "ledger/verify/facts.h"

#include "absl/strings/str_cat.h"
#include "luheng/core/v1/events.pb.h"
#include "luheng/market/v1/events.pb.h"
#include "luheng/registry/v1/events.pb.h"
#include "luheng/settlement/v1/events.pb.h"

namespace luheng::verify {
namespace {

bool IsKnownEvent(int64_t type) {
  if (type <= 0 || type > INT32_MAX) return false;
  const int number = static_cast<int>(type);
  return core::v1::EventType_IsValid(number) ||
         registry::v1::EventType_IsValid(number) ||
         market::v1::EventType_IsValid(number) ||
         settlement::v1::EventType_IsValid(number);
}

bool HasUnknown(const google::protobuf::Message& message) {
  return !message.GetReflection()->GetUnknownFields(message).empty();
}

// One message of each type for each thread, whose memory is used again. Null
// if the body is malformed or has what this release does not know.
template <typename Body>
const Body* Read(const entry::v1::Event& event) {
  thread_local Body body;
  const std::string& bytes = event.body();
  const bool whole =
      body.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
      !HasUnknown(body);
  return whole ? &body : nullptr;
}

int64_t Signed(uint64_t stamp) { return static_cast<int64_t>(stamp); }

class Reader {
 public:
  Reader(int64_t audience, std::vector<Fact>& facts)
      : audience_(audience), facts_(facts) {}

  // False if the event's body is not understood.
  bool Event(const entry::v1::Event& event);

 private:
  bool Market(const entry::v1::Event& event);
  bool LargeOrder(const entry::v1::Event& event);
  bool Instrument(const entry::v1::Event& event);
  bool Core(const entry::v1::Event& event);
  bool Step(const entry::v1::Event& event, FactKind kind);
  bool Rule(const entry::v1::Event& event);
  bool Settlement(const entry::v1::Event& event);
  void Rules(int64_t instrument, const market::v1::RulesRecord& rules) {
    Add({FactKind::kRules,
         {instrument, Signed(rules.effective_ns()), rules.buyer_fee_ppm(),
          rules.seller_fee_ppm()}});
  }
  bool Add(const Fact& fact) {
    facts_.push_back(fact);
    return true;
  }
  template <typename Body>
  bool OrderOnly(const entry::v1::Event& event, FactKind kind) {
    const Body* const body = Read<Body>(event);
    return body != nullptr && Add({kind, {body->order(), audience_}});
  }

  const int64_t audience_;
  std::vector<Fact>& facts_;
};

bool Reader::Event(const entry::v1::Event& event) {
  switch (event.type() / 100) {
    case 1:
      return Core(event);
    case 3:
      return Market(event);
    case 4:
      return Settlement(event);
    default:
      return Add({FactKind::kOther, {event.type()}});
  }
}

bool Reader::Market(const entry::v1::Event& event) {
  switch (event.type()) {
    case market::v1::EVENT_TYPE_ORDER_PLACED: {
      const auto* body = Read<market::v1::OrderPlaced>(event);
      return body != nullptr &&
             Add({FactKind::kPlaced,
                  {body->order(), audience_, body->instrument(), body->side(),
                   body->price_minor(), body->quantity(), body->rests()}});
    }
    case market::v1::EVENT_TYPE_FILLED: {
      const auto* body = Read<market::v1::Filled>(event);
      return body != nullptr &&
             Add({FactKind::kFilled,
                  {body->taker(), body->maker(), body->quantity(),
                   body->instrument(), body->price_minor(),
                   body->taker_side()}});
    }
    case market::v1::EVENT_TYPE_ORDER_CLOSED:
      return OrderOnly<market::v1::OrderClosed>(event, FactKind::kClosed);
    case market::v1::EVENT_TYPE_ORDER_RESTED:
      return OrderOnly<market::v1::OrderRested>(event, FactKind::kRested);
    case market::v1::EVENT_TYPE_SWEEP_PAUSED:
      return OrderOnly<market::v1::SweepPaused>(event, FactKind::kPaused);
    default:
      return LargeOrder(event);
  }
}

bool Reader::LargeOrder(const entry::v1::Event& event) {
  if (event.type() == market::v1::EVENT_TYPE_ORDER_REDUCED) {
    const auto* body = Read<market::v1::OrderReduced>(event);
    return body != nullptr &&
           Add({FactKind::kReduced,
                {body->order(), audience_, body->reduced_by()}});
  }
  if (event.type() == market::v1::EVENT_TYPE_ORDER_REPRICED) {
    const auto* body = Read<market::v1::OrderRepriced>(event);
    return body != nullptr &&
           Add({FactKind::kRepriced,
                {body->order(), audience_, body->price_minor(),
                 body->remaining(), body->rests()}});
  }
  return Instrument(event);
}

bool Reader::Instrument(const entry::v1::Event& event) {
  if (event.type() == market::v1::EVENT_TYPE_INSTRUMENT_DEFINED) {
    const auto* body = Read<market::v1::InstrumentDefined>(event);
    if (body == nullptr || HasUnknown(body->rules())) return false;
    Add({FactKind::kInstrument,
         {body->instrument(), body->asset(), body->lot_units()}});
    Rules(body->instrument(), body->rules());
  } else if (event.type() == market::v1::EVENT_TYPE_RULES_SET) {
    const auto* body = Read<market::v1::RulesSet>(event);
    if (body == nullptr || HasUnknown(body->rules())) return false;
    Rules(body->instrument(), body->rules());
  }
  return Add({FactKind::kOther, {event.type()}});
}

bool Reader::Step(const entry::v1::Event& event, FactKind kind) {
  const auto* body = Read<core::v1::ProposalStep>(event);
  return body != nullptr && Add({kind, {body->proposal(), body->user()}});
}

bool Reader::Core(const entry::v1::Event& event) {
  switch (event.type()) {
    case core::v1::EVENT_TYPE_APPROVAL_RULE_SET:
      return Rule(event);
    case core::v1::EVENT_TYPE_PROPOSED: {
      const auto* body = Read<core::v1::Proposed>(event);
      return body != nullptr &&
             Add({FactKind::kProposed,
                  {body->proposal(), body->command(), body->amount(),
                   body->checks(), body->approvals(), body->proposer()}});
    }
    case core::v1::EVENT_TYPE_PROPOSAL_CHECKED:
      return Step(event, FactKind::kChecked);
    case core::v1::EVENT_TYPE_PROPOSAL_APPROVED:
      return Step(event, FactKind::kApproved);
    case core::v1::EVENT_TYPE_PROPOSAL_CLOSED: {
      const auto* body = Read<core::v1::ProposalClosed>(event);
      return body != nullptr && Add({FactKind::kProposalClosed,
                                     {body->proposal(), body->state()}});
    }
    default:
      return Add({FactKind::kOther, {event.type()}});
  }
}

bool Reader::Rule(const entry::v1::Event& event) {
  const auto* body = Read<core::v1::ApprovalRuleSet>(event);
  if (body == nullptr) return false;
  Add({FactKind::kRule, {body->command(), Signed(body->effective_ns())}});
  for (const core::v1::TierRecord& tier : body->tiers()) {
    if (HasUnknown(tier)) return false;
    Add({FactKind::kTier,
         {tier.amount_max(), tier.checks(), tier.approvals()}});
  }
  return Add({FactKind::kOther, {event.type()}});
}

bool Reader::Settlement(const entry::v1::Event& event) {
  constexpr int64_t kCash = 1;
  switch (event.type()) {
    case settlement::v1::EVENT_TYPE_UNITS_ISSUED:
    case settlement::v1::EVENT_TYPE_UNITS_RETIRED: {
      const auto* body = Read<settlement::v1::UnitsMoved>(event);
      return body != nullptr && Add({FactKind::kMoved,
                                     {event.type(), body->holder(),
                                      body->asset(), body->amount()}});
    }
    case settlement::v1::EVENT_TYPE_CASH_IN:
    case settlement::v1::EVENT_TYPE_CASH_OUT: {
      const auto* body = Read<settlement::v1::CashMoved>(event);
      return body != nullptr &&
             Add({FactKind::kMoved,
                  {event.type(), body->holder(), kCash, body->amount()}});
    }
    default:
      return Add({FactKind::kOther, {event.type()}});
  }
}

}  // namespace

std::string ReadPart(const entry::v1::Part& part, std::vector<Fact>& facts,
                     std::vector<Change>& postings) {
  bool unknown = HasUnknown(part);
  if (part.has_origin()) {
    const entry::v1::Origin& origin = part.origin();
    unknown |= HasUnknown(origin);
    facts.push_back({FactKind::kOrigin,
                     {origin.user(), origin.command(), origin.proposal(),
                      part.has_refusal()}});
  }
  Reader reader(part.audience(), facts);
  for (const entry::v1::Event& event : part.events()) {
    unknown |= HasUnknown(event);
    if (!IsKnownEvent(event.type())) {
      return absl::StrCat("event type ", event.type());
    }
    if (!reader.Event(event)) {
      return absl::StrCat("a malformed event of type ", event.type());
    }
  }
  for (const entry::v1::Posting& posting : part.postings()) {
    unknown |= HasUnknown(posting);
    postings.push_back({part.audience(), posting.asset(), posting.purpose(),
                        posting.amount()});
  }
  return unknown ? "an unknown field" : "";
}

}  // namespace luheng::verify
