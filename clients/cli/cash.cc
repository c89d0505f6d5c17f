// luheng issue, retire, deposit, withdraw: units and cash in and out. All of
// them wait for other persons by default.
#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/directory.h"
#include "clients/cli/format.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/nouns.h"
#include "clients/cli/outcome.h"

namespace luheng::cli {
namespace {

using sv1::SettlementService;

struct Arguments {
  std::string holder;
  std::string asset;
  std::string amount;
  std::string basis;
};

// Issues or retires: the two requests have the same fields.
template <typename Request>
absl::StatusOr<Request> UnitsRequest(Context& context,
                                     const Arguments& arguments) {
  Request request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_holder(),
                          ResolveHolder(context, arguments.holder));
  request.set_asset(ResourceName("assets", arguments.asset));
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadAssets());
  CLIENT_ASSIGN_OR_RETURN(
      const int64_t amount,
      directory.ParseAssetAmount(request.asset(), arguments.amount));
  request.set_amount(amount);
  request.set_basis(arguments.basis);
  return request;
}

absl::Status Issue(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(
      const sv1::IssueUnitsRequest request,
      UnitsRequest<sv1::IssueUnitsRequest>(context, arguments));
  return SubmitAndPrint(context, &SettlementService::Stub::IssueUnits, request);
}

absl::Status Retire(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(
      const sv1::RetireUnitsRequest request,
      UnitsRequest<sv1::RetireUnitsRequest>(context, arguments));
  CLIENT_RETURN_IF_ERROR(context.Confirm(context.Say(
      text::kAskRetire, WithSeparators(request.amount()), arguments.asset)));
  return SubmitAndPrint(context, &SettlementService::Stub::RetireUnits,
                        request);
}

template <typename Request>
absl::StatusOr<Request> CashRequest(Context& context,
                                    const Arguments& arguments) {
  Request request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_holder(),
                          ResolveHolder(context, arguments.holder));
  CLIENT_ASSIGN_OR_RETURN(const int64_t amount,
                          ParseMoney(context, arguments.amount));
  request.set_amount_minor(amount);
  request.set_bank_reference(arguments.basis);
  return request;
}

absl::Status Deposit(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(const sv1::DepositRequest request,
                          CashRequest<sv1::DepositRequest>(context, arguments));
  return SubmitAndPrint(context, &SettlementService::Stub::Deposit, request);
}

absl::Status Withdraw(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(
      const sv1::WithdrawRequest request,
      CashRequest<sv1::WithdrawRequest>(context, arguments));
  CLIENT_RETURN_IF_ERROR(context.Confirm(
      context.Say(text::kAskWithdraw, FormatYuan(request.amount_minor()),
                  request.holder())));
  return SubmitAndPrint(context, &SettlementService::Stub::Withdraw, request);
}

using Run = absl::Status (*)(Context&, const Arguments&);

void RegisterUnits(CLI::App& app, Context& context, const char* name,
                   const Text& description, const char* example, Run run) {
  const auto arguments = MakeArguments<Arguments>();
  CLI::App& verb = AddVerb(app, context, name, description, example,
                           [=, &context] { return run(context, *arguments); });
  AddArgument(verb, context, "HOLDER", arguments->holder, help::kHolderKey)
      ->required();
  AddArgument(verb, context, "ASSET", arguments->asset, help::kAssetKey)
      ->required();
  AddArgument(verb, context, "AMOUNT", arguments->amount, help::kAmount)
      ->required();
  AddArgument(verb, context, "--basis", arguments->basis, help::kBasis)
      ->required();
}

void RegisterMoney(CLI::App& app, Context& context, const char* name,
                   const Text& description, const char* example, Run run) {
  const auto arguments = MakeArguments<Arguments>();
  CLI::App& verb = AddVerb(app, context, name, description, example,
                           [=, &context] { return run(context, *arguments); });
  AddArgument(verb, context, "HOLDER", arguments->holder, help::kHolderKey)
      ->required();
  AddArgument(verb, context, "YUAN", arguments->amount, help::kYuan)
      ->required();
  AddArgument(verb, context, "--bank-reference", arguments->basis,
              help::kBankReference)
      ->required();
}

}  // namespace

void RegisterCash(CLI::App& app, Context& context) {
  RegisterUnits(app, context, "issue", help::kIssue,
                "luheng issue 140927 SO2-2022 1,000kg --basis \"晋环发 "
                "2022-1\" --as registrar",
                Issue);
  RegisterUnits(app, context, "retire", help::kRetire,
                "luheng retire 140927 SO2-2022 1,000kg --basis \"履约\" --yes",
                Retire);
  RegisterMoney(app, context, "deposit", help::kDeposit,
                "luheng deposit 140927 1,000,000.00 --bank-reference "
                "ICBC-20221021-1 --as cashier",
                Deposit);
  RegisterMoney(app, context, "withdraw", help::kWithdraw,
                "luheng withdraw 140927 5000 --bank-reference W-17 --yes",
                Withdraw);
}

}  // namespace luheng::cli
