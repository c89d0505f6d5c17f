#include "services/rpc/identity.h"

#include <openssl/sha.h>

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "services/rpc/field_checks.h"

namespace luheng::rpc {
namespace {

constexpr absl::string_view kPemBegin = "-----BEGIN CERTIFICATE-----";
constexpr absl::string_view kPemEnd = "-----END CERTIFICATE-----";

// The only value of a property; empty if there is none or more than one.
absl::string_view OnlyValue(const grpc::AuthContext& peer, const char* name) {
  const std::vector<grpc::string_ref> values = peer.FindPropertyValues(name);
  if (values.size() != 1) return "";
  return absl::string_view(values[0].data(), values[0].size());
}

}  // namespace

Digest FingerprintOfPem(absl::string_view pem) {
  const size_t begin = pem.find(kPemBegin);
  if (begin == absl::string_view::npos) return Digest();
  const size_t body = begin + kPemBegin.size();
  const size_t end = pem.find(kPemEnd, body);
  if (end == absl::string_view::npos) return Digest();
  const std::string base64 = absl::StrReplaceAll(pem.substr(body, end - body),
                                                 {{"\n", ""}, {"\r", ""}});
  std::string der;
  if (!absl::Base64Unescape(base64, &der) || der.empty()) return Digest();
  Digest digest;
  SHA256(reinterpret_cast<const uint8_t*>(der.data()), der.size(),
         digest.data.data());
  return digest;
}

std::optional<Identity> IdentityOf(const grpc::AuthContext& peer) {
  if (!peer.IsPeerAuthenticated()) return std::nullopt;
  const absl::string_view name = OnlyValue(peer, "x509_common_name");
  if (!IsUserName(name)) return std::nullopt;
  const Digest certificate = FingerprintOfPem(OnlyValue(peer, "x509_pem_cert"));
  if (certificate.is_zero()) return std::nullopt;
  return Identity{std::string(name), certificate};
}

}  // namespace luheng::rpc
