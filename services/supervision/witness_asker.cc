#include "services/supervision/witness_asker.h"

#include <memory>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/add_checkpoint.h"
#include "ledger/merkle/decimal.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/proof.h"

namespace luheng::supervision {
namespace {

// One to learn the size, one with the proof, one if somebody else submitted a
// checkpoint of ours in between.
constexpr int kTriesMax = 3;
// Of a witness's words in a message of ours.
constexpr size_t kWordsMax = 120;

std::string Words(const HttpAnswer& answer) {
  return absl::StrCat(
      "it answers ", answer.status, " \"",
      absl::CEscape(absl::StripSuffix(answer.body, "\n").substr(0, kWordsMax)),
      "\"");
}

absl::Status Refused(const HttpAnswer& answer) {
  const std::string words = Words(answer);
  switch (answer.status) {
    case kHttpForbidden:
      return absl::FailedPreconditionError(
          absl::StrCat("it does not know the ledger's key: ", words));
    case kHttpNotFound:
      return absl::FailedPreconditionError(
          absl::StrCat("it does not know the ledger: ", words));
    case kHttpUnprocessable:
      return absl::DataLossError(
          absl::StrCat("it says that the history was changed: ", words));
    default:
      return absl::UnavailableError(words);
  }
}

}  // namespace

absl::StatusOr<WitnessDoor> OpenWitnessDoor(const std::string& url,
                                            const HttpClientOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<HttpClient> made,
                   HttpClient::Make(url, options));
  // Copies of a door share their connection.
  const std::shared_ptr<HttpClient> client = std::move(made);
  return WitnessDoor{[client](const std::string& body) {
                       return client->Post(kAddCheckpointPath, body);
                     },
                     [client] { client->Cancel(); }};
}

absl::StatusOr<NoteSignature> WitnessAsker::Ask(const Note& note,
                                                const TreeHead& head) {
  for (int tries = 0; tries < kTriesMax; ++tries) {
    AddCheckpoint request;
    request.checkpoint = note;
    request.old_size = cosigned_;
    if (cosigned_ > 0) {
      ASSIGN_OR_RETURN(request.proof,
                       ConsistencyProof(SuiteOf(journal_.tail().suite),
                                        cosigned_, head.size, journal_));
    }
    ASSIGN_OR_RETURN(const HttpAnswer answer,
                     door_.post(FormatAddCheckpoint(request)));
    if (answer.status == kHttpOk) {
      ASSIGN_OR_RETURN(NoteSignature signature, Take(answer, note));
      cosigned_ = head.size;
      return signature;
    }
    if (answer.status != kHttpConflict) return Refused(answer);
    RETURN_IF_ERROR(Learn(answer, head));
  }
  return absl::InvalidArgumentError(
      "it names another size of its last checkpoint each time");
}

absl::StatusOr<NoteSignature> WitnessAsker::Take(const HttpAnswer& answer,
                                                 const Note& note) const {
  for (absl::string_view line : absl::StrSplit(answer.body, '\n')) {
    const auto signature = ParseSignature(line);
    // Those of keys that we do not know are none of our business.
    if (!signature.ok() || !signature->IsOf(key_)) continue;
    RETURN_IF_ERROR(VerifyCosignature(note.text, *signature, key_).status());
    return *signature;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("no cosignature of ", key_.name(), " in its answer"));
}

absl::Status WitnessAsker::Learn(const HttpAnswer& answer,
                                 const TreeHead& head) {
  absl::string_view text = answer.body;
  const bool ends = absl::ConsumeSuffix(&text, "\n");
  const int64_t size = ParseDecimal(text).value_or(-1);
  if (answer.content_type != kTlogSizeType || !ends || size < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("it does not name the size it knows: ", Words(answer)));
  }
  if (size > head.size) {
    // Not kept: a later checkpoint begins anew.
    return absl::AbortedError(absl::StrCat(
        "it has cosigned ", size, " entries, the checkpoint has ", head.size));
  }
  if (size == cosigned_) {
    return absl::DataLossError(
        absl::StrCat("it holds another root of ", size, " entries"));
  }
  cosigned_ = size;
  return absl::OkStatus();
}

}  // namespace luheng::supervision
