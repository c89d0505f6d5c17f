#include "clients/cli/command.h"

#include <utility>

#include "clients/cli/list.h"
#include "clients/cli/texts.h"

namespace luheng::cli {

CLI::App& AddNoun(CLI::App& parent, Context& context, const char* name,
                  const Text& description) {
  CLI::App* noun = parent.add_subcommand(name, context.Say(description));
  noun->require_subcommand(1);
  noun->fallthrough();
  noun->group(context.Say(text::kHelpCommandsTitle));
  noun->get_help_ptr()->group(context.Say(text::kHelpOptionsTitle));
  return *noun;
}

CLI::App& AddVerb(CLI::App& parent, Context& context, const char* name,
                  const Text& description, const char* examples,
                  std::function<absl::Status()> run) {
  CLI::App* verb = parent.add_subcommand(name, context.Say(description));
  verb->fallthrough();
  verb->group(context.Say(text::kHelpCommandsTitle));
  verb->get_help_ptr()->group(context.Say(text::kHelpOptionsTitle));
  verb->footer(examples);
  verb->callback([&context, run = std::move(run)] { context.action = run; });
  return *verb;
}

CLI::Option* AddArgument(CLI::App& verb, const Context& context,
                         const char* names, std::string& value,
                         const Text& description) {
  return verb.add_option(names, value, context.Say(description));
}

CLI::Option* AddFlag(CLI::App& verb, const Context& context, const char* names,
                     bool& value, const Text& description) {
  return verb.add_flag(names, value, context.Say(description));
}

void AddListOptions(CLI::App& verb, const Context& context,
                    ListOptions& options) {
  verb.add_option("--limit", options.limit, context.Say(text::kHelpLimit))
      ->check(CLI::Range(int64_t{1}, int64_t{1'000'000'000}));
  AddFlag(verb, context, "--all", options.all, text::kHelpAll);
  verb.add_option("--export", options.export_file,
                  context.Say(text::kHelpExport));
}

}  // namespace luheng::cli
