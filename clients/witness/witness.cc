#include "clients/witness/witness.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ledger/base/file.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/proof.h"
#include "ledger/merkle/tlog_proof.h"

namespace luheng::witness {
namespace {

constexpr char kMutable[] = "no-store";

HttpAnswer Refuse(int status, absl::string_view why) {
  return {status, kPlainText, absl::StrCat(why, "\n"), kMutable};
}

// With the size that the next request has to start from.
HttpAnswer Conflict(int64_t size) {
  return {kHttpConflict, kTlogSizeType, absl::StrCat(size, "\n"), kMutable};
}

// Whether `newer` is proved to begin with `older`, which the witness cosigned,
// or with nothing.
absl::Status CheckExtends(const HashSuite& suite, const TreeHead& older,
                          const TreeHead& newer,
                          const std::vector<Digest>& proof) {
  if (older.size > 0) return VerifyConsistency(suite, older, newer, proof);
  if (!proof.empty()) {
    return absl::InvalidArgumentError("nothing needs no proof");
  }
  if (newer.size == 0 && newer.root != suite.Hash(absl::string_view())) {
    return absl::InvalidArgumentError("an empty log has another root");
  }
  return absl::OkStatus();
}

}  // namespace

std::string Witness::HexOf(absl::string_view origin) {
  return ToHex(Sha256Suite().Hash(origin).view());
}

absl::StatusOr<std::unique_ptr<Witness>> Witness::Open(
    const WitnessOptions& options, std::unique_ptr<Signer> signer) {
  if (!signer->key().is_cosigner()) {
    return absl::InvalidArgumentError("the witness's key is no cosigner's");
  }
  if (options.logs.empty()) {
    return absl::InvalidArgumentError("a witness knows at least one log");
  }
  std::unique_ptr<Witness> witness(new Witness(options, std::move(signer)));
  RETURN_IF_ERROR(witness->LockDirectory());
  for (const NoteKey& key : options.logs) RETURN_IF_ERROR(witness->AddLog(key));
  for (const auto& [origin, log] : witness->logs_) {
    RETURN_IF_ERROR(witness->Restore(*log));
  }
  return witness;
}

Witness::~Witness() {
  if (lock_file_ >= 0) close(lock_file_);
}

// Two processes over one memory would each cosign what the other has not seen.
absl::Status Witness::LockDirectory() {
  std::error_code error;
  std::filesystem::create_directories(options_.directory, error);
  const std::string path = absl::StrCat(options_.directory, "/lock");
  lock_file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_file_ < 0) {
    return absl::UnavailableError(absl::StrCat(path, " cannot be opened"));
  }
  if (flock(lock_file_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("another witness uses ", options_.directory));
}

absl::Status Witness::AddLog(const NoteKey& key) {
  if (key.is_cosigner()) {
    return absl::InvalidArgumentError(
        absl::StrCat(key.vkey(), " is a cosigner's key, not a log's"));
  }
  std::unique_ptr<Log>& log = logs_[key.name()];
  if (log == nullptr) {
    log = std::make_unique<Log>();
    log->path =
        absl::StrCat(options_.directory, "/", HexOf(key.name()), ".checkpoint");
  }
  log->keys.push_back(key);
  return absl::OkStatus();
}

absl::Status Witness::Restore(Log& log) {
  const auto bytes = ReadWholeFile(log.path, kNoteBytesMax);
  if (absl::IsNotFound(bytes.status())) return absl::OkStatus();
  RETURN_IF_ERROR(bytes.status());
  absl::StatusOr<Note> note = ParseNote(*bytes);
  const std::optional<Signed> kept =
      note.ok() ? FindSigned(log, *note) : std::nullopt;
  if (!kept) {
    return absl::DataLossError(absl::StrCat(
        log.path, " is not a checkpoint that ", log.keys.front().name(),
        " signed with a key of this witness's list"));
  }
  absl::MutexLock lock(&log.mutex);
  log.head = kept->checkpoint.head;
  log.note = *std::move(note);
  return absl::OkStatus();
}

std::optional<Witness::Signed> Witness::FindSigned(const Log& log,
                                                   const Note& note) {
  for (const NoteKey& key : log.keys) {
    auto checkpoint = OpenCheckpoint(note, key);
    if (!checkpoint.ok()) continue;
    for (const NoteSignature& signature : note.signatures) {
      if (!signature.IsOf(key)) continue;
      return Signed{*std::move(checkpoint), signature, &key};
    }
  }
  return std::nullopt;
}

HttpAnswer Witness::Answer(const HttpRequest& request) {
  if (request.method != "POST") return Kept(request.target);
  if (request.target != kAddCheckpointPath) {
    return Refuse(kHttpNotFound, "no such call");
  }
  const auto parsed = ParseAddCheckpoint(request.body);
  if (!parsed.ok()) return Refuse(kHttpBadRequest, parsed.status().message());
  return Add(*parsed, request.client);
}

HttpAnswer Witness::Add(const AddCheckpoint& request,
                        const std::string& client) {
  const auto claimed = ParseCheckpoint(request.checkpoint.text);
  if (!claimed.ok()) return Refuse(kHttpBadRequest, claimed.status().message());
  const auto log = logs_.find(claimed->origin);
  HttpAnswer answer;
  if (log == logs_.end()) {
    answer = Refuse(kHttpNotFound, "unknown log");
  } else if (const auto offered = FindSigned(*log->second, request.checkpoint);
             !offered) {
    answer = Refuse(kHttpForbidden, "no signature of a key of this log");
  } else if (request.old_size > claimed->head.size) {
    answer = Refuse(kHttpBadRequest, "the old size is above the new one");
  } else {
    answer = Extend(*log->second, request, *offered);
  }
  // The origin is the sender's word until its signature was seen.
  options_.log(absl::StrCat(
      answer.status == kHttpOk ? "cosigned" : "refused",
      " status=", answer.status, " origin=\"", absl::CEscape(claimed->origin),
      "\" size=", claimed->head.size, " old=", request.old_size,
      " root=", ToHex(claimed->head.root.view()), " from=", client,
      answer.status == kHttpOk
          ? ""
          : absl::StrCat(" why=\"",
                         absl::CEscape(absl::StripSuffix(answer.body, "\n")),
                         "\"")));
  return answer;
}

HttpAnswer Witness::Extend(Log& log, const AddCheckpoint& request,
                           const Signed& offered) {
  const TreeHead& head = offered.checkpoint.head;
  absl::MutexLock lock(&log.mutex);
  if (request.old_size != log.head.size) return Conflict(log.head.size);
  if (log.note && head.size == log.head.size && head.root != log.head.root) {
    return Conflict(log.head.size);
  }
  const absl::Status extends =
      CheckExtends(SuiteOf(*offered.key), log.head, head, request.proof);
  if (!extends.ok()) return Refuse(kHttpUnprocessable, extends.message());
  const auto cosignature = CosignAndKeep(log, request.checkpoint, offered);
  if (!cosignature.ok()) {
    options_.log(cosignature.status().ToString());
    return Refuse(kHttpInternal, "the checkpoint cannot be kept");
  }
  return {kHttpOk, kPlainText, FormatSignature(*cosignature), kMutable};
}

absl::StatusOr<NoteSignature> Witness::CosignAndKeep(Log& log, const Note& note,
                                                     const Signed& offered) {
  ASSIGN_OR_RETURN(NoteSignature cosignature,
                   Cosign(note.text, options_.now(), *signer_));
  // Of the signatures only those that were checked are kept.
  Note kept{note.text, {offered.signature, cosignature}};
  RETURN_IF_ERROR(WriteFileDurably(log.path, FormatNote(kept)));
  log.head = offered.checkpoint.head;
  log.note = std::move(kept);
  return cosignature;
}

HttpAnswer Witness::Kept(absl::string_view target) {
  if (absl::ConsumePrefix(&target, "/") &&
      absl::ConsumeSuffix(&target, "/checkpoint")) {
    for (const auto& [origin, log] : logs_) {
      if (HexOf(origin) != target) continue;
      absl::MutexLock lock(&log->mutex);
      if (!log->note) break;
      return {kHttpOk, kPlainText, FormatNote(*log->note), kMutable};
    }
  }
  return Refuse(kHttpNotFound, "no such document");
}

}  // namespace luheng::witness
