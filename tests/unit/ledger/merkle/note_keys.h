// Keys that the tests of notes share. Test keys: their private halves are
// published.
#ifndef LUHENG_TESTS_UNIT_LEDGER_MERKLE_NOTE_KEYS_H_
#define LUHENG_TESTS_UNIT_LEDGER_MERKLE_NOTE_KEYS_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "ledger/base/check.h"
#include "ledger/merkle/signer.h"

namespace luheng::testing {

// The secret key of RFC 8032, 7.1, test 1, as PKCS#8 (RFC 8410).
inline std::string Rfc8032Pem() {
  const std::string der = absl::HexStringToBytes(
      "302e020100300506032b657004220420"
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  return absl::StrCat("-----BEGIN PRIVATE KEY-----\n", absl::Base64Escape(der),
                      "\n-----END PRIVATE KEY-----\n");
}

inline std::unique_ptr<Signer> MakeSigner(absl::string_view name,
                                          SignerRole role,
                                          absl::string_view pem) {
  auto signer = SignerFromPem(name, role, pem);
  LUHENG_CHECK_OK(signer.status());
  return *std::move(signer);
}

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_UNIT_LEDGER_MERKLE_NOTE_KEYS_H_
