// luheng day: opens a province's market from its data, replays trading days,
// and reconciles what came out with the published figures.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/day_data.h"
#include "clients/cli/day_open.h"
#include "clients/cli/day_replay.h"
#include "clients/cli/day_report.h"
#include "clients/cli/day_texts.h"
#include "clients/cli/nouns.h"
#include "clients/lib/status_macros.h"

namespace luheng::cli {
namespace {

struct Arguments {
  std::string folder = "deploy/shanxi";
  std::string day;
};

absl::Status Open(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(const ProvinceData data,
                          LoadProvince(context.language, arguments.folder));
  return OpenProvince(context, data);
}

// The day whose date or file of orders `typed` names.
absl::StatusOr<DayRow> FindDay(const Context& context, const ProvinceData& data,
                               const std::string& typed) {
  for (const DayRow& row : data.days) {
    if (typed == row.date || typed == row.orders_file ||
        absl::EndsWith(typed, absl::StrCat("/", row.orders_file))) {
      return row;
    }
  }
  return context.Wrong(day::kNoSuchDay, typed);
}

absl::Status Replay(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(const ProvinceData data,
                          LoadProvince(context.language, arguments.folder));
  CLIENT_ASSIGN_OR_RETURN(const DayRow day,
                          FindDay(context, data, arguments.day));
  CLIENT_ASSIGN_OR_RETURN(
      const std::vector<OrderRow> orders,
      LoadDay(context.language, arguments.folder, data, day));
  return ReplayDay(context, data, day, orders);
}

absl::Status Report(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(const ProvinceData data,
                          LoadProvince(context.language, arguments.folder));
  return ReportDays(context, data, arguments.folder);
}

using Run = absl::Status (*)(Context&, const Arguments&);

void AddDayVerb(CLI::App& noun, Context& context, const char* name,
                const Text& description, const char* example, bool takes_day,
                Run run) {
  const auto arguments = MakeArguments<Arguments>();
  CLI::App& verb = AddVerb(noun, context, name, description, example,
                           [=, &context] { return run(context, *arguments); });
  AddArgument(verb, context, "--data", arguments->folder, day::kDataHelp)
      ->default_str(arguments->folder);
  if (takes_day) {
    AddArgument(verb, context, "--day", arguments->day, day::kDayHelp)
        ->required();
  }
}

}  // namespace

void RegisterDay(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "day", day::kDayNoun);
  AddDayVerb(noun, context, "open", day::kOpenVerb,
             "luheng day open --credentials var/shanxi/pki", false, Open);
  AddDayVerb(noun, context, "replay", day::kReplayVerb,
             "luheng day replay --day 2022-10-21 --credentials var/shanxi/pki",
             true, Replay);
  AddDayVerb(noun, context, "report", day::kReportVerb,
             "luheng day report --credentials var/shanxi/pki\n"
             "luheng day report --credentials var/shanxi/pki -o json",
             false, Report);
}

}  // namespace luheng::cli
