#include "clients/cli/outcome.h"

#include "absl/strings/escaping.h"
#include "clients/cli/format.h"

namespace luheng::cli {

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
  context.Note(text::kPendingNext, number, digest);
}

void NoteEntry(Context& context, int64_t entry) {
  if (entry > 0) context.Note(text::kRecordedIn, entry);
}

}  // namespace luheng::cli
