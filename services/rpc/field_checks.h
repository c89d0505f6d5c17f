// Checks the shape of a request and collects everything that is wrong with it,
// so that the caller learns all of it at once. Only what is wrong in any state
// is checked here; rules that depend on the world belong to `Decide`.
//
//   FieldChecks check;
//   check.Holder("holder", request.holder());
//   check.Range("amount_minor", request.amount_minor(), 1, kMax);
//   check.RequestId("request_id", request.request_id());
//   if (!check.ok()) return ToStatus(check.violations(), context);
#ifndef LUHENG_SERVICES_RPC_FIELD_CHECKS_H_
#define LUHENG_SERVICES_RPC_FIELD_CHECKS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "services/rpc/status.h"

namespace luheng::rpc {

// Rows of a list: 0 asks for kPageSizeDefault, more than kPageSizeMax gets
// kPageSizeMax.
inline constexpr int32_t kPageSizeDefault = 50;
inline constexpr int32_t kPageSizeMax = 1000;
constexpr int32_t CoercePageSize(int32_t asked) {
  if (asked <= 0) return kPageSizeDefault;
  return asked < kPageSizeMax ? asked : kPageSizeMax;
}

enum class Presence { kRequired, kOptional };

// Thread-compatible. Every check returns what it parsed, or the type's zero
// after noting a violation; an empty optional field is zero without one.
class FieldChecks {
 public:
  // Notes that `field` is missing unless `present`.
  bool Required(absl::string_view field, bool present);
  // min <= value <= max.
  bool Range(absl::string_view field, int64_t value, int64_t min, int64_t max);
  // Valid UTF-8 without control characters, `min` to `max` characters (code
  // points).
  bool Text(absl::string_view field, absl::string_view value, int64_t min,
            int64_t max);
  // Exactly `size` bytes.
  bool Bytes(absl::string_view field, absl::string_view value, size_t size);
  // 32 bytes.
  Digest Sha256(absl::string_view field, absl::string_view value);
  // A number that `descriptor` declares, not its zero.
  bool Enum(absl::string_view field, int value,
            const google::protobuf::EnumDescriptor* descriptor,
            Presence presence = Presence::kRequired);

  // `holders/{number}`.
  HolderId Holder(absl::string_view field, absl::string_view name,
                  Presence presence = Presence::kRequired);
  // `proposals/{number}`.
  ProposalId Proposal(absl::string_view field, absl::string_view name);
  // `entries/{number}`.
  EntryNumber Entry(absl::string_view field, absl::string_view name);
  // `holders/{number}/orders/{number}`.
  OrderId Order(absl::string_view field, absl::string_view name,
                Presence presence = Presence::kRequired);
  // `users/{user}`: the user's name; see UserName.
  std::string User(absl::string_view field, absl::string_view name,
                   Presence presence = Presence::kRequired);
  // `instruments/{symbol}`: the symbol; see Symbol.
  std::string Instrument(absl::string_view field, absl::string_view name,
                         Presence presence = Presence::kRequired);
  // `assets/{symbol}`: the symbol.
  std::string Asset(absl::string_view field, absl::string_view name,
                    Presence presence = Presence::kRequired);

  // 1 to 64 of a-z, 0-9, dot and hyphen, from a letter.
  bool UserName(absl::string_view field, absl::string_view value);
  // 1 to 32 of A-Z, 0-9 and hyphen, from a letter.
  bool Symbol(absl::string_view field, absl::string_view value);
  // 1 to 36 of A-Z, a-z, 0-9, _ and -.
  bool ClientOrderId(absl::string_view field, absl::string_view value,
                     Presence presence = Presence::kRequired);
  // GB/T 2260: six digits.
  bool CountyCode(absl::string_view field, absl::string_view value,
                  Presence presence = Presence::kRequired);
  // A UUID in its 36 characters.
  Id16 RequestId(absl::string_view field, absl::string_view value);
  // "2022-10-21".
  std::optional<Date> DateText(absl::string_view field, absl::string_view value,
                               Presence presence = Presence::kRequired);
  // Years 1970 to 2262, nanoseconds in range.
  std::optional<Stamp> Timestamp(absl::string_view field, bool present,
                                 const google::protobuf::Timestamp& value,
                                 Presence presence = Presence::kRequired);
  // Not negative; what is too large is coerced by CoercePageSize.
  int32_t PageSize(absl::string_view field, int32_t value);

  // Notes that `field`, which is `value`, breaks `rule` (words as in RuleText).
  void Violate(absl::string_view field, absl::string_view value,
               absl::string_view rule);

  bool ok() const { return violations_.empty(); }
  const std::vector<FieldViolation>& violations() const { return violations_; }

 private:
  int64_t NumberName(absl::string_view field, absl::string_view collection,
                     absl::string_view name, Presence presence);
  std::string TextName(absl::string_view field, absl::string_view collection,
                       absl::string_view name, Presence presence,
                       bool (*valid)(absl::string_view),
                       absl::string_view rule);

  std::vector<FieldViolation> violations_;
};

// A positive decimal number without sign or leading zeros; 0 if it is not.
int64_t ParsePositive(absl::string_view text);
// Whether `name` can be a user's name, and so a certificate's common name.
bool IsUserName(absl::string_view name);
// Whether `symbol` can name an instrument or an asset.
bool IsSymbol(absl::string_view symbol);

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_FIELD_CHECKS_H_
