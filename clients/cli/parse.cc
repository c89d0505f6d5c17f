#include "clients/cli/parse.h"

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/format.h"

namespace luheng::cli {
namespace {

constexpr int64_t kNanosMax = std::numeric_limits<int64_t>::max();

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// Digits without their separators; nothing if these are misplaced.
std::optional<std::string> DigitsOf(absl::string_view text) {
  if (IsDigits(text)) return std::string(text);
  const std::vector<absl::string_view> groups = absl::StrSplit(text, ',');
  for (size_t i = 0; i < groups.size(); ++i) {
    const bool has_length =
        i == 0 ? groups[i].size() <= 3 : groups[i].size() == 3;
    if (!has_length || !IsDigits(groups[i])) return {};
  }
  return absl::StrJoin(groups, "");
}

// The prefix of an enum's values: ORDER_STATE_ for OrderState.
std::string ValuePrefix(const google::protobuf::EnumDescriptor* type) {
  const std::string& zero = type->value(0)->name();
  return zero.substr(0, zero.size() - std::string("UNSPECIFIED").size());
}

std::string WordOf(const google::protobuf::EnumValueDescriptor* value) {
  const std::string prefix = ValuePrefix(value->type());
  return absl::StrReplaceAll(
      absl::AsciiStrToLower(absl::StripPrefix(value->name(), prefix)),
      {{"_", "-"}});
}

}  // namespace

std::optional<int64_t> ParseWhole(absl::string_view text) {
  const std::optional<std::string> digits = DigitsOf(text);
  int64_t value = 0;
  if (!digits.has_value() || !absl::SimpleAtoi(*digits, &value)) return {};
  return value;
}

std::optional<int64_t> ParseYuan(absl::string_view text) {
  const size_t point = text.find('.');
  const std::optional<int64_t> yuan = ParseWhole(text.substr(0, point));
  int64_t fen = 0;
  if (point != absl::string_view::npos) {
    std::string decimals(text.substr(point + 1));
    if (!IsDigits(decimals) || decimals.size() > 2) return {};
    if (decimals.size() == 1) decimals += '0';
    if (!absl::SimpleAtoi(decimals, &fen)) return {};
  }
  int64_t result = 0;
  if (!yuan.has_value() || __builtin_mul_overflow(*yuan, 100, &result) ||
      __builtin_add_overflow(result, fen, &result)) {
    return {};
  }
  return result;
}

std::optional<Amount> ParseAmount(absl::string_view text) {
  const auto is_number = [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == ',';
  };
  const size_t size = static_cast<size_t>(
      std::find_if_not(text.begin(), text.end(), is_number) - text.begin());
  const std::optional<int64_t> value = ParseWhole(text.substr(0, size));
  if (!value.has_value()) return {};
  const absl::string_view unit = absl::StripAsciiWhitespace(text.substr(size));
  // "10.5t" is a fraction, not ten of a unit ".5t"; "10 000t" is anybody's
  // guess.
  if (!unit.empty() && (unit.front() == '.' || is_number(unit.front()))) {
    return {};
  }
  return Amount{*value, std::string(unit)};
}

std::optional<google::protobuf::Timestamp> ParseTime(absl::string_view text) {
  absl::Time time;
  std::string error;
  bool is_time = false;
  for (const char* format :
       {"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%E*S"}) {
    is_time |= absl::ParseTime(format, text, ShanghaiZone(), &time, &error);
    if (is_time) break;
  }
  if (!is_time && !absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    return {};
  }
  google::protobuf::Timestamp result;
  // Abseil also takes "infinite-future", and years that no stamp can hold.
  if (time < absl::UnixEpoch() || time > absl::FromUnixNanos(kNanosMax)) {
    return {};
  }
  const int64_t nanos = absl::ToUnixNanos(time);
  result.set_seconds(nanos / 1'000'000'000);
  result.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  return result;
}

std::optional<KeyValue> ParseKeyValue(absl::string_view text) {
  const size_t at = text.find('=');
  if (at == absl::string_view::npos || at == 0) return {};
  return KeyValue{std::string(text.substr(0, at)),
                  std::string(text.substr(at + 1))};
}

std::optional<std::string> ParseDigest(absl::string_view text) {
  const auto is_hex = [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  };
  if (text.size() != 64 || !std::all_of(text.begin(), text.end(), is_hex)) {
    return {};
  }
  return absl::HexStringToBytes(text);
}

std::optional<int> ParseEnumNumber(const google::protobuf::EnumDescriptor* type,
                                   absl::string_view text) {
  const std::string word =
      absl::StrReplaceAll(absl::AsciiStrToLower(text), {{"_", "-"}});
  for (int i = 1; i < type->value_count(); ++i) {
    if (WordOf(type->value(i)) == word) return type->value(i)->number();
  }
  return {};
}

std::string EnumChoices(const google::protobuf::EnumDescriptor* type) {
  std::vector<std::string> words;
  for (int i = 1; i < type->value_count(); ++i) {
    words.push_back(WordOf(type->value(i)));
  }
  return absl::StrJoin(words, ", ");
}

std::string EnumWord(const google::protobuf::EnumDescriptor* type, int number) {
  const auto* value = type->FindValueByNumber(number);
  return value == nullptr ? absl::StrCat(number) : WordOf(value);
}

std::string ResourceName(absl::string_view collection, absl::string_view text) {
  if (text.empty() || absl::StrContains(text, "/")) return std::string(text);
  return absl::StrCat(collection, "/", text);
}

HolderForm HolderFormOf(absl::string_view text) {
  if (absl::StrContains(text, "/")) return HolderForm::kName;
  if (IsDigits(text) && text.size() != 6 && text.size() < 18) {
    return HolderForm::kName;
  }
  return HolderForm::kCode;
}

}  // namespace luheng::cli
