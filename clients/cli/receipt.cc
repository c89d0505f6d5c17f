// luheng receipt, luheng checkpoint: proofs to keep, and to check without the
// server.
#include "clients/lib/receipt.h"

#include <fstream>
#include <ostream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "clients/cli/command.h"
#include "clients/cli/format.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/list.h"
#include "clients/cli/nouns.h"
#include "clients/cli/parse.h"
#include "clients/cli/protos.h"
#include "clients/lib/status_macros.h"
#include "google/protobuf/util/time_util.h"
#include "ledger/merkle/note_key.h"
#include "luheng/core/v1/events.pb.h"
#include "luheng/core/v1/reason.pb.h"
#include "luheng/market/v1/events.pb.h"
#include "luheng/registry/v1/events.pb.h"
#include "luheng/settlement/v1/events.pb.h"

namespace luheng::cli {
namespace {

using google::protobuf::util::TimeUtil;
using lv1::LedgerService;

struct Arguments {
  std::string number;
  std::string file;
  std::string policy;
  std::string out;
};

absl::StatusOr<std::string> ReadText(Context& context,
                                     const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return context.Wrong(text::kNoFile, path);
  return text.str();
}

// To the file `path`, or to standard output if there is none.
absl::Status WriteText(Context& context, const std::string& path,
                       const std::string& bytes) {
  if (path.empty()) {
    context.out() << bytes;
    return absl::OkStatus();
  }
  std::ofstream file(path, std::ios::binary);
  file << bytes << std::flush;
  if (!file) return context.Wrong(text::kCannotWrite, path);
  context.Note(text::kWritten, path);
  return absl::OkStatus();
}

// ---- What a receipt says ----------------------------------------------------

// The name of an event without its prefix. Each area has its own numbers.
std::string EventName(int type) {
  std::string name = cv1::EventType_Name(type);
  if (name.empty()) name = mv1::EventType_Name(type);
  if (name.empty()) name = rv1::EventType_Name(type);
  if (name.empty()) name = sv1::EventType_Name(type);
  if (name.empty()) return absl::StrCat(type);
  return std::string(absl::StripPrefix(name, "EVENT_TYPE_"));
}

lv1::EntryPart PartOf(const client::Receipt::Part& from) {
  lv1::EntryPart part;
  part.set_index(from.index);
  if (from.content.audience() != 0) {
    part.set_audience(absl::StrCat("holders/", from.content.audience()));
  }
  for (const auto& event : from.content.events()) {
    part.add_events()->set_type_name(EventName(static_cast<int>(event.type())));
  }
  for (const auto& posting : from.content.postings()) {
    lv1::PostingText& text = *part.add_postings();
    text.set_holder(part.audience());
    text.set_asset(absl::StrCat(posting.asset()));
    text.set_purpose(std::string(absl::StripPrefix(
        sv1::Purpose_Name(static_cast<int>(posting.purpose())), "PURPOSE_")));
    text.set_amount(posting.amount());
  }
  if (from.content.has_refusal()) {
    part.set_refusal_reason(std::string(absl::StripPrefix(
        cv1::Reason_Name(static_cast<int>(from.content.refusal().reason())),
        "REASON_")));
  }
  return part;
}

lv1::EntryRecord RecordOf(const client::Receipt& receipt) {
  lv1::EntryRecord record;
  record.set_name(absl::StrCat("entries/", receipt.entry));
  record.set_number(receipt.entry);
  *record.mutable_time() =
      TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(receipt.time));
  record.set_part_count(receipt.part_count);
  for (const client::Receipt::Part& part : receipt.parts) {
    *record.add_parts() = PartOf(part);
  }
  return record;
}

std::string WitnessesOf(const Context& context,
                        const TrustedCheckpoint& trusted) {
  if (trusted.witnesses.empty()) return context.Say(text::kNoWitness);
  return absl::StrJoin(
      trusted.witnesses, ", ",
      [](std::string* out, const TrustedCheckpoint::Witnessed& witness) {
        absl::StrAppend(
            out, witness.witness, " ",
            FormatTime(TimeUtil::SecondsToTimestamp(witness.unix_seconds)));
      });
}

void PrintProof(Context& context, const client::Receipt& receipt,
                const lv1::EntryRecord& record) {
  const TrustedCheckpoint& trusted = receipt.trusted;
  context.out() << Paint(context.Say(text::kReceiptHolds), Style::kStrong,
                         context.color_on_out())
                << "\n"
                << context.Say(text::kReceiptEntry, receipt.entry,
                               trusted.checkpoint.origin,
                               FormatTime(record.time()))
                << "\n"
                << context.Say(text::kReceiptCheckpoint,
                               trusted.checkpoint.head.size, trusted.log.name())
                << "\n"
                << context.Say(text::kReceiptWitnesses,
                               WitnessesOf(context, trusted))
                << "\n"
                << context.Say(text::kReceiptParts, record.parts_size(),
                               record.part_count())
                << "\n";
}

void PrintPart(Context& context, const lv1::EntryPart& part) {
  context.out() << "\n"
                << context.Say(text::kPart) << " " << part.index() << "  "
                << (part.audience().empty() ? context.Say(text::kPublicPart)
                                            : part.audience())
                << "\n";
  for (const lv1::EventText& event : part.events()) {
    context.out() << "  " << event.type_name() << "\n";
  }
  if (!part.refusal_reason().empty()) {
    context.out() << "  " << context.Say(text::kRefusal) << " "
                  << part.refusal_reason() << "\n";
  }
  if (part.postings().empty()) return;
  const Columns<lv1::PostingText> columns = {
      {text::kAsset, [](const auto& row) { return TextCell(row.asset()); }},
      {text::kPurpose, [](const auto& row) { return TextCell(row.purpose()); }},
      {text::kChange,
       [](const auto& row) { return NumberCell(row.amount()); }}};
  std::vector<std::vector<Cell>> rows;
  for (const lv1::PostingText& posting : part.postings()) {
    rows.push_back(CellsOf(columns, posting));
  }
  context.out() << RenderTable(HeadersOf(context, columns), rows,
                               context.color_on_out());
}

// ---- Verbs ------------------------------------------------------------------

absl::Status Get(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  lv1::GetReceiptRequest request;
  request.set_name(ResourceName("entries", arguments.number));
  CLIENT_ASSIGN_OR_RETURN(
      const lv1::GetReceiptResponse response,
      client->Call(&LedgerService::Stub::GetReceipt, request));
  return WriteText(context, arguments.out, response.receipt());
}

absl::Status Verify(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(const std::string bytes,
                          ReadText(context, arguments.file));
  CLIENT_ASSIGN_OR_RETURN(const std::string rules,
                          ReadText(context, arguments.policy));
  const auto policy = TrustPolicy::Parse(rules);
  if (!policy.ok()) {
    return context.Wrong(text::kPolicyBad, arguments.policy,
                         policy.status().message());
  }
  const auto receipt = client::VerifyReceipt(bytes, *policy);
  if (!receipt.ok()) {
    return absl::FailedPreconditionError(context.Say(
        text::kReceiptBad, arguments.file, receipt.status().message()));
  }
  const lv1::EntryRecord record = RecordOf(*receipt);
  if (context.format() != Format::kTable) {
    PrintRecord(
        context,
        Columns<lv1::EntryRecord>{
            {text::kEntry,
             [](const auto& row) { return NumberCell(row.number()); }},
            {text::kTime,
             [](const auto& row) { return TextCell(FormatTime(row.time())); }},
            {text::kParts,
             [](const auto& row) {
               return TextCell(
                   absl::StrCat(row.parts_size(), "/", row.part_count()));
             }}},
        record);
    return absl::OkStatus();
  }
  PrintProof(context, *receipt, record);
  for (const lv1::EntryPart& part : record.parts()) PrintPart(context, part);
  return absl::OkStatus();
}

absl::StatusOr<lv1::GetCheckpointResponse> NewestCheckpoint(Context& context) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  return client->Call(&LedgerService::Stub::GetCheckpoint,
                      lv1::GetCheckpointRequest());
}

absl::Status ShowCheckpoint(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(const lv1::GetCheckpointResponse response,
                          NewestCheckpoint(context));
  return WriteText(context, arguments.out, response.checkpoint());
}

absl::Status MakePolicy(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(const lv1::GetCheckpointResponse response,
                          NewestCheckpoint(context));
  const std::string& key = response.verifier_key();
  context.Note(text::kPolicyCompare, key);
  return WriteText(context, arguments.out, response.policy());
}

}  // namespace

void RegisterReceipt(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "receipt", help::kReceipt);
  const auto get = MakeArguments<Arguments>();
  CLI::App& get_verb = AddVerb(noun, context, "get", help::kReceiptGet,
                               "luheng receipt get 42 --out 42.tlog-proof",
                               [=, &context] { return Get(context, *get); });
  AddArgument(get_verb, context, "NUMBER", get->number, help::kEntryNumber)
      ->required();
  AddArgument(get_verb, context, "--out", get->out, help::kOutFile);

  const auto verify = MakeArguments<Arguments>();
  CLI::App& verify_verb =
      AddVerb(noun, context, "verify", help::kReceiptVerify,
              "luheng receipt verify 42.tlog-proof --policy luheng.policy",
              [=, &context] { return Verify(context, *verify); });
  AddArgument(verify_verb, context, "FILE", verify->file, help::kReceiptFile)
      ->required();
  AddArgument(verify_verb, context, "--policy", verify->policy,
              help::kPolicyFile)
      ->required();
}

void RegisterCheckpoint(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "checkpoint", help::kCheckpoint);
  const auto show = MakeArguments<Arguments>();
  AddArgument(AddVerb(noun, context, "show", help::kCheckpointShow,
                      "luheng checkpoint show",
                      [=, &context] { return ShowCheckpoint(context, *show); }),
              context, "--out", show->out, help::kOutFile);
  const auto policy = MakeArguments<Arguments>();
  AddArgument(AddVerb(noun, context, "policy", help::kCheckpointPolicy,
                      "luheng checkpoint policy --out luheng.policy",
                      [=, &context] { return MakePolicy(context, *policy); }),
              context, "--out", policy->out, help::kOutFile);
}

}  // namespace luheng::cli
