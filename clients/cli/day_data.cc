#include "clients/cli/day_data.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"
#include "clients/cli/day_csv.h"
#include "clients/cli/day_texts.h"
#include "clients/cli/format.h"
#include "clients/cli/parse.h"
#include "clients/lib/status_macros.h"
#include "ledger/merkle/hash_suite.h"
#include "luheng/core/v1/reason.pb.h"

namespace luheng::cli {
namespace {

// The records of one file with what they are read as.
class Rows {
 public:
  static absl::StatusOr<Rows> Read(Language language, const std::string& file,
                                   const std::vector<std::string>& header) {
    CLIENT_ASSIGN_OR_RETURN(CsvTable table,
                            CsvTable::Read(language, file, header));
    return Rows(language, std::move(table));
  }

  bool Next() { return ++row_ < static_cast<int64_t>(table_.row_count()); }

  std::string Text(const std::string& column) const {
    return table_.Text(row(), column);
  }
  absl::StatusOr<std::string> Required(const std::string& column) const {
    return table_.Required(row(), column);
  }
  absl::StatusOr<int64_t> Whole(const std::string& column) const {
    return table_.Whole(row(), column);
  }
  absl::StatusOr<int64_t> Yuan(const std::string& column) const {
    return table_.Yuan(row(), column);
  }

  // A value that no other record has in this column.
  absl::StatusOr<std::string> Key(const std::string& column) {
    CLIENT_ASSIGN_OR_RETURN(std::string key, Required(column));
    if (!keys_.insert(key).second) return Wrong(column, day::kCsvTwice);
    return key;
  }

  // A value that `known` has, a column of the file `where`.
  absl::StatusOr<std::string> Known(const std::string& column,
                                    const std::set<std::string>& known,
                                    const std::string& where) const {
    CLIENT_ASSIGN_OR_RETURN(std::string key, Required(column));
    if (!known.contains(key)) return Wrong(column, day::kCsvUnknownKey, where);
    return key;
  }

  template <typename Enum>
  absl::StatusOr<Enum> Choice(const std::string& column) const {
    return ChoiceOf<Enum>(column, Text(column));
  }

  template <typename Enum>
  absl::StatusOr<Enum> ChoiceOf(const std::string& column,
                                const std::string& text) const {
    const auto* type = google::protobuf::GetEnumDescriptor<Enum>();
    const std::optional<int> number = ParseEnumNumber(type, text);
    if (!number.has_value()) {
      return Wrong(column, day::kCsvChoice, EnumChoices(type));
    }
    return static_cast<Enum>(*number);
  }

  absl::StatusOr<std::string> Date(const std::string& column) const {
    std::string text = Text(column);
    if (text.size() != 10 || !ParseTime(text).has_value()) {
      return Wrong(column, day::kCsvNotDate);
    }
    return text;
  }

  // `column` as a time of `date`, or as a whole instant if `date` is empty.
  absl::StatusOr<google::protobuf::Timestamp> Time(
      const std::string& column, const std::string& date) const {
    const std::string text =
        date.empty() ? Text(column) : absl::StrCat(date, " ", Text(column));
    const auto time = ParseTime(text);
    if (!time.has_value() || text.size() < 16) {
      return Wrong(column, day::kCsvNotTime);
    }
    return *time;
  }

  template <typename... Values>
  absl::Status Wrong(const std::string& column, const cli::Text& what,
                     const Values&... values) const {
    return table_.Wrong(row(), column,
                        absl::Substitute(what.In(language_), values...));
  }

 private:
  Rows(Language language, CsvTable table)
      : language_(language), table_(std::move(table)) {}
  size_t row() const { return static_cast<size_t>(row_); }

  Language language_;
  CsvTable table_;
  int64_t row_ = -1;
  std::set<std::string> keys_;
};

// Reads the files one after the other; later ones refer to earlier ones.
class Loader {
 public:
  Loader(Language language, const std::string& folder)
      : language_(language), folder_(folder) {}

  absl::StatusOr<ProvinceData> Load() {
    CLIENT_RETURN_IF_ERROR(Holders());
    CLIENT_RETURN_IF_ERROR(Users());
    CLIENT_RETURN_IF_ERROR(Assets());
    CLIENT_RETURN_IF_ERROR(Instruments());
    CLIENT_RETURN_IF_ERROR(Calendar());
    CLIENT_RETURN_IF_ERROR(Issues());
    CLIENT_RETURN_IF_ERROR(Deposits());
    CLIENT_RETURN_IF_ERROR(Days());
    CLIENT_RETURN_IF_ERROR(References());
    CLIENT_RETURN_IF_ERROR(Figures());
    return std::move(data_);
  }

 private:
  absl::StatusOr<Rows> Open(const std::string& name,
                            const std::vector<std::string>& header) const {
    return Rows::Read(language_, absl::StrCat(folder_, "/", name), header);
  }

  absl::Status Holders() {
    CLIENT_ASSIGN_OR_RETURN(
        Rows rows,
        Open("holders.csv", {"holder", "kind", "code", "name", "name_en",
                             "county", "document", "document_text"}));
    holder_keys_.insert(kOperatorKey);
    while (rows.Next()) {
      HolderRow row;
      CLIENT_ASSIGN_OR_RETURN(row.key, rows.Key("holder"));
      holder_keys_.insert(row.key);
      CLIENT_ASSIGN_OR_RETURN(const rv1::HolderKind kind,
                              rows.Choice<rv1::HolderKind>("kind"));
      row.holder.set_kind(kind);
      CLIENT_ASSIGN_OR_RETURN(*row.holder.mutable_code(),
                              rows.Required("code"));
      CLIENT_ASSIGN_OR_RETURN(*row.holder.mutable_display_name(),
                              rows.Required("name"));
      row.holder.set_display_name_en(rows.Text("name_en"));
      CLIENT_ASSIGN_OR_RETURN(*row.holder.mutable_county_code(),
                              rows.Required("county"));
      CLIENT_RETURN_IF_ERROR(AddDocument(rows, row.holder));
      data_.holders.push_back(std::move(row));
    }
    return absl::OkStatus();
  }

  static absl::Status AddDocument(const Rows& rows, rv1::Holder& holder) {
    rv1::Document& document = *holder.add_documents();
    CLIENT_ASSIGN_OR_RETURN(*document.mutable_title(),
                            rows.Required("document"));
    CLIENT_ASSIGN_OR_RETURN(const std::string text,
                            rows.Required("document_text"));
    const Digest digest = Sha256Suite().Hash(text);
    document.set_sha256(digest.str());
    return absl::OkStatus();
  }

  absl::Status Users() {
    CLIENT_ASSIGN_OR_RETURN(
        Rows rows, Open("users.csv", {"user", "holder", "roles", "note"}));
    while (rows.Next()) {
      UserRow row;
      CLIENT_ASSIGN_OR_RETURN(row.user, rows.Key("user"));
      CLIENT_ASSIGN_OR_RETURN(
          row.holder_key, rows.Known("holder", holder_keys_, "holders.csv"));
      CLIENT_ASSIGN_OR_RETURN(const std::string roles, rows.Required("roles"));
      for (absl::string_view word :
           absl::StrSplit(roles, ' ', absl::SkipWhitespace())) {
        const std::pair<std::string, std::string> parts =
            absl::StrSplit(word, absl::MaxSplits('@', 1));
        CLIENT_ASSIGN_OR_RETURN(const rv1::Role role,
                                rows.ChoiceOf<rv1::Role>("roles", parts.first));
        rv1::RoleGrant& grant = row.roles.emplace_back();
        grant.set_role(role);
        grant.set_county_code(parts.second);
      }
      users_.insert(row.user);
      data_.users.push_back(std::move(row));
    }
    return absl::OkStatus();
  }

  absl::Status Assets() {
    CLIENT_ASSIGN_OR_RETURN(
        Rows rows,
        Open("assets.csv", {"asset", "kind", "name", "name_en", "unit"}));
    while (rows.Next()) {
      sv1::Asset asset;
      CLIENT_ASSIGN_OR_RETURN(*asset.mutable_symbol(), rows.Key("asset"));
      CLIENT_ASSIGN_OR_RETURN(const sv1::AssetKind kind,
                              rows.Choice<sv1::AssetKind>("kind"));
      asset.set_kind(kind);
      CLIENT_ASSIGN_OR_RETURN(*asset.mutable_display_name(),
                              rows.Required("name"));
      asset.set_display_name_en(rows.Text("name_en"));
      CLIENT_ASSIGN_OR_RETURN(*asset.mutable_unit(), rows.Required("unit"));
      assets_.insert(asset.symbol());
      data_.assets.push_back(std::move(asset));
    }
    return absl::OkStatus();
  }

  absl::Status Instruments() {
    CLIENT_ASSIGN_OR_RETURN(
        Rows rows,
        Open("instruments.csv",
             {"instrument", "asset", "name", "name_en", "lot_units", "lot_name",
              "effective", "modes", "tick", "order_unit_lots",
              "quantity_lots_max", "band_ppm", "floor_price", "buyer_fee_ppm",
              "seller_fee_ppm", "windows", "self_trade_prevention",
              "open_orders_max", "legal_basis"}));
    while (rows.Next()) {
      mv1::Instrument instrument;
      CLIENT_ASSIGN_OR_RETURN(*instrument.mutable_symbol(),
                              rows.Key("instrument"));
      CLIENT_ASSIGN_OR_RETURN(const std::string asset,
                              rows.Known("asset", assets_, "assets.csv"));
      instrument.set_asset(ResourceName("assets", asset));
      CLIENT_ASSIGN_OR_RETURN(*instrument.mutable_display_name(),
                              rows.Required("name"));
      instrument.set_display_name_en(rows.Text("name_en"));
      CLIENT_ASSIGN_OR_RETURN(const int64_t lot_units, rows.Whole("lot_units"));
      instrument.set_lot_units(lot_units);
      CLIENT_ASSIGN_OR_RETURN(*instrument.mutable_lot_name(),
                              rows.Required("lot_name"));
      CLIENT_RETURN_IF_ERROR(ReadRules(rows, *instrument.mutable_rules()));
      instruments_.insert(instrument.symbol());
      data_.instruments.push_back(std::move(instrument));
    }
    return absl::OkStatus();
  }

  static absl::Status ReadRules(const Rows& rows, mv1::InstrumentRules& rules) {
    CLIENT_ASSIGN_OR_RETURN(const std::string effective,
                            rows.Date("effective"));
    *rules.mutable_effective_time() = *ParseTime(effective);
    CLIENT_ASSIGN_OR_RETURN(const std::string modes, rows.Required("modes"));
    for (absl::string_view word :
         absl::StrSplit(modes, ' ', absl::SkipWhitespace())) {
      CLIENT_ASSIGN_OR_RETURN(
          const mv1::TradingMode mode,
          rows.ChoiceOf<mv1::TradingMode>("modes", std::string(word)));
      rules.add_modes(mode);
    }
    CLIENT_ASSIGN_OR_RETURN(const int64_t tick, rows.Yuan("tick"));
    rules.set_tick_minor(tick);
    CLIENT_ASSIGN_OR_RETURN(const int64_t floor, rows.Yuan("floor_price"));
    rules.set_floor_price_minor_per_lot(floor);
    CLIENT_ASSIGN_OR_RETURN(const int64_t unit, rows.Whole("order_unit_lots"));
    rules.set_order_unit_lots(unit);
    CLIENT_ASSIGN_OR_RETURN(const int64_t most,
                            rows.Whole("quantity_lots_max"));
    rules.set_quantity_lots_max(most);
    CLIENT_ASSIGN_OR_RETURN(const int64_t band, rows.Whole("band_ppm"));
    rules.set_band_ppm(band);
    CLIENT_ASSIGN_OR_RETURN(const int64_t buyer, rows.Whole("buyer_fee_ppm"));
    rules.set_buyer_fee_ppm(buyer);
    CLIENT_ASSIGN_OR_RETURN(const int64_t seller, rows.Whole("seller_fee_ppm"));
    rules.set_seller_fee_ppm(seller);
    CLIENT_ASSIGN_OR_RETURN(
        const mv1::SelfTradePrevention prevention,
        rows.Choice<mv1::SelfTradePrevention>("self_trade_prevention"));
    rules.set_self_trade_prevention(prevention);
    CLIENT_ASSIGN_OR_RETURN(const int64_t open, rows.Whole("open_orders_max"));
    rules.set_open_orders_max(open);
    CLIENT_ASSIGN_OR_RETURN(*rules.mutable_legal_basis(),
                            rows.Required("legal_basis"));
    return ReadWindows(rows, rules);
  }

  static absl::Status ReadWindows(const Rows& rows,
                                  mv1::InstrumentRules& rules) {
    const std::string text = rows.Text("windows");
    for (absl::string_view word :
         absl::StrSplit(text, ' ', absl::SkipWhitespace())) {
      const std::vector<std::string> times = absl::StrSplit(word, '-');
      if (times.size() != 2 || times[0].size() != 5 || times[1].size() != 5) {
        return rows.Wrong("windows", day::kCsvNotWindow);
      }
      mv1::SessionWindow& window = *rules.add_windows();
      window.set_open_time(times[0]);
      window.set_close_time(times[1]);
    }
    return absl::OkStatus();
  }

  absl::Status Calendar() {
    CLIENT_ASSIGN_OR_RETURN(
        Rows rows, Open("calendar.csv", {"date", "kind", "name", "basis"}));
    while (rows.Next()) {
      CLIENT_RETURN_IF_ERROR(rows.Key("date").status());
      CLIENT_ASSIGN_OR_RETURN(const std::string date, rows.Date("date"));
      CLIENT_ASSIGN_OR_RETURN(const std::string basis, rows.Required("basis"));
      if (data_.calendar.empty() || data_.calendar.back().basis != basis) {
        data_.calendar.emplace_back().basis = basis;
      }
      const std::string kind = rows.Text("kind");
      if (kind == "HOLIDAY") {
        data_.calendar.back().holidays.push_back(date);
      } else if (kind == "WORKING_DAY") {
        data_.calendar.back().working_days.push_back(date);
      } else {
        return rows.Wrong("kind", day::kCsvChoice, "HOLIDAY, WORKING_DAY");
      }
    }
    return absl::OkStatus();
  }

  absl::Status Issues() {
    CLIENT_ASSIGN_OR_RETURN(
        Rows rows, Open("issues.csv",
                        {"reference", "holder", "asset", "amount", "basis"}));
    while (rows.Next()) {
      IssueRow row;
      CLIENT_ASSIGN_OR_RETURN(row.reference, rows.Key("reference"));
      CLIENT_ASSIGN_OR_RETURN(
          row.holder_key, rows.Known("holder", holder_keys_, "holders.csv"));
      CLIENT_ASSIGN_OR_RETURN(row.asset,
                              rows.Known("asset", assets_, "assets.csv"));
      CLIENT_ASSIGN_OR_RETURN(row.amount, rows.Whole("amount"));
      CLIENT_ASSIGN_OR_RETURN(row.basis, rows.Required("basis"));
      data_.issues.push_back(std::move(row));
    }
    return absl::OkStatus();
  }

  absl::Status Deposits() {
    CLIENT_ASSIGN_OR_RETURN(
        Rows rows, Open("deposits.csv", {"reference", "holder", "yuan"}));
    while (rows.Next()) {
      DepositRow row;
      CLIENT_ASSIGN_OR_RETURN(row.reference, rows.Key("reference"));
      CLIENT_ASSIGN_OR_RETURN(
          row.holder_key, rows.Known("holder", holder_keys_, "holders.csv"));
      CLIENT_ASSIGN_OR_RETURN(row.amount_minor, rows.Yuan("yuan"));
      data_.deposits.push_back(std::move(row));
    }
    return absl::OkStatus();
  }

  absl::Status Days() {
    CLIENT_ASSIGN_OR_RETURN(
        Rows rows, Open("days.csv", {"date", "orders", "prepare", "close"}));
    while (rows.Next()) {
      DayRow row;
      CLIENT_RETURN_IF_ERROR(rows.Key("date").status());
      CLIENT_ASSIGN_OR_RETURN(row.date, rows.Date("date"));
      if (!data_.days.empty() && row.date < data_.days.back().date) {
        return rows.Wrong("date", day::kCsvBackward);
      }
      CLIENT_ASSIGN_OR_RETURN(row.orders_file, rows.Required("orders"));
      CLIENT_ASSIGN_OR_RETURN(row.prepare_time, rows.Time("prepare", row.date));
      if (!rows.Text("close").empty()) {
        CLIENT_ASSIGN_OR_RETURN(row.close_time, rows.Time("close", row.date));
      }
      data_.days.push_back(std::move(row));
    }
    return absl::OkStatus();
  }

  absl::Status References() {
    CLIENT_ASSIGN_OR_RETURN(
        Rows rows,
        Open("references.csv", {"date", "instrument", "price", "basis"}));
    while (rows.Next()) {
      ReferenceRow row;
      CLIENT_ASSIGN_OR_RETURN(row.date, rows.Date("date"));
      CLIENT_ASSIGN_OR_RETURN(
          row.instrument,
          rows.Known("instrument", instruments_, "instruments.csv"));
      CLIENT_ASSIGN_OR_RETURN(row.price_minor, rows.Yuan("price"));
      CLIENT_ASSIGN_OR_RETURN(row.basis, rows.Required("basis"));
      data_.references.push_back(std::move(row));
    }
    return absl::OkStatus();
  }

  absl::Status Figures() {
    CLIENT_ASSIGN_OR_RETURN(
        Rows rows, Open("figures.csv",
                        {"date", "instrument", "figure", "value", "source"}));
    while (rows.Next()) {
      FigureRow row;
      CLIENT_ASSIGN_OR_RETURN(row.date, rows.Date("date"));
      CLIENT_ASSIGN_OR_RETURN(
          row.instrument,
          rows.Known("instrument", instruments_, "instruments.csv"));
      CLIENT_ASSIGN_OR_RETURN(row.figure, FigureOf(rows));
      const std::optional<int64_t> value =
          ParseFigure(row.figure, rows.Text("value"));
      if (!value.has_value()) return rows.Wrong("value", day::kCsvNotFigure);
      row.value = *value;
      CLIENT_ASSIGN_OR_RETURN(row.source, rows.Required("source"));
      data_.figures.push_back(std::move(row));
    }
    return absl::OkStatus();
  }

  static absl::StatusOr<Figure> FigureOf(const Rows& rows) {
    static constexpr std::pair<const char*, Figure> kWords[] = {
        {"REFERENCE", Figure::kReference},
        {"VOLUME", Figure::kVolume},
        {"TURNOVER", Figure::kTurnover},
        {"HIGH", Figure::kHigh},
        {"LOW", Figure::kLow},
        {"MEAN", Figure::kMean},
        {"CLOSE", Figure::kClose},
        {"CHANGE", Figure::kChange}};
    std::string choices;
    for (const auto& [word, figure] : kWords) {
      if (rows.Text("figure") == word) return figure;
      absl::StrAppend(&choices, choices.empty() ? "" : ", ", word);
    }
    return rows.Wrong("figure", day::kCsvChoice, choices);
  }

  const Language language_;
  const std::string folder_;
  ProvinceData data_;
  std::set<std::string> holder_keys_;
  std::set<std::string> users_;
  std::set<std::string> assets_;
  std::set<std::string> instruments_;
};

absl::StatusOr<OrderRow> ReadOrder(Rows& rows,
                                   const std::set<std::string>& users,
                                   const std::set<std::string>& instruments) {
  OrderRow row;
  CLIENT_ASSIGN_OR_RETURN(row.time, rows.Time("time", ""));
  CLIENT_ASSIGN_OR_RETURN(row.user, rows.Known("user", users, "users.csv"));
  CLIENT_ASSIGN_OR_RETURN(
      row.instrument, rows.Known("instrument", instruments, "instruments.csv"));
  CLIENT_ASSIGN_OR_RETURN(row.side, rows.Choice<mv1::Side>("side"));
  CLIENT_ASSIGN_OR_RETURN(row.price_minor, rows.Yuan("price"));
  CLIENT_ASSIGN_OR_RETURN(row.lots, rows.Whole("lots"));
  CLIENT_ASSIGN_OR_RETURN(row.time_in_force,
                          rows.Choice<mv1::TimeInForce>("time_in_force"));
  CLIENT_ASSIGN_OR_RETURN(row.client_order_id, rows.Key("client_order_id"));
  const std::string channel = rows.Text("channel");
  if (channel != "UNARY" && channel != "STREAM") {
    return rows.Wrong("channel", day::kCsvChoice, "UNARY, STREAM");
  }
  row.by_stream = channel == "STREAM";
  row.expected_reason = rows.Text("expect");
  cv1::Reason reason;
  if (!row.expected_reason.empty() &&
      !cv1::Reason_Parse(absl::StrCat("REASON_", row.expected_reason),
                         &reason)) {
    return rows.Wrong("expect", day::kCsvUnknownKey, "reason.proto");
  }
  return row;
}

// "-0.09" in hundredths.
std::optional<int64_t> ParseSigned(absl::string_view text) {
  const bool negative = absl::ConsumePrefix(&text, "-");
  const std::optional<int64_t> value = ParseYuan(text);
  if (!value.has_value()) return {};
  return negative ? -*value : *value;
}

}  // namespace

bool UserRow::Has(rv1::Role role) const {
  return std::any_of(
      roles.begin(), roles.end(),
      [role](const rv1::RoleGrant& grant) { return grant.role() == role; });
}

const UserRow* ProvinceData::FindUser(const std::string& user) const {
  for (const UserRow& row : users) {
    if (row.user == user) return &row;
  }
  return nullptr;
}

const DayRow* ProvinceData::FindDay(const std::string& date) const {
  for (const DayRow& row : days) {
    if (row.date == date) return &row;
  }
  return nullptr;
}

absl::StatusOr<ProvinceData> LoadProvince(Language language,
                                          const std::string& folder) {
  return Loader(language, folder).Load();
}

absl::StatusOr<std::vector<OrderRow>> LoadOrders(Language language,
                                                 const std::string& file,
                                                 const ProvinceData& data) {
  CLIENT_ASSIGN_OR_RETURN(
      Rows rows,
      Rows::Read(language, file,
                 {"time", "user", "instrument", "side", "price", "lots",
                  "time_in_force", "client_order_id", "channel", "expect"}));
  std::set<std::string> users;
  for (const UserRow& user : data.users) users.insert(user.user);
  std::set<std::string> instruments;
  for (const mv1::Instrument& instrument : data.instruments) {
    instruments.insert(instrument.symbol());
  }
  std::vector<OrderRow> orders;
  while (rows.Next()) {
    CLIENT_ASSIGN_OR_RETURN(OrderRow row, ReadOrder(rows, users, instruments));
    if (!orders.empty() && row.time.seconds() < orders.back().time.seconds()) {
      return rows.Wrong("time", day::kCsvBackward);
    }
    orders.push_back(std::move(row));
  }
  return orders;
}

absl::StatusOr<std::vector<OrderRow>> LoadDay(Language language,
                                              const std::string& folder,
                                              const ProvinceData& data,
                                              const DayRow& day) {
  return LoadOrders(language, absl::StrCat(folder, "/", day.orders_file), data);
}

std::optional<int64_t> ParseFigure(Figure figure, const std::string& text) {
  switch (figure) {
    case Figure::kVolume:
      return ParseWhole(text);
    case Figure::kChange:
      return ParseSigned(text);
    default:
      return ParseYuan(text);
  }
}

std::string FormatFigure(Figure figure, int64_t value) {
  switch (figure) {
    case Figure::kVolume:
      return WithSeparators(value);
    default:
      return FormatYuan(value);
  }
}

const Text& NameOf(Figure figure) {
  switch (figure) {
    case Figure::kReference:
      return day::kReference;
    case Figure::kVolume:
      return day::kVolume;
    case Figure::kTurnover:
      return day::kTurnover;
    case Figure::kHigh:
      return day::kHigh;
    case Figure::kLow:
      return day::kLow;
    case Figure::kMean:
      return day::kMean;
    case Figure::kClose:
      return day::kClose;
    case Figure::kChange:
      return day::kChange;
  }
  return day::kVolume;
}

}  // namespace luheng::cli
