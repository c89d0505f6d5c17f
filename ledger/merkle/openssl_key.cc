#include "ledger/merkle/openssl_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>

#include "ledger/base/check.h"

namespace luheng {
namespace {

constexpr size_t kEd25519Size = 32;
constexpr size_t kPointSize = 65;
constexpr int kScalarSize = 32;
// Of GB/T 35276: who signs without a name of their own.
constexpr char kDistinguishingId[] = "1234567812345678";

template <typename T, void (*kFree)(T*)>
struct Deleter {
  void operator()(T* object) const { kFree(object); }
};
using ContextPtr =
    std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX, EVP_MD_CTX_free>>;
using KeyContextPtr =
    std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using EcSignaturePtr =
    std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG, ECDSA_SIG_free>>;

const uint8_t* Data(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}
uint8_t* Data(std::string& text) {
  return reinterpret_cast<uint8_t*>(text.data());
}

// A digest context with the signer's id, which SM2 hashes first. `key_context`
// must live as long.
bool Prepare(EVP_PKEY* key, EVP_MD_CTX* context, KeyContextPtr& key_context) {
  if (!IsSm2(key)) return true;
  key_context.reset(EVP_PKEY_CTX_new(key, nullptr));
  if (key_context == nullptr ||
      EVP_PKEY_CTX_set1_id(key_context.get(), kDistinguishingId,
                           sizeof(kDistinguishingId) - 1) != 1) {
    return false;
  }
  EVP_MD_CTX_set_pkey_ctx(context, key_context.get());
  return true;
}

const EVP_MD* DigestOf(const EVP_PKEY* key) {
  return IsSm2(key) ? EVP_sm3() : nullptr;
}

// SM2 signatures are DER in OpenSSL and r || s in a note.
std::string FromDer(absl::string_view der) {
  const uint8_t* at = Data(der);
  const EcSignaturePtr parsed(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string bytes(kSignatureSize, '\0');
  if (parsed == nullptr ||
      BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), Data(bytes), kScalarSize) !=
          kScalarSize ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), Data(bytes) + kScalarSize,
                   kScalarSize) != kScalarSize) {
    return "";
  }
  return bytes;
}

std::string ToDer(absl::string_view bytes) {
  const EcSignaturePtr signature(ECDSA_SIG_new());
  BIGNUM* const r = BN_bin2bn(Data(bytes), kScalarSize, nullptr);
  BIGNUM* const s = BN_bin2bn(Data(bytes) + kScalarSize, kScalarSize, nullptr);
  LUHENG_CHECK(signature != nullptr && r != nullptr && s != nullptr)
      << "OpenSSL is out of memory";
  ECDSA_SIG_set0(signature.get(), r, s);
  uint8_t* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  LUHENG_CHECK(size > 0) << "OpenSSL is out of memory";
  std::string text(reinterpret_cast<const char*>(der),
                   static_cast<size_t>(size));
  OPENSSL_free(der);
  return text;
}

KeyPtr Generate(const char* type) {
  const KeyContextPtr context(
      EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  LUHENG_CHECK(context != nullptr && EVP_PKEY_keygen_init(context.get()) == 1 &&
               EVP_PKEY_generate(context.get(), &key) == 1)
      << "OpenSSL makes no " << type << " key";
  return KeyPtr(key);
}

}  // namespace

bool IsEd25519(const EVP_PKEY* key) { return EVP_PKEY_is_a(key, "ED25519"); }
bool IsSm2(const EVP_PKEY* key) { return EVP_PKEY_is_a(key, "SM2"); }

KeyPtr Ed25519PublicKey(absl::string_view bytes) {
  if (bytes.size() != kEd25519Size) return nullptr;
  return KeyPtr(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr,
                                            Data(bytes), bytes.size()));
}

KeyPtr Sm2PublicKey(absl::string_view point) {
  if (point.size() != kPointSize || point[0] != 4) return nullptr;
  const KeyContextPtr context(
      EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr));
  char group[] = "SM2";
  std::string copy(point);
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy.data(),
                                        copy.size()),
      OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) !=
          1) {
    return nullptr;
  }
  return KeyPtr(key);
}

absl::StatusOr<std::string> PublicBytes(const EVP_PKEY* key) {
  std::string bytes(IsSm2(key) ? kPointSize : kEd25519Size, '\0');
  size_t size = bytes.size();
  if (IsEd25519(key) &&
      EVP_PKEY_get_raw_public_key(key, Data(bytes), &size) == 1) {
    return bytes;
  }
  if (IsSm2(key) &&
      EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, Data(bytes),
                                      bytes.size(), &size) == 1 &&
      size == kPointSize) {
    return bytes;
  }
  return absl::InvalidArgumentError(
      "the key is neither an Ed25519 nor an SM2 key");
}

KeyPtr NewEd25519Key() { return Generate("ED25519"); }
KeyPtr NewSm2Key() { return Generate("SM2"); }

absl::StatusOr<std::string> SignWith(EVP_PKEY* key, absl::string_view message) {
  KeyContextPtr key_context;
  const ContextPtr context(EVP_MD_CTX_new());
  // Room for r and s as DER.
  std::string signature(kSignatureSize + 16, '\0');
  size_t size = signature.size();
  if (context == nullptr || !Prepare(key, context.get(), key_context) ||
      EVP_DigestSignInit(context.get(), nullptr, DigestOf(key), nullptr, key) !=
          1 ||
      EVP_DigestSign(context.get(), Data(signature), &size, Data(message),
                     message.size()) != 1) {
    return absl::InternalError("OpenSSL does not sign with this key");
  }
  signature.resize(size);
  return IsSm2(key) ? FromDer(signature) : signature;
}

bool VerifyWith(EVP_PKEY* key, absl::string_view message,
                absl::string_view signature) {
  if (key == nullptr || signature.size() != kSignatureSize) return false;
  const std::string bytes =
      IsSm2(key) ? ToDer(signature) : std::string(signature);
  KeyContextPtr key_context;
  const ContextPtr context(EVP_MD_CTX_new());
  return context != nullptr && Prepare(key, context.get(), key_context) &&
         EVP_DigestVerifyInit(context.get(), nullptr, DigestOf(key), nullptr,
                              key) == 1 &&
         EVP_DigestVerify(context.get(), Data(bytes), bytes.size(),
                          Data(message), message.size()) == 1;
}

}  // namespace luheng
