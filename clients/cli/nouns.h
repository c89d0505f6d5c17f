// The nouns of the command line. Each adds itself, with its verbs, to the tree.
#ifndef LUHENG_CLIENTS_CLI_NOUNS_H_
#define LUHENG_CLIENTS_CLI_NOUNS_H_

#include <CLI/CLI.hpp>

#include "clients/cli/context.h"

namespace luheng::cli {

void RegisterMarket(CLI::App& app, Context& context);
void RegisterBook(CLI::App& app, Context& context);
void RegisterOrder(CLI::App& app, Context& context);
void RegisterTrade(CLI::App& app, Context& context);
void RegisterBar(CLI::App& app, Context& context);      // bar, ticker
void RegisterAccount(CLI::App& app, Context& context);  // account, statement
void RegisterHolder(CLI::App& app, Context& context);
void RegisterUser(CLI::App& app, Context& context);
void RegisterAsset(CLI::App& app, Context& context);
void RegisterCash(CLI::App& app, Context& context);  // issue ... withdraw
void RegisterApproval(CLI::App& app, Context& context);
void RegisterEntry(CLI::App& app, Context& context);
void RegisterReceipt(CLI::App& app, Context& context);
void RegisterCheckpoint(CLI::App& app, Context& context);
void RegisterWitness(CLI::App& app, Context& context);
void RegisterAudit(CLI::App& app, Context& context);
void RegisterNode(CLI::App& app, Context& context);  // node, health, whoami
void RegisterVault(CLI::App& app, Context& context);
void RegisterDay(CLI::App& app, Context& context);
void RegisterCompletion(CLI::App& app, Context& context);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_NOUNS_H_
