// luheng: the command line of a Luheng market.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "clients/cli/app.h"

int main(int argc, char** argv) {
  // gRPC's own log would mix with what a command says; errors come as statuses.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  luheng::cli::Environment environment{
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .in_is_terminal = isatty(STDIN_FILENO) == 1,
      .out_is_terminal = isatty(STDOUT_FILENO) == 1,
      .err_is_terminal = isatty(STDERR_FILENO) == 1,
      .variable = [](const std::string& name) {
        const char* const value = std::getenv(name.c_str());
        return std::string(value == nullptr ? "" : value);
      }};
  return luheng::cli::RunCli(std::vector<std::string>(argv + 1, argv + argc),
                             environment);
}
