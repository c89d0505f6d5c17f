// The log as everybody may read it over HTTP (C2SP tlog-tiles): the newest
// published checkpoint, the tiles of its tree, and the leaves' data in bundles.
// What lies beyond that checkpoint is not there, though the ledger has it. A
// leaf says nothing but number, time and salted digests, so all of this is
// public.
#ifndef LUHENG_SERVICES_GATEWAY_PUBLIC_LOG_H_
#define LUHENG_SERVICES_GATEWAY_PUBLIC_LOG_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/http/server.h"
#include "ledger/merkle/note.h"
#include "ledger/merkle/tree.h"
#include "services/gateway/tile_path.h"

namespace luheng::gateway {

// Where it is read from; all thread-safe.
struct LogReads {
  // The newest published checkpoint with its cosignatures. Errors: NOT_FOUND
  // before the first.
  std::function<absl::StatusOr<Note>()> checkpoint;
  // As TileReader::ReadTile.
  std::function<absl::StatusOr<std::string>(TileId id, int64_t width)> tile;
  // The data of `count` leaves, from leaf `first` (from 0) on.
  std::function<absl::StatusOr<std::vector<std::string>>(int64_t first,
                                                         int64_t count)>
      leaves;
};

// Thread-safe.
class PublicLog {
 public:
  explicit PublicLog(LogReads reads) : reads_(std::move(reads)) {}

  // 200; 400 for a malformed path; 404 for what the checkpoint does not cover
  // and for every other path; 500 and 503 if it cannot be read.
  HttpAnswer Answer(const HttpRequest& request) const;

 private:
  absl::StatusOr<HttpAnswer> Checkpoint() const;
  absl::StatusOr<HttpAnswer> Tile(const TilePath& path) const;
  absl::StatusOr<std::string> Bundle(const TilePath& path) const;

  const LogReads reads_;
};

}  // namespace luheng::gateway

#endif  // LUHENG_SERVICES_GATEWAY_PUBLIC_LOG_H_
