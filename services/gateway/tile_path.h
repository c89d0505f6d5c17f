// The paths of a tiled log (C2SP tlog-tiles):
//   /tile/<level>/<index>[.p/<width>]     hashes
//   /tile/entries/<index>[.p/<width>]     the leaves' data
// An index is cut into groups of three digits, all but the last behind an x:
// x001/x234/067. Each tile has one path; every other form is malformed.
#ifndef LUHENG_SERVICES_GATEWAY_TILE_PATH_H_
#define LUHENG_SERVICES_GATEWAY_TILE_PATH_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/merkle/tree.h"

namespace luheng::gateway {

struct TilePath {
  TileId id;             // Level 0 for entries.
  bool entries = false;  // The leaves' data rather than their hashes.
  int64_t width = kTileWidth;
  friend bool operator==(const TilePath&, const TilePath&) = default;
};

// Errors: INVALID_ARGUMENT with the rule that is broken; NOT_FOUND for an index
// that no tree reaches.
absl::StatusOr<TilePath> ParseTilePath(absl::string_view path);
// What ParseTilePath reads.
std::string FormatTilePath(const TilePath& path);

}  // namespace luheng::gateway

#endif  // LUHENG_SERVICES_GATEWAY_TILE_PATH_H_
