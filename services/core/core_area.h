// Core's own area: approvals, answers by request id, order sessions, the limit
// on refusals, and the records of clock and state digest. The other areas know
// nothing of these.
#ifndef LUHENG_SERVICES_CORE_CORE_AREA_H_
#define LUHENG_SERVICES_CORE_CORE_AREA_H_

#include <memory>
#include <optional>
#include <vector>

#include "luheng/core/v1/core.pb.h"
#include "luheng/core/v1/events.pb.h"
#include "services/core/approvals.h"
#include "services/core/area.h"
#include "services/core/genesis.h"
#include "services/core/ports.h"
#include "services/core/refusal_limit.h"
#include "services/core/request_table.h"
#include "services/core/session_table.h"

namespace luheng::core {

class World;

// The last digest of the whole state that was journalled.
struct DigestRecord {
  EntryNumber entry;
  Digest digest;
};

class CoreArea final : public Area, public GenesisArea {
 public:
  // Borrows the world that it is part of.
  explicit CoreArea(const World& world);

  const Approvals& approvals() const { return approvals_; }
  const RequestTable& requests() const { return requests_; }
  const SessionTable& sessions() const { return sessions_; }
  const RefusalLimit& refusal_limit() const { return refusal_limit_; }
  const Id16& journal_id() const { return journal_id_; }
  const std::optional<DigestRecord>& last_digest() const {
    return last_digest_;
  }
  // A rehearsal's clock has been advanced to here; zero if never.
  Stamp clock_floor() const { return clock_floor_; }

  // Keeps what the origin of `part` asks for: the answer under its request id
  // or in its session, and a refusal in its user's limit.
  void ApplyOrigin(EntryNumber number, Stamp stamp,
                   const entry::v1::Part& part);

  // The proposal as the API shows it. `text` is the payload in readable form.
  v1::Proposal Render(const Proposal& proposal) const;

  absl::string_view name() const override { return "core"; }
  absl::Span<const CommandSpec> commands() const override;
  absl::Span<const EventSpec> events() const override;
  Verdict Decide(const DecideContext& context, const Command& command,
                 Entry& entry, Outcome& outcome) const override;
  void Apply(const ApplyContext& context,
             const entry::v1::Event& event) override;
  std::optional<Stamp> NextDue() const override;
  void DecideDue(const DecideContext& context, Entry& entry) const override;
  void Save(StateWriter& writer) const override;
  absl::Status Load(StateReader& reader) override;
  void DraftGenesis(const GenesisConfig& config, const DecideContext& context,
                    Entry& entry) const override;

 private:
  Verdict DecideRule(const DecideContext& context,
                     const v1::SetApprovalRuleRequest& request, Entry& entry,
                     Outcome& outcome) const;
  Verdict DecideCheck(const DecideContext& context,
                      const v1::CheckProposalRequest& request, Entry& entry,
                      Outcome& outcome) const;
  Verdict DecideApprove(const DecideContext& context,
                        const v1::ApproveProposalRequest& request, Entry& entry,
                        Outcome& outcome) const;
  Verdict DecideReject(const DecideContext& context,
                       const v1::RejectProposalRequest& request, Entry& entry,
                       Outcome& outcome) const;
  Verdict DecideAdvance(const DecideContext& context,
                        const v1::AdvanceClockRequest& request, Entry& entry,
                        Outcome& outcome) const;
  Verdict DecideOpenSession(const DecideContext& context,
                            const v1::OpenSession& body, Entry& entry,
                            Outcome& outcome) const;
  // The proposal if `user` may take `step` of it.
  Verdict FindForStep(const DecideContext& context, absl::string_view name,
                      Step step, const Proposal*& found) const;
  // Executes an approved proposal into `entry`; drafts its end.
  void DraftExecution(const DecideContext& context, const Proposal& proposal,
                      Entry& entry,
                      v1::ApproveProposalResponse& response) const;
  // The body of a proposal's payload; null if its type is unknown.
  std::unique_ptr<google::protobuf::Message> BodyOf(
      const Proposal& proposal) const;

  const World& world_;
  std::vector<CommandSpec> commands_;
  std::vector<EventSpec> events_;
  Approvals approvals_;
  RequestTable requests_;
  SessionTable sessions_;
  RefusalLimit refusal_limit_;
  Id16 journal_id_;
  HashSuiteId suite_ = HashSuiteId::kSha256;
  std::optional<DigestRecord> last_digest_;
  Stamp clock_floor_;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_CORE_AREA_H_
