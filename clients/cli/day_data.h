// A province's market as data: who takes part, what is traded under which
// rules, what is issued and paid in, which days are replayed and what was
// published about them. Read from the CSV files that deploy/shanxi/README.md
// describes; every fault is told with its file, line and column.
#ifndef LUHENG_CLIENTS_CLI_DAY_DATA_H_
#define LUHENG_CLIENTS_CLI_DAY_DATA_H_

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/protos.h"
#include "clients/cli/text.h"

namespace luheng::cli {

// The key of the agency that operates the exchange; it is of the genesis entry.
inline constexpr char kOperatorKey[] = "operator";

struct HolderRow {
  std::string key;
  rv1::Holder holder;
};

struct UserRow {
  std::string user;
  std::string holder_key;
  std::vector<rv1::RoleGrant> roles;

  bool Has(rv1::Role role) const;
};

// Days that one notice names.
struct CalendarRow {
  std::string basis;
  std::vector<std::string> holidays;
  std::vector<std::string> working_days;
};

struct IssueRow {
  std::string reference;
  std::string holder_key;
  std::string asset;  // Symbol.
  int64_t amount = 0;
  std::string basis;

  // What the ledger is told: the reference makes it unique.
  std::string FullBasis() const { return reference + " " + basis; }
};

struct DepositRow {
  std::string reference;
  std::string holder_key;
  int64_t amount_minor = 0;
};

// A trading day to replay.
struct DayRow {
  std::string date;
  std::string orders_file;  // In the data folder.
  google::protobuf::Timestamp prepare_time;
  // Not set: the market is left open.
  google::protobuf::Timestamp close_time;

  bool closes() const { return close_time.seconds() != 0; }
};

struct ReferenceRow {
  std::string date;
  std::string instrument;  // Symbol.
  int64_t price_minor = 0;
  std::string basis;
};

// What a published figure is about.
enum class Figure {
  kReference,  // Fen per lot.
  kVolume,     // Lots.
  kTurnover,   // Fen.
  kHigh,       // Fen per lot, as the next ones.
  kLow,
  kMean,
  kClose,
  kChange,  // Hundredths of a percent of the reference.
};

struct FigureRow {
  std::string date;
  std::string instrument;  // Symbol.
  Figure figure = Figure::kVolume;
  int64_t value = 0;
  std::string source;
};

struct ProvinceData {
  std::vector<HolderRow> holders;
  std::vector<UserRow> users;
  std::vector<sv1::Asset> assets;
  std::vector<mv1::Instrument> instruments;
  std::vector<CalendarRow> calendar;
  std::vector<IssueRow> issues;
  std::vector<DepositRow> deposits;
  std::vector<DayRow> days;
  std::vector<ReferenceRow> references;
  std::vector<FigureRow> figures;

  const UserRow* FindUser(const std::string& user) const;
  const DayRow* FindDay(const std::string& date) const;
};

// One order of a day, and what becomes of it.
struct OrderRow {
  google::protobuf::Timestamp time;
  std::string user;
  std::string instrument;  // Symbol.
  mv1::Side side = mv1::SIDE_UNSPECIFIED;
  int64_t price_minor = 0;
  int64_t lots = 0;
  mv1::TimeInForce time_in_force = mv1::TIME_IN_FORCE_UNSPECIFIED;
  std::string client_order_id;
  bool by_stream = false;
  // The reason's name without REASON_; empty if it is to be accepted.
  std::string expected_reason;
};

// Reads the files of `folder`. Errors: NOT_FOUND for a missing file,
// INVALID_ARGUMENT with the place of what is wrong.
absl::StatusOr<ProvinceData> LoadProvince(Language language,
                                          const std::string& folder);

// Reads the orders of one day, in order of time. Errors: as LoadProvince();
// also an instrument or user that `data` does not have.
absl::StatusOr<std::vector<OrderRow>> LoadOrders(Language language,
                                                 const std::string& file,
                                                 const ProvinceData& data);

// Orders of `day`, in the folder of the data.
absl::StatusOr<std::vector<OrderRow>> LoadDay(Language language,
                                              const std::string& folder,
                                              const ProvinceData& data,
                                              const DayRow& day);

// A published figure as text of its sort, for example "-0.09" of a change.
// Nothing if it is malformed.
std::optional<int64_t> ParseFigure(Figure figure, const std::string& text);
std::string FormatFigure(Figure figure, int64_t value);
const Text& NameOf(Figure figure);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_DAY_DATA_H_
