#include "clients/cli/help.h"

#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/texts.h"

namespace luheng::cli {

std::string PathOf(const CLI::App& app) {
  if (app.get_parent() == nullptr) return app.get_name();
  return absl::StrCat(PathOf(*app.get_parent()), " ", app.get_name());
}

bool TakesValue(const CLI::Option& option) {
  return option.get_items_expected_min() > 0;
}

HelpFormatter::HelpFormatter(const Context& context) : context_(context) {
  column_width(28);
  label("Positionals", context.Say(text::kHelpArguments));
  label("Usage", context.Say(text::kHelpUsage));
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string,
                                     CLI::AppFormatMode mode) const {
  std::ostringstream page;
  page << app->get_description() << "\n";
  if (!app->get_footer().empty()) {
    page << "\n" << context_.Say(text::kHelpExamples) << ":\n";
    for (const absl::string_view line :
         absl::StrSplit(app->get_footer(), '\n')) {
      page << "  " << line << "\n";
    }
  }
  page << "\n" << make_usage(app, PathOf(*app)) << make_positionals(app);
  if (app->get_parent() == nullptr) {
    page << make_subcommands(app, mode) << make_groups(app, mode);
  } else {
    page << make_groups(app, mode) << make_subcommands(app, mode);
    page << "\n" << context_.Say(text::kHelpGlobal) << "\n";
  }
  return page.str();
}

std::string HelpFormatter::make_usage(const CLI::App* app,
                                      std::string name) const {
  std::string usage = absl::StrCat(get_label("Usage"), ": ", name);
  if (!app->get_subcommands({}).empty()) {
    absl::StrAppend(&usage, " ", context_.Say(text::kHelpSubcommand));
  }
  for (const CLI::Option* option : app->get_options(
           [](const CLI::Option* o) { return o->get_positional(); })) {
    absl::StrAppend(&usage, " ", make_option_usage(option));
  }
  for (const CLI::Option* option : app->get_options(
           [](const CLI::Option* o) { return o->nonpositional(); })) {
    if (!option->get_required()) continue;
    absl::StrAppend(&usage, " --", option->get_lnames().front(), " ...");
  }
  return absl::StrCat(usage, " ", context_.Say(text::kHelpOptions), "\n");
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  std::string text;
  // Which type a value has says nothing that its description does not.
  if (!option->get_default_str().empty()) {
    absl::StrAppend(&text, "=", option->get_default_str());
  } else if (TakesValue(*option) && option->nonpositional()) {
    text += " ...";
  }
  return text;
}

}  // namespace luheng::cli
