#include "ledger/merkle/checkpoint.h"

#include <limits>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ledger/base/digest.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/base64.h"
#include "ledger/merkle/decimal.h"
#include "ledger/merkle/openssl_key.h"

namespace luheng {
namespace {

constexpr size_t kTimeSize = 8;

absl::Status NotACheckpoint(absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat("no checkpoint: ", rule));
}

std::string CosignedMessage(absl::string_view text, int64_t unix_seconds) {
  return absl::StrCat("cosignature/v1\ntime ", unix_seconds, "\n", text);
}

}  // namespace

std::string FormatCheckpoint(const Checkpoint& checkpoint) {
  std::string text =
      absl::StrCat(checkpoint.origin, "\n", checkpoint.head.size, "\n",
                   absl::Base64Escape(checkpoint.head.root.view()), "\n");
  for (const std::string& line : checkpoint.extensions) {
    absl::StrAppend(&text, line, "\n");
  }
  return text;
}

absl::StatusOr<Checkpoint> ParseCheckpoint(absl::string_view text) {
  if (!absl::ConsumeSuffix(&text, "\n")) {
    return NotACheckpoint("its last line does not end");
  }
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.size() < 3 || lines[0].empty()) {
    return NotACheckpoint("it has lines for origin, size and root");
  }
  const auto size = ParseDecimal(lines[1]);
  if (!size) {
    return NotACheckpoint("line 2 is a size, without leading zeros");
  }
  const auto bytes = FromBase64(lines[2]);
  const auto root = bytes ? Digest::From(*bytes) : std::nullopt;
  if (!root) return NotACheckpoint("line 3 is a root, base64 of 32 bytes");
  Checkpoint checkpoint;
  checkpoint.origin = std::string(lines[0]);
  checkpoint.head = {*size, *root};
  for (size_t i = 3; i < lines.size(); ++i) {
    if (lines[i].empty()) return NotACheckpoint("an extension is empty");
    checkpoint.extensions.emplace_back(lines[i]);
  }
  return checkpoint;
}

absl::StatusOr<Note> SignCheckpoint(const Checkpoint& checkpoint,
                                    const Signer& signer) {
  const NoteKey& key = signer.key();
  if (key.is_cosigner() || key.name() != checkpoint.origin) {
    return absl::InvalidArgumentError(absl::StrCat("the key ", key.name(),
                                                   " signs no checkpoints of ",
                                                   checkpoint.origin));
  }
  Note note;
  note.text = FormatCheckpoint(checkpoint);
  ASSIGN_OR_RETURN(std::string bytes, signer.Sign(note.text));
  note.signatures.push_back({key.name(), key.id(), bytes});
  return note;
}

absl::StatusOr<Checkpoint> OpenCheckpoint(const Note& note,
                                          const NoteKey& key) {
  ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseCheckpoint(note.text));
  if (checkpoint.origin != key.name() || key.is_cosigner()) {
    return NotACheckpoint(absl::StrCat("it is of ", checkpoint.origin,
                                       ", expected ", key.name()));
  }
  bool is_signed = false;
  for (const NoteSignature& signature : note.signatures) {
    if (!signature.IsOf(key)) continue;
    if (!key.Verify(note.text, signature.bytes)) {
      return NotACheckpoint(
          absl::StrCat("the signature of ", key.name(), " is not valid"));
    }
    is_signed = true;
  }
  if (!is_signed) {
    return NotACheckpoint(absl::StrCat("no signature of ", key.name()));
  }
  return checkpoint;
}

absl::StatusOr<NoteSignature> Cosign(absl::string_view text,
                                     int64_t unix_seconds,
                                     const Signer& signer) {
  const NoteKey& key = signer.key();
  if (!key.is_cosigner() || unix_seconds < 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the key ", key.name(), " does not cosign at ", unix_seconds));
  }
  ASSIGN_OR_RETURN(const std::string bytes,
                   signer.Sign(CosignedMessage(text, unix_seconds)));
  NoteSignature signature{key.name(), key.id(), std::string(kTimeSize, '\0')};
  StoreBigEndian64(static_cast<uint64_t>(unix_seconds), signature.bytes.data());
  signature.bytes += bytes;
  return signature;
}

absl::StatusOr<int64_t> VerifyCosignature(absl::string_view text,
                                          const NoteSignature& signature,
                                          const NoteKey& key) {
  const absl::string_view bytes = signature.bytes;
  if (!key.is_cosigner() || !signature.IsOf(key) ||
      bytes.size() != kTimeSize + kSignatureSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("no cosignature of ", key.name()));
  }
  const uint64_t time = LoadBigEndian64(bytes.data());
  if (time > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) ||
      !key.Verify(CosignedMessage(text, static_cast<int64_t>(time)),
                  bytes.substr(kTimeSize))) {
    return absl::InvalidArgumentError(
        absl::StrCat("the cosignature of ", key.name(), " is not valid"));
  }
  return static_cast<int64_t>(time);
}

}  // namespace luheng
