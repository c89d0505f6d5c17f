// OpenSSL's keys as this folder uses them. Not for other folders.
#ifndef LUHENG_LEDGER_MERKLE_OPENSSL_KEY_H_
#define LUHENG_LEDGER_MERKLE_OPENSSL_KEY_H_

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace luheng {

// Both are over the 64 bytes r || s, or R || S.
inline constexpr size_t kSignatureSize = 64;

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyDeleter>;

bool IsEd25519(const EVP_PKEY* key);
bool IsSm2(const EVP_PKEY* key);

// The key of these bytes; null if they are none.
KeyPtr Ed25519PublicKey(absl::string_view bytes);
KeyPtr Sm2PublicKey(absl::string_view point);
// The bytes of a key of either kind. Errors: INVALID_ARGUMENT for any other.
absl::StatusOr<std::string> PublicBytes(const EVP_PKEY* key);

// A new private key of either kind.
KeyPtr NewEd25519Key();
KeyPtr NewSm2Key();

// The signature of 64 bytes. Errors: INTERNAL if OpenSSL refuses.
absl::StatusOr<std::string> SignWith(EVP_PKEY* key, absl::string_view message);
bool VerifyWith(EVP_PKEY* key, absl::string_view message,
                absl::string_view signature);

}  // namespace luheng

#endif  // LUHENG_LEDGER_MERKLE_OPENSSL_KEY_H_
