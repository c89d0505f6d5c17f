// Who signs notes. A private key stays behind this interface, so that it can
// live in a file, in a token or in another process.
#ifndef LUHENG_LEDGER_MERKLE_SIGNER_H_
#define LUHENG_LEDGER_MERKLE_SIGNER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/merkle/note_key.h"

namespace luheng {

// Thread-safe.
class Signer {
 public:
  virtual ~Signer() = default;
  // The public half.
  virtual const NoteKey& key() const = 0;
  // The signature over `message`, 64 bytes. Errors: UNAVAILABLE, INTERNAL.
  virtual absl::StatusOr<std::string> Sign(absl::string_view message) const = 0;
};

// What a signer's notes are for.
enum class SignerRole { kLog, kCosigner };

// A private key of PKCS#8 in PEM, Ed25519 or SM2, signing as `name`. Errors:
// INVALID_ARGUMENT if it is neither, is encrypted, or `name` is no key name.
absl::StatusOr<std::unique_ptr<Signer>> SignerFromPem(absl::string_view name,
                                                      SignerRole role,
                                                      absl::string_view pem);

enum class PrivateKeyKind { kEd25519, kSm2 };
// A new private key from the system's randomness, PKCS#8 in PEM.
std::string NewPrivateKeyPem(PrivateKeyKind kind);

}  // namespace luheng

#endif  // LUHENG_LEDGER_MERKLE_SIGNER_H_
