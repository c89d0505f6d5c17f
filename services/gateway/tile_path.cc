#include "services/gateway/tile_path.h"

#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/decimal.h"

namespace luheng::gateway {
namespace {

constexpr absl::string_view kStart = "/tile/";
constexpr absl::string_view kEntries = "entries";
constexpr absl::string_view kPartial = ".p/";
constexpr int64_t kLevelMax = 63;
constexpr size_t kGroupDigits = 3;
constexpr int64_t kGroup = 1000;
// 18 digits are more than 2^63 leaves have tiles of level 0.
constexpr size_t kGroupsMax = 6;

absl::Status Malformed(absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat("malformed path: ", rule));
}

std::optional<int64_t> ParseGroup(absl::string_view text) {
  if (text.size() != kGroupDigits) return std::nullopt;
  int64_t value = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
  }
  return value;
}

absl::StatusOr<int64_t> ParseIndex(absl::string_view text) {
  const std::vector<absl::string_view> groups = absl::StrSplit(text, '/');
  int64_t index = 0;
  for (size_t i = 0; i < groups.size(); ++i) {
    absl::string_view group = groups[i];
    const bool last = i + 1 == groups.size();
    const bool marked = absl::ConsumePrefix(&group, "x");
    const auto value = ParseGroup(group);
    if (!value || marked == last) {
      return Malformed(
          "an index is groups of 3 digits, all but the last "
          "behind an x");
    }
    if (i == 0 && !last && *value == 0) {
      return Malformed("an index does not begin with x000");
    }
    if (i < kGroupsMax) index = index * kGroup + *value;
  }
  if (groups.size() > kGroupsMax) return absl::NotFoundError("no such tile");
  return index;
}

}  // namespace

absl::StatusOr<TilePath> ParseTilePath(absl::string_view path) {
  TilePath parsed;
  if (!absl::ConsumePrefix(&path, kStart)) {
    return Malformed("expected /tile/<level>/<index>");
  }
  const size_t slash = path.find('/');
  if (slash == absl::string_view::npos) return Malformed("no index");
  const absl::string_view level = path.substr(0, slash);
  path.remove_prefix(slash + 1);
  parsed.entries = level == kEntries;
  if (!parsed.entries) {
    const auto number = ParseDecimal(level);
    if (!number || *number > kLevelMax) {
      return Malformed("a level is 0 to 63 or \"entries\"");
    }
    parsed.id.level = static_cast<int>(*number);
  }
  const size_t partial = path.find(kPartial);
  if (partial != absl::string_view::npos) {
    const auto width = ParseDecimal(path.substr(partial + kPartial.size()));
    if (!width || *width < 1 || *width >= kTileWidth) {
      return Malformed("a partial tile's width is 1 to 255");
    }
    parsed.width = *width;
    path = path.substr(0, partial);
  }
  ASSIGN_OR_RETURN(parsed.id.index, ParseIndex(path));
  return parsed;
}

std::string FormatTilePath(const TilePath& path) {
  int64_t rest = path.id.index;
  std::string index = absl::StrFormat("%03d", rest % kGroup);
  while ((rest /= kGroup) > 0) {
    index = absl::StrFormat("x%03d/%s", rest % kGroup, index);
  }
  return absl::StrCat(
      kStart,
      path.entries ? std::string(kEntries) : absl::StrCat(path.id.level), "/",
      index,
      path.width == kTileWidth ? "" : absl::StrCat(kPartial, path.width));
}

}  // namespace luheng::gateway
