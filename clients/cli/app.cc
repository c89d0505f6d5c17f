#include "clients/cli/app.h"

#include <algorithm>
#include <ostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/command.h"
#include "clients/cli/errors.h"
#include "clients/cli/help.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/nouns.h"
#include "clients/cli/output.h"
#include "clients/cli/suggest.h"
#include "clients/cli/texts.h"
#include "ledger/base/version.h"

namespace luheng::cli {
namespace {

constexpr char kDefaultServer[] = "localhost:7443";
constexpr char kDefaultCredentials[] = "./var/dev/pki";

constexpr char kExamples[] =
    "luheng market list --as trader\n"
    "luheng order place buy CEA 1000 --price 58.50 --as trader\n"
    "luheng book show CEA --watch --as trader\n"
    "luheng statement --as trader -o csv";

std::string FirstOf(const std::string& value, const std::string& otherwise) {
  return value.empty() ? otherwise : value;
}

// Language and environment have to be known before the tree is built, because
// its help is in one language.
void TakeEnvironment(Context& context,
                     const std::vector<std::string>& arguments) {
  const auto variable = context.environment().variable;
  GlobalOptions& options = context.options;
  options.server = FirstOf(variable("LUHENG_SERVER"), kDefaultServer);
  options.authority = variable("LUHENG_AUTHORITY");
  options.credentials =
      FirstOf(variable("LUHENG_CREDENTIALS"), kDefaultCredentials);
  options.as_user = variable("LUHENG_AS");
  options.ca = variable("LUHENG_CA");
  options.cert = variable("LUHENG_CERT");
  options.key = variable("LUHENG_KEY");
  std::string locale = variable("LUHENG_LANG");
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    if (locale.empty()) locale = variable(name);
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    absl::string_view value = arguments[i];
    if (value == "--lang" && i + 1 < arguments.size()) {
      locale = arguments[i + 1];
    } else if (absl::ConsumePrefix(&value, "--lang=")) {
      locale = std::string(value);
    }
  }
  context.language = LanguageOf(locale);
}

void AddConnectionOptions(CLI::App& app, Context& context) {
  GlobalOptions& options = context.options;
  AddArgument(app, context, "--server", options.server, help::kServer)
      ->default_str(options.server);
  AddArgument(app, context, "--as", options.as_user, help::kAs);
  AddArgument(app, context, "--credentials", options.credentials,
              help::kCredentials)
      ->default_str(options.credentials);
  AddArgument(app, context, "--ca", options.ca, help::kCa);
  AddArgument(app, context, "--cert", options.cert, help::kCert);
  AddArgument(app, context, "--key", options.key, help::kKey);
  AddArgument(app, context, "--authority", options.authority, help::kAuthority);
  AddArgument(app, context, "--timeout", options.timeout, help::kTimeout)
      ->default_str(options.timeout);
  AddArgument(app, context, "--request-id", options.request_id,
              help::kRequestId);
}

void AddOutputOptions(CLI::App& app, Context& context) {
  GlobalOptions& options = context.options;
  AddArgument(app, context, "-o,--output", options.format, help::kOutput)
      ->check(CLI::IsMember({"table", "json", "csv"}))
      ->default_str(options.format);
  AddArgument(app, context, "--color", options.color, help::kColor)
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->default_str(options.color);
  AddArgument(app, context, "--lang", options.language, help::kLang)
      ->check(CLI::IsMember({"zh", "en"}));
  AddFlag(app, context, "-y,--yes", options.yes, help::kYes);
  AddFlag(app, context, "--no-input", options.no_input, help::kNoInput);
}

void RegisterNouns(CLI::App& app, Context& context) {
  RegisterMarket(app, context);
  RegisterBook(app, context);
  RegisterOrder(app, context);
  RegisterTrade(app, context);
  RegisterBar(app, context);
  RegisterAccount(app, context);
  RegisterHolder(app, context);
  RegisterUser(app, context);
  RegisterAsset(app, context);
  RegisterCash(app, context);
  RegisterApproval(app, context);
  RegisterEntry(app, context);
  RegisterReceipt(app, context);
  RegisterCheckpoint(app, context);
  RegisterWitness(app, context);
  RegisterAudit(app, context);
  RegisterNode(app, context);
  RegisterVault(app, context);
  RegisterDay(app, context);
  RegisterCompletion(app, context);
}

// The option that `argument` names, in `app` or above it.
const CLI::Option* FindOption(const CLI::App* app,
                              const std::string& argument) {
  std::string name = argument.substr(0, argument.find('='));
  // -ojson is -o with its value.
  if (!absl::StartsWith(name, "--")) name = name.substr(0, 2);
  for (; app != nullptr; app = app->get_parent()) {
    const CLI::Option* option = app->get_option_no_throw(name);
    if (option != nullptr) return option;
  }
  return nullptr;
}

bool TakesNextWord(const CLI::Option& option, const std::string& argument) {
  const bool is_long = absl::StartsWith(argument, "--");
  const bool has_value =
      is_long ? absl::StrContains(argument, "=") : argument.size() > 2;
  return TakesValue(option) && !has_value;
}

std::vector<std::string> OptionNames(const CLI::App* app) {
  std::vector<std::string> names;
  for (; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        names.push_back(absl::StrCat("--", name));
      }
    }
  }
  return names;
}

std::vector<std::string> ChildNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* child : app.get_subcommands({})) {
    names.push_back(child->get_name());
  }
  return names;
}

int ReportUnknown(Context& context, const UnknownWord& unknown) {
  context.err() << Paint(context.Say(text::kError), Style::kError,
                         context.color_on_err())
                << ": "
                << context.Say(unknown.is_option ? text::kUnknownOption
                                                 : text::kUnknownCommand,
                               Printable(unknown.word))
                << "\n";
  if (!unknown.suggestion.empty()) {
    context.Note(text::kDidYouMean, unknown.suggestion);
  }
  context.Note(text::kSeeHelp);
  return static_cast<int>(client::ExitCode::kUsage);
}

// Parses, which sets the context's action. Returns the exit code if there is
// nothing to run. CLI11 throws; nothing of it leaves this function.
std::optional<int> Parse(CLI::App& app, Context& context,
                         std::vector<std::string> arguments) {
  // CLI11 takes them last first.
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
    return {};
  } catch (const CLI::CallForHelp&) {
    const CLI::App* asked = &app;
    while (!asked->get_subcommands().empty()) {
      asked = asked->get_subcommands().front();
    }
    context.out() << asked->help();
    return 0;
  } catch (const CLI::CallForVersion&) {
    context.out() << "luheng " << VersionLine() << "\n";
    return 0;
  } catch (const CLI::ParseError& error) {
    context.err() << Paint(context.Say(text::kUsageError), Style::kError,
                           context.color_on_err())
                  << ": " << error.what() << "\n";
    context.Note(text::kSeeHelp);
    return static_cast<int>(client::ExitCode::kUsage);
  }
}

}  // namespace

std::unique_ptr<CLI::App> BuildApp(Context& context) {
  auto app = std::make_unique<CLI::App>(context.Say(help::kLuheng), "luheng");
  app->formatter(std::make_shared<HelpFormatter>(context));
  app->set_help_flag("-h,--help", context.Say(help::kHelp));
  app->option_defaults()->group(context.Say(text::kHelpOptionsTitle));
  app->get_help_ptr()->group(context.Say(text::kHelpOptionsTitle));
  app->set_version_flag("--version", VersionLine(),
                        context.Say(help::kVersion));
  app->footer(kExamples);
  app->require_subcommand(1);
  AddConnectionOptions(*app, context);
  AddOutputOptions(*app, context);
  RegisterNouns(*app, context);
  return app;
}

std::optional<UnknownWord> FindUnknownWord(
    const CLI::App& root, const std::vector<std::string>& arguments) {
  const CLI::App* app = &root;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--") return {};
    if (argument.size() > 1 && argument.front() == '-') {
      const CLI::Option* option = FindOption(app, argument);
      if (option == nullptr) {
        return UnknownWord{argument, Nearest(argument, OptionNames(app)), true};
      }
      if (TakesNextWord(*option, argument)) ++i;
    } else if (!app->get_subcommands({}).empty()) {
      const std::vector<std::string> names = ChildNames(*app);
      if (std::find(names.begin(), names.end(), argument) == names.end()) {
        return UnknownWord{argument, Nearest(argument, names), false};
      }
      app = app->get_subcommand(argument);
    }
  }
  return {};
}

int RunCli(const std::vector<std::string>& arguments,
           Environment& environment) {
  Context context(environment);
  TakeEnvironment(context, arguments);
  const std::unique_ptr<CLI::App> app = BuildApp(context);
  if (arguments.empty()) {
    context.err() << app->help();
    return static_cast<int>(client::ExitCode::kUsage);
  }
  const std::optional<UnknownWord> unknown = FindUnknownWord(*app, arguments);
  if (unknown.has_value()) return ReportUnknown(context, *unknown);
  const std::optional<int> code = Parse(*app, context, arguments);
  if (code.has_value()) return *code;
  const absl::Status status = context.action();
  context.out() << std::flush;
  if (status.ok()) return static_cast<int>(client::ExitCode::kOk);
  return static_cast<int>(ReportError(context, status));
}

}  // namespace luheng::cli
