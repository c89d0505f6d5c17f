// Asks one witness for its cosignature (C2SP tlog-witness) and believes nothing
// that it says without its signature.
#ifndef LUHENG_SERVICES_SUPERVISION_WITNESS_ASKER_H_
#define LUHENG_SERVICES_SUPERVISION_WITNESS_ASKER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "ledger/http/client.h"
#include "ledger/journal/journal.h"
#include "ledger/merkle/checkpoint.h"
#include "ledger/merkle/note_key.h"

namespace luheng::supervision {

// How a witness is reached; replaced in tests.
struct WitnessDoor {
  // Sends the body of an add-checkpoint. Errors: UNAVAILABLE.
  std::function<absl::StatusOr<HttpAnswer>(const std::string& body)> post;
  // Ends what is under way; called from another thread.
  std::function<void()> cancel;
};

// The door at `url`. Errors: INVALID_ARGUMENT.
absl::StatusOr<WitnessDoor> OpenWitnessDoor(const std::string& url,
                                            const HttpClientOptions& options);

// Thread-compatible.
class WitnessAsker {
 public:
  // Borrows `journal`, where the proofs come from.
  WitnessAsker(NoteKey key, WitnessDoor door, const Journal& journal)
      : key_(std::move(key)), door_(std::move(door)), journal_(journal) {}

  // The witness's cosignature of `note`, whose head is `head`, checked. Errors:
  //   UNAVAILABLE          it gives no answer, or one of an ill server;
  //   FAILED_PRECONDITION  it does not know the ledger or its key;
  //   ABORTED              it has seen more than `note` covers;
  //   DATA_LOSS            it says that the ledger's history was changed;
  //   INVALID_ARGUMENT     its answer is not by the protocol, or the
  //                        cosignature in it is missing or not valid.
  absl::StatusOr<NoteSignature> Ask(const Note& note, const TreeHead& head);

  // Ends an Ask that is under way; any thread.
  void Cancel() { door_.cancel(); }

 private:
  absl::StatusOr<NoteSignature> Take(const HttpAnswer& answer,
                                     const Note& note) const;
  // What the witness says that it cosigned last.
  absl::Status Learn(const HttpAnswer& answer, const TreeHead& head);

  const NoteKey key_;
  const WitnessDoor door_;
  const Journal& journal_;
  // What it cosigned last, as far as we know.
  int64_t cosigned_ = 0;
};

}  // namespace luheng::supervision

#endif  // LUHENG_SERVICES_SUPERVISION_WITNESS_ASKER_H_
