// What amounts need in order to be read: the lots of instruments, the units of
// assets, and holders by their codes. Asked once and kept for the command.
#ifndef LUHENG_CLIENTS_CLI_DIRECTORY_H_
#define LUHENG_CLIENTS_CLI_DIRECTORY_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/context.h"
#include "clients/cli/output.h"
#include "clients/cli/parse.h"
#include "clients/cli/protos.h"
#include "clients/cli/texts.h"

namespace luheng::cli {

class Directory {
 public:
  // Asks for nothing yet.
  explicit Directory(Context& context) : context_(context) {}

  // Loads every instrument, or every asset. Errors: the server's.
  absl::Status LoadInstruments();
  absl::Status LoadAssets();

  // A quantity of lots of `instrument` (a name), with the lot's name if known.
  Cell LotsCell(const std::string& instrument, int64_t lots) const;
  // An amount of `asset` (a name): yuan for a currency, else with its unit.
  Cell AmountCell(const std::string& asset, int64_t amount) const;

  // An amount as typed for `asset`: yuan for a currency, else whole units.
  // Errors: INVALID_ARGUMENT, and NOT_FOUND if there is no such asset.
  absl::StatusOr<int64_t> ParseAssetAmount(const std::string& asset,
                                           const std::string& typed) const;

 private:
  Context& context_;
  std::map<std::string, mv1::Instrument> instruments_;  // By name.
  std::map<std::string, sv1::Asset> assets_;            // By name.
};

// A holder as `holders/N`, from a number, a name or a code; empty stays empty.
// Errors: NOT_FOUND if the server knows no holder with that code.
absl::StatusOr<std::string> ResolveHolder(Context& context,
                                          const std::string& typed);
// The holder that the caller acts for.
absl::StatusOr<std::string> OwnHolder(Context& context);

// Lots as typed for `instrument` (a name); a unit has to be the lot's.
absl::StatusOr<int64_t> ParseLots(Context& context,
                                  const std::string& instrument,
                                  const std::string& typed);
// A price or a sum of money as typed, in fen.
absl::StatusOr<int64_t> ParseMoney(const Context& context,
                                   const std::string& typed);
absl::StatusOr<google::protobuf::Timestamp> ParseInstant(
    const Context& context, const std::string& typed);

// The value of a proto enum as typed. Errors: INVALID_ARGUMENT with what is
// accepted.
template <typename Enum>
absl::StatusOr<Enum> ParseEnum(const Context& context,
                               const std::string& typed) {
  const auto* type = google::protobuf::GetEnumDescriptor<Enum>();
  const std::optional<int> number = ParseEnumNumber(type, typed);
  if (!number.has_value()) {
    return context.Wrong(text::kBadChoice, typed, EnumChoices(type));
  }
  return static_cast<Enum>(*number);
}

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_DIRECTORY_H_
