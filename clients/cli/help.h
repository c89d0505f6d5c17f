// Help pages: examples first, then usage, arguments and options, in the chosen
// language.
#ifndef LUHENG_CLIENTS_CLI_HELP_H_
#define LUHENG_CLIENTS_CLI_HELP_H_

#include <CLI/CLI.hpp>
#include <string>

#include "clients/cli/context.h"

namespace luheng::cli {

// Borrows the context.
class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(const Context& context);

  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_usage(const CLI::App* app, std::string name) const override;

 private:
  const Context& context_;
};

// "luheng order place": the path of `app` in the tree.
std::string PathOf(const CLI::App& app);

// Whether a value follows the option; none follows a flag.
bool TakesValue(const CLI::Option& option);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_HELP_H_
