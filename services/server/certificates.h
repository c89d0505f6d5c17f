// Certificates: a development authority with a server's and users'
// certificates, and looking at certificates that are there. Keys are P-256.
// For rehearsals and tests; a market in production brings its own authority.
#ifndef LUHENG_SERVICES_SERVER_CERTIFICATES_H_
#define LUHENG_SERVICES_SERVER_CERTIFICATES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/stamp.h"

namespace luheng::server {

struct DevCaOptions {
  // Made if it is missing. Gets ca.pem, ca.key, server.pem, server.key and
  // <user>.pem, <user>.key for each user; keys with mode 0600.
  std::string directory;
  // User names, the certificates' common names.
  std::vector<std::string> users;
  // Users whose certificates have ended already, for tests.
  std::vector<std::string> expired_users;
  // Further names and addresses of the server, besides localhost, 127.0.0.1
  // and ::1.
  std::vector<std::string> server_names;
  // Certificates hold from a minute before `now` for `days`; the authority
  // for ten times that.
  int64_t days = 365;
  Stamp now;
  // Makes a new authority and a new server certificate even if there are
  // some; users' certificates of the old one are then refused.
  bool renew = false;
};

// Makes what is missing: an authority and certificates that are there and have
// not ended are kept, so that running it twice changes nothing. Errors:
// INVALID_ARGUMENT for a name that no user can have; UNAVAILABLE if a file
// cannot be read or written; FAILED_PRECONDITION if the authority's files do
// not belong together.
absl::Status MakeDevCa(const DevCaOptions& options);

// What a certificate says.
struct CertificateInfo {
  std::string subject;
  std::string issuer;
  std::vector<std::string> names;  // Subject alternative names.
  Stamp not_before;
  Stamp not_after;
};

// The first certificate in the PEM file `path`. Errors: NOT_FOUND or
// UNAVAILABLE for the file; INVALID_ARGUMENT if it holds none.
absl::StatusOr<CertificateInfo> ReadCertificate(const std::string& path);

// Checks that the key belongs to the certificate, that the authorities in `ca`
// vouch for it, and that it holds at `now`. Errors: those of ReadCertificate;
// FAILED_PRECONDITION with what does not fit.
absl::Status CheckCertificates(const std::string& ca, const std::string& cert,
                               const std::string& key, Stamp now);

}  // namespace luheng::server

#endif  // LUHENG_SERVICES_SERVER_CERTIFICATES_H_
