#include "ledger/merkle/signer.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

#include <utility>

#include "ledger/base/check.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/openssl_key.h"

namespace luheng {
namespace {

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPtr = std::unique_ptr<BIO, BioDeleter>;

// A server does not ask for a passphrase.
int NoPassphrase(char*, int, int, void*) { return -1; }

class KeySigner final : public Signer {
 public:
  KeySigner(NoteKey key, KeyPtr private_key)
      : key_(std::move(key)), private_key_(std::move(private_key)) {}

  const NoteKey& key() const override { return key_; }
  absl::StatusOr<std::string> Sign(absl::string_view message) const override {
    return SignWith(private_key_.get(), message);
  }

 private:
  const NoteKey key_;
  const KeyPtr private_key_;
};

NoteAlgorithm AlgorithmOf(const EVP_PKEY* key, SignerRole role) {
  if (IsSm2(key)) {
    return role == SignerRole::kLog ? NoteAlgorithm::kSm2
                                    : NoteAlgorithm::kSm2Cosignature;
  }
  return role == SignerRole::kLog ? NoteAlgorithm::kEd25519
                                  : NoteAlgorithm::kEd25519Cosignature;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Signer>> SignerFromPem(absl::string_view name,
                                                      SignerRole role,
                                                      absl::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  LUHENG_CHECK(bio != nullptr) << "OpenSSL is out of memory";
  KeyPtr private_key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  if (private_key == nullptr) {
    return absl::InvalidArgumentError(
        "no private key in PEM (PKCS#8, without a passphrase)");
  }
  ASSIGN_OR_RETURN(const std::string bytes, PublicBytes(private_key.get()));
  ASSIGN_OR_RETURN(
      NoteKey key,
      NoteKey::Make(AlgorithmOf(private_key.get(), role), name, bytes));
  return std::make_unique<KeySigner>(std::move(key), std::move(private_key));
}

std::string NewPrivateKeyPem(PrivateKeyKind kind) {
  const KeyPtr key =
      kind == PrivateKeyKind::kSm2 ? NewSm2Key() : NewEd25519Key();
  const BioPtr bio(BIO_new(BIO_s_mem()));
  LUHENG_CHECK(bio != nullptr &&
               PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr,
                                             nullptr, 0, nullptr, nullptr) == 1)
      << "OpenSSL does not write the key";
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace luheng
