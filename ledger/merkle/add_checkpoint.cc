#include "ledger/merkle/add_checkpoint.h"

#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/base64.h"
#include "ledger/merkle/decimal.h"

namespace luheng {
namespace {

absl::Status Malformed(absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat("no add-checkpoint: ", rule));
}

}  // namespace

std::string FormatAddCheckpoint(const AddCheckpoint& request) {
  std::string body = absl::StrCat("old ", request.old_size, "\n");
  for (const Digest& hash : request.proof) {
    absl::StrAppend(&body, absl::Base64Escape(hash.view()), "\n");
  }
  return absl::StrCat(body, "\n", FormatNote(request.checkpoint));
}

absl::StatusOr<AddCheckpoint> ParseAddCheckpoint(absl::string_view body) {
  const size_t blank = body.find("\n\n");
  if (blank == absl::string_view::npos) return Malformed("no blank line");
  const std::vector<absl::string_view> lines =
      absl::StrSplit(body.substr(0, blank), '\n');
  absl::string_view first = lines.front();
  const std::optional<int64_t> old =
      absl::ConsumePrefix(&first, "old ") ? ParseDecimal(first) : std::nullopt;
  if (!old) return Malformed("line 1 is \"old\" and a size");
  if (lines.size() - 1 > kAddCheckpointProofMax) {
    return Malformed("more than 63 hashes");
  }
  AddCheckpoint request;
  request.old_size = *old;
  for (size_t i = 1; i < lines.size(); ++i) {
    const auto bytes = FromBase64(lines[i]);
    const auto hash = bytes ? Digest::From(*bytes) : std::nullopt;
    if (!hash) return Malformed("a line of the proof is base64 of 32 bytes");
    request.proof.push_back(*hash);
  }
  ASSIGN_OR_RETURN(request.checkpoint, ParseNote(body.substr(blank + 2)));
  return request;
}

}  // namespace luheng
