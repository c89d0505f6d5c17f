// The command line as a function: arguments in, exit code out.
#ifndef LUHENG_CLIENTS_CLI_APP_H_
#define LUHENG_CLIENTS_CLI_APP_H_

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "clients/cli/context.h"

namespace luheng::cli {

// Builds the whole tree. The language of its texts is the context's.
std::unique_ptr<CLI::App> BuildApp(Context& context);

// A word that is no noun, verb or option where it stands.
struct UnknownWord {
  std::string word;
  std::string suggestion;  // Empty if nothing is near.
  bool is_option;
};
std::optional<UnknownWord> FindUnknownWord(
    const CLI::App& root, const std::vector<std::string>& arguments);

// Runs `arguments` (without the program's name) and returns the exit code.
int RunCli(const std::vector<std::string>& arguments, Environment& environment);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_APP_H_
