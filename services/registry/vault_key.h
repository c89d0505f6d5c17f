// The key of the vault: 32 random bytes in a file of its own, readable by its
// owner only. Whoever loses it has lost every record; whoever copies the
// vault's files without it has copied nothing.
#ifndef LUHENG_SERVICES_REGISTRY_VAULT_KEY_H_
#define LUHENG_SERVICES_REGISTRY_VAULT_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/base/digest.h"

namespace luheng::registry {

using VaultKey = Bytes<struct VaultKeyTag, 32>;

// The key in `path`, made there on first use with mode 0600 and synced. Errors:
// FAILED_PRECONDITION if the file is not 32 bytes or others may read it;
// UNAVAILABLE if it cannot be read or made.
absl::StatusOr<VaultKey> LoadOrMakeVaultKey(const std::string& path);

// `size` bytes from the system's generator of random numbers.
std::string VaultRandom(size_t size);

// AES-256-GCM under `key`: nonce (12 bytes), ciphertext, tag (16 bytes).
// `context` is authenticated too: what was sealed for one place does not open
// in another.
std::string SealForVault(const VaultKey& key, absl::string_view context,
                         absl::string_view plain);
// Errors: DATA_LOSS if `sealed` was not made by SealForVault with the same key
// and context.
absl::StatusOr<std::string> OpenFromVault(const VaultKey& key,
                                          absl::string_view context,
                                          absl::string_view sealed);

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_VAULT_KEY_H_
