// luheng holder: who takes part.
#include <fstream>
#include <sstream>

#include "absl/strings/strip.h"
#include "clients/cli/command.h"
#include "clients/cli/directory.h"
#include "clients/cli/enum_text.h"
#include "clients/cli/format.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/list.h"
#include "clients/cli/nouns.h"
#include "clients/cli/outcome.h"
#include "ledger/merkle/hash_suite.h"

namespace luheng::cli {
namespace {

using rv1::Holder;
using rv1::RegistryService;

Columns<Holder> HolderColumns(const Context& context) {
  return {
      {text::kHolder, [](const auto& row) { return TextCell(row.name()); }},
      {text::kCode, [](const auto& row) { return TextCell(row.code()); }},
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
      {text::kCounty,
       [](const auto& row) { return TextCell(row.county_code()); }},
      {text::kState,
       [&](const auto& row) {
         return TextCell(context.Say(NameOf(row.state())));
       }},
      {text::kBeneficialOwner,
       [](const auto& row) { return TextCell(row.beneficial_owner()); }},
  };
}

struct Arguments {
  ListOptions list;
  std::string holder;
  std::string kind;
  std::string county;
  std::string reason;
};

absl::Status List(Context& context, const Arguments& arguments) {
  rv1::ListHoldersRequest request;
  if (!arguments.kind.empty()) {
    CLIENT_ASSIGN_OR_RETURN(
        const rv1::HolderKind kind,
        ParseEnum<rv1::HolderKind>(context, arguments.kind));
    request.set_kind(kind);
  }
  request.set_county_code(arguments.county);
  return PrintList(context, &RegistryService::Stub::ListHolders, request,
                   &rv1::ListHoldersResponse::holders, HolderColumns(context),
                   arguments.list);
}

absl::Status Show(Context& context, const Arguments& arguments) {
  rv1::GetHolderRequest request;
  if (HolderFormOf(arguments.holder) == HolderForm::kName) {
    request.set_name(ResourceName("holders", arguments.holder));
  } else {
    request.set_code(arguments.holder);
  }
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  CLIENT_ASSIGN_OR_RETURN(
      const rv1::GetHolderResponse response,
      client->Call(&RegistryService::Stub::GetHolder, request));
  PrintRecord(context, HolderColumns(context), response.holder());
  return absl::OkStatus();
}

struct OpenArguments {
  std::string kind;
  std::string code;
  std::string name;
  std::string name_en;
  std::string county;
  std::string vault_record;
  std::vector<std::string> documents;
};

// "TITLE=FILE" hashes the file; "TITLE=sha256:HEX" takes the digest as it is.
absl::StatusOr<rv1::Document> DocumentOf(const Context& context,
                                         const std::string& typed) {
  const std::optional<KeyValue> parts = ParseKeyValue(typed);
  if (!parts.has_value()) return context.Wrong(text::kBadDocument, typed);
  rv1::Document document;
  document.set_title(parts->key);
  absl::string_view hex = parts->value;
  if (absl::ConsumePrefix(&hex, "sha256:")) {
    const std::optional<std::string> digest = ParseDigest(hex);
    if (!digest.has_value()) return context.Wrong(text::kBadDigest, typed);
    document.set_sha256(*digest);
    return document;
  }
  std::ifstream file(parts->value, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(context.Say(text::kNoFile, parts->value));
  }
  std::ostringstream bytes;
  bytes << file.rdbuf();
  document.set_sha256(Sha256Suite().Hash(bytes.str()).str());
  return document;
}

absl::Status Open(Context& context, const OpenArguments& arguments) {
  rv1::OpenHolderRequest request;
  Holder& holder = *request.mutable_holder();
  CLIENT_ASSIGN_OR_RETURN(const rv1::HolderKind kind,
                          ParseEnum<rv1::HolderKind>(context, arguments.kind));
  holder.set_kind(kind);
  holder.set_code(arguments.code);
  holder.set_display_name(arguments.name);
  holder.set_display_name_en(arguments.name_en);
  holder.set_county_code(arguments.county);
  holder.set_vault_record(arguments.vault_record);
  for (const std::string& typed : arguments.documents) {
    CLIENT_ASSIGN_OR_RETURN(*holder.add_documents(),
                            DocumentOf(context, typed));
  }
  CLIENT_ASSIGN_OR_RETURN(
      const rv1::OpenHolderResponse response,
      Submit(context, &RegistryService::Stub::OpenHolder, request));
  PrintOutcome(context, response, response.holder(), HolderColumns(context));
  return absl::OkStatus();
}

absl::Status SetState(Context& context, const Arguments& arguments,
                      rv1::HolderState state) {
  rv1::SetHolderStateRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_name(),
                          ResolveHolder(context, arguments.holder));
  request.set_state(state);
  request.set_reason(arguments.reason);
  if (state == rv1::HOLDER_STATE_CLOSED) {
    CLIENT_RETURN_IF_ERROR(
        context.Confirm(context.Say(text::kAskClose, request.name())));
  }
  CLIENT_ASSIGN_OR_RETURN(
      const rv1::SetHolderStateResponse response,
      Submit(context, &RegistryService::Stub::SetHolderState, request));
  PrintOutcome(context, response, response.holder(), HolderColumns(context));
  return absl::OkStatus();
}

struct ControlArguments {
  std::string holder;
  std::string owner;
  std::string from;
  std::string to;
};

absl::Status Control(Context& context, const ControlArguments& arguments) {
  rv1::SetControlGroupRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_holder(),
                          ResolveHolder(context, arguments.holder));
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_beneficial_owner(),
                          ResolveHolder(context, arguments.owner));
  request.set_from_date(arguments.from);
  request.set_to_date(arguments.to);
  return SubmitAndPrint(context, &RegistryService::Stub::SetControlGroup,
                        request);
}

void RegisterReading(CLI::App& noun, Context& context) {
  const auto list = MakeArguments<Arguments>();
  CLI::App& list_verb = AddVerb(noun, context, "list", help::kHolderList,
                                "luheng holder list --county 140927",
                                [=, &context] { return List(context, *list); });
  AddArgument(list_verb, context, "--kind", list->kind, help::kHolderKind);
  AddArgument(list_verb, context, "--county", list->county, help::kCounty);
  AddListOptions(list_verb, context, list->list);

  const auto show = MakeArguments<Arguments>();
  AddArgument(AddVerb(noun, context, "show", help::kHolderShow,
                      "luheng holder show 5\nluheng holder show 140927",
                      [=, &context] { return Show(context, *show); }),
              context, "HOLDER", show->holder, help::kHolderKey)
      ->required();
}

void RegisterOpen(CLI::App& noun, Context& context) {
  const auto open = MakeArguments<OpenArguments>();
  CLI::App& verb =
      AddVerb(noun, context, "open", help::kHolderOpen,
              "luheng holder open --kind enterprise --code "
              "91140927MA0ABCD1XT --name 神池示例公司 --county 140927 "
              "--document 营业执照=licence.pdf --as registrar",
              [=, &context] { return Open(context, *open); });
  AddArgument(verb, context, "--kind", open->kind, help::kHolderKind)
      ->required();
  AddArgument(verb, context, "--code", open->code, help::kHolderCode);
  AddArgument(verb, context, "--name", open->name, help::kHolderName);
  AddArgument(verb, context, "--name-en", open->name_en, help::kHolderNameEn);
  AddArgument(verb, context, "--county", open->county, help::kCounty)
      ->required();
  AddArgument(verb, context, "--vault-record", open->vault_record,
              help::kVaultRecord);
  verb.add_option("--document", open->documents, context.Say(help::kDocument));
}

void RegisterState(CLI::App& noun, Context& context, const char* verb_name,
                   const Text& description, const char* example,
                   rv1::HolderState state) {
  const auto arguments = MakeArguments<Arguments>();
  CLI::App& verb =
      AddVerb(noun, context, verb_name, description, example,
              [=, &context] { return SetState(context, *arguments, state); });
  AddArgument(verb, context, "HOLDER", arguments->holder, help::kHolderKey)
      ->required();
  AddArgument(verb, context, "--reason", arguments->reason, help::kReason)
      ->required();
}

void RegisterControl(CLI::App& noun, Context& context) {
  const auto control = MakeArguments<ControlArguments>();
  CLI::App& verb =
      AddVerb(noun, context, "control", help::kHolderControl,
              "luheng holder control 7 --owner 5 --from 2022-01-01",
              [=, &context] { return Control(context, *control); });
  AddArgument(verb, context, "HOLDER", control->holder, help::kHolderKey)
      ->required();
  AddArgument(verb, context, "--owner", control->owner, help::kOwner)
      ->required();
  AddArgument(verb, context, "--from", control->from, help::kFromDate)
      ->required();
  AddArgument(verb, context, "--to", control->to, help::kToDate);
}

}  // namespace

void RegisterHolder(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "holder", help::kHolder);
  RegisterReading(noun, context);
  RegisterOpen(noun, context);
  RegisterState(noun, context, "suspend", help::kHolderSuspend,
                "luheng holder suspend 5 --reason \"under investigation\"",
                rv1::HOLDER_STATE_SUSPENDED);
  RegisterState(noun, context, "resume", help::kHolderResume,
                "luheng holder resume 5 --reason \"investigation closed\"",
                rv1::HOLDER_STATE_ACTIVE);
  RegisterState(noun, context, "close", help::kHolderClose,
                "luheng holder close 5 --reason \"dissolved\" --yes",
                rv1::HOLDER_STATE_CLOSED);
  RegisterControl(noun, context);
}

}  // namespace luheng::cli
