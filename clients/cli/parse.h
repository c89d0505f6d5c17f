// What people type, as exact values. Nothing here rounds, and nothing that
// could be read in two ways is accepted.
#ifndef LUHENG_CLIENTS_CLI_PARSE_H_
#define LUHENG_CLIENTS_CLI_PARSE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace luheng::cli {

// "58.50", "58.5", "58" or "3,217,000.00" yuan as fen, 0 or more. Nothing if
// it has a sign, a third decimal, misplaced separators, other characters, or
// does not fit.
std::optional<int64_t> ParseYuan(absl::string_view text);

// A whole number from 0 on, separators of thousands allowed.
std::optional<int64_t> ParseWhole(absl::string_view text);

// A quantity and the unit behind it: "1,000t" is {1000, "t"}, "1000" has no
// unit.
struct Amount {
  int64_t value;
  std::string unit;
};
std::optional<Amount> ParseAmount(absl::string_view text);

// "2022-10-21", "2022-10-21 09:30", "2022-10-21 09:30:00" in Asia/Shanghai, or
// RFC 3339 with its own offset.
std::optional<google::protobuf::Timestamp> ParseTime(absl::string_view text);

// "a=b" cut at its first equals sign.
struct KeyValue {
  std::string key;
  std::string value;
};
std::optional<KeyValue> ParseKeyValue(absl::string_view text);

// 64 hex digits as 32 bytes.
std::optional<std::string> ParseDigest(absl::string_view text);

// The number of the value of `type` that `text` names: "fully-open", whatever
// case, is X_FULLY_OPEN of enum X. Nothing for the unspecified value.
std::optional<int> ParseEnumNumber(const google::protobuf::EnumDescriptor* type,
                                   absl::string_view text);
// What ParseEnumNumber() takes: "buy, sell".
std::string EnumChoices(const google::protobuf::EnumDescriptor* type);
// What ParseEnumNumber() takes for `number`; the number if there is none.
std::string EnumWord(const google::protobuf::EnumDescriptor* type, int number);

// `text` as a resource's name in `collection`: "CEA" and "instruments/CEA" are
// both "instruments/CEA".
std::string ResourceName(absl::string_view collection, absl::string_view text);

// How a holder was given.
enum class HolderForm { kName, kCode };
// Digits are a holder's number, except six of them, which are a county's code;
// "holders/140927" is always the number. 18 characters are a credit code.
HolderForm HolderFormOf(absl::string_view text);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_PARSE_H_
