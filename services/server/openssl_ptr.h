// Owners of OpenSSL's objects.
#ifndef LUHENG_SERVICES_SERVER_OPENSSL_PTR_H_
#define LUHENG_SERVICES_SERVER_OPENSSL_PTR_H_

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace luheng::server {

template <auto kFree>
struct OpensslFree {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using KeyPtr = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, OpensslFree<X509_free>>;
using BioPtr = std::unique_ptr<BIO, OpensslFree<BIO_free>>;
using BignumPtr = std::unique_ptr<BIGNUM, OpensslFree<BN_free>>;
using ExtensionPtr =
    std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;
using StorePtr = std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>>;
using StoreContextPtr =
    std::unique_ptr<X509_STORE_CTX, OpensslFree<X509_STORE_CTX_free>>;

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_OPENSSL_PTR_H_
