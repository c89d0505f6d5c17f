// luheng user: who signs in, and what they may do.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/command.h"
#include "clients/cli/directory.h"
#include "clients/cli/enum_text.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/list.h"
#include "clients/cli/nouns.h"
#include "clients/cli/outcome.h"
#include "clients/cli/user_columns.h"

namespace luheng::cli {

Columns<rv1::User> UserColumns(const Context& context) {
  return {
      {text::kUser, [](const auto& row) { return TextCell(row.name()); }},
      {text::kHolder, [](const auto& row) { return TextCell(row.holder()); }},
      {text::kState,
       [&](const auto& row) {
         return TextCell(context.Say(NameOf(row.state())));
       }},
      {text::kRoles, [&](const auto& row) {
         return TextCell(absl::StrJoin(
             row.roles(), " ", [&](std::string* out, const auto& grant) {
               absl::StrAppend(out, context.Say(NameOf(grant.role())));
               if (!grant.county_code().empty()) {
                 absl::StrAppend(out, "@", grant.county_code());
               }
             }));
       }}};
}

namespace {

using rv1::RegistryService;

struct Arguments {
  ListOptions list;
  std::string user;
  std::string holder;
  std::vector<std::string> roles;
  std::string reason;
};

// "trader" or, limited to a county, "supervisor@140927".
absl::StatusOr<rv1::RoleGrant> GrantOf(const Context& context,
                                       const std::string& typed) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(typed, absl::MaxSplits('@', 1));
  rv1::RoleGrant grant;
  CLIENT_ASSIGN_OR_RETURN(const rv1::Role role,
                          ParseEnum<rv1::Role>(context, parts.first));
  grant.set_role(role);
  grant.set_county_code(parts.second);
  return grant;
}

absl::Status List(Context& context, const Arguments& arguments) {
  rv1::ListUsersRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_holder(),
                          ResolveHolder(context, arguments.holder));
  return PrintList(context, &RegistryService::Stub::ListUsers, request,
                   &rv1::ListUsersResponse::users, UserColumns(context),
                   arguments.list);
}

absl::Status Show(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  rv1::GetUserRequest request;
  request.set_name(ResourceName("users", arguments.user));
  CLIENT_ASSIGN_OR_RETURN(
      const rv1::GetUserResponse response,
      client->Call(&RegistryService::Stub::GetUser, request));
  PrintRecord(context, UserColumns(context), response.user());
  return absl::OkStatus();
}

absl::Status Create(Context& context, const Arguments& arguments) {
  rv1::CreateUserRequest request;
  request.set_user(arguments.user);
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_holder(),
                          ResolveHolder(context, arguments.holder));
  for (const std::string& role : arguments.roles) {
    CLIENT_ASSIGN_OR_RETURN(*request.add_roles(), GrantOf(context, role));
  }
  CLIENT_ASSIGN_OR_RETURN(
      const rv1::CreateUserResponse response,
      Submit(context, &RegistryService::Stub::CreateUser, request));
  PrintOutcome(context, response, response.user(), UserColumns(context));
  return absl::OkStatus();
}

absl::Status SetState(Context& context, const Arguments& arguments,
                      rv1::UserState state) {
  rv1::SetUserStateRequest request;
  request.set_name(ResourceName("users", arguments.user));
  request.set_state(state);
  request.set_reason(arguments.reason);
  CLIENT_ASSIGN_OR_RETURN(
      const rv1::SetUserStateResponse response,
      Submit(context, &RegistryService::Stub::SetUserState, request));
  PrintOutcome(context, response, response.user(), UserColumns(context));
  return absl::OkStatus();
}

// Grants or revokes: the two requests differ in name only.
template <typename Request, typename Method>
absl::Status ChangeRoles(Context& context, const Arguments& arguments,
                         Method method) {
  for (const std::string& role : arguments.roles) {
    Request request;
    request.set_user(ResourceName("users", arguments.user));
    CLIENT_ASSIGN_OR_RETURN(*request.mutable_role(), GrantOf(context, role));
    CLIENT_ASSIGN_OR_RETURN(const auto response,
                            Submit(context, method, request));
    PrintOutcome(context, response, response.user(), UserColumns(context));
  }
  return absl::OkStatus();
}

void RegisterReading(CLI::App& noun, Context& context) {
  const auto list = MakeArguments<Arguments>();
  CLI::App& list_verb = AddVerb(noun, context, "list", help::kUserList,
                                "luheng user list --holder 140927",
                                [=, &context] { return List(context, *list); });
  AddArgument(list_verb, context, "--holder", list->holder, help::kForHolder);
  AddListOptions(list_verb, context, list->list);

  const auto show = MakeArguments<Arguments>();
  AddArgument(AddVerb(noun, context, "show", help::kUserShow,
                      "luheng user show shenchi.trader",
                      [=, &context] { return Show(context, *show); }),
              context, "USER", show->user, help::kUserKey)
      ->required();
}

void RegisterCreate(CLI::App& noun, Context& context) {
  const auto create = MakeArguments<Arguments>();
  CLI::App& verb =
      AddVerb(noun, context, "create", help::kUserCreate,
              "luheng user create shenchi.trader --holder 140927 --role "
              "trader --as security",
              [=, &context] { return Create(context, *create); });
  AddArgument(verb, context, "USER", create->user, help::kUserKey)->required();
  AddArgument(verb, context, "--holder", create->holder, help::kForHolder)
      ->required();
  verb.add_option("--role", create->roles, context.Say(help::kRole));
}

void RegisterState(CLI::App& noun, Context& context, const char* verb_name,
                   const Text& description, const char* example,
                   rv1::UserState state) {
  const auto arguments = MakeArguments<Arguments>();
  CLI::App& verb =
      AddVerb(noun, context, verb_name, description, example,
              [=, &context] { return SetState(context, *arguments, state); });
  AddArgument(verb, context, "USER", arguments->user, help::kUserKey)
      ->required();
  AddArgument(verb, context, "--reason", arguments->reason, help::kReason)
      ->required();
}

void RegisterRoles(CLI::App& noun, Context& context) {
  const auto grant = MakeArguments<Arguments>();
  CLI::App& grant_verb = AddVerb(
      noun, context, "grant", help::kUserGrant,
      "luheng user grant shenchi.audit supervisor@140927", [=, &context] {
        return ChangeRoles<rv1::GrantRoleRequest>(
            context, *grant, &RegistryService::Stub::GrantRole);
      });
  const auto revoke = MakeArguments<Arguments>();
  CLI::App& revoke_verb = AddVerb(
      noun, context, "revoke", help::kUserRevoke,
      "luheng user revoke shenchi.audit supervisor@140927", [=, &context] {
        return ChangeRoles<rv1::RevokeRoleRequest>(
            context, *revoke, &RegistryService::Stub::RevokeRole);
      });
  for (const auto& [verb, arguments] :
       {std::pair(&grant_verb, grant), std::pair(&revoke_verb, revoke)}) {
    AddArgument(*verb, context, "USER", arguments->user, help::kUserKey)
        ->required();
    verb->add_option("ROLE", arguments->roles, context.Say(help::kRole))
        ->required();
  }
}

}  // namespace

void RegisterUser(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "user", help::kUser);
  RegisterReading(noun, context);
  RegisterCreate(noun, context);
  RegisterState(noun, context, "suspend", help::kUserSuspend,
                "luheng user suspend shenchi.trader --reason \"left\"",
                rv1::USER_STATE_SUSPENDED);
  RegisterState(noun, context, "resume", help::kUserResume,
                "luheng user resume shenchi.trader --reason \"is back\"",
                rv1::USER_STATE_ACTIVE);
  RegisterRoles(noun, context);
}

}  // namespace luheng::cli
