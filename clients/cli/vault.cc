// luheng vault: personal data, kept outside the ledger and erasable.
#include <istream>

#include "clients/cli/command.h"
#include "clients/cli/directory.h"
#include "clients/cli/format.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/nouns.h"
#include "clients/cli/outcome.h"

namespace luheng::cli {
namespace {

using rv1::VaultService;

struct Arguments {
  std::string record;
  std::string name;
  std::string identity_number;
  std::string bank_account;
  std::string note;
  std::string reason;
};

// A value that was given as "-" is read from stdin, so that it stands in no
// process list and no shell history.
std::string ValueOrStdin(Context& context, const std::string& typed) {
  if (typed != "-") return typed;
  std::string line;
  std::getline(context.in(), line);
  return line;
}

absl::Status Put(Context& context, const Arguments& arguments) {
  rv1::PutRecordRequest request;
  request.set_person_name(ValueOrStdin(context, arguments.name));
  request.set_identity_number(ValueOrStdin(context, arguments.identity_number));
  request.set_bank_account(ValueOrStdin(context, arguments.bank_account));
  request.set_note(ValueOrStdin(context, arguments.note));
  CLIENT_ASSIGN_OR_RETURN(
      const rv1::PutRecordResponse response,
      Submit(context, &VaultService::Stub::PutRecord, request));
  const Columns<rv1::PutRecordResponse> columns = {
      {text::kRecord, [](const auto& row) { return TextCell(row.record()); }},
      {text::kEntry, [](const auto& row) { return NumberCell(row.entry()); }}};
  PrintRecord(context, columns, response);
  return absl::OkStatus();
}

absl::Status Get(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  rv1::GetRecordRequest request;
  request.set_record(arguments.record);
  CLIENT_ASSIGN_OR_RETURN(
      const rv1::GetRecordResponse response,
      client->Call(&VaultService::Stub::GetRecord, request));
  const Columns<rv1::GetRecordResponse> columns = {
      {text::kName,
       [](const auto& row) { return TextCell(row.person_name()); }},
      {text::kIdentityNumber,
       [](const auto& row) { return TextCell(row.identity_number()); }},
      {text::kBankAccount,
       [](const auto& row) { return TextCell(row.bank_account()); }},
      {text::kNote, [](const auto& row) { return TextCell(row.note()); }},
      {text::kTime, [](const auto& row) {
         return TextCell(FormatTime(row.create_time()));
       }}};
  PrintRecord(context, columns, response);
  return absl::OkStatus();
}

absl::Status Erase(Context& context, const Arguments& arguments) {
  rv1::EraseRecordRequest request;
  request.set_record(arguments.record);
  request.set_reason(arguments.reason);
  CLIENT_RETURN_IF_ERROR(
      context.Confirm(context.Say(text::kAskErase, arguments.record)));
  return SubmitAndPrint(context, &VaultService::Stub::EraseRecord, request);
}

}  // namespace

void RegisterVault(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "vault", help::kVault);
  const auto put = MakeArguments<Arguments>();
  CLI::App& put_verb =
      AddVerb(noun, context, "put", help::kVaultPut,
              "luheng vault put --name - --identity-number - < person.txt",
              [=, &context] { return Put(context, *put); });
  AddArgument(put_verb, context, "--name", put->name, help::kPersonName)
      ->required();
  AddArgument(put_verb, context, "--identity-number", put->identity_number,
              help::kIdentityNumber);
  AddArgument(put_verb, context, "--bank-account", put->bank_account,
              help::kBankAccount);
  AddArgument(put_verb, context, "--note", put->note, help::kNote);

  const auto get = MakeArguments<Arguments>();
  AddArgument(AddVerb(noun, context, "get", help::kVaultGet,
                      "luheng vault get 0123456789abcdef0123456789abcdef",
                      [=, &context] { return Get(context, *get); }),
              context, "RECORD", get->record, help::kRecord)
      ->required();

  const auto erase = MakeArguments<Arguments>();
  CLI::App& erase_verb =
      AddVerb(noun, context, "erase", help::kVaultErase,
              "luheng vault erase 0123456789abcdef0123456789abcdef --reason "
              "\"asked for by the person\" --yes",
              [=, &context] { return Erase(context, *erase); });
  AddArgument(erase_verb, context, "RECORD", erase->record, help::kRecord)
      ->required();
  AddArgument(erase_verb, context, "--reason", erase->reason, help::kReason)
      ->required();
}

}  // namespace luheng::cli
