#include "clients/cli/list.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/format.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/protos.h"
#include "ledger/merkle/checkpoint.h"
#include "ledger/merkle/note.h"

namespace luheng::cli {
namespace {

// How often a long export says how far it is.
constexpr int64_t kProgressRows = 100'000;

}  // namespace

absl::Status Exporter::Begin(const std::vector<std::string>& headers) {
  CLIENT_ASSIGN_OR_RETURN(file_, BeginExport(context_, path_, headers));
  return absl::OkStatus();
}

absl::Status Exporter::Add(const std::vector<Cell>& cells) {
  CLIENT_RETURN_IF_ERROR(file_->Add(cells));
  if (++rows_ % kProgressRows == 0) context_.Note(text::kExporting, rows_);
  return absl::OkStatus();
}

absl::Status Exporter::Finish(int64_t as_of_entry,
                              const google::protobuf::Message& request) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context_.client());
  lv1::GetCheckpointRequest ask;
  ask.set_min_entry(as_of_entry);
  CLIENT_ASSIGN_OR_RETURN(
      const lv1::GetCheckpointResponse response,
      client->Call(&lv1::LedgerService::Stub::GetCheckpoint, ask));
  CLIENT_ASSIGN_OR_RETURN(const Note note, ParseNote(response.checkpoint()));
  CLIENT_ASSIGN_OR_RETURN(const Checkpoint checkpoint,
                          ParseCheckpoint(note.text));
  CLIENT_RETURN_IF_ERROR(file_->Finish({
      {context_.Say(text::kExportRows), absl::StrCat(rows_)},
      {context_.Say(text::kExportRequest), ToJson(request, false)},
      {context_.Say(text::kExportAsOf), absl::StrCat(as_of_entry)},
      {context_.Say(text::kExportOrigin), checkpoint.origin},
      {context_.Say(text::kExportSize), absl::StrCat(checkpoint.head.size)},
      {context_.Say(text::kExportRoot),
       absl::Base64Escape(checkpoint.head.root.view())},
  }));
  context_.Note(text::kExported, rows_, path_);
  return absl::OkStatus();
}

}  // namespace luheng::cli
