// How nouns and verbs come into the command tree. Each noun is one file with
// one Register function; a verb states its help and what it runs.
#ifndef LUHENG_CLIENTS_CLI_COMMAND_H_
#define LUHENG_CLIENTS_CLI_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "clients/cli/context.h"
#include "clients/cli/text.h"

namespace luheng::cli {

// Adds a noun that has verbs.
CLI::App& AddNoun(CLI::App& parent, Context& context, const char* name,
                  const Text& description);

// Adds a verb, or a noun that is its own verb. `examples` are command lines
// without a prompt, one a line; they open its help. `run` is called after the
// whole command line is parsed.
CLI::App& AddVerb(CLI::App& parent, Context& context, const char* name,
                  const Text& description, const char* examples,
                  std::function<absl::Status()> run);

// Adds an option or, without leading dashes, a positional argument.
CLI::Option* AddArgument(CLI::App& verb, const Context& context,
                         const char* names, std::string& value,
                         const Text& description);
CLI::Option* AddFlag(CLI::App& verb, const Context& context, const char* names,
                     bool& value, const Text& description);

// The options of a verb live as long as what it runs: keep them in a shared
// value that the lambda holds.
template <typename Arguments>
std::shared_ptr<Arguments> MakeArguments() {
  return std::make_shared<Arguments>();
}

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_COMMAND_H_
