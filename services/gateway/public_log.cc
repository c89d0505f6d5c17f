#include "services/gateway/public_log.h"

#include <cstdint>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/checkpoint.h"

namespace luheng::gateway {
namespace {

constexpr char kBytes[] = "application/octet-stream";
// A checkpoint grows old within seconds. A tile never changes once it is there,
// but a partial one is replaced soon.
constexpr char kBriefly[] = "public, max-age=2";
constexpr char kForAnHour[] = "public, max-age=3600";
constexpr char kForever[] = "public, max-age=31536000, immutable";

HttpAnswer Refuse(const absl::Status& status) {
  HttpAnswer answer;
  answer.cache_control = "no-store";
  answer.body = absl::StrCat(status.message(), "\n");
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      answer.status = kHttpBadRequest;
      break;
    case absl::StatusCode::kNotFound:
      answer.status = kHttpNotFound;
      break;
    case absl::StatusCode::kUnavailable:
      answer.status = kHttpUnavailable;
      answer.body = "not now\n";
      break;
    default:
      // What went wrong inside is for the operator's log.
      answer.status = kHttpInternal;
      answer.body = "internal error\n";
  }
  return answer;
}

}  // namespace

HttpAnswer PublicLog::Answer(const HttpRequest& request) const {
  absl::StatusOr<HttpAnswer> answer = absl::NotFoundError("no such document");
  if (request.target == "/checkpoint") {
    answer = Checkpoint();
  } else if (absl::StartsWith(request.target, "/tile/")) {
    const auto path = ParseTilePath(request.target);
    answer = path.ok() ? Tile(*path) : path.status();
  }
  return answer.ok() ? *std::move(answer) : Refuse(answer.status());
}

absl::StatusOr<HttpAnswer> PublicLog::Checkpoint() const {
  ASSIGN_OR_RETURN(const Note note, reads_.checkpoint());
  return HttpAnswer{kHttpOk, kPlainText, FormatNote(note), kBriefly};
}

absl::StatusOr<HttpAnswer> PublicLog::Tile(const TilePath& path) const {
  ASSIGN_OR_RETURN(const Note note, reads_.checkpoint());
  ASSIGN_OR_RETURN(const luheng::Checkpoint checkpoint,
                   ParseCheckpoint(note.text));
  if (path.id.level >= kTileLevelsMax ||
      TileWidthAt(path.id, checkpoint.head.size) < path.width) {
    return absl::NotFoundError(absl::StrCat(
        "no such tile under a checkpoint of ", checkpoint.head.size));
  }
  HttpAnswer answer;
  answer.content_type = kBytes;
  answer.cache_control = path.width == kTileWidth ? kForever : kForAnHour;
  if (path.entries) {
    ASSIGN_OR_RETURN(answer.body, Bundle(path));
  } else {
    ASSIGN_OR_RETURN(answer.body, reads_.tile(path.id, path.width));
  }
  return answer;
}

absl::StatusOr<std::string> PublicLog::Bundle(const TilePath& path) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> leaves,
                   reads_.leaves(path.id.index * kTileWidth, path.width));
  std::string bundle;
  for (const std::string& leaf : leaves) {
    if (leaf.size() > std::numeric_limits<uint16_t>::max()) {
      return absl::InternalError(
          absl::StrCat("a leaf of ", leaf.size(), " bytes fits no bundle"));
    }
    bundle += static_cast<char>(leaf.size() >> 8);
    bundle += static_cast<char>(leaf.size() & 0xff);
    bundle += leaf;
  }
  return bundle;
}

}  // namespace luheng::gateway
