#include "clients/cli/outcome.h"

#include "absl/strings/escaping.h"
#include "clients/cli/format.h"

namespace luheng::cli {
namespace {

// Whether the proposal has to be checked before it can be approved. If the
// caller may not see it, a check is the step that comes first.
bool NeedsCheck(Context& context, const std::string& proposal) {
  cv1::GetProposalRequest request;
  request.set_name(proposal);
  const absl::StatusOr<client::Client*> client = context.client();
  if (!client.ok()) return true;
  const auto response =
      (*client)->Call(&cv1::ApprovalService::Stub::GetProposal, request);
  return !response.ok() || response->proposal().checks_required() > 0;
}

}  // namespace

void PrintPending(Context& context, const cv1::PendingApproval& pending) {
  const Columns<cv1::PendingApproval> columns = {
      {text::kProposal,
       [](const cv1::PendingApproval& row) {
         return TextCell(row.proposal());
       }},
      {text::kDigest, [](const cv1::PendingApproval& row) {
         return TextCell(absl::BytesToHexString(row.digest()));
       }}};
  PrintRecord(context, columns, pending);
  const std::string number = LastPart(pending.proposal());
  const std::string digest = absl::BytesToHexString(pending.digest());
  context.Note(NeedsCheck(context, pending.proposal()) ? text::kPendingCheck
                                                       : text::kPendingApprove,
               number, digest);
}

void NoteEntry(Context& context, int64_t entry) {
  if (entry > 0) context.Note(text::kRecordedIn, entry);
}

}  // namespace luheng::cli
