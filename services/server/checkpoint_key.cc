#include "services/server/checkpoint_key.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "ledger/base/file.h"
#include "ledger/base/status_macros.h"

namespace luheng::server {
namespace {

constexpr size_t kKeyBytesMax = 16 << 10;
constexpr mode_t kOwnerOnly = 0600;

}  // namespace

absl::StatusOr<std::unique_ptr<Signer>> LoadOrMakeCheckpointKey(
    const std::string& path, const std::string& origin, HashSuiteId suite) {
  absl::StatusOr<std::string> pem = ReadSecretFile(path, kKeyBytesMax);
  if (absl::IsNotFound(pem.status())) {
    pem =
        NewPrivateKeyPem(suite == HashSuiteId::kSm3 ? PrivateKeyKind::kSm2
                                                    : PrivateKeyKind::kEd25519);
    RETURN_IF_ERROR(WriteFileDurably(path, *pem, kOwnerOnly));
  }
  RETURN_IF_ERROR(pem.status());
  auto signer = SignerFromPem(origin, SignerRole::kLog, *pem);
  if (signer.ok()) {
    // For those who start readers and followers on this machine.
    RETURN_IF_ERROR(
        WriteFileDurably(absl::StrCat(path, ".pub"),
                         absl::StrCat((*signer)->key().vkey(), "\n")));
    return signer;
  }
  return absl::FailedPreconditionError(
      absl::StrCat(path, ": ", signer.status().message()));
}

}  // namespace luheng::server
