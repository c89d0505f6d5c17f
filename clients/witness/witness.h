// A witness (C2SP tlog-witness): it remembers of each log that it knows the
// last checkpoint it has cosigned, and cosigns another one only if that is
// proved to extend it. Whoever demands its cosignature can therefore not be
// shown two histories of one log.
#ifndef LUHENG_CLIENTS_WITNESS_WITNESS_H_
#define LUHENG_CLIENTS_WITNESS_WITNESS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "ledger/http/server.h"
#include "ledger/merkle/add_checkpoint.h"
#include "ledger/merkle/checkpoint.h"
#include "ledger/merkle/note_key.h"
#include "ledger/merkle/signer.h"

namespace luheng::witness {

struct WitnessOptions {
  // Keeps a file for each log. Losing it means having cosigned nothing, which
  // is what a witness must never forget.
  std::string directory;
  // The keys of the logs; several of one origin are all its own.
  std::vector<NoteKey> logs;
  // The time of cosignatures, in seconds since 1970. Thread-safe.
  std::function<int64_t()> now;
  // Takes a line for each request that changes something or is refused.
  // Thread-safe.
  std::function<void(const std::string& line)> log;
};

// Thread-safe. What is cosigned is on disk before the answer.
class Witness {
 public:
  // Errors: INVALID_ARGUMENT if there is no log, one of the keys is not a
  // log's, or `signer` is no cosigner; FAILED_PRECONDITION if another process
  // uses the directory; DATA_LOSS if a kept checkpoint is damaged or not of
  // its log; those of the files.
  static absl::StatusOr<std::unique_ptr<Witness>> Open(
      const WitnessOptions& options, std::unique_ptr<Signer> signer);
  ~Witness();
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;

  // POST /add-checkpoint, and GET /<hex of SHA-256 of an origin>/checkpoint for
  // those who monitor.
  HttpAnswer Answer(const HttpRequest& request);

  // The name of an origin in paths and files: SHA-256 in hex.
  static std::string HexOf(absl::string_view origin);

 private:
  struct Log {
    std::vector<NoteKey> keys;
    std::string path;
    absl::Mutex mutex;
    // The last one cosigned, with our cosignature; size 0 before the first.
    TreeHead head ABSL_GUARDED_BY(mutex);
    std::optional<Note> note ABSL_GUARDED_BY(mutex);
  };
  // A checkpoint that its log signed.
  struct Signed {
    Checkpoint checkpoint;
    NoteSignature signature;
    const NoteKey* key;
  };

  Witness(const WitnessOptions& options, std::unique_ptr<Signer> signer)
      : options_(options), signer_(std::move(signer)) {}
  absl::Status LockDirectory();
  absl::Status AddLog(const NoteKey& key);
  absl::Status Restore(Log& log);
  HttpAnswer Add(const AddCheckpoint& request, const std::string& client);
  HttpAnswer Extend(Log& log, const AddCheckpoint& request,
                    const Signed& offered);
  absl::StatusOr<NoteSignature> CosignAndKeep(Log& log, const Note& note,
                                              const Signed& offered)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(log.mutex);
  HttpAnswer Kept(absl::string_view target);
  static std::optional<Signed> FindSigned(const Log& log, const Note& note);

  const WitnessOptions options_;
  const std::unique_ptr<Signer> signer_;
  int lock_file_ = -1;
  // By origin; filled by Open and not changed later.
  std::map<std::string, std::unique_ptr<Log>> logs_;
};

}  // namespace luheng::witness

#endif  // LUHENG_CLIENTS_WITNESS_WITNESS_H_
