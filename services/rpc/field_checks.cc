#include "services/rpc/field_checks.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ledger/base/utf8.h"

namespace luheng::rpc {
namespace {

// More of a wrong value is not repeated in an answer.
constexpr size_t kShownBytesMax = 80;
// The last second whose nanoseconds fit int64_t.
constexpr int64_t kSecondsMax = 9'223'372'035;

constexpr char kPresent[] = "present";

// Code points of `text`; -1 if it is not UTF-8 or has control characters.
int64_t CountCharacters(absl::string_view text) {
  int64_t count = 0;
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0) return -1;
    if (length == 1 && absl::ascii_iscntrl(static_cast<uint8_t>(text[0]))) {
      return -1;
    }
    text.remove_prefix(length);
    ++count;
  }
  return count;
}

// As much of a wrong value as may be repeated: whole printable characters.
std::string Shown(absl::string_view value) {
  std::string shown;
  while (!value.empty() && shown.size() < kShownBytesMax) {
    const size_t length = Utf8Length(value);
    const bool printable =
        length > 1 ||
        (length == 1 && absl::ascii_isprint(static_cast<uint8_t>(value[0])));
    absl::StrAppend(&shown, printable ? value.substr(0, length) : "?");
    value.remove_prefix(std::max<size_t>(length, 1));
  }
  return value.empty() ? shown : absl::StrCat(shown, "...");
}

template <typename Predicate>
bool AllOf(absl::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return predicate(static_cast<unsigned char>(c));
  });
}

}  // namespace

int64_t ParsePositive(absl::string_view text) {
  int64_t value = 0;
  if (text.empty() || text[0] == '0' ||
      !AllOf(text, [](unsigned char c) { return absl::ascii_isdigit(c); }) ||
      !absl::SimpleAtoi(text, &value)) {
    return 0;
  }
  return value;
}

bool IsUserName(absl::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         absl::ascii_islower(static_cast<unsigned char>(name[0])) &&
         AllOf(name, [](unsigned char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) ||
                  c == '.' || c == '-';
         });
}

bool IsSymbol(absl::string_view symbol) {
  return !symbol.empty() && symbol.size() <= 32 &&
         absl::ascii_isupper(static_cast<unsigned char>(symbol[0])) &&
         AllOf(symbol, [](unsigned char c) {
           return absl::ascii_isupper(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

void FieldChecks::Violate(absl::string_view field, absl::string_view value,
                          absl::string_view rule) {
  violations_.push_back({std::string(field), Shown(value), std::string(rule)});
}

bool FieldChecks::Required(absl::string_view field, bool present) {
  if (!present) Violate(field, "", kPresent);
  return present;
}

bool FieldChecks::Range(absl::string_view field, int64_t value, int64_t min,
                        int64_t max) {
  if (value >= min && value <= max) return true;
  if (max == INT64_MAX) {
    Violate(field, absl::StrCat(value), absl::StrCat("at least ", min));
  } else {
    Violate(field, absl::StrCat(value),
            absl::StrCat("from ", min, " to ", max));
  }
  return false;
}

bool FieldChecks::Text(absl::string_view field, absl::string_view value,
                       int64_t min, int64_t max) {
  if (value.empty() && min > 0) return Required(field, false);
  const int64_t count = CountCharacters(value);
  if (count >= min && count <= max) return true;
  Violate(field, value, absl::StrCat(min, " to ", max, " characters"));
  return false;
}

bool FieldChecks::Bytes(absl::string_view field, absl::string_view value,
                        size_t size) {
  if (value.size() == size) return true;
  if (value.empty()) return Required(field, false);
  Violate(field, absl::StrCat(value.size(), " bytes"),
          absl::StrCat(size, " bytes"));
  return false;
}

Digest FieldChecks::Sha256(absl::string_view field, absl::string_view value) {
  if (!Bytes(field, value, Digest::kSize)) return Digest();
  return *Digest::From(value);
}

bool FieldChecks::Enum(absl::string_view field, int value,
                       const google::protobuf::EnumDescriptor* descriptor,
                       Presence presence) {
  if (value == 0 && presence == Presence::kOptional) return true;
  if (value == 0) return Required(field, false);
  if (descriptor->FindValueByNumber(value) != nullptr) return true;
  Violate(field, absl::StrCat(value), "a known value");
  return false;
}

int64_t FieldChecks::NumberName(absl::string_view field,
                                absl::string_view collection,
                                absl::string_view name, Presence presence) {
  if (name.empty()) {
    if (presence == Presence::kRequired) Required(field, false);
    return 0;
  }
  absl::string_view rest = name;
  const int64_t number =
      absl::ConsumePrefix(&rest, absl::StrCat(collection, "/"))
          ? ParsePositive(rest)
          : 0;
  if (number == 0) {
    Violate(field, name, absl::StrCat("a name like ", collection, "/17"));
  }
  return number;
}

std::string FieldChecks::TextName(absl::string_view field,
                                  absl::string_view collection,
                                  absl::string_view name, Presence presence,
                                  bool (*valid)(absl::string_view),
                                  absl::string_view rule) {
  if (name.empty()) {
    if (presence == Presence::kRequired) Required(field, false);
    return "";
  }
  absl::string_view rest = name;
  if (!absl::ConsumePrefix(&rest, absl::StrCat(collection, "/")) ||
      !valid(rest)) {
    Violate(field, name, rule);
    return "";
  }
  return std::string(rest);
}

HolderId FieldChecks::Holder(absl::string_view field, absl::string_view name,
                             Presence presence) {
  return HolderId(NumberName(field, "holders", name, presence));
}

ProposalId FieldChecks::Proposal(absl::string_view field,
                                 absl::string_view name) {
  return ProposalId(NumberName(field, "proposals", name, Presence::kRequired));
}

EntryNumber FieldChecks::Entry(absl::string_view field,
                               absl::string_view name) {
  return EntryNumber(NumberName(field, "entries", name, Presence::kRequired));
}

OrderId FieldChecks::Order(absl::string_view field, absl::string_view name,
                           Presence presence) {
  if (name.empty()) {
    if (presence == Presence::kRequired) Required(field, false);
    return OrderId();
  }
  absl::string_view rest = name;
  if (absl::ConsumePrefix(&rest, "holders/")) {
    const size_t slash = rest.find('/');
    absl::string_view tail =
        slash == absl::string_view::npos ? "" : rest.substr(slash);
    const int64_t order =
        absl::ConsumePrefix(&tail, "/orders/") ? ParsePositive(tail) : 0;
    if (order != 0 && ParsePositive(rest.substr(0, slash)) != 0) {
      return OrderId(order);
    }
  }
  Violate(field, name, "a name like holders/17/orders/4711");
  return OrderId();
}

std::string FieldChecks::User(absl::string_view field, absl::string_view name,
                              Presence presence) {
  return TextName(field, "users", name, presence, IsUserName,
                  "a name like users/zhang.wei");
}

std::string FieldChecks::Instrument(absl::string_view field,
                                    absl::string_view name, Presence presence) {
  return TextName(field, "instruments", name, presence, IsSymbol,
                  "a name like instruments/CEA");
}

std::string FieldChecks::Asset(absl::string_view field, absl::string_view name,
                               Presence presence) {
  return TextName(field, "assets", name, presence, IsSymbol,
                  "a name like assets/CNY");
}

bool FieldChecks::UserName(absl::string_view field, absl::string_view value) {
  if (IsUserName(value)) return true;
  if (value.empty()) return Required(field, false);
  Violate(field, value, "a name like zhang.wei");
  return false;
}

bool FieldChecks::Symbol(absl::string_view field, absl::string_view value) {
  if (IsSymbol(value)) return true;
  if (value.empty()) return Required(field, false);
  Violate(field, value, "a code like CEA or SO2-2017");
  return false;
}

bool FieldChecks::ClientOrderId(absl::string_view field,
                                absl::string_view value, Presence presence) {
  if (value.empty()) {
    return presence == Presence::kOptional || Required(field, false);
  }
  const bool valid = value.size() <= 36 && AllOf(value, [](unsigned char c) {
                       return absl::ascii_isalnum(c) || c == '_' || c == '-';
                     });
  if (!valid) Violate(field, value, "a code like A-20221021_001");
  return valid;
}

bool FieldChecks::CountyCode(absl::string_view field, absl::string_view value,
                             Presence presence) {
  if (value.empty()) {
    return presence == Presence::kOptional || Required(field, false);
  }
  const bool valid = value.size() == 6 && ParsePositive(value) != 0;
  if (!valid) Violate(field, value, "a code like 140927");
  return valid;
}

Id16 FieldChecks::RequestId(absl::string_view field, absl::string_view value) {
  if (value.empty()) {
    Required(field, false);
    return Id16();
  }
  const auto id = ParseUuid(value);
  // All zero is what "no request id" looks like further in.
  if (!id || id->is_zero()) {
    Violate(field, value, "a UUID");
    return Id16();
  }
  return *id;
}

std::optional<Date> FieldChecks::DateText(absl::string_view field,
                                          absl::string_view value,
                                          Presence presence) {
  if (value.empty()) {
    if (presence == Presence::kRequired) Required(field, false);
    return std::nullopt;
  }
  const auto date = ParseDate(value);
  if (!date) Violate(field, value, "a date like 2022-10-21");
  return date;
}

std::optional<Stamp> FieldChecks::Timestamp(
    absl::string_view field, bool present,
    const google::protobuf::Timestamp& value, Presence presence) {
  if (!present) {
    if (presence == Presence::kRequired) Required(field, false);
    return std::nullopt;
  }
  if (value.seconds() < 0 || value.seconds() > kSecondsMax ||
      value.nanos() < 0 || value.nanos() >= kNanosPerSecond) {
    Violate(field, absl::StrCat(value.seconds(), " s ", value.nanos(), " ns"),
            "a time");
    return std::nullopt;
  }
  return Stamp(value.seconds() * kNanosPerSecond + value.nanos());
}

int32_t FieldChecks::PageSize(absl::string_view field, int32_t value) {
  if (value < 0) Violate(field, absl::StrCat(value), "at least 0");
  return CoercePageSize(value);
}

}  // namespace luheng::rpc
