#include "ledger/merkle/note_key.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "ledger/base/digest.h"
#include "ledger/base/status_macros.h"
#include "ledger/base/utf8.h"
#include "ledger/merkle/base64.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/openssl_key.h"

namespace luheng {
namespace {

constexpr size_t kNameBytesMax = 255;

struct Type {
  NoteAlgorithm algorithm;
  absl::string_view bytes;  // Before the public key, in a vkey and its id.
};
// A type is never the beginning of another.
constexpr Type kTypes[] = {
    {NoteAlgorithm::kEd25519, "\x01"},
    {NoteAlgorithm::kEd25519Cosignature, "\x04"},
    {NoteAlgorithm::kSm2, "\xffluheng/sm2-sm3/v1\n"},
    {NoteAlgorithm::kSm2Cosignature, "\xffluheng/sm2-sm3-cosignature/v1\n"},
};

absl::string_view TypeOf(NoteAlgorithm algorithm) {
  return kTypes[static_cast<size_t>(algorithm)].bytes;
}

bool UsesSm2(NoteAlgorithm algorithm) {
  return algorithm == NoteAlgorithm::kSm2 ||
         algorithm == NoteAlgorithm::kSm2Cosignature;
}

KeyPtr OpenKey(NoteAlgorithm algorithm, absl::string_view public_key) {
  return UsesSm2(algorithm) ? Sm2PublicKey(public_key)
                            : Ed25519PublicKey(public_key);
}

// Spaces beyond ASCII that Unicode calls so; none may stand in a name.
constexpr absl::string_view kSpaces[] = {
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
    "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
    "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

uint32_t IdOf(absl::string_view name, absl::string_view type,
              absl::string_view public_key) {
  const Digest digest = Sha256Suite().Hash({name, "\n", type, public_key});
  uint32_t id = 0;
  for (size_t i = 0; i < 4; ++i) id = (id << 8) | digest.data[i];
  return id;
}

absl::Status NotAKey(absl::string_view vkey, absl::string_view rule) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", absl::CEscape(vkey), "\" is no key: ", rule));
}

}  // namespace

bool IsNoteKeyName(absl::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax) return false;
  for (absl::string_view left = name; !left.empty();) {
    const size_t length = Utf8Length(left);
    const char first = left[0];
    if (length == 0 || first == '+' || first == '\x7f' ||
        (length == 1 && static_cast<uint8_t>(first) <= ' ')) {
      return false;
    }
    left.remove_prefix(length);
  }
  for (const absl::string_view space : kSpaces) {
    if (absl::StrContains(name, space)) return false;
  }
  return true;
}

NoteKey::NoteKey(NoteAlgorithm algorithm, absl::string_view name,
                 absl::string_view public_key)
    : algorithm_(algorithm),
      name_(name),
      public_key_(public_key),
      id_(IdOf(name, TypeOf(algorithm), public_key)) {}

absl::StatusOr<NoteKey> NoteKey::Make(NoteAlgorithm algorithm,
                                      absl::string_view name,
                                      absl::string_view public_key) {
  if (!IsNoteKeyName(name)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", absl::CEscape(name), "\" is no key name: 1 to ", kNameBytesMax,
        " bytes of UTF-8 without spaces and plus signs"));
  }
  if (OpenKey(algorithm, public_key) == nullptr) {
    return absl::InvalidArgumentError(
        UsesSm2(algorithm)
            ? "the public key is not an uncompressed point of SM2's curve"
            : "the public key is not 32 bytes of Ed25519");
  }
  return NoteKey(algorithm, name, public_key);
}

absl::StatusOr<NoteKey> NoteKey::Parse(absl::string_view vkey) {
  const std::vector<absl::string_view> fields =
      absl::StrSplit(vkey, absl::MaxSplits('+', 2));
  if (fields.size() != 3) return NotAKey(vkey, "<name>+<key id>+<base64>");
  const auto material = FromBase64(fields[2]);
  if (!material) return NotAKey(vkey, "its last part is not base64");
  for (const Type& type : kTypes) {
    if (!absl::StartsWith(*material, type.bytes)) continue;
    ASSIGN_OR_RETURN(
        NoteKey key,
        Make(type.algorithm, fields[0],
             absl::string_view(*material).substr(type.bytes.size())));
    if (absl::StrCat(absl::Hex(key.id(), absl::kZeroPad8)) != fields[1]) {
      return NotAKey(vkey, "its key id is not that of name and key");
    }
    return key;
  }
  return NotAKey(vkey, "its type is none that is known here");
}

bool NoteKey::is_cosigner() const {
  return algorithm_ == NoteAlgorithm::kEd25519Cosignature ||
         algorithm_ == NoteAlgorithm::kSm2Cosignature;
}

std::string NoteKey::vkey() const {
  return absl::StrCat(
      name_, "+", absl::Hex(id_, absl::kZeroPad8), "+",
      absl::Base64Escape(absl::StrCat(TypeOf(algorithm_), public_key_)));
}

bool NoteKey::Verify(absl::string_view message,
                     absl::string_view signature) const {
  return VerifyWith(OpenKey(algorithm_, public_key_).get(), message, signature);
}

}  // namespace luheng
