#include "services/registry/vault_key.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/types.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "ledger/base/file.h"
#include "ledger/base/status_macros.h"

namespace luheng::registry {
namespace {

constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;
constexpr mode_t kOwnerOnly = 0600;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const {
    EVP_CIPHER_CTX_free(context);
  }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* In(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Out(std::string& text, size_t at) {
  return reinterpret_cast<unsigned char*>(text.data() + at);
}
int Size(absl::string_view text) { return static_cast<int>(text.size()); }

}  // namespace

absl::StatusOr<VaultKey> LoadOrMakeVaultKey(const std::string& path) {
  const auto raw = ReadSecretFile(path, VaultKey::kSize);
  if (absl::IsNotFound(raw.status())) {
    const VaultKey key = *VaultKey::From(VaultRandom(VaultKey::kSize));
    RETURN_IF_ERROR(WriteFileDurably(path, key.view(), kOwnerOnly));
    return key;
  }
  RETURN_IF_ERROR(raw.status());
  const auto key = VaultKey::From(*raw);
  if (!key) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": the vault's key has 32 bytes, this file has not"));
  }
  return *key;
}

std::string VaultRandom(size_t size) {
  std::string bytes(size, '\0');
  LUHENG_CHECK(RAND_bytes(Out(bytes, 0), static_cast<int>(size)) == 1);
  return bytes;
}

std::string SealForVault(const VaultKey& key, absl::string_view context,
                         absl::string_view plain) {
  std::string sealed = VaultRandom(kNonceBytes);
  sealed.resize(kNonceBytes + plain.size() + kTagBytes);
  const CipherContext cipher(EVP_CIPHER_CTX_new());
  int written = 0;
  int rest = 0;
  const bool ok =
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr,
                         key.data.data(), Out(sealed, 0)) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &written, In(context),
                        Size(context)) == 1 &&
      EVP_EncryptUpdate(cipher.get(), Out(sealed, kNonceBytes), &written,
                        In(plain), Size(plain)) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), Out(sealed, kNonceBytes + plain.size()),
                          &rest) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                          Out(sealed, kNonceBytes + plain.size())) == 1;
  LUHENG_CHECK(ok && static_cast<size_t>(written + rest) == plain.size());
  return sealed;
}

absl::StatusOr<std::string> OpenFromVault(const VaultKey& key,
                                          absl::string_view context,
                                          absl::string_view sealed) {
  if (sealed.size() < kNonceBytes + kTagBytes) {
    return absl::DataLossError("a vault record is too short");
  }
  const absl::string_view nonce = sealed.substr(0, kNonceBytes);
  const absl::string_view body =
      sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string plain(body.size(), '\0');
  const CipherContext cipher(EVP_CIPHER_CTX_new());
  int written = 0;
  int rest = 0;
  const bool ok =
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr,
                         key.data.data(), In(nonce)) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &written, In(context),
                        Size(context)) == 1 &&
      EVP_DecryptUpdate(cipher.get(), Out(plain, 0), &written, In(body),
                        Size(body)) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes,
                          tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), Out(plain, plain.size()), &rest) == 1;
  if (!ok) {
    return absl::DataLossError(
        "a vault record was changed, or is under another key");
  }
  return plain;
}

}  // namespace luheng::registry
