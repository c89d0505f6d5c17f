#include "services/server/certificates.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <ctime>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "ledger/base/status_macros.h"
#include "services/server/openssl_ptr.h"

namespace luheng::server {
namespace {

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(absl::StrCat(path, " cannot be read"));
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

BioPtr Memory(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

absl::StatusOr<X509Ptr> LoadCertificate(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string pem, ReadText(path));
  X509Ptr certificate(
      PEM_read_bio_X509(Memory(pem).get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (certificate == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " holds no PEM certificate"));
  }
  return certificate;
}

absl::StatusOr<KeyPtr> LoadKey(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string pem, ReadText(path));
  KeyPtr key(
      PEM_read_bio_PrivateKey(Memory(pem).get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (key == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " holds no PEM private key"));
  }
  return key;
}

Stamp StampOf(const ASN1_TIME* time) {
  std::tm civil{};
  ASN1_TIME_to_tm(time, &civil);
  return Stamp(int64_t{timegm(&civil)} * kNanosPerSecond);
}

std::string NameText(const X509_NAME* name) {
  char text[256] = {};
  X509_NAME_get_text_by_NID(const_cast<X509_NAME*>(name), NID_commonName, text,
                            sizeof(text));
  return text;
}

std::vector<std::string> AlternativeNames(const X509* certificate) {
  std::vector<std::string> names;
  auto* general = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(general); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(general, i);
    if (name->type == GEN_DNS) {
      names.emplace_back(
          reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
          static_cast<size_t>(ASN1_STRING_length(name->d.dNSName)));
    } else if (name->type == GEN_IPADD) {
      names.push_back(absl::StrCat(
          "address of ", ASN1_STRING_length(name->d.iPAddress), " bytes"));
    }
  }
  GENERAL_NAMES_free(general);
  return names;
}

absl::Status LoadAuthorities(const std::string& path, X509_STORE& store) {
  ASSIGN_OR_RETURN(const std::string pem, ReadText(path));
  const BioPtr bio = Memory(pem);
  int count = 0;
  while (X509Ptr certificate{
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    X509_STORE_add_cert(&store, certificate.get());
    ++count;
  }
  ERR_clear_error();
  if (count == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " holds no PEM certificate"));
  }
  return absl::OkStatus();
}

// Whether `store` vouches for `certificate` at `now`.
absl::Status Verify(X509_STORE& store, X509& certificate,
                    const std::string& path, Stamp now) {
  const StoreContextPtr context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), &store, &certificate, nullptr);
  X509_STORE_CTX_set_time(context.get(), 0, now.value() / kNanosPerSecond);
  if (X509_verify_cert(context.get()) == 1) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      path, ": ",
      X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()))));
}

}  // namespace

absl::StatusOr<CertificateInfo> ReadCertificate(const std::string& path) {
  ASSIGN_OR_RETURN(const X509Ptr certificate, LoadCertificate(path));
  CertificateInfo info;
  info.subject = NameText(X509_get_subject_name(certificate.get()));
  info.issuer = NameText(X509_get_issuer_name(certificate.get()));
  info.names = AlternativeNames(certificate.get());
  info.not_before = StampOf(X509_get0_notBefore(certificate.get()));
  info.not_after = StampOf(X509_get0_notAfter(certificate.get()));
  return info;
}

absl::Status CheckCertificates(const std::string& ca, const std::string& cert,
                               const std::string& key, Stamp now) {
  ASSIGN_OR_RETURN(const X509Ptr certificate, LoadCertificate(cert));
  ASSIGN_OR_RETURN(const KeyPtr private_key, LoadKey(key));
  const StorePtr store(X509_STORE_new());
  RETURN_IF_ERROR(LoadAuthorities(ca, *store));
  if (X509_check_private_key(certificate.get(), private_key.get()) != 1) {
    ERR_clear_error();
    return absl::FailedPreconditionError(
        absl::StrCat(key, " is not the key of ", cert));
  }
  return Verify(*store, *certificate, cert, now);
}

}  // namespace luheng::server
