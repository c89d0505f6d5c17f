// Who calls: the client certificate of the mutual TLS handshake. The handshake
// has verified it against the CA; here it is turned into the user's name (its
// common name) and its fingerprint. Nothing a caller can write into metadata
// counts.
#ifndef LUHENG_SERVICES_RPC_IDENTITY_H_
#define LUHENG_SERVICES_RPC_IDENTITY_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/security/auth_context.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"

namespace luheng::rpc {

struct Identity {
  // Common name of the certificate, a user's name; see IsUserName.
  std::string user_name;
  // SHA-256 of the certificate's DER form, as `openssl x509 -fingerprint`
  // prints it.
  Digest certificate;
};

// The identity of a peer; nothing if the connection has no verified client
// certificate, or not exactly one common name that can be a user's.
std::optional<Identity> IdentityOf(const grpc::AuthContext& peer);

// SHA-256 of the DER form of the first certificate in `pem`; zero if there is
// none.
Digest FingerprintOfPem(absl::string_view pem);

// A user as the registry knows it. Both ids never change for a name.
struct KnownUser {
  UserId user;
  HolderId holder;
};

// Names to ids of users. services/server implements it over the world.
// Thread-safe.
class UserDirectory {
 public:
  virtual ~UserDirectory() = default;
  // Calls `done` once with the user called `name`, when this node has
  // `min_entry`: at once if both are known here, else later from another
  // thread. NOT_FOUND if there is none; OUT_OF_RANGE if the entry does not
  // come; other errors if that could not be learned. Must not block.
  virtual void Find(const std::string& name, EntryNumber min_entry,
                    std::function<void(absl::StatusOr<KnownUser>)> done) = 0;
  // The last entry that answers of this node may rest on.
  virtual EntryNumber LastEntry() const = 0;
};

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_IDENTITY_H_
