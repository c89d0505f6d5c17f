// Completion scripts for shells, made by walking the command tree: they know
// every noun, verb and option that this binary has.
#ifndef LUHENG_CLIENTS_CLI_COMPLETION_H_
#define LUHENG_CLIENTS_CLI_COMPLETION_H_

#include <CLI/CLI.hpp>
#include <string>

namespace luheng::cli {

std::string BashCompletion(const CLI::App& root);
std::string ZshCompletion(const CLI::App& root);
std::string FishCompletion(const CLI::App& root);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_COMPLETION_H_
