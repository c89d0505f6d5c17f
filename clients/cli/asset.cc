// luheng asset: what a unit is.
#include "clients/cli/command.h"
#include "clients/cli/directory.h"
#include "clients/cli/enum_text.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/list.h"
#include "clients/cli/nouns.h"
#include "clients/cli/outcome.h"

namespace luheng::cli {
namespace {

using sv1::Asset;
using sv1::SettlementService;

Columns<Asset> AssetColumns(const Context& context) {
  return {
      {text::kSymbol, [](const auto& row) { return TextCell(row.symbol()); }},
      {text::kName,
       [&](const auto& row) {
         const bool is_english = context.language == Language::kEnglish &&
                                 !row.display_name_en().empty();
         return TextCell(is_english ? row.display_name_en()
                                    : row.display_name());
       }},
      {text::kKind,
       [&](const auto& row) {
         return TextCell(context.Say(NameOf(row.kind())));
       }},
      {text::kUnit, [](const auto& row) { return TextCell(row.unit()); }},
      {text::kNumber, [](const auto& row) { return NumberCell(row.id()); }},
  };
}

struct Arguments {
  ListOptions list;
  std::string symbol;
  std::string kind;
  std::string name;
  std::string name_en;
  std::string unit;
};

absl::Status List(Context& context, const Arguments& arguments) {
  return PrintList(context, &SettlementService::Stub::ListAssets, {},
                   &sv1::ListAssetsResponse::assets, AssetColumns(context),
                   arguments.list);
}

absl::Status Define(Context& context, const Arguments& arguments) {
  sv1::DefineAssetRequest request;
  Asset& asset = *request.mutable_asset();
  CLIENT_ASSIGN_OR_RETURN(const sv1::AssetKind kind,
                          ParseEnum<sv1::AssetKind>(context, arguments.kind));
  asset.set_symbol(arguments.symbol);
  asset.set_kind(kind);
  asset.set_display_name(arguments.name);
  asset.set_display_name_en(arguments.name_en);
  asset.set_unit(arguments.unit);
  CLIENT_ASSIGN_OR_RETURN(
      const sv1::DefineAssetResponse response,
      Submit(context, &SettlementService::Stub::DefineAsset, request));
  PrintOutcome(context, response, response.asset(), AssetColumns(context));
  return absl::OkStatus();
}

}  // namespace

void RegisterAsset(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "asset", help::kAsset);
  const auto list = MakeArguments<Arguments>();
  AddListOptions(
      AddVerb(noun, context, "list", help::kAssetList, "luheng asset list",
              [=, &context] { return List(context, *list); }),
      context, list->list);

  const auto define = MakeArguments<Arguments>();
  CLI::App& verb =
      AddVerb(noun, context, "define", help::kAssetDefine,
              "luheng asset define SO2-2022 --kind emission --name "
              "二氧化硫排污权 --unit kg --as registrar",
              [=, &context] { return Define(context, *define); });
  AddArgument(verb, context, "SYMBOL", define->symbol, help::kAssetSymbol)
      ->required();
  AddArgument(verb, context, "--kind", define->kind, help::kAssetKind)
      ->required();
  AddArgument(verb, context, "--name", define->name, help::kAssetName)
      ->required();
  AddArgument(verb, context, "--name-en", define->name_en, help::kAssetNameEn);
  AddArgument(verb, context, "--unit", define->unit, help::kUnit)->required();
}

}  // namespace luheng::cli
