#include "clients/cli/day_report.h"

#include <google/protobuf/struct.pb.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/day_evidence.h"
#include "clients/cli/day_texts.h"
#include "clients/cli/enum_text.h"
#include "clients/cli/format.h"
#include "clients/cli/output.h"

namespace luheng::cli {
namespace {

constexpr char kYes[] = "✓";
constexpr char kNo[] = "✗";

// One line as a message, for CSV and JSON.
google::protobuf::Struct RowOf(const Context& context,
                               const ReportSection& section,
                               const ReportLine& line) {
  google::protobuf::Struct row;
  auto& fields = *row.mutable_fields();
  fields["section"].set_string_value(context.Say(*section.title));
  fields["item"].set_string_value(line.item);
  fields["expected"].set_string_value(line.expected);
  fields["ours"].set_string_value(line.ours);
  fields["match"].set_bool_value(line.matches);
  return row;
}

Columns<google::protobuf::Struct> RowColumns() {
  const auto text = [](const char* name) {
    return [name](const google::protobuf::Struct& row) {
      return TextCell(row.fields().at(name).string_value());
    };
  };
  return {
      {day::kSectionColumn, text("section")},
      {day::kItemColumn, text("item")},
      {day::kExpectedColumn, text("expected")},
      {day::kOursColumn, text("ours")},
      {day::kMatchColumn, [](const google::protobuf::Struct& row) {
         return TextCell(row.fields().at("match").bool_value() ? kYes : kNo);
       }}};
}

Cell RightCell(const std::string& text) {
  Cell cell = TextCell(text);
  cell.align = Align::kRight;
  return cell;
}

void PrintSection(Context& context, const ReportSection& section) {
  const bool color = context.color_on_out();
  context.out() << Paint(context.Say(*section.title), Style::kStrong, color)
                << "\n";
  std::vector<std::vector<Cell>> rows;
  for (const ReportLine& line : section.lines) {
    rows.push_back({TextCell(line.item), RightCell(line.expected),
                    RightCell(line.ours),
                    TextCell(line.matches ? kYes : kNo,
                             line.matches ? Style::kPlain : Style::kError)});
  }
  context.out() << RenderTable({context.Say(day::kItemColumn),
                                context.Say(*section.expected_title),
                                context.Say(day::kOursColumn),
                                context.Say(day::kMatchColumn)},
                               rows, color)
                << "\n";
}

// Makes the sections out of the evidence.
class Report {
 public:
  Report(Context& context, const ProvinceData& data, const Evidence& evidence)
      : context_(context), data_(data), evidence_(evidence) {}

  ReportSection Funding() const {
    int64_t units = 0;
    for (const IssueRow& row : data_.issues) {
      units += CountOf(evidence_.ledger.units(), row.FullBasis(),
                       row.holder_key, row.amount) == 1;
    }
    int64_t cash = 0;
    for (const DepositRow& row : data_.deposits) {
      cash += CountOf(evidence_.ledger.cash(), row.reference, row.holder_key,
                      row.amount_minor) == 1;
    }
    return {&day::kFunding,
            &day::kExpectedColumn,
            {CountLine(context_.Say(day::kIssues),
                       static_cast<int64_t>(data_.issues.size()), units),
             CountLine(context_.Say(day::kDeposits),
                       static_cast<int64_t>(data_.deposits.size()), cash)}};
  }

  ReportSection Accounts(const Recount& recount) const {
    ReportSection section{&day::kAccounts, &day::kExpectedColumn, {}};
    for (const AccountLine& line :
         CompareAccounts(recount.balances(), evidence_.balances)) {
      const auto& [holder, asset, purpose] = line.key;
      section.lines.push_back(
          {absl::StrCat(NameOfHolder(holder), " ", LastPart(asset), " ",
                        PurposeWord(purpose)),
           Amount(asset, line.expected), Amount(asset, line.ours),
           line.matches() && !recount.overflowed()});
    }
    return section;
  }

  ReportSection ZeroSum(const Recount& recount, int64_t fees_minor,
                        int64_t wrong_fees) const {
    ReportSection section{&day::kZeroSum, &day::kExpectedColumn, {}};
    for (const sv1::TrialBalanceLine& line : evidence_.trial_balance) {
      section.lines.push_back(
          CountLine(context_.Say(day::kSumOf, LastPart(line.asset())), 0,
                    line.debit() + line.credit()));
    }
    const auto fold =
        CompareAccounts(evidence_.ledger.balances(), evidence_.balances);
    section.lines.push_back(CountLine(
        context_.Say(day::kFoldEqual), static_cast<int64_t>(fold.size()),
        std::count_if(fold.begin(), fold.end(),
                      [](const auto& line) { return line.matches(); })));
    const auto earned =
        evidence_.balances.find({kSystemHolder, kCurrencyAsset, "FEES"});
    const int64_t fees =
        earned == evidence_.balances.end() ? 0 : earned->second;
    section.lines.push_back({context_.Say(day::kFeesOfFills),
                             FormatYuan(fees_minor), FormatYuan(fees),
                             fees_minor == fees && wrong_fees == 0});
    // Entries may have come since the number was asked for, never gone.
    section.lines.push_back(
        {context_.Say(day::kEntriesDense), WithSeparators(evidence_.last_entry),
         WithSeparators(evidence_.ledger.entry_count()),
         evidence_.ledger.entry_count() >= evidence_.last_entry &&
             !recount.overflowed()});
    return section;
  }

  ReportSection Bars() const {
    ReportSection section{&day::kBars, &day::kTradesColumn, {}};
    for (const auto& [key, bar] : evidence_.bars) {
      if (bar.trade_count() == 0) continue;
      const auto trades = evidence_.trades.find(key);
      const auto counted =
          FiguresOf(bar.reference_minor_per_lot(),
                    trades == evidence_.trades.end() ? std::vector<TradeFact>()
                                                     : trades->second);
      const DayFigures shown = FiguresOfBar(bar);
      section.lines.push_back(
          {absl::StrCat(key.second, " ", key.first),
           counted.has_value() ? FiguresLine(*counted) : kNo,
           FiguresLine(shown), counted == shown});
    }
    return section;
  }

  // `expected`: of the days that close.
  ReportSection Refusals(const std::vector<RefusedFact>& expected) const {
    std::vector<RefusedFact> ours;
    for (const RefusedFact& refused : evidence_.ledger.refused()) {
      const DayRow* const day = data_.FindDay(refused.date);
      if (day != nullptr && day->closes()) ours.push_back(refused);
    }
    ReportSection section{&day::kRefusals, &day::kExpectedColumn, {}};
    for (const RefusalLine& line : CompareRefusals(expected, ours)) {
      section.lines.push_back(
          CountLine(absl::StrCat(line.refused.date, " ", line.refused.user, " ",
                                 line.refused.reason),
                    line.expected, line.ours));
    }
    return section;
  }

  ReportSection Figures() const {
    ReportSection section{&day::kFigures, &day::kPublishedColumn, {}};
    for (const FigureRow& row : data_.figures) {
      const auto bar = evidence_.bars.find({row.instrument, row.date});
      const bool has = bar != evidence_.bars.end() && bar->second.closed();
      const int64_t ours =
          has ? ValueOf(row.figure, FiguresOfBar(bar->second)) : 0;
      section.lines.push_back({absl::StrCat(row.date, " ", row.instrument, " ",
                                            context_.Say(NameOf(row.figure))),
                               FormatFigure(row.figure, row.value),
                               has ? FormatFigure(row.figure, ours) : "-",
                               has && ours == row.value});
    }
    return section;
  }

 private:
  static DayFigures FiguresOfBar(const mv1::DailyBar& bar) {
    DayFigures figures;
    figures.reference_minor = bar.reference_minor_per_lot();
    figures.open_minor = bar.open_minor_per_lot();
    figures.high_minor = bar.high_minor_per_lot();
    figures.low_minor = bar.low_minor_per_lot();
    figures.volume_lots = bar.volume_lots();
    figures.turnover_minor = bar.turnover_minor();
    figures.close_minor = bar.close_minor_per_lot();
    figures.trade_count = bar.trade_count();
    return figures;
  }

  static ReportLine CountLine(std::string item, int64_t expected,
                              int64_t ours) {
    return {std::move(item), WithSeparators(expected), WithSeparators(ours),
            expected == ours};
  }

  // How many of `all` are what the data says.
  int64_t CountOf(const std::vector<Movement>& all, const std::string& basis,
                  const std::string& holder_key, int64_t amount) const {
    const auto holder = evidence_.names.holders.find(holder_key);
    if (holder == evidence_.names.holders.end()) return 0;
    return std::count_if(all.begin(), all.end(), [&](const Movement& movement) {
      return movement.basis == basis && movement.amount == amount &&
             movement.holder == IdOf(holder->second.name());
    });
  }

  std::string NameOfHolder(const std::string& holder) const {
    const auto found = evidence_.holder_names.find(holder);
    const bool named =
        found != evidence_.holder_names.end() && !found->second.empty();
    return named ? found->second : holder;
  }

  std::string PurposeWord(const std::string& name) const {
    sv1::Purpose purpose = sv1::PURPOSE_UNSPECIFIED;
    if (!sv1::Purpose_Parse(absl::StrCat("PURPOSE_", name), &purpose)) {
      return name;
    }
    return context_.Say(NameOf(purpose));
  }

  static std::string Amount(const std::string& asset, int64_t amount) {
    return asset == kCurrencyAsset ? FormatYuan(amount)
                                   : WithSeparators(amount);
  }

  const Context& context_;
  const ProvinceData& data_;
  const Evidence& evidence_;
};

absl::StatusOr<std::vector<RefusedFact>> ExpectedRefusals(
    const Context& context, const ProvinceData& data,
    const std::string& folder) {
  std::vector<RefusedFact> expected;
  for (const DayRow& day : data.days) {
    if (!day.closes()) continue;
    CLIENT_ASSIGN_OR_RETURN(const std::vector<OrderRow> orders,
                            LoadDay(context.language, folder, data, day));
    for (const OrderRow& row : orders) {
      if (row.expected_reason.empty()) continue;
      expected.push_back({day.date, row.user, row.expected_reason});
    }
  }
  return expected;
}

}  // namespace

int64_t PrintReport(Context& context,
                    const std::vector<ReportSection>& sections) {
  int64_t wrong = 0;
  for (const ReportSection& section : sections) {
    for (const ReportLine& line : section.lines) wrong += !line.matches;
  }
  if (context.format() == Format::kTable) {
    for (const ReportSection& section : sections) {
      PrintSection(context, section);
    }
    return wrong;
  }
  ListPrinter<google::protobuf::Struct> printer(context, RowColumns());
  for (const ReportSection& section : sections) {
    for (const ReportLine& line : section.lines) {
      printer.Add(RowOf(context, section, line));
    }
  }
  printer.End();
  return wrong;
}

absl::Status ReportDays(Context& context, const ProvinceData& data,
                        const std::string& folder) {
  CLIENT_ASSIGN_OR_RETURN(const std::vector<RefusedFact> refusals,
                          ExpectedRefusals(context, data, folder));
  Office office(context, data);
  CLIENT_ASSIGN_OR_RETURN(const Evidence evidence,
                          GatherEvidence(office, data));
  int64_t fees_minor = 0;
  int64_t wrong_fees = 0;
  const Recount recount = RecountOf(evidence, fees_minor, wrong_fees);
  const Report report(context, data, evidence);
  // Last what people look for first: a terminal shows the end.
  const std::vector<ReportSection> sections = {
      report.Funding(),
      report.Accounts(recount),
      report.ZeroSum(recount, fees_minor, wrong_fees),
      report.Refusals(refusals),
      report.Bars(),
      report.Figures()};
  const int64_t wrong = PrintReport(context, sections);
  int64_t count = 0;
  for (const ReportSection& section : sections) {
    count += static_cast<int64_t>(section.lines.size());
  }
  if (context.format() == Format::kTable) {
    context.out() << context.Say(day::kNotReplayed) << "\n"
                  << context.Say(day::kTotals, evidence.trade_count,
                                 WithSeparators(evidence.ledger.entry_count()),
                                 evidence.balances.size(),
                                 FormatYuan(fees_minor))
                  << "\n";
    if (wrong == 0) {
      context.out() << Paint(context.Say(day::kAllMatch, count), Style::kStrong,
                             context.color_on_out())
                    << "\n";
    }
  }
  if (wrong == 0) return absl::OkStatus();
  return absl::DataLossError(context.Say(day::kSomeDiffer, wrong, count));
}

}  // namespace luheng::cli
