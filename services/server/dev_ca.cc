// Making a development authority and what it signs. Failures of OpenSSL on
// valid input are bugs or an exhausted machine: LUHENG_CHECK.
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ledger/base/check.h"
#include "ledger/base/status_macros.h"
#include "services/rpc/field_checks.h"
#include "services/server/certificates.h"
#include "services/server/openssl_ptr.h"

namespace luheng::server {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr char kAuthorityName[] = "Luheng development CA";

KeyPtr MakeKey() {
  KeyPtr key(EVP_EC_gen("P-256"));
  LUHENG_CHECK(key != nullptr) << "no P-256 key";
  return key;
}

// Replaces `path` in one step, so that who reads it sees all or none of it.
absl::Status WriteFile(const std::string& path, const std::string& text,
                       mode_t mode) {
  const std::string made = absl::StrCat(path, ".new");
  unlink(made.c_str());
  const int file =
      open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  const bool written = file >= 0 && write(file, text.data(), text.size()) ==
                                        static_cast<ssize_t>(text.size());
  const int error = errno;
  if (file >= 0) close(file);
  if (!written || rename(made.c_str(), path.c_str()) != 0) {
    return absl::UnavailableError(
        absl::StrCat(path, ": ", std::strerror(written ? errno : error)));
  }
  return absl::OkStatus();
}

std::string TextOf(BIO& bio) {
  char* data = nullptr;
  const int64_t size = BIO_get_mem_data(&bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

std::string PemOf(X509& certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  LUHENG_CHECK(PEM_write_bio_X509(bio.get(), &certificate) == 1) << "PEM";
  return TextOf(*bio);
}

std::string PemOf(EVP_PKEY& key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  LUHENG_CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), &key, nullptr, nullptr,
                                             0, nullptr, nullptr) == 1)
      << "PEM";
  return TextOf(*bio);
}

// A certificate and its key.
struct Pair {
  X509Ptr certificate;
  KeyPtr key;
};

// What a certificate is to say.
struct Subject {
  std::string name;
  bool authority = false;
  std::string usage;  // serverAuth or clientAuth; empty for the authority.
  std::string names;  // Subject alternative names, as OpenSSL writes them.
  int64_t from_seconds = 0;
  int64_t to_seconds = 0;
};

void AddExtension(X509& certificate, X509& issuer, int nid,
                  const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  LUHENG_CHECK(extension != nullptr) << "extension " << value;
  X509_add_ext(&certificate, extension.get(), -1);
}

void SetSerial(X509& certificate) {
  const BignumPtr serial(BN_new());
  LUHENG_CHECK(BN_rand(serial.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY))
      << "no random bytes";
  BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(&certificate));
}

void AddExtensions(const Subject& subject, X509& certificate, X509& issuer) {
  AddExtension(
      certificate, issuer, NID_basic_constraints,
      subject.authority ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE");
  AddExtension(certificate, issuer, NID_key_usage,
               subject.authority ? "critical,keyCertSign,cRLSign"
                                 : "critical,digitalSignature");
  AddExtension(certificate, issuer, NID_subject_key_identifier, "hash");
  if (!subject.authority) {
    AddExtension(certificate, issuer, NID_authority_key_identifier, "keyid");
    AddExtension(certificate, issuer, NID_ext_key_usage, subject.usage);
  }
  if (!subject.names.empty()) {
    AddExtension(certificate, issuer, NID_subject_alt_name, subject.names);
  }
}

// Signs `subject` with `issuer`, or with its own key if that is null.
Pair Sign(const Subject& subject, const Pair* issuer) {
  Pair made{X509Ptr(X509_new()), MakeKey()};
  X509& certificate = *made.certificate;
  X509_set_version(&certificate, X509_VERSION_3);
  SetSerial(certificate);
  ASN1_TIME_set(X509_getm_notBefore(&certificate), subject.from_seconds);
  ASN1_TIME_set(X509_getm_notAfter(&certificate), subject.to_seconds);
  X509_NAME* const name = X509_get_subject_name(&certificate);
  X509_NAME_add_entry_by_txt(
      name, "CN", MBSTRING_UTF8,
      reinterpret_cast<const unsigned char*>(subject.name.data()),
      static_cast<int>(subject.name.size()), -1, 0);
  X509& signer = issuer == nullptr ? certificate : *issuer->certificate;
  X509_set_issuer_name(&certificate, X509_get_subject_name(&signer));
  X509_set_pubkey(&certificate, made.key.get());
  AddExtensions(subject, certificate, signer);
  EVP_PKEY& key = issuer == nullptr ? *made.key : *issuer->key;
  LUHENG_CHECK(X509_sign(&certificate, &key, EVP_sha256()) > 0) << "signature";
  return made;
}

absl::Status Store(const Pair& pair, const std::string& stem) {
  RETURN_IF_ERROR(WriteFile(absl::StrCat(stem, ".key"), PemOf(*pair.key),
                            S_IRUSR | S_IWUSR));
  return WriteFile(absl::StrCat(stem, ".pem"), PemOf(*pair.certificate),
                   S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
}

absl::StatusOr<Pair> Load(const std::string& stem) {
  const auto open = [](const std::string& path) {
    return BioPtr(BIO_new_file(path.c_str(), "r"));
  };
  const BioPtr pem = open(absl::StrCat(stem, ".pem"));
  const BioPtr key = open(absl::StrCat(stem, ".key"));
  Pair pair;
  if (pem != nullptr && key != nullptr) {
    pair.certificate.reset(
        PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr));
    pair.key.reset(
        PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr));
  }
  const bool fits =
      pair.certificate != nullptr && pair.key != nullptr &&
      X509_check_private_key(pair.certificate.get(), pair.key.get()) == 1;
  ERR_clear_error();
  if (!fits) {
    return absl::FailedPreconditionError(
        absl::StrCat(stem, ".pem and ", stem, ".key do not belong together"));
  }
  return pair;
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

// Makes what one MakeDevCa is asked for.
class DevCa {
 public:
  explicit DevCa(const DevCaOptions& options)
      : options_(options),
        now_seconds_(options.now.value() / kNanosPerSecond) {}

  absl::Status Make() {
    std::error_code error;
    std::filesystem::create_directories(options_.directory, error);
    if (error) {
      return absl::UnavailableError(
          absl::StrCat(options_.directory, ": ", error.message()));
    }
    RETURN_IF_ERROR(TakeAuthority());
    RETURN_IF_ERROR(Issue("server", ServerSubject(), options_.renew));
    for (const std::string& user : options_.users) {
      RETURN_IF_ERROR(IssueUser(user, 0));
    }
    for (const std::string& user : options_.expired_users) {
      RETURN_IF_ERROR(IssueUser(user, -2 * options_.days));
    }
    return absl::OkStatus();
  }

 private:
  std::string Stem(const std::string& name) const {
    return absl::StrCat(options_.directory, "/", name);
  }

  // A subject that holds for `days`, from `shift_days` before or after now on.
  Subject Base(const std::string& name, int64_t days,
               int64_t shift_days = 0) const {
    Subject subject;
    subject.name = name;
    // Clocks of other machines may be a little behind.
    subject.from_seconds = now_seconds_ + shift_days * kSecondsPerDay - 60;
    subject.to_seconds = now_seconds_ + (shift_days + days) * kSecondsPerDay;
    return subject;
  }

  absl::Status TakeAuthority() {
    const std::string stem = Stem("ca");
    if (!options_.renew && Exists(absl::StrCat(stem, ".pem"))) {
      ASSIGN_OR_RETURN(authority_, Load(stem));
      return absl::OkStatus();
    }
    Subject subject = Base(kAuthorityName, 10 * options_.days);
    subject.authority = true;
    authority_ = Sign(subject, nullptr);
    return Store(authority_, stem);
  }

  Subject ServerSubject() const {
    Subject subject = Base("localhost", options_.days);
    subject.usage = "serverAuth";
    std::vector<std::string> names = {"DNS:localhost", "IP:127.0.0.1",
                                      "IP:::1"};
    for (const std::string& name : options_.server_names) {
      const bool address =
          name.find_first_not_of("0123456789.") == std::string::npos ||
          name.find(':') != std::string::npos;
      names.push_back(absl::StrCat(address ? "IP:" : "DNS:", name));
    }
    subject.names = absl::StrJoin(names, ",");
    return subject;
  }

  absl::Status IssueUser(const std::string& user, int64_t shift_days) {
    if (!rpc::IsUserName(user) || user == "ca" || user == "server") {
      return absl::InvalidArgumentError(absl::StrCat(
          "user \"", user,
          "\" must be 1 to 64 of a-z, 0-9, dot and hyphen, from a letter, and "
          "neither ca nor server"));
    }
    Subject subject = Base(user, options_.days, shift_days);
    subject.usage = "clientAuth";
    return Issue(user, subject, false);
  }

  // Keeps a certificate that this authority signed and that has not ended.
  absl::Status Issue(const std::string& name, const Subject& subject,
                     bool renew) {
    const std::string stem = Stem(name);
    const bool fits =
        !renew && Exists(absl::StrCat(stem, ".pem")) &&
        CheckCertificates(absl::StrCat(Stem("ca"), ".pem"),
                          absl::StrCat(stem, ".pem"),
                          absl::StrCat(stem, ".key"), options_.now)
            .ok();
    if (fits) return absl::OkStatus();
    return Store(Sign(subject, &authority_), stem);
  }

  const DevCaOptions& options_;
  const int64_t now_seconds_;
  Pair authority_;
};

}  // namespace

absl::Status MakeDevCa(const DevCaOptions& options) {
  return DevCa(options).Make();
}

}  // namespace luheng::server
