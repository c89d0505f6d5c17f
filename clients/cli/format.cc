#include "clients/cli/format.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace luheng::cli {
namespace {

// The absolute value; int64's least value has one too.
uint64_t Magnitude(int64_t value) {
  return value < 0 ? 0 - static_cast<uint64_t>(value)
                   : static_cast<uint64_t>(value);
}

std::string Group(uint64_t value) {
  const std::string digits = absl::StrCat(value);
  std::string grouped;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

}  // namespace

std::string WithSeparators(int64_t value) {
  return absl::StrCat(value < 0 ? "-" : "", Group(Magnitude(value)));
}

std::string FormatYuan(int64_t fen) {
  const uint64_t magnitude = Magnitude(fen);
  return absl::StrFormat("%s%s.%02d", fen < 0 ? "-" : "",
                         Group(magnitude / 100), magnitude % 100);
}

std::string PlainYuan(int64_t fen) {
  const uint64_t magnitude = Magnitude(fen);
  return absl::StrFormat("%s%d.%02d", fen < 0 ? "-" : "", magnitude / 100,
                         magnitude % 100);
}

std::string FormatPpm(int64_t ppm) {
  const uint64_t magnitude = Magnitude(ppm);
  std::string text = absl::StrFormat("%s%d.%04d", ppm < 0 ? "-" : "",
                                     magnitude / 10'000, magnitude % 10'000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return absl::StrCat(text, "%");
}

std::string FormatTime(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  const absl::Time instant =
      absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
  return absl::FormatTime("%Y-%m-%d %H:%M:%E3S", instant, ShanghaiZone());
}

std::string LastPart(absl::string_view name) {
  const size_t slash = name.rfind('/');
  if (slash == absl::string_view::npos) return std::string(name);
  return std::string(name.substr(slash + 1));
}

absl::TimeZone ShanghaiZone() { return absl::FixedTimeZone(8 * 3600); }

}  // namespace luheng::cli
