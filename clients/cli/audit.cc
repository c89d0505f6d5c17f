// luheng audit: a journal's files checked without the server and without what
// wrote them. Findings fail the command with the code of a failed verification.
#include "ledger/verify/audit.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/command.h"
#include "clients/cli/format.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/nouns.h"
#include "clients/cli/output.h"
#include "clients/cli/texts.h"
#include "clients/lib/status_macros.h"
#include "ledger/base/file.h"
#include "ledger/base/stamp.h"
#include "ledger/merkle/tlog_proof.h"
#include "ledger/merkle/trust_policy.h"
#include "ledger/verify/journal_files.h"
#include "luheng/ledger/v1/audit.pb.h"

namespace luheng::cli {
namespace {

using ledger::v1::AuditReport;

constexpr size_t kTextBytesMax = 1 << 20;
constexpr absl::Duration kProgressEvery = absl::Seconds(1);

struct Arguments {
  std::string directory;
  std::string policy;
  std::vector<std::string> checkpoints;
};

absl::StatusOr<std::string> ReadText(Context& context,
                                     const std::string& path) {
  auto text = ReadWholeFile(path, kTextBytesMax);
  if (text.ok()) return text;
  return context.Wrong(text::kFileUnreadable, path, text.status().message());
}

// The tree that a checkpoint or a receipt in `path` vouches for.
absl::StatusOr<TreeHead> ReadHeld(Context& context, const std::string& path,
                                  const TrustPolicy& policy) {
  CLIENT_ASSIGN_OR_RETURN(const std::string text, ReadText(context, path));
  // A receipt has its checkpoint in it.
  const auto proof = ParseTlogProof(text);
  absl::StatusOr<Note> note =
      proof.ok() ? absl::StatusOr<Note>(proof->checkpoint) : ParseNote(text);
  absl::StatusOr<TrustedCheckpoint> trusted =
      note.ok() ? policy.Open(*note) : note.status();
  if (trusted.ok()) return trusted->checkpoint.head;
  return context.Wrong(text::kCheckpointBad, path, trusted.status().message());
}

absl::StatusOr<std::vector<TreeHead>> ReadAllHeld(Context& context,
                                                  const Arguments& arguments) {
  std::vector<TreeHead> held;
  if (arguments.checkpoints.empty()) return held;
  if (arguments.policy.empty()) return context.Wrong(text::kAuditNeedsPolicy);
  CLIENT_ASSIGN_OR_RETURN(const std::string rules,
                          ReadText(context, arguments.policy));
  const auto policy = TrustPolicy::Parse(rules);
  if (!policy.ok()) {
    return context.Wrong(text::kPolicyBad, arguments.policy,
                         policy.status().message());
  }
  for (const std::string& path : arguments.checkpoints) {
    CLIENT_ASSIGN_OR_RETURN(const TreeHead head,
                            ReadHeld(context, path, *policy));
    held.push_back(head);
  }
  return held;
}

int64_t PerSecond(int64_t count, absl::Duration took) {
  return count * 1000 / std::max<int64_t>(1, absl::ToInt64Milliseconds(took));
}

// Says at most each second how far it is.
std::function<void(int64_t)> Progress(Context& context, int64_t expected) {
  const absl::Time begin = absl::Now();
  auto last = std::make_shared<absl::Time>(begin);
  return [&context, expected, begin, last](int64_t entries) {
    const absl::Time now = absl::Now();
    if (now - *last < kProgressEvery) return;
    *last = now;
    context.Note(text::kAuditProgress, entries, expected,
                 PerSecond(entries, now - begin));
  };
}

Columns<AuditReport> ReportColumns() {
  return {
      {text::kJournalId,
       [](const auto& row) { return TextCell(row.journal_id()); }},
      {text::kAuditBlocks,
       [](const auto& row) { return NumberCell(row.blocks()); }},
      {text::kAuditEntries,
       [](const auto& row) { return NumberCell(row.entries()); }},
      {text::kAuditBytes,
       [](const auto& row) { return NumberCell(row.bytes()); }},
      {text::kAuditAccounts,
       [](const auto& row) { return NumberCell(row.accounts()); }},
      {text::kRoot, [](const auto& row) { return TextCell(row.root()); }},
      {text::kAuditHeld,
       [](const auto& row) { return NumberCell(row.checkpoints_compared()); }},
      {text::kAuditFindings,
       [](const auto& row) { return NumberCell(row.finding_count()); }},
      {text::kAuditSpeed,
       [](const auto& row) { return NumberCell(row.entries_per_second()); }},
  };
}

AuditReport MakeReport(const verify::AuditReport& found, absl::Duration took) {
  AuditReport report;
  report.set_journal_id(absl::BytesToHexString(found.journal_id));
  report.set_blocks(found.blocks);
  report.set_entries(found.entries);
  report.set_bytes(found.bytes);
  report.set_accounts(found.accounts);
  report.set_root(ToHex(found.head.root.view()));
  report.set_digest(ToHex(found.digest.view()));
  report.set_checkpoints_compared(found.held_checked);
  report.set_finding_count(found.finding_count);
  report.set_entries_per_second(PerSecond(found.entries, took));
  for (const verify::Finding& finding : found.findings) {
    ledger::v1::AuditFinding& row = *report.add_findings();
    row.set_code(std::string(verify::CodeName(finding.code)));
    row.set_block(finding.block);
    row.set_entry(finding.entry);
    row.set_text_en(verify::FindingText(finding, false));
    row.set_text_zh(verify::FindingText(finding, true));
  }
  return report;
}

absl::Status Audit(Context& context, const Arguments& arguments) {
  verify::AuditOptions options;
  CLIENT_ASSIGN_OR_RETURN(options.held, ReadAllHeld(context, arguments));
  CLIENT_ASSIGN_OR_RETURN(
      const std::unique_ptr<verify::AuditSource> source,
      verify::OpenJournalFiles(absl::StrCat(arguments.directory, "/journal")));
  options.progress = Progress(context, source->ExpectedEntries());
  const absl::Time begin = absl::Now();
  CLIENT_ASSIGN_OR_RETURN(const verify::AuditReport found,
                          verify::RunAudit(*source, options));
  const AuditReport report = MakeReport(found, absl::Now() - begin);
  PrintRecord(context, ReportColumns(), report);
  const bool chinese = context.language == Language::kChinese;
  for (const auto& finding : report.findings()) {
    context.Note(text::kAuditFinding,
                 chinese ? finding.text_zh() : finding.text_en());
  }
  if (found.clean()) {
    context.Note(text::kAuditClean);
    return absl::OkStatus();
  }
  return absl::DataLossError(
      context.Say(text::kAuditFailed, found.finding_count));
}

}  // namespace

void RegisterAudit(CLI::App& app, Context& context) {
  const auto arguments = MakeArguments<Arguments>();
  CLI::App& verb = AddVerb(
      app, context, "audit", help::kAudit,
      "luheng audit var/shanxi/data\n"
      "luheng audit DIR --policy luheng.policy --checkpoint 352.tlog-proof",
      [=, &context] { return Audit(context, *arguments); });
  AddArgument(verb, context, "directory", arguments->directory,
              help::kAuditDirectory)
      ->required();
  AddArgument(verb, context, "--policy", arguments->policy, help::kPolicyFile);
  verb.add_option("--checkpoint", arguments->checkpoints,
                  context.Say(help::kAuditCheckpoint))
      ->allow_extra_args(false);
}

}  // namespace luheng::cli
