#include "clients/cli/completion.h"

#include <functional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/command.h"
#include "clients/cli/help.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/nouns.h"

namespace luheng::cli {
namespace {

// One place in the tree: "" for the root, "order", "order place".
struct Place {
  std::string path;
  const CLI::App* app;
};

void Collect(const CLI::App& app, const std::string& path,
             std::vector<Place>& places) {
  places.push_back({path, &app});
  for (const CLI::App* child : app.get_subcommands({})) {
    Collect(*child,
            path.empty() ? child->get_name()
                         : absl::StrCat(path, " ", child->get_name()),
            places);
  }
}

std::vector<Place> PlacesOf(const CLI::App& root) {
  std::vector<Place> places;
  Collect(root, "", places);
  return places;
}

std::vector<std::string> OptionsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back(absl::StrCat("--", name));
    }
  }
  return names;
}

// Words that may follow a place: its verbs or nouns, its options, and the
// options that every command takes.
std::string WordsOf(const CLI::App& root, const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* child : app.get_subcommands({})) {
    words.push_back(child->get_name());
  }
  for (const std::string& name : OptionsOf(app)) words.push_back(name);
  if (&app != &root) {
    for (const std::string& name : OptionsOf(root)) {
      if (name != "--help" && name != "--version") words.push_back(name);
    }
  }
  return absl::StrJoin(words, " ");
}

// Options that take a value: the word behind them is no noun and no verb.
std::string ValueOptions(const CLI::App& root) {
  std::vector<std::string> names;
  for (const CLI::Option* option : root.get_options()) {
    if (!TakesValue(*option)) continue;
    for (const std::string& name : option->get_lnames()) {
      names.push_back(absl::StrCat("--", name));
    }
    for (const std::string& name : option->get_snames()) {
      names.push_back(absl::StrCat("-", name));
    }
  }
  return absl::StrJoin(names, "|");
}

// Shell code that finds the place that was typed so far and sets `words`.
// Bash and zsh both understand it.
std::string FindWords(const CLI::App& root) {
  std::string code = absl::StrCat(
      "  local place= choices= word skip=\n"
      "  for word in \"${typed[@]}\"; do\n"
      "    if [ -n \"$skip\" ]; then skip=; continue; fi\n"
      "    case \"$word\" in\n"
      "      ",
      ValueOptions(root),
      ") skip=1; continue ;;\n"
      "      -*) continue ;;\n"
      "    esac\n"
      "    case \"$place${place:+ }$word\" in\n");
  std::string table = "  case \"$place\" in\n";
  std::vector<std::string> paths;
  for (const Place& place : PlacesOf(root)) {
    if (!place.path.empty()) {
      paths.push_back(absl::StrCat("'", place.path, "'"));
    }
    absl::StrAppend(&table, "    '", place.path, "') choices='",
                    WordsOf(root, *place.app), "' ;;\n");
  }
  absl::StrAppend(&code, "      ", absl::StrJoin(paths, "|"),
                  ") place=\"$place${place:+ }$word\" ;;\n"
                  "    esac\n  done\n",
                  table, "  esac\n");
  return code;
}

std::string FishQuote(const std::string& text) {
  return absl::StrCat(
      "'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

}  // namespace

std::string BashCompletion(const CLI::App& root) {
  return absl::StrCat(
      "_luheng() {\n"
      "  local typed=(\"${COMP_WORDS[@]:1:COMP_CWORD-1}\")\n",
      FindWords(root),
      "  COMPREPLY=($(compgen -W \"$choices\" -- "
      "\"${COMP_WORDS[COMP_CWORD]}\"))\n"
      "}\n"
      "complete -o default -F _luheng luheng\n");
}

std::string ZshCompletion(const CLI::App& root) {
  // The words before the one at the cursor are those that decide.
  return absl::StrCat(
      "#compdef luheng\n"
      "_luheng() {\n"
      "  local -a typed\n"
      "  typed=(\"${words[@]:1:$((CURRENT - 2))}\")\n",
      "  _luheng_words \"${typed[@]}\"\n"
      "}\n"
      "_luheng_words() {\n"
      "  local -a typed\n"
      "  typed=(\"$@\")\n",
      FindWords(root),
      "  compadd -- ${=choices}\n"
      "}\n"
      "compdef _luheng luheng\n");
}

std::string FishCompletion(const CLI::App& root) {
  std::string script = "complete -c luheng -f\n";
  for (const CLI::App* noun : root.get_subcommands({})) {
    absl::StrAppend(&script, "complete -c luheng -n __fish_use_subcommand -a ",
                    noun->get_name(), " -d ",
                    FishQuote(noun->get_description()), "\n");
    const std::string in_noun =
        absl::StrCat("__fish_seen_subcommand_from ", noun->get_name());
    for (const CLI::App* verb : noun->get_subcommands({})) {
      absl::StrAppend(&script, "complete -c luheng -n '", in_noun, "' -a ",
                      verb->get_name(), " -d ",
                      FishQuote(verb->get_description()), "\n");
      for (const std::string& name : OptionsOf(*verb)) {
        absl::StrAppend(&script, "complete -c luheng -n '", in_noun,
                        "; and __fish_seen_subcommand_from ", verb->get_name(),
                        "' -l ", name.substr(2), "\n");
      }
    }
  }
  for (const std::string& name : OptionsOf(root)) {
    absl::StrAppend(&script, "complete -c luheng -l ", name.substr(2), "\n");
  }
  return script;
}

void RegisterCompletion(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "completion", help::kCompletion);
  using Script = std::string (*)(const CLI::App&);
  const auto add = [&](const char* shell, const Text& description,
                       const char* example, Script script) {
    AddVerb(noun, context, shell, description, example,
            [&app, &context, script] {
              context.out() << script(app);
              return absl::OkStatus();
            });
  };
  add("bash", help::kCompletionBash, "source <(luheng completion bash)",
      BashCompletion);
  add("zsh", help::kCompletionZsh, "source <(luheng completion zsh)",
      ZshCompletion);
  add("fish", help::kCompletionFish, "luheng completion fish | source",
      FishCompletion);
}

}  // namespace luheng::cli
