#include "ledger/merkle/note.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ledger/base/status_macros.h"
#include "ledger/base/utf8.h"
#include "ledger/merkle/base64.h"

namespace luheng {
namespace {

// An em dash and a space.
constexpr absl::string_view kSignatureStart = "\u2014 ";
constexpr size_t kKeyIdSize = 4;

absl::Status NotANote(absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat("no signed note: ", rule));
}

bool IsPlain(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0) return false;
    if (length == 1 && static_cast<uint8_t>(text[0]) < ' ' && text[0] != '\n') {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

absl::StatusOr<NoteSignature> ParseSignature(absl::string_view line) {
  if (!absl::ConsumePrefix(&line, kSignatureStart)) {
    return NotANote("a signature's line begins with an em dash and a space");
  }
  const std::pair<absl::string_view, absl::string_view> fields =
      absl::StrSplit(line, absl::MaxSplits(' ', 1));
  const auto bytes = FromBase64(fields.second);
  if (fields.first.empty() || !bytes || bytes->size() <= kKeyIdSize) {
    return NotANote("a signature is a key's name and base64 of more than 4");
  }
  NoteSignature signature;
  signature.name = std::string(fields.first);
  for (size_t i = 0; i < kKeyIdSize; ++i) {
    signature.key_id =
        (signature.key_id << 8) | static_cast<uint8_t>((*bytes)[i]);
  }
  signature.bytes = bytes->substr(kKeyIdSize);
  return signature;
}

absl::StatusOr<Note> ParseNote(absl::string_view bytes) {
  if (bytes.size() > kNoteBytesMax) return NotANote("it is too large");
  if (!IsPlain(bytes)) {
    return NotANote("it is not UTF-8, or has control characters");
  }
  // The last blank line parts text and signatures.
  const size_t blank = bytes.rfind("\n\n");
  if (blank == absl::string_view::npos) return NotANote("no blank line");
  Note note;
  note.text = std::string(bytes.substr(0, blank + 1));
  absl::string_view lines = bytes.substr(blank + 2);
  if (!absl::ConsumeSuffix(&lines, "\n")) {
    return NotANote("its last line does not end, or there is no signature");
  }
  for (absl::string_view line : absl::StrSplit(lines, '\n')) {
    if (note.signatures.size() == kNoteSignaturesMax) {
      return NotANote("too many signatures");
    }
    ASSIGN_OR_RETURN(NoteSignature signature, ParseSignature(line));
    note.signatures.push_back(std::move(signature));
  }
  return note;
}

std::string FormatSignature(const NoteSignature& signature) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(signature.key_id >> shift);
  }
  bytes += signature.bytes;
  return absl::StrCat(kSignatureStart, signature.name, " ",
                      absl::Base64Escape(bytes), "\n");
}

std::string FormatNote(const Note& note) {
  std::string bytes = absl::StrCat(note.text, "\n");
  for (const NoteSignature& signature : note.signatures) {
    bytes += FormatSignature(signature);
  }
  return bytes;
}

}  // namespace luheng
