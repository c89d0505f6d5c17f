// The private key that signs the ledger's checkpoints, in a file.
#ifndef LUHENG_SERVICES_SERVER_CHECKPOINT_KEY_H_
#define LUHENG_SERVICES_SERVER_CHECKPOINT_KEY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/signer.h"

namespace luheng::server {

// The key in `path`, PKCS#8 in PEM, signing as `origin`; if there is no such
// file, a new one is made: Ed25519 for SHA-256, SM2 for SM3. Its vkey is
// written to `path`.pub. Errors:
// FAILED_PRECONDITION if others may read the file or it is no key; UNAVAILABLE.
absl::StatusOr<std::unique_ptr<Signer>> LoadOrMakeCheckpointKey(
    const std::string& path, const std::string& origin, HashSuiteId suite);

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_CHECKPOINT_KEY_H_
