// The public keys that sign notes (C2SP signed-note): a name, an algorithm and
// the key's bytes. Written as a `vkey`, which is what people pass around:
//   <name>+<key id, 8 hex digits>+<base64 of type and public key>
#ifndef LUHENG_LEDGER_MERKLE_NOTE_KEY_H_
#define LUHENG_LEDGER_MERKLE_NOTE_KEY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace luheng {

// What a signature is made with and what it is for. A log signs checkpoints, a
// witness cosigns them (C2SP tlog-cosignature); a key never does both.
enum class NoteAlgorithm {
  kEd25519,             // Type 0x01.
  kEd25519Cosignature,  // Type 0x04.
  // SM2 with SM3 (GB/T 32918, default distinguishing id), which C2SP has not
  // registered: type 0xff and a name of our own.
  kSm2,
  kSm2Cosignature,
};

// 1 to 255 bytes of UTF-8 without spaces, plus signs and control characters.
bool IsNoteKeyName(absl::string_view name);

// Thread-safe: a value.
class NoteKey {
 public:
  // Errors: INVALID_ARGUMENT if `name` is empty or has a space, a plus sign or
  // a control character, or if `public_key` is none of the algorithm: 32 bytes
  // for Ed25519, an uncompressed point of 65 bytes for SM2.
  static absl::StatusOr<NoteKey> Make(NoteAlgorithm algorithm,
                                      absl::string_view name,
                                      absl::string_view public_key);
  // Errors: INVALID_ARGUMENT if `vkey` is none, its key id is not that of the
  // key, or its type is not one of the above.
  static absl::StatusOr<NoteKey> Parse(absl::string_view vkey);

  NoteAlgorithm algorithm() const { return algorithm_; }
  const std::string& name() const { return name_; }
  const std::string& public_key() const { return public_key_; }
  // The first four bytes of SHA-256(name || newline || type || public key).
  uint32_t id() const { return id_; }
  // Whether it cosigns what others signed.
  bool is_cosigner() const;
  std::string vkey() const;

  // Whether `signature` (64 bytes) is this key's over `message`.
  bool Verify(absl::string_view message, absl::string_view signature) const;

  friend bool operator==(const NoteKey&, const NoteKey&) = default;

 private:
  NoteKey(NoteAlgorithm algorithm, absl::string_view name,
          absl::string_view public_key);

  NoteAlgorithm algorithm_;
  std::string name_;
  std::string public_key_;
  uint32_t id_;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_MERKLE_NOTE_KEY_H_
